"""Where a number is at home: its country, and what the clocks say there.

Numbers are read by the phonenumbers library, zones are those of the IANA database that is shipped
beside us, because a Lambda runtime promises none.
"""

from datetime import UTC, datetime, time
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

from tandem.model.errors import Invalid
from tandem.model.identity import Person
from tandem.model.numbers import twin

_POSSIBLE = phonenumbers.ValidationResult.IS_POSSIBLE
_NORTH_AMERICA = 1
"""The calling code that the United States share with about twenty others."""

_NOWHERE = "ZZ"
"""What the library calls the region of a calling code that is nobody's."""


@lru_cache(maxsize=1024)
def country_of(phone: str) -> str | None:
    """The country (ISO 3166, two capitals) of a number in digits; None for a number of none.

    Where several countries share a calling code and the number does not say which of them it is of,
    the largest of them stands for all.
    """
    number = _parsed(phone)
    if number is None:
        return None
    region = phonenumbers.region_code_for_number(number)
    region = region or phonenumbers.region_code_for_country_code(number.country_code or 0)
    return region if region and region.isalpha() and region != _NOWHERE else None


def is_of_the_united_states(phone: str) -> bool:
    """Whether a number has an area code of the United States; not everything behind +1 has.

    wire: Meta, "Marketing template messages to WhatsApp users in the US".
    """
    number = _parsed(phone)
    if number is None or number.country_code != _NORTH_AMERICA:
        return False
    return phonenumbers.region_code_for_number(number) == "US"


def is_possible(phone: str) -> bool:
    """Whether digits are as long as the numbers of their country are, in either of the spellings
    that some have.
    """
    return any(_is_as_long(spelling) for spelling in (phone, twin(phone)) if spelling)


def _is_as_long(phone: str) -> bool:
    number = _parsed(phone)
    if number is None:
        return False
    return phonenumbers.is_possible_number_with_reason(number) == _POSSIBLE


def country_of_bsuid(bsuid: str) -> str | None:
    """The country in which a user id was given. wire: Meta, "Business-scoped user IDs"."""
    country = bsuid[:2]
    return country if country.isascii() and country.isalpha() and country.isupper() else None


def home_of(person: Person) -> str | None:
    """The country of a person's number, else of their user id."""
    if person.phone:
        return country_of(person.phone)
    return country_of_bsuid(person.bsuid) if person.bsuid else None


def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises Invalid for one that does not exist."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise Invalid(
            f"there is no time zone {name!r}: use a name such as Europe/Berlin or America/Bogota"
        ) from unknown


@cache
def zones_of(country: str) -> tuple[ZoneInfo, ...]:
    """The zones that a country's clocks follow; none for a country that is not known."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text()
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return tuple(ZoneInfo(name) for code, _, name, *_ in rows if code == country)


def awake(zones: tuple[ZoneInfo, ...], at: int, *, since: time, until: time) -> bool:
    """Whether every one of the zones has its clock in the day hours [since, until) at a moment."""
    clocks = (datetime.fromtimestamp(at, UTC).astimezone(each).time() for each in zones)
    return all(_within(clock, since, until) for clock in clocks)


def _within(clock: time, since: time, until: time) -> bool:
    if since <= until:
        return since <= clock < until
    return clock >= since or clock < until


@lru_cache(maxsize=1024)
def _parsed(phone: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(f"+{phone}")
    except phonenumbers.NumberParseException:
        return None
