"""Lines, and when each is to be looked at again.

What is written about a line comes from three sides that never overwrite each other: its onboarding
(the register `onboarded_at`), what Meta says when it is read (`read_at`), and what Meta announces
(`noted_at`, and a register for each topic).
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from tandem.model.line import COEXISTENCE_RATE, Line, LineState, Mode
from tandem.model.notice import Topic
from tandem.store import keys
from tandem.store.due import due
from tandem.store.registers import Merge, Register, fingerprint
from tandem.store.routes import Routes
from tandem.store.standing import quality, standing, told


class Trouble(StrEnum):
    """Where a trouble comes from: each source writes and clears its own.

    `SENDING` and `CONNECTION` stop sends; the others only tell the owner what to do.
    """

    SENDING = "sending"
    CONNECTION = "connection"
    SYNC = "sync"
    PERMISSION = "permission"


STOPPING = (Trouble.CONNECTION, Trouble.SENDING)
ADVISING = (Trouble.SYNC, Trouble.PERMISSION)


@dataclass(frozen=True, slots=True)
class Reading:
    """What Meta says of a line when asked; None leaves what is known.

    `trouble` is what keeps sends from being made: None says that nothing does.
    """

    state: LineState | None = None
    mode: Mode | None = None
    rate: int | None = None
    display_number: str | None = None
    verified_name: str | None = None
    quality: str | None = None
    trouble: str | None = None
    messaging_limit: int | None = None
    name_status: str | None = None
    token_expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """A line as the keeper sees it; times in unix seconds, 0 when it never happened.

    `sending_trouble_at` is None when sends are not in trouble, 0 when it is not known since when.
    """

    line: Line
    due: str
    read_at: int
    noted_at: int
    removal_noted_at: int
    sending_trouble_at: int | None


class Lines(Routes):
    # ---- lines

    def get(self, tenant: str, line: str) -> Line | None:
        row = self._table.get(keys.line(tenant, line))
        return _line(tenant, row) if row and "state" in row else None

    def all(self, tenant: str) -> tuple[Line, ...]:
        """Every line of a tenant, the removed ones too."""
        rows = self._table.rows(keys.lines(tenant))
        return tuple(_line(tenant, row) for row in rows if "state" in row)

    def save_connected(self, line: Line) -> None:
        """Write a freshly connected line with its routes; an older onboarding never wins over it.

        Repeating it changes nothing, whatever became of the line meanwhile. Raises NotAllowed when
        the number or the WABA is another tenant's.
        """
        self.claim(line.tenant, waba=line.waba, line=line.line)
        self._name_number(line.display_number, line.line)
        connected = {
            "waba": line.waba,
            "sync": line.sync,
            "display_number": line.display_number,
            "verified_name": line.verified_name,
            "mode": line.mode.value,
            "state": line.state.value,
            "rate": line.rate,
            "quality": line.quality,
            "token_expires_at": line.standing.token_expires_at,
            "group": keys.watched_lines(),
            "moment": keys.moment(line.onboarded_at, line.line),
            "read_at": line.onboarded_at,
            **{name(kind): None for kind in Trouble for name in (_text_of, _since_of)},
        }
        since = Register("onboarded_at", line.onboarded_at, "latest", connected)
        self._table.merge(keys.line(line.tenant, line.line), Merge((since,)))

    def set_state(self, tenant: str, line: str, state: LineState, *, since: LineState) -> bool:
        """Move a line from the state `since`; False, and nothing done, when it is in another."""
        return self._table.update(
            keys.line(tenant, line), put={"state": state.value}, if_equal={"state": since.value}
        )

    def note_trouble(
        self,
        tenant: str,
        line: str,
        text: str | None,
        *,
        kind: Trouble = Trouble.SENDING,
        at: int = 0,
    ) -> None:
        """Say what is wrong with a line and what its owner must do; None when it is over."""
        self._table.update(
            keys.line(tenant, line),
            put={_text_of(kind): text, _since_of(kind): at if text else None},
            if_present=("state",),
        )

    def hear_of_trouble(self, tenant: str, line: str, text: str, *, at: int) -> None:
        """Meta told at `at` that the line cannot send. Told again, or later than something newer,
        it changes nothing: what is over stays over.
        """
        trouble = {_text_of(Trouble.SENDING): text, _since_of(Trouble.SENDING): at}
        told = Register("trouble_told", keys.moment(at, fingerprint(trouble)), "latest", trouble)
        self._table.merge(keys.line(tenant, line), Merge((told,)))

    # ---- what Meta announces and says

    def note_announcement(self, tenant: str, line: str, *, at: int, removal: bool = False) -> None:
        """Meta announced a change of the line at `at`: it is to be read again at once."""
        noted = Register("noted_at", at, "latest", {"moment": keys.moment(at, line)})
        removed = (Register("removal_noted_at", at, "latest"),) if removal else ()
        self._table.merge(keys.line(tenant, line), Merge((noted, *removed)))

    def note_told(
        self, tenant: str, line: str, topic: Topic, what: Mapping[str, Any], *, at: int
    ) -> None:
        """Keep what Meta announced of a topic at `at`; an older word never wins over a newer."""
        self._table.merge(keys.line(tenant, line), told(topic, what, at=at))

    def note_reading(self, tenant: str, line: str, reading: Reading, *, at: int) -> None:
        """Keep what Meta says of the line now; an older reading never wins over a newer one."""
        read = {
            "state": reading.state.value if reading.state else None,
            "mode": reading.mode.value if reading.mode else None,
            "rate": reading.rate,
            "display_number": reading.display_number,
            "verified_name": reading.verified_name,
            "quality": reading.quality,
            "messaging_limit": reading.messaging_limit,
            "name_status": reading.name_status,
            "token_expires_at": reading.token_expires_at,
        }
        known = {name: value for name, value in read.items() if value is not None}
        trouble = {
            _text_of(Trouble.CONNECTION): reading.trouble,
            _since_of(Trouble.CONNECTION): at if reading.trouble else None,
        }
        register = Register("read_at", at, "latest", {**known, **trouble})
        self._table.merge(keys.line(tenant, line), Merge((register,)))

    # ---- the keeper's list

    def due(self, now: int) -> Iterator[Watch]:
        """Every line of every tenant that is to be read again by `now`, the longest due first."""
        for row in due(self._table, keys.watched_lines(), now=now):
            yield _watch(row)

    def take(self, watch: Watch, *, next_at: int) -> Watch | None:
        """Take one due look at a line and set the next; None when it is no longer this one.

        Each line has its own place in the minute, so that they are not all read at once.
        """
        line = watch.line
        spread = zlib.crc32(line.line.encode()) % 60
        moment = keys.moment(next_at + spread, line.line)
        taken = self._table.update(
            keys.line(line.tenant, line.line),
            put={"moment": moment},
            if_equal={"moment": watch.due},
        )
        return replace(watch, due=moment) if taken else None


def _text_of(kind: Trouble) -> str:
    return f"trouble_{kind.value}"


def _since_of(kind: Trouble) -> str:
    return f"trouble_{kind.value}_at"


def _said(row: Mapping[str, Any], kinds: tuple[Trouble, ...]) -> str | None:
    return " ".join(row[_text_of(kind)] for kind in kinds if _text_of(kind) in row) or None


def _line(tenant: str, row: Mapping[str, Any]) -> Line:
    return Line(
        tenant=tenant,
        line=row["sk"],
        waba=row["waba"],
        display_number=row["display_number"],
        mode=Mode(row["mode"]),
        state=LineState(row["state"]),
        onboarded_at=row["onboarded_at"],
        sync=row["sync"],
        rate=row.get("rate", COEXISTENCE_RATE),
        verified_name=row.get("verified_name"),
        quality=quality(row),
        standing=standing(row),
        trouble=_said(row, STOPPING),
        advice=_said(row, ADVISING),
    )


def _watch(row: Mapping[str, Any]) -> Watch:
    tenant = row["pk"].split("#", 1)[0]
    return Watch(
        line=_line(tenant, row),
        due=row["moment"],
        read_at=row.get("read_at", 0),
        noted_at=row.get("noted_at", 0),
        removal_noted_at=row.get("removal_noted_at", 0),
        sending_trouble_at=row.get(_since_of(Trouble.SENDING)),
    )
