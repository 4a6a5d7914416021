"""The recipients of an edition of a broadcast: one row each, in shards small enough to be counted.

A row is written by the planner, once; by senders, under the condition that no attempt is open and
nothing has been decided; and by what Meta tells later, as registers. None of them can undo another.
"""

from collections.abc import Iterator, Sequence

from tandem.model.events import digest
from tandem.model.identity import Person
from tandem.model.recipient import Excluded, Outcome, Recipient
from tandem.store import keys
from tandem.store.registers import BARE, Merge, Register, Row
from tandem.store.table import Table

TOLD_STATES = ("sent", "delivered", "read", "played", "failed")


class RecipientRows:
    """The recipient rows of every broadcast of every tenant."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def insert_absent(
        self, tenant: str, edition: str, recipients: Sequence[Recipient]
    ) -> list[bool]:
        """Write the rows that are not there; those that are keep all that happened to them."""
        return self._table.insert_many(
            [
                (keys.recipient(tenant, edition, recipient.number), _fresh(recipient))
                for recipient in recipients
            ]
        )

    def get(self, tenant: str, edition: str, number: int) -> Recipient | None:
        row = self._table.get(keys.recipient(tenant, edition, number))
        return _read(row) if row and "number" in row else None

    def between(self, tenant: str, edition: str, first: int, last: int) -> tuple[Recipient, ...]:
        """The recipients `first` to `last`, both included, in order."""
        wanted = [keys.recipient(tenant, edition, n) for n in range(first, last + 1)]
        rows = self._table.get_many(wanted)
        return tuple(_read(rows[key]) for key in wanted if key in rows)

    def all(self, tenant: str, edition: str, size: int, *, first: int = 0) -> Iterator[Recipient]:
        """The recipients from `first` on to those of a plan of `size`, in order, read consistently.

        `first` is where a shard begins.
        """
        shards = range(first // keys.RECIPIENTS_PER_SHARD, -(-size // keys.RECIPIENTS_PER_SHARD))
        for shard in shards:
            for row in self._table.rows(keys.audience(tenant, edition, shard)):
                yield _read(row)

    # ---- one attempt

    def begin(self, tenant: str, edition: str, number: int, *, attempt: str, at: int) -> bool:
        """Open an attempt, before Meta is called; False when one is open or all is decided."""
        key = keys.recipient(tenant, edition, number)
        began = self._table.update(
            key,
            put={"attempt": attempt, "attempt_at": at},
            if_absent=("attempt", "outcome"),
            if_present=("number",),
        )
        if began:
            return True
        # A write whose answer was lost is repeated by the client and then refuses itself.
        there = self._table.get(key) or {}
        return there.get("attempt") == attempt and "outcome" not in there

    def accepted(
        self, tenant: str, edition: str, number: int, *, wamid: str, at_ms: int | None = None
    ) -> bool:
        """Meta took the message; False when this or something else was decided before."""
        return self._table.update(
            keys.recipient(tenant, edition, number),
            put={"outcome": Outcome.ACCEPTED.value, "wamid": wamid, "accepted_ms": at_ms},
            if_absent=("outcome",),
            if_present=("number",),
        )

    def concluded(
        self,
        tenant: str,
        edition: str,
        number: int,
        *,
        attempt: str,
        outcome: Outcome,
        code: int | None,
        reason: str,
        not_before: int | None = None,
    ) -> bool:
        """Meta refused the message for good, or for a day (`not_before`)."""
        decided = {
            "outcome": outcome.value,
            "code": code,
            "reason": reason,
            "not_before": not_before,
        }
        return self._table.update(
            keys.recipient(tenant, edition, number),
            put=decided,
            if_equal={"attempt": attempt},
            if_absent=("outcome",),
        )

    def released(
        self,
        tenant: str,
        edition: str,
        number: int,
        *,
        attempt: str,
        tries: int,
        not_before: int | None = None,
    ) -> bool:
        """Meta certainly did not take it: as if this attempt had not been."""
        return self._table.update(
            keys.recipient(tenant, edition, number),
            put={"tries": tries or None, "not_before": not_before},
            remove=("attempt", "attempt_at", "unsure"),
            if_equal={"attempt": attempt},
            if_absent=("outcome",),
        )

    def unsure(self, tenant: str, edition: str, number: int, *, attempt: str) -> bool:
        """An attempt is open and whoever made it is gone: its outcome is unknown."""
        return self._table.update(
            keys.recipient(tenant, edition, number),
            put={"unsure": True},
            if_equal={"attempt": attempt},
            if_absent=("outcome",),
        )

    def skipped(self, tenant: str, edition: str, number: int, *, reason: str) -> bool:
        return self._table.update(
            keys.recipient(tenant, edition, number),
            put={"outcome": Outcome.SKIPPED.value, "reason": reason},
            if_absent=("attempt", "outcome"),
            if_present=("number",),
        )

    def reopened(self, tenant: str, edition: str, recipient: Recipient) -> bool:
        """Somebody who was refused for a time may be tried once more."""
        return self._table.update(
            keys.recipient(tenant, edition, recipient.number),
            put={"second": True},
            remove=("attempt", "attempt_at", "unsure", "outcome", "code", "reason", "not_before"),
            if_equal={"outcome": Outcome.REFUSED.value, "attempt": recipient.attempt},
        )

    # ---- what Meta tells later

    def told(
        self,
        tenant: str,
        edition: str,
        number: int,
        *,
        state: str,
        at: int,
        code: int | None = None,
        reason: str | None = None,
    ) -> bool:
        """Keep the earliest time of one state; unknown states are the message row's alone."""
        if state not in TOLD_STATES:
            return False
        why = {"told_code": code, "told_reason": reason}
        carried = {name: value for name, value in why.items() if value is not None}
        stamp = keys.moment(at, digest(carried) if carried else BARE)
        register = Register(f"told_{state}", stamp, "earliest", carry=carried)
        return self._table.merge(keys.recipient(tenant, edition, number), Merge((register,)))


def _fresh(recipient: Recipient) -> Row:
    person = recipient.person
    return {
        "number": recipient.number,
        "phone": person.phone,
        "bsuid": person.bsuid,
        "values": dict(recipient.values) or None,
        "due_at": recipient.due_at,
        "excluded": recipient.excluded.value if recipient.excluded else None,
        "outcome": recipient.outcome.value if recipient.outcome else None,
        "reason": recipient.reason,
    }


def _read(row: Row) -> Recipient:
    told = {
        state: keys.moment_at(row[f"told_{state}"])
        for state in TOLD_STATES
        if f"told_{state}" in row
    }
    return Recipient(
        number=row["number"],
        person=Person(phone=row.get("phone"), bsuid=row.get("bsuid")),
        values=row.get("values", {}),
        due_at=row.get("due_at"),
        excluded=Excluded(row["excluded"]) if "excluded" in row else None,
        attempt=row.get("attempt"),
        attempt_at=row.get("attempt_at"),
        unsure=row.get("unsure", False),
        outcome=Outcome(row["outcome"]) if "outcome" in row else None,
        wamid=row.get("wamid"),
        accepted_ms=row.get("accepted_ms"),
        code=row.get("told_code", row.get("code")),
        reason=row.get("told_reason", row.get("reason")),
        tries=row.get("tries", 0),
        not_before=row.get("not_before"),
        second=row.get("second", False),
        told=frozenset(told),
        told_at=told,
    )
