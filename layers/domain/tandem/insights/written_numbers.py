"""Phone numbers as people and their programs write them down, made international.

The forms of numbers are those of the phonenumbers library. A number that a spreadsheet has spoilt
is refused: some of its digits are gone, and what is left may be somebody else's.
"""

import re

import phonenumbers

from tandem.insights.countries import is_possible
from tandem.model.errors import Invalid

LONGEST = 40

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What comes along when a number is copied out of a page or a chat."""

_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")
_FRACTION = re.compile(r"\+?\d{6,}[.,]0+")
_FORM = re.compile(r"\(?\+?[\d\s().\-\u2010-\u2015/]+")
_DIGIT, _NOT_DIGITS = re.compile(r"\d"), re.compile(r"\D")

_AS_TEXT = "make the column text in the spreadsheet, and enter the number again"


def is_country(code: str) -> bool:
    """Whether this is a country (ISO 3166, two capitals) whose numbers are known."""
    return code in phonenumbers.SUPPORTED_REGIONS


def number_in(cell: str, country: str | None = None) -> str:
    """The digits of a number, its country code first. Raises Invalid with what is wrong with it.

    A number without `+` or `00` is taken for one of the `country` first, and then for an
    international one.
    """
    text = _DIGIT.sub(lambda digit: str(int(digit[0])), _INVISIBLE.sub("", cell).strip())
    _refuse_spoilt(text)
    if len(text) > LONGEST or not _FORM.fullmatch(text):
        raise Invalid(f"{text[:LONGEST]!r} is not a phone number")
    digits = _NOT_DIGITS.sub("", text)
    if text.lstrip("(").startswith("+"):
        found = _international(text)
    elif digits.startswith("00"):
        found = _international(f"+{digits[2:]}")
    else:
        found = _national(text, country) if country else None
        found = found or (None if digits.startswith("0") else _international(f"+{digits}"))
    if found is None:
        raise Invalid(f"{text!r} is not a number that anybody can have{_hint(text, country)}")
    return found


def _refuse_spoilt(text: str) -> None:
    if _ROUNDED.fullmatch(text):
        raise Invalid(f"a spreadsheet has rounded this number to {text[:LONGEST]}: {_AS_TEXT}")
    if _FRACTION.fullmatch(text):
        raise Invalid(f"a spreadsheet has made {text[:LONGEST]} of this number: {_AS_TEXT}")
    if text.startswith(("'", "=")):
        raise Invalid(f"a spreadsheet has put {text[0]} before this number: {_AS_TEXT}")


def _international(text: str) -> str | None:
    """The library's reading of it if that can be a number, else its digits if they can."""
    for digits in (_read(text, None), _NOT_DIGITS.sub("", text)):
        if digits is not None and is_possible(digits):
            return digits
    return None


def _national(text: str, country: str) -> str | None:
    """A number of this country; None for one that is none there. Raises Invalid for one that may
    as well be another country's, and is known in neither.
    """
    digits = _read(text, country)
    if digits is None or not is_possible(digits):
        return None
    other = None if text.startswith("0") else _international(f"+{_NOT_DIGITS.sub('', text)}")
    if other in (None, digits) or _is_assigned(digits):
        return digits
    if _is_assigned(other or ""):
        return other
    raise Invalid(
        f"{text!r} may be +{digits} or +{other}: write + and the country's code before it"
    )


def _is_assigned(digits: str) -> bool:
    """Whether the number is of a range that its country has given out."""
    return phonenumbers.is_valid_number(phonenumbers.parse(f"+{digits}"))


def _read(text: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written.removeprefix("+")


def _hint(text: str, country: str | None) -> str:
    if text.startswith("+"):
        return ""
    lacks = "" if country else ", or say which country the list is of"
    return f": write + and the country's code before it{lacks}"
