"""Replaying a line: rebuild it, compare it with the table, and repair the table if that is asked.

What stands is read before the archive is caught up with, so that whatever a row holds then came
from a body that the rebuild has seen. A row that changes between its reading and its writing is
refused by the table, read and decided again. Every write may be the last: the next replay ends in
the same state.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tandem.model.errors import Unstorable
from tandem.model.events import Kept
from tandem.model.identity import Person
from tandem.replay.comparing import Change, Depth, Verdict, compared
from tandem.replay.rebuilding import Bodies, Connected, Days, Rebuild, Routes
from tandem.store import keys
from tandem.store.kept import KeptThings
from tandem.store.keys import Key
from tandem.store.kinds import Kind, alias_of, kind_of, line_of, name_of
from tandem.store.line_rows import LineRows
from tandem.store.people import People
from tandem.store.registers import Merge, Row
from tandem.store.table import Table
from tandem.store.talks import Activity, Talks
from tandem.store.whose import FACTS

LOOKS = 6
"""So often a row that keeps changing is decided again; the next replay sees to what is left."""

_LAST = (Kind.CONVERSATION,)
"""A conversation leads to its messages, so it goes when they are seen to."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a replay found. `rows` counts what was compared, by kind; `failed` are bodies that the
    mappers of today cannot take in, `unsettled` rows that did not stand still.
    """

    bodies: int
    rows: Mapping[str, int]
    changes: tuple[Change, ...]
    failed: tuple[str, ...]
    unsettled: int = 0
    refused: int = 0

    def counts(self) -> dict[str, dict[str, int]]:
        """How many rows differ, by kind and verdict."""
        found = Counter((change.kind.value, change.verdict.value) for change in self.changes)
        counts: dict[str, dict[str, int]] = {}
        for (kind, verdict), number in sorted(found.items()):
            counts.setdefault(kind, {})[verdict] = number
        return counts


class Replay:
    """One line of a tenant, or all of them when `line` is None, over all days or some."""

    def __init__(
        self,
        table: Table,
        archive: Bodies,
        connected: Iterable[Connected],
        routes: Routes,
        *,
        tenant: str,
        line: str | None,
        days: Days,
    ) -> None:
        known = {one.line.line: one for one in connected}
        self.rebuild = Rebuild(archive, known.values(), routes, line=line, days=days)
        self._table = table
        self._tenant = tenant
        self._days = days
        self._lines = {line: known[line]} if line else known
        self._all_lines = set(self._lines) == set(known)
        self._standing = LineRows(table, tenant)
        self._scratch = self.rebuild.scratch
        self._kept = KeptThings(table)
        self._talks, self._met = Talks(self._scratch), People(self._scratch)
        self._rows: Counter[str] = Counter()

    def difference(self) -> Difference:
        """What is not as it should be. Nothing is written."""
        self.rebuild.catch_up()
        return self._told(self._look(self._candidates(), Depth.TAKE_AWAY))

    def apply(self, *, take_away: bool, at: int) -> Difference:
        """Repair the table, and say what was changed. `at` is the moment of the repair.

        Only a replay of all days takes away, and only what it is told to.
        """
        self.rebuild.catch_up()
        depth = Depth.TAKE_AWAY if take_away else Depth.CORRECT
        changed: dict[Key, Change] = {}
        refused: set[Key] = set()
        unsettled = 0
        candidates = self._candidates()
        for last in (False, True):
            pending = {key for key in candidates if (kind_of(key) in _LAST) is last}
            for _ in range(LOOKS):
                changes = [one for one in self._look(pending, depth) if one.key not in refused]
                if not changes:
                    break
                for change in changes:
                    try:
                        if self._write(change, at):
                            changed.setdefault(change.key, change)
                    except Unstorable:
                        refused.add(change.key)
            else:
                unsettled += len(changes)
        return self._told(changed.values(), unsettled=unsettled, refused=len(refused))

    def copied_into(self, table: Table) -> int:
        """Write what was rebuilt, and nothing of ours, into another table; how many rows."""
        self.rebuild.catch_up()
        facts = [(key, Merge(firsts=_said(row))) for key, row in self._rebuilt()]
        table.merge_many(facts)
        return len(facts)

    # ---- what differs

    def _candidates(self) -> set[Key]:
        """The rows that do not look right in the lists, and those that no list has."""
        unseen = {key for key, _ in self._rebuilt()}
        found: set[Key] = set()
        for row in self._all_standing():
            key = Key(row["pk"], row["sk"])
            self._rows[str(kind_of(key))] += 1
            unseen.discard(key)
            self._note_ours(row)
            if self._compared(key, row, Depth.TAKE_AWAY) is not None:
                found.add(key)
        return found | unseen

    def _all_standing(self) -> Iterator[Row]:
        aliases = {alias_of(key) for key, _ in self._rebuilt() if kind_of(key) is Kind.PERSON}
        for line, one in self._lines.items():
            for row in self._standing.of_line(line, [sync for _, sync in one.syncs]):
                aliases |= row.get("aliases", frozenset())
                yield row
        yield from self._standing.people(aliases)
        yield from (row for row in self._standing.kept() if self._is_of_lines(row))

    def _is_of_lines(self, kept: Row) -> bool:
        return self._all_lines or kept.get("line") in self._lines

    def _rebuilt(self) -> Iterator[tuple[Key, Row]]:
        """The rows of the scratch that are of these lines."""
        for key in self._scratch.every_key():
            row = self._scratch.seen(key)
            if row is None or kind_of(key) is None or not key.pk.startswith(f"{self._tenant}#"):
                continue
            if line_of(key) in (None, *self._lines):
                yield key, row

    def _look(self, wanted: Iterable[Key], depth: Depth) -> list[Change]:
        """How each of these rows is to change: it is read first, then the archive."""
        asked = sorted(wanted)
        there = self._table.get_many(asked)
        for row in self._messages_named_by(there.values()):
            self._note_ours(row)
        self.rebuild.catch_up()
        changes = (self._compared(key, there.get(key), depth) for key in asked)
        return [change for change in changes if change is not None]

    def _compared(self, key: Key, standing: Row | None, depth: Depth) -> Change | None:
        if not self._may_correct(key, standing):
            depth = Depth.ADD
        archived: frozenset[str] = (standing or {}).get("archived", frozenset())
        return compared(
            key,
            standing,
            self._scratch.seen(key),
            depth=depth,
            understood=bool(archived)
            and depth is not Depth.ADD
            and self.rebuild.has_read(archived),
        )

    def _may_correct(self, key: Key, standing: Row | None) -> bool:
        """Whether the rebuild has read all that can say something of this row."""
        if not self._days.all or self.rebuild.failed:
            return False
        if self._all_lines or line_of(key) is not None:
            return True
        return kind_of(key) is Kind.KEPT and (standing or {}).get("line") in self._lines

    # ---- what we sent ourselves

    def _note_ours(self, message: Row) -> None:
        """A message that we sent met a person and moved a conversation; no webhook says so."""
        if "api" not in message.get("sources", ()) or "place" not in message:
            return
        line, wamid = keys.message_of(message["pk"])
        _, alias = keys.conversation_of(message["group"])
        person, at = Person.under(alias), keys.moment_at(message["moment"])
        self._met.join(self._tenant, person, line=line, at=at)
        self._talks.note(self._tenant, Activity(line, person, at, wamid))

    def _messages_named_by(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The messages that conversations name as their last."""
        named = [
            keys.message(self._tenant, keys.conversation_of(row["pk"])[0], wamid)
            for row in rows
            if row["sk"] == "TALK" and (wamid := row.get("last_activity", "#").split("#", 1)[1])
        ]
        yield from self._table.get_many(named).values()

    # ---- writing

    def _write(self, change: Change, at: int) -> bool:
        """Write one change if its row is still as it was read."""
        key, standing, wanted = change.key, change.standing, change.wanted
        if standing is None:
            return self._table.insert(key, _said(wanted or {}))
        if change.loses:
            self._keep_apart(change, at)
        unchanged = {**dict.fromkeys(FACTS[change.kind]), **_said(standing)}
        if wanted is None:
            return self._table.delete(key, if_equal=unchanged)
        put = {name: after for name, (_, after) in change.attributes.items() if after is not None}
        if change.verdict is Verdict.RESOLVED:
            put["resolved_at"] = at
        gone = [name for name, (_, after) in change.attributes.items() if after is None]
        unchanged |= {name: standing.get(name) for name in put}
        return self._table.update(key, put=put, remove=gone, if_equal=unchanged)

    def _keep_apart(self, change: Change, at: int) -> None:
        """What a row says no more is kept word for word: it may be the only copy."""
        standing = _said(change.standing or {})
        kept = Kept(
            reason="replay",
            what=change.kind.value,
            raw=json.dumps(
                {"name": name_of(change.key), **standing}, sort_keys=True, default=_told
            ),
            line=line_of(change.key),
            detail="no archived webhook says this of it",
        )
        self._kept.keep(self._tenant, kept, at)

    def _told(
        self, changes: Iterable[Change], *, unsettled: int = 0, refused: int = 0
    ) -> Difference:
        return Difference(
            bodies=self.rebuild.bodies,
            rows=dict(sorted(self._rows.items())),
            changes=tuple(changes),
            failed=tuple(self.rebuild.failed),
            unsettled=unsettled,
            refused=refused,
        )


def _said(row: Row) -> dict[str, Any]:
    """A row without its key."""
    return {name: value for name, value in row.items() if name not in ("pk", "sk")}


def _told(value: object) -> object:
    """What JSON does not know: members in order, bytes as hexadecimal digits."""
    return sorted(value) if isinstance(value, frozenset) else bytes(value).hex()  # type: ignore[call-overload]
