"""What came for numbers and accounts that nobody has connected: shown, and waiting for them.

A row names a body in the archive and, like the archive, is of the whole body as it came. Once its
number or account is connected, the body goes through the live queue again, as if it had come only
now; `tandem.lines.returning` sees to that.
"""

from collections.abc import Iterator
from typing import NamedTuple

from tandem.model.line import Address
from tandem.store import keys
from tandem.store.envelope import Delivery
from tandem.store.kept import packed
from tandem.store.registers import Merge, Register
from tandem.store.table import Table

REASON = "unknown_line"
_SHOWN = ("group", "moment", "raw", "raw_gz")


class Waiting(NamedTuple):
    """One body that waits: its row, and its key in the archive."""

    row: keys.Key
    archived: str


class Unclaimed:
    """Bodies by the address they came for. They belong to `keys.SYSTEM` until they are given."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def keep(self, address: Address, delivery: Delivery, *, archived: str) -> None:
        """Keep a body for an address, and show it to the operator. Idempotent on its bytes."""
        moment = keys.moment(delivery.received_at, delivery.fingerprint)
        first_time = {"archived": archived, "at": delivery.received_at, "moment": moment}
        merge = Merge(
            (Register("received_at", delivery.received_at, "earliest", carry=first_time),),
            firsts={
                "group": keys.kept_things(keys.SYSTEM),
                "reason": REASON,
                "what": "body",
                address.kind: address.id,
                "detail": f"for the {_NAMES[address.kind]} {address.id}, which is not connected",
                **packed(delivery.body.decode("utf-8", "backslashreplace")),
            },
        )
        self._table.merge(keys.unclaimed(address, delivery.fingerprint), merge)

    def waiting_for(self, address: Address) -> Iterator[Waiting]:
        """Every body that waits for an address, read consistently."""
        for row in self._table.rows(keys.unclaimed(address).pk):
            if "group" in row:
                yield Waiting(keys.Key(row["pk"], row["sk"]), row["archived"])

    def let_go(self, waiting: Waiting, *, at: int) -> None:
        """It was given to the line: nothing is shown here any more, and the row expires."""
        self._table.update(
            waiting.row, put={"expires_at": at}, remove=_SHOWN, if_present=("archived",)
        )


_NAMES = {"line": "number", "waba": "account", "number": "phone number"}
