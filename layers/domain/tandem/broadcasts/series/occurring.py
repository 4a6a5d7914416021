"""Occurring: what is due of a series becomes a broadcast, half an hour ahead of its time.

A broadcast's id follows from the series and the day, so that a worker that dies after making it, or
two at once, make the same one. The series moves on to its next day only afterwards.
"""

from collections.abc import Callable
from dataclasses import replace

from tandem.broadcasts.plans.creating import Broadcasts
from tandem.broadcasts.series.occurrences import following, shown_at
from tandem.model.broadcast import Broadcast, BroadcastRequest, Timing, id_under
from tandem.model.errors import Conflict, Refusal
from tandem.model.series import Happened, Occurrence, Series, SeriesState
from tandem.store.series import SeriesRows

AHEAD_SECONDS = 1800
"""How long before its time an occurrence is planned, against the audience as it is then."""

MAKE_UP_SECONDS = 3600
"""How late an occurrence may begin; after that it is left out."""

AGAIN_SECONDS = 300
"""How soon an occurrence that could not become a broadcast is tried again."""

HAPPENED_KEPT = 30
"""Occurrences that a series remembers."""

TOO_LATE = "its time had passed by more than an hour"
NOBODY = "there was nobody to send to: the recipients say why each is excluded"


class Occurring:
    """The verb of the plan queue for series."""

    def __init__(
        self, *, rows: SeriesRows, broadcasts: Broadcasts, clock: Callable[[], float]
    ) -> None:
        self._rows = rows
        self._broadcasts = broadcasts
        self._clock = clock

    def advance(self, tenant: str, name: str) -> int:
        """Take a series as far as it goes now; the number of broadcasts that it became.

        Idempotent, and safe beside itself.
        """
        made = 0
        while True:
            series = self._rows.get(tenant, name)
            if series is None or series.state is not SeriesState.RUNNING or series.next is None:
                return made
            now = int(self._clock())
            if series.next.at - AHEAD_SECONDS > now:
                return made
            happened = self._happened(series, series.next, now)
            if happened is None:
                return made
            if self._rows.replace(moved_on(series, happened), since=series.version):
                made += happened.broadcast is not None

    def _happened(self, series: Series, occurrence: Occurrence, now: int) -> Happened | None:
        """What comes of an occurrence; None when that is to be tried again."""
        if occurrence.at + MAKE_UP_SECONDS < now:
            why = f"{TOO_LATE}: {series.trouble}" if series.trouble else TOO_LATE
            return Happened(occurrence, skipped=why)
        request = request_of(series, occurrence, now)
        try:
            self._broadcasts.create(series.tenant, request)
        except Refusal as refusal:
            if not _is_made(refusal):
                held = replace(
                    series,
                    trouble=str(refusal),
                    look_at=now + AGAIN_SECONDS,
                    version=series.version + 1,
                )
                self._rows.replace(held, since=series.version)
                return None
        return Happened(occurrence, broadcast=id_under(series.tenant, request.key or ""))


def request_of(series: Series, occurrence: Occurrence, now: int) -> BroadcastRequest:
    """The broadcast that an occurrence becomes; one that is late begins at once."""
    asked, rule = series.request.broadcast, series.request.rule
    return replace(
        asked,
        name=f"{asked.name}, {occurrence.day}",
        timing=Timing(
            max(shown_at(occurrence.day, rule), now),
            rule.zone,
            rule.by_their_clock,
            asked.timing.quiet,
        ),
        # No caller's key has a line break: they are printable.
        key=f"{series.id}\n{occurrence.day}",
        bounds=series.request.bounds,
        series=series.id,
    )


def lapsed(broadcast: Broadcast, rows: SeriesRows, now: int) -> str | None:
    """Why an occurrence of a series is not to begin any more; None for everything that may."""
    if broadcast.series is None or broadcast.begun_at or broadcast.start_at > now:
        return None
    if broadcast.pause or broadcast.resumed_at:
        # Somebody has it in hand.
        return None
    if broadcast.start_at + MAKE_UP_SECONDS < now:
        return NOBODY if broadcast.plan and not broadcast.plan.included else TOO_LATE
    series = rows.get(broadcast.tenant, broadcast.series)
    if series is None or series.deleted_at is not None:
        return "its series was deleted"
    return "its series was paused" if series.paused_at is not None else None


def moved_on(series: Series, happened: Happened) -> Series:
    """A series after an occurrence: on to the next, or at its end."""
    rule = series.request.rule
    due = following(rule, after=happened.occurrence.at)
    return replace(
        series,
        next=due,
        look_at=due.at - AHEAD_SECONDS if due else None,
        happened=(*series.happened, happened)[-HAPPENED_KEPT:],
        trouble=None,
        version=series.version + 1,
    )


def _is_made(refusal: Refusal) -> bool:
    """Whether a broadcast was refused because the occurrence is one already, as it was asked for
    when it was made: the series was changed since, or it was made late.
    """
    return isinstance(refusal, Conflict) and refusal.code == "key_reused"
