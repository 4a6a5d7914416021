"""What the API shows of series. Moments are unix seconds, days those of the rule's zone."""

from collections.abc import Mapping
from dataclasses import asdict

from functions.api.broadcast_views import bounds, hours, rules, waits_for
from functions.api.views import Shown
from tandem.broadcasts.series.occurrences import WEEKDAYS
from tandem.model.broadcast import Broadcast
from tandem.model.series import LAST_DAY, Every, Happened, Occurrence, Rule, Series


def series(series: Series) -> Shown:
    asked, quiet = series.request.broadcast, series.request.broadcast.timing.quiet
    within = series.request.bounds
    return {
        "id": series.id,
        "state": series.state,
        "line": asked.line,
        "name": asked.name,
        "template": {"name": asked.template, "language": asked.language},
        "fill": {place: asdict(by) for place, by in asked.filling.items()},
        "audience": {
            "lists": list(asked.audience.lists),
            "segment": asked.audience.segment,
            "leave_out": list(asked.audience.leave_out),
        },
        "rule": _rule(series.request.rule),
        "quiet": hours(quiet) if quiet else None,
        "rules": rules(asked.rules),
        "approve_within": bounds(within) if within else None,
        "by": series.by,
        "created_at": series.created_at,
        "paused_at": series.paused_at,
        "trouble": series.trouble,
        "next": _occurrence(series.next) if series.next else None,
    }


def occurrences(series: Series, made: Mapping[str, Broadcast]) -> list[Shown]:
    """What came of the latest occurrences, the newest first."""
    return [_happened(each, made.get(each.broadcast or "")) for each in reversed(series.happened)]


def _rule(rule: Rule) -> Shown:
    named = {LAST_DAY: "last"} if rule.every is Every.MONTH else dict(enumerate(WEEKDAYS, 1))
    return {
        "every": rule.every,
        "on": [named.get(day, day) for day in rule.days],
        "at": f"{rule.at:%H:%M}",
        "zone": rule.zone,
        "by_their_clock": rule.by_their_clock,
        "since": rule.since.isoformat(),
        "until": rule.until.isoformat() if rule.until else None,
        "count": rule.count,
    }


def _occurrence(occurrence: Occurrence) -> Shown:
    return {"day": occurrence.day.isoformat(), "at": occurrence.at}


def _happened(happened: Happened, made: Broadcast | None) -> Shown:
    return {
        **_occurrence(happened.occurrence),
        "broadcast": happened.broadcast,
        "state": made.state if made else None,
        "waits_for": waits_for(made) if made else None,
        "skipped": happened.skipped or (made.trouble if made and made.cancelled_at else None),
    }
