"""Conversations: a line and a contact, as registers of what happened last.

Unread and the window are comparisons of registers, never counters. Imported messages move only
`last_activity`: they are never unread and open no window.
"""

from dataclasses import dataclass

from tandem.model.events import StatusNote
from tandem.model.identity import Person
from tandem.model.message import Conversation
from tandem.model.window import Mark
from tandem.store import keys
from tandem.store.registers import Merge, Register, Row
from tandem.store.table import Table


@dataclass(frozen=True, slots=True)
class Activity:
    """What one message, or the newest of many, means for its conversation.

    `inbound`: the customer wrote just now (not imported). `opens_window`: it was a message in
    Meta's sense, not an edit, a revoke, a reaction or a ghost. `referred`: an ad or a button on a
    Page led the customer to it.
    """

    line: str
    person: Person
    at: int
    wamid: str
    inbound: bool = False
    opens_window: bool = False
    referred: bool = False
    named_by_customer: bool = False


class Talks:
    """The conversation rows of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def note(self, tenant: str, activity: Activity) -> bool:
        """Merge an activity into its conversation; True if that changed it."""
        alias = activity.person.alias
        if alias is None:
            return False
        key = keys.conversation(tenant, activity.line, alias)
        return self._table.merge(key, _merge(tenant, alias, activity))

    def note_free(self, tenant: str, note: StatusNote) -> bool:
        """Note until when Meta says that it charges nothing; True if that is news.

        A status that says no such thing, or nobody's, is none.
        """
        alias = note.person.alias
        if alias is None or note.free_until is None:
            return False
        told = Register("free_until", keys.moment(note.free_until, note.wamid), "latest")
        return self._table.merge(keys.conversation(tenant, note.line, alias), Merge((told,)))

    def get(self, tenant: str, line: str, alias: str) -> Conversation | None:
        row = self._table.get(keys.conversation(tenant, line, alias))
        return _read(row) if row else None

    def get_many(self, tenant: str, line: str, aliases: frozenset[str]) -> tuple[Conversation, ...]:
        """The conversations filed under any of these aliases, least alias first."""
        wanted = [keys.conversation(tenant, line, alias) for alias in sorted(aliases)]
        rows = self._table.get_many(wanted)
        return tuple(_read(rows[key]) for key in wanted if key in rows)

    def inbox(
        self, tenant: str, line: str, *, limit: int, cursor: str | None = None
    ) -> tuple[tuple[Conversation, ...], str | None]:
        """The conversations of a line, the most recently active first."""
        page = self._table.page(keys.inbox(tenant, line), limit=limit, cursor=cursor)
        return tuple(_read(row) for row in page.rows), page.cursor

    def mark_read(self, tenant: str, line: str, alias: str, at: int) -> bool:
        """The team has read all up to `at`."""
        key = keys.conversation(tenant, line, alias)
        return self._table.merge(key, Merge((Register("last_read", at, "latest"),)))


def _merge(tenant: str, alias: str, activity: Activity) -> Merge:
    stamp = keys.moment(activity.at, activity.wamid)
    registers = [
        Register(
            "last_activity",
            stamp,
            "latest",
            carry={
                "group": keys.inbox(tenant, activity.line),
                "moment": keys.moment(activity.at, alias),
            },
        )
    ]
    if activity.inbound:
        registers.append(Register("last_inbound", stamp, "latest"))
    if activity.opens_window:
        registers.append(Register("window", stamp, "latest"))
    if activity.referred:
        registers.append(Register("referred", stamp, "latest"))
    person = activity.person
    if activity.named_by_customer and (person.name or person.username):
        value = f"{stamp}#{person.name}#{person.username}"
        named = {"name": person.name, "username": person.username}
        registers.append(Register("named", value, "latest", carry=named))
    return Merge(tuple(registers), members={"aliases": frozenset(person.aliases)})


def _read(row: Row) -> Conversation:
    line, alias = keys.conversation_of(row["pk"])
    inbound, window = row.get("last_inbound"), row.get("window")
    return Conversation(
        line=line,
        alias=alias,
        aliases=tuple(sorted(row.get("aliases", ()))),
        last_activity_at=keys.moment_at(row["last_activity"]) if "last_activity" in row else 0,
        last_inbound_at=keys.moment_at(inbound) if inbound else None,
        window_opened_at=keys.moment_at(window) if window else None,
        window_opened_by=window.split("#", 1)[1] if window else None,
        last_read_at=row.get("last_read"),
        name=row.get("name"),
        username=row.get("username"),
        referred=_mark(row, "referred"),
        free_until=_mark(row, "free_until"),
    )


def _mark(row: Row, name: str) -> Mark | None:
    value = row.get(name)
    return Mark(keys.moment_at(value), value.split("#", 1)[1]) if value else None
