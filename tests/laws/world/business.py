"""The business: its lines, the people who write to it, and what must be true of all of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, TENANT, WABA
from tests.laws.world.pieces import Json, Piece, Place, without_none

OTHER_TENANT = "globex"
FIRST = Place(TENANT, LINE, WABA, NUMBER)
SECOND = Place(TENANT, "106540352242923", "102290129340399", "15550100010")
FOREIGN = Place(OTHER_TENANT, "106540352242924", "102290129340400", "15550100020")
PLACES = (FIRST, SECOND, FOREIGN)
"""Two lines of one portfolio, and one of somebody else."""

OPENS_NO_WINDOW = frozenset({"edit", "revoke", "reaction", "system"})
LIVE = frozenset({"inbound", "echo"})


@dataclass
class Human:
    """A person as Meta names them to one portfolio today; they keep their number, or move."""

    phone: str
    bsuid: str
    parent: str
    username: str
    name: str

    def shown(self, chance: Random) -> Json:
        """What one occasion tells: a phone, a BSUID with or without its parent, or both."""
        which = chance.choice(["phone", "both", "bsuid", "all"])
        return without_none(
            {
                "phone": self.phone if which != "bsuid" else None,
                "bsuid": self.bsuid if which != "phone" else None,
                "parent": self.parent if which == "all" else None,
            }
        )


def aliases_of(shown: Json) -> frozenset[str]:
    kinds = ("phone", "bsuid", "parent")
    named = frozenset(f"{kind}:{shown[kind]}" for kind in kinds if kind in shown)
    return named or frozenset(f"username:{shown[k]}" for k in ("username",) if k in shown)


@dataclass
class Seen:
    """One sighting of a message. `completeness`: 1 a ghost, 2 a placeholder, 3 the message.

    `does` is what an act leaves on its target: the new text of an edit, the emoji of a reaction.
    """

    source: str
    at: int
    aliases: frozenset[str]
    kind: str
    text: str | None = None
    media: str | None = None
    target: str | None = None
    does: str | None = None
    completeness: int = 3

    @property
    def opens_window(self) -> bool:
        real = self.completeness > 1 and self.kind not in OPENS_NO_WINDOW
        return self.source == "inbound" and real and self.at >= ONBOARDED_AT


@dataclass
class Written:
    """A message as it is, however often and in whatever words Meta tells of it."""

    place: Place
    wamid: str
    human: int = 0
    outbound: bool = False
    at: int = 0
    seen: list[Seen] = field(default_factory=list)
    statuses: list[tuple[str, int]] = field(default_factory=list)

    @property
    def sources(self) -> set[str]:
        return {one.source for one in self.seen}

    @property
    def placed(self) -> list[Seen]:
        """The sightings that say where it belongs."""
        return [one for one in self.seen if one.source != "history_media"]

    @property
    def fullest(self) -> list[Seen]:
        best = max((one.completeness for one in self.seen), default=0)
        return [one for one in self.seen if one.completeness == best]


@dataclass
class Chunk:
    """An item of the import, and the messages in it."""

    place: Place
    phase: int
    order: int
    progress: int
    wamids: list[str]


@dataclass
class BookNote:
    """A word of the owner's address book."""

    tenant: str
    aliases: frozenset[str]
    at: int
    name: str | None
    """None when the entry was removed."""


@dataclass
class Wish:
    """What a person wishes of marketing."""

    tenant: str
    aliases: frozenset[str]
    at: int
    stop: bool


class Business:
    """Everything that happened, everything Meta says of it, and what follows."""

    def __init__(self) -> None:
        self.now = ONBOARDED_AT - 40
        self.pieces: list[Piece] = []
        self.people: dict[tuple[str, int], Human] = {}
        self.messages: dict[tuple[str, str], Written] = {}
        self.met: list[tuple[str, frozenset[str]]] = []
        """The aliases that one occasion showed to a tenant: they are one person."""
        self.chunks: list[Chunk] = []
        self.declined: set[str] = set()
        self.book: list[BookNote] = []
        self.wishes: list[Wish] = []
        self.kept: list[tuple[str, str]] = []
        """Owner and mark of each thing that nobody can understand."""
        self.noticed: list[tuple[str, str]] = []
        """Tenant and mark of each notice."""
        self.for_nobody: list[str] = []
        """Marks of what came for lines that nobody has connected."""
        self._numbers = iter(range(10_000))

    # ---- who, when, which

    def passes(self, chance: Random) -> int:
        """Time goes on, or does not: facts of one second often disagree."""
        self.now += chance.choice([0, 1, 30])
        return self.now

    def place(self, chance: Random) -> Place:
        """A line, the first more often than the others, so that much happens on one."""
        return chance.choice((FIRST, *PLACES))

    def number(self) -> int:
        return next(self._numbers)

    def mark(self, owner: str) -> str:
        """A text that stands nowhere else."""
        return f"{owner}-{self.number()}"

    def somebody(self, chance: Random, tenant: str) -> tuple[int, Human]:
        """One of three people; the first two are customers of both businesses."""
        number = chance.randint(0, 2)
        return number, self.person(tenant, number)

    def person(self, tenant: str, number: int) -> Human:
        code = "1" if tenant == TENANT else "2"
        fresh = Human(
            phone=f"1212555010{number}" if number < 2 else f"121255501{code}{number}",
            bsuid=f"US.{code}00{number}",
            parent=f"US.ENT.{code}00{number}",
            username=f"user.{code}{number}",
            name=f"Person {code}{number}",
        )
        return self.people.setdefault((tenant, number), fresh)

    def new_phone(self) -> str:
        return f"1212555{1000 + self.number()}"

    # ---- what is told

    def tell(
        self,
        place: Place,
        field: str,
        key: str,
        row: Any,
        *,
        shown: Json | None = None,
        contact: Json | None = None,
        alone: bool = False,
        aliases: frozenset[str] = frozenset(),
    ) -> None:
        """Meta says a row; whoever is shown in it, or in its contact, is one person."""
        aliases = aliases or aliases_of(shown or {})
        if aliases:
            self.met.append((place.tenant, aliases))
        self.pieces.append(
            Piece(
                place.waba,
                field,
                row,
                key,
                place=place,
                contact=contact,
                aliases=aliases,
                alone=alone,
            )
        )

    def message(self, place: Place, wamid: str) -> Written:
        """A message by its name; one that was never written until now is only referred to."""
        return self.messages.setdefault((place.line, wamid), Written(place, wamid))

    def write(self, place: Place, human: int, *, outbound: bool, at: int) -> Written:
        """A new message."""
        wamid = f"wamid.{self.mark(place.tenant)}"
        written = Written(place, wamid, human, outbound, at)
        self.messages[place.line, wamid] = written
        return written

    def written(self, place: Place) -> list[Written]:
        """The messages of a line that somebody wrote, in their order."""
        return [m for m in self.messages.values() if m.place == place and m.at]

    # ---- what follows

    def component(self, tenant: str, aliases: Iterable[str]) -> frozenset[str]:
        """Everybody who is known by now to be the same person."""
        known, grown = set(aliases), True
        while grown:
            grown = False
            for owner, met in self.met:
                if owner == tenant and met & known and not met <= known:
                    known |= met
                    grown = True
        return frozenset(known)

    def contacts(self, tenant: str) -> Iterator[frozenset[str]]:
        """Every person of a tenant by all their aliases, each once."""
        told: set[str] = set()
        for owner, met in self.met:
            if owner == tenant and not met <= told:
                component = self.component(tenant, met)
                told |= component
                yield component
