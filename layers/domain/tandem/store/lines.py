"""Lines, and when each is to be looked at again.

What is written about a line comes from three sides that never overwrite each other: its onboarding
(the register `onboarded_at`), what Meta says when it is read (`read_at`), and what Meta announces
(`noted_at`, and a register for each topic).
"""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tandem.model.happening import Happening, Told
from tandem.model.line import COEXISTENCE_RATE, Account, Line, LineState, MarketingWay, Mode
from tandem.model.notice import Topic
from tandem.store import accounts, keys
from tandem.store.due import due
from tandem.store.happenings import Happenings
from tandem.store.registers import Merge, Register, fingerprint
from tandem.store.routes import Routes
from tandem.store.standing import quality, standing, told
from tandem.store.troubles import (
    ADVISING,
    SENDS_PAUSED,
    STOPPING,
    Trouble,
    over_name,
    said,
    since_name,
    text_name,
    trouble_moved,
)


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
    connection_trouble: str | None = None


class Lines(Routes):
    # ---- lines

    def get(self, tenant: str, line: str) -> Line | None:
        row = self._table.get(keys.line(tenant, line))
        return _line(tenant, row) if row and "state" in row else None

    def get_beside(self, tenant: str, line: str, other: keys.Key) -> tuple[Line | None, bool]:
        """A line, and whether there is another row, in one read."""
        key = keys.line(tenant, line)
        found = self._table.get_many([key, other])
        row = found.get(key)
        return _line(tenant, row) if row and "state" in row else None, other in found

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
            **{name(kind): None for kind in Trouble for name in (text_name, since_name)},
        }
        since = Register("onboarded_at", line.onboarded_at, "latest", connected)
        syncs = {"syncs": frozenset({line.sync})}
        self._table.merge(keys.line(line.tenant, line.line), Merge((since,), members=syncs))

    def syncs(self, tenant: str, line: str) -> frozenset[str]:
        """Every sync that a line has had; of those before version 0.2.0 only the last."""
        row = self._table.get(keys.line(tenant, line)) or {}
        last = {row["sync"]} if "sync" in row else set[str]()
        return frozenset(last.union(row.get("syncs", ())))

    def release(self, tenant: str, line: str, *, at: int) -> bool:
        """Free a removed number for any tenant; False, and nothing done, unless Meta's own answer
        has proven it removed. What is known of it stays with the tenant that had it.
        """
        key = keys.line(tenant, line)
        removed = {"state": LineState.REMOVED.value}
        freed = self._table.update(
            key, put={"released_at": at}, remove=("group", "moment"), if_equal=removed
        )
        row = self._table.get(key)
        if not freed or row is None:
            return False
        others = [other for other in self.all(tenant) if other.line != line]
        keeps = any(
            other.waba == row["waba"] and other.state is not LineState.REMOVED for other in others
        )
        self._let_go(tenant, waba=row["waba"], line=line, keeps_waba=keeps)
        text = "The number was released: another tenant may connect it."
        self.note_happening(tenant, line, Happening(at, "released", Told.TANDEM, text))
        return True

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
        """Say what is wrong with a line and what its owner must do; None when it is over.

        That it began, and that it is over, stands on the line's timeline.
        """
        row = self._table.get(keys.line(tenant, line))
        if row is None or "state" not in row:
            return
        before: str | None = row.get(text_name(kind))
        if happening := trouble_moved(row, kind, before, text, at=at):
            self.note_happening(tenant, line, happening)
        over = {over_name(kind): at} if before is not None and text is None else {}
        self._table.update(
            keys.line(tenant, line),
            put={text_name(kind): text, since_name(kind): at if text else None, **over},
            if_present=("state",),
        )

    def note_happening(self, tenant: str, line: str, happening: Happening) -> None:
        """Put something on the line's timeline."""
        Happenings(self._table).note(tenant, line, happening)

    def note_phone_seen(self, tenant: str, line: str, *, at: int) -> None:
        """The owner's phone gave a sign of life at `at`."""
        seen = Register("phone_seen_at", at, "latest")
        self._table.merge(keys.line(tenant, line), Merge((seen,)))

    def hear_of_trouble(self, tenant: str, line: str, text: str, *, at: int) -> None:
        """Meta told at `at` that the line cannot send. Told again, or later than something newer,
        it changes nothing: what is over stays over.
        """
        trouble = {text_name(Trouble.SENDING): text, since_name(Trouble.SENDING): at}
        told = Register("trouble_told", keys.moment(at, fingerprint(trouble)), "latest", trouble)
        self._table.merge(keys.line(tenant, line), Merge((told,)))
        # A broadcast hears the same of every person: once an hour is enough.
        identity = f"{text}#{at // 3600}"
        happening = Happening(at, SENDS_PAUSED, Told.META, text, identity)
        self.note_happening(tenant, line, happening)

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
            text_name(Trouble.CONNECTION): reading.trouble,
            since_name(Trouble.CONNECTION): at if reading.trouble else None,
        }
        register = Register("read_at", at, "latest", {**known, **trouble})
        self._table.merge(keys.line(tenant, line), Merge((register,)))

    def choose_marketing_messages(self, tenant: str, line: str, way: MarketingWay) -> bool:
        """Which way marketing goes; False when there is no such line."""
        chosen = {"marketing_way": way.value}
        return self._table.update(keys.line(tenant, line), put=chosen, if_present=("onboarded_at",))

    def note_account(self, line: Line, account: Account, *, at: int) -> None:
        """Keep what Graph said of the line's account at `at`."""
        said = accounts.read(line.waba, account, at=at)
        self._table.merge(keys.line(line.tenant, line.line), said)

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
        account=accounts.account(row),
        trouble=said(row, STOPPING),
        advice=said(row, ADVISING),
        marketing_messages=MarketingWay(row.get("marketing_way", MarketingWay.AUTO)),
    )


def _watch(row: Mapping[str, Any]) -> Watch:
    tenant = row["pk"].split("#", 1)[0]
    return Watch(
        line=_line(tenant, row),
        due=row["moment"],
        read_at=row.get("read_at", 0),
        noted_at=row.get("noted_at", 0),
        removal_noted_at=row.get("removal_noted_at", 0),
        sending_trouble_at=row.get(since_name(Trouble.SENDING)),
        connection_trouble=row.get(text_name(Trouble.CONNECTION)),
    )
