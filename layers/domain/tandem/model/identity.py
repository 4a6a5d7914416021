"""Who a person is: the aliases one event carries. Aliases that meet in one event are one person."""

import re
from dataclasses import dataclass
from typing import Self

_NOT_DIGITS = re.compile(r"\D")


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


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
