"""Who a person is: the aliases one event carries. Aliases that meet in one event are one person."""

import re
from dataclasses import dataclass
from typing import Self

from tandem.model.numbers import twin

NOBODY = "there is neither a phone number nor a user id"
NOT_A_PHONE = "this is not an international phone number (7 to 15 digits)"
NOT_A_BSUID = "this is not a business-scoped user id"

_NOT_DIGITS = re.compile(r"\D")
_PHONE = re.compile(r"[1-9][0-9]{6,14}")
_BSUID = re.compile(r"[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}")


@dataclass(frozen=True, slots=True)
class Person:
    """The identifiers of the other end as one event carries them; each may be absent.

    `phone` is digits only (a customer with a username may hide it), `bsuid` the business-scoped
    user id, `parent_bsuid` its counterpart over several portfolios. `username` and `name` are what
    the person is called: they change hands, so they never tie two aliases together.
    """

    phone: str | None = None
    bsuid: str | None = None
    parent_bsuid: str | None = None
    username: str | None = None
    name: str | None = None

    @classmethod
    def of(
        cls,
        phone: object = None,
        *,
        bsuid: object = None,
        parent_bsuid: object = None,
        username: object = None,
        name: object = None,
    ) -> Self:
        """A person from values of the wire: spaces, `+` and dashes in a phone do not matter."""
        digits = _NOT_DIGITS.sub("", str(phone)) if phone is not None else ""
        return cls(
            phone=digits or None,
            bsuid=_text(bsuid),
            parent_bsuid=_text(parent_bsuid),
            username=_text(username),
            name=_text(name),
        )

    @classmethod
    def under(cls, alias: str) -> Self:
        """A person of whom nothing but one alias is known."""
        kind, _, value = alias.partition(":")
        return cls(**{"parent_bsuid" if kind == "parent" else kind: value})

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every alias that identifies this person, the one that files a message first."""
        named = (("phone", self.phone), ("bsuid", self.bsuid), ("parent", self.parent_bsuid))
        found = tuple(f"{kind}:{value}" for kind, value in named if value)
        return found or ((f"username:{self.username}",) if self.username else ())

    @property
    def alias(self) -> str | None:
        """The alias under which this event is filed; None when the event names nobody."""
        if self.phone:
            return f"phone:{self.phone}"
        return next(iter(self.aliases), None)

    @property
    def least(self) -> str | None:
        """The alias under which this event lists the person, so that the least of all is listed."""
        return min(self.aliases, default=None)


def why_unreachable(phone: str | None, bsuid: str | None) -> str | None:
    """What is wrong with somebody's address as it was written down; None when nothing is."""
    person = Person.of(phone, bsuid=bsuid)
    if phone and not _PHONE.fullmatch(person.phone or ""):
        return NOT_A_PHONE
    if person.bsuid and not _BSUID.fullmatch(person.bsuid):
        return NOT_A_BSUID
    return None if person.alias else NOBODY


def reachable(alias: str) -> bool:
    """Whether an alias is a phone number or a user id to which a first message can be addressed."""
    kind, _, value = alias.partition(":")
    form = {"phone": _PHONE, "bsuid": _BSUID}.get(kind)
    return form is not None and form.fullmatch(value) is not None


def other_spelling(alias: str) -> str | None:
    """The alias of the same telephone in its other spelling; None for an alias without one."""
    kind, _, value = alias.partition(":")
    other = twin(value) if kind == "phone" else None
    return f"phone:{other}" if other else None


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
