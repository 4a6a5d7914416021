"""Mistakes, each of which would break a law: what the suites must catch."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from tandem.conversations import recording
from tandem.conversations.filing import Filing
from tandem.history import importing
from tandem.history.importing import Importing
from tandem.meta import messages as rows
from tandem.model.events import Sighting
from tandem.runtime import batches
from tandem.store import keys, message_facts, people, talks
from tandem.store.expression import Expression
from tandem.store.kept import KeptThings
from tandem.store.keys import Key
from tandem.store.people import People
from tandem.store.registers import Merge, Register, Row
from tandem.store.scratch import Scratch
from tandem.store.syncs import Syncs
from tests.fakes.memory_cloud import OverHttp

Mistake = Callable[[], AbstractContextManager[Any]]


def earliest_takes_the_latest() -> AbstractContextManager[Any]:
    def moves(self: Register, row: Row) -> bool:
        there = row.get(self.name)
        return there is None or bool(self.value > there)

    return patch.object(Register, "moves", moves)


def registers_move_both_ways() -> AbstractContextManager[Any]:
    """The last writer wins."""

    def moves(self: Register, row: Row) -> bool:
        return bool(self.value != row.get(self.name))

    return patch.object(Register, "moves", moves)


def content_without_its_fingerprint() -> AbstractContextManager[Any]:
    return patch.object(message_facts, "fingerprint", lambda _: "")


def names_without_their_fingerprint() -> AbstractContextManager[Any]:
    return patch.object(people, "fingerprint", lambda _: "")


def firsts_overwrite() -> AbstractContextManager[Any]:
    return _replacing(lambda fact: fact.firsts)


def members_are_replaced() -> AbstractContextManager[Any]:
    return _replacing(lambda fact: fact.members)


def _replacing(told: Callable[[Merge], Row]) -> AbstractContextManager[Any]:
    """What a fact tells so stands as it was told last."""
    merge = Scratch.merge

    def merging(self: Scratch, key: Key, fact: Merge) -> bool:
        changed = merge(self, key, fact)
        self._rows[key].update(told(fact))
        return changed

    return patch.object(Scratch, "merge", merging)


def content_regardless_of_completeness() -> AbstractContextManager[Any]:
    content = message_facts._content

    def ranked(sighting: Sighting) -> Register:
        register = content(sighting)
        return register._replace(value=str(register.value)[1:])

    return patch.object(message_facts, "_content", ranked)


def the_import_is_unread() -> AbstractContextManager[Any]:
    activity = importing.Activity

    def inbound(**told: Any) -> talks.Activity:
        return activity(**{**told, "inbound": True})

    return patch.object(importing, "Activity", inbound)


def ghosts_open_windows() -> AbstractContextManager[Any]:
    activity = recording.Activity

    def opening(**told: Any) -> talks.Activity:
        return activity(**{**told, "opens_window": told["inbound"]})

    return patch.object(recording, "Activity", opening)


def people_of_all_tenants_are_one() -> AbstractContextManager[Any]:
    person = keys.person
    return patch.object(keys, "person", lambda _, alias: person("acme", alias))


def one_bad_row_is_dropped() -> AbstractContextManager[Any]:
    return patch.object(KeptThings, "keep", lambda *_, **__: None)


def aliases_are_not_tied() -> AbstractContextManager[Any]:
    return patch.object(People, "join_all", lambda *_, **__: None)


def a_time_is_believed_to_be_a_number() -> AbstractContextManager[Any]:
    return patch.object(rows, "moment", lambda value: int(value))


# ---- mistakes that show only when a worker dies


def the_table_takes_what_comes_last() -> AbstractContextManager[Any]:
    """A register is written whether or not it moves."""
    merge = Expression.merge

    def merging(self: Expression, fact: Merge) -> None:
        merge(self, fact)
        self.conditions.clear()

    return patch.object(Expression, "merge", merging)


def the_receipt_comes_before_its_rows() -> AbstractContextManager[Any]:
    apply = Importing.apply

    def applying(
        self: Importing,
        tenant: str,
        sync: str,
        chunk: Any,
        at: int,
        *,
        done: bool | None = None,
        **how: Any,
    ) -> bool:
        if done is None:
            done = self._syncs.has_receipt(tenant, sync, chunk)
        if done:
            return False
        receipt = importing.receipt_of(chunk)
        self._syncs.write_receipt(tenant, chunk.line, sync, receipt=receipt, received_at=at)
        return apply(self, tenant, sync, chunk, at, done=False, **how)

    return patch.object(Importing, "apply", applying)


def people_are_remembered_before_they_are_written() -> AbstractContextManager[Any]:
    class Eager(set[Any]):
        """What is asked for once counts as written."""

        def __contains__(self, key: object) -> bool:
            known = super().__contains__(key)
            self.add(key)
            return known

    made = People.__init__

    def making(self: People, *told: Any) -> None:
        made(self, *told)
        self._known = Eager()

    return patch.object(People, "__init__", making)


def contacts_are_remembered_before_they_are_written() -> AbstractContextManager[Any]:
    note = Syncs.note_contacts

    def noting(self: Syncs, tenant: str, line: str, sync: str, received_at: int) -> None:
        key = keys.sync(tenant, line, sync)
        if key in self._contacts_from:
            return
        self._contacts_from[key] = received_at + 1
        note(self, tenant, line, sync, received_at)

    return patch.object(Syncs, "note_contacts", noting)


def what_fails_is_not_given_back() -> AbstractContextManager[Any]:
    answer = batches._answer

    def all_well(*told: Any) -> Any:
        answer(*told)
        return {"batchItemFailures": []}

    return patch.object(batches, "_answer", all_well)


def a_body_is_acknowledged_before_it_is_kept() -> AbstractContextManager[Any]:
    send = OverHttp.send_message

    def sending(self: OverHttp, *told: Any, **more: Any) -> None:
        try:
            send(self, *told, **more)
        except Exception:  # noqa: BLE001 - that is the mistake
            return

    return patch.object(OverHttp, "send_message", sending)


def a_fault_is_swallowed() -> AbstractContextManager[Any]:
    """The delivery counts as filed, whatever went wrong on the way."""
    file = Filing.file

    def filing(self: Filing, *told: Any, **more: Any) -> Any:
        try:
            return file(self, *told, **more)
        except Exception:  # noqa: BLE001 - that is the mistake
            return frozenset()

    return patch.object(Filing, "file", filing)


IN_THE_STATE: tuple[Mistake, ...] = (
    earliest_takes_the_latest,
    registers_move_both_ways,
    content_without_its_fingerprint,
    names_without_their_fingerprint,
    firsts_overwrite,
    members_are_replaced,
    content_regardless_of_completeness,
    the_import_is_unread,
    ghosts_open_windows,
    people_of_all_tenants_are_one,
    one_bad_row_is_dropped,
    aliases_are_not_tied,
)
"""Mistakes that the suite of webhooks catches."""

IN_THE_ORDER_OF_WRITES: tuple[Mistake, ...] = (
    the_table_takes_what_comes_last,
    the_receipt_comes_before_its_rows,
    people_are_remembered_before_they_are_written,
    contacts_are_remembered_before_they_are_written,
    what_fails_is_not_given_back,
    a_body_is_acknowledged_before_it_is_kept,
    a_fault_is_swallowed,
)
"""Mistakes that the suite of crashes catches."""

IN_READING: tuple[Mistake, ...] = (one_bad_row_is_dropped, a_time_is_believed_to_be_a_number)
"""Mistakes that the mutated bodies catch."""
