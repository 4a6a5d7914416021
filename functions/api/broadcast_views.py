"""What the API shows of broadcasts. Times are unix seconds; what is not known is null."""

import math
from collections.abc import Iterable
from dataclasses import asdict

from functions.api.views import Shown
from tandem.broadcasts.plans.bounds import beyond
from tandem.model.broadcast import Bounds, Broadcast, BroadcastState, Plan, Quiet, Rules
from tandem.model.recipient import Excluded, Progress, Recipient


def broadcast(broadcast: Broadcast) -> Shown:
    template, audience, timing = broadcast.template, broadcast.audience, broadcast.timing
    return {
        "id": broadcast.id,
        "revision": broadcast.revision,
        "line": broadcast.line,
        "name": broadcast.name,
        "state": broadcast.state,
        "template": {
            "name": template.name,
            "language": template.language,
            "category": broadcast.category,
            "blanks": [blank.place for blank in template.blanks],
        },
        "fill": {place: asdict(by) for place, by in broadcast.filling.items()},
        "audience": {
            "people": bool(broadcast.given),
            "lists": list(audience.lists),
            "segment": audience.segment,
            "leave_out": list(audience.leave_out),
        },
        "timing": {
            "at": timing.at,
            "zone": timing.zone,
            "by_their_clock": timing.by_their_clock,
            "quiet": hours(timing.quiet) if timing.quiet else None,
        },
        "rules": rules(broadcast.rules),
        "by": broadcast.by,
        "created_at": broadcast.created_at,
        "start_at": broadcast.start_at,
        "begun_at": broadcast.begun_at,
        "finished_at": broadcast.finished_at,
        "cancelled_at": broadcast.cancelled_at,
        "trouble": broadcast.trouble,
        "plan": plan(broadcast.plan) if broadcast.plan else None,
        "approval": asdict(broadcast.approval) if broadcast.approval else None,
        "series": broadcast.series,
        "approve_within": bounds(broadcast.bounds) if broadcast.bounds else None,
        "waits_for": waits_for(broadcast),
        "pause": asdict(broadcast.pause) if broadcast.pause else None,
    }


def meanwhile(*, beside: Iterable[Broadcast], throttled_until: float | None) -> Shown:
    """What else there is on its line while it goes out."""
    return {
        "beside": [other.id for other in beside],
        "throttled_until": math.ceil(throttled_until) if throttled_until is not None else None,
    }


def rules(rules: Rules) -> Shown:
    """Whom it spares, as it was asked for."""
    at_most = dict(zip(("count", "days"), rules.at_most, strict=True)) if rules.at_most else None
    return {**asdict(rules), "at_most": at_most}


def bounds(bounds: Bounds) -> Shown:
    """What was approved beforehand. Money is text."""
    cost = bounds.at_most_cost
    return {**asdict(bounds), "at_most_cost": f"{cost:f}" if cost is not None else None}


def waits_for(broadcast: Broadcast) -> str | None:
    """Why an occurrence of a series waits for somebody to approve it."""
    if broadcast.state is not BroadcastState.PLANNED or broadcast.plan is None:
        return None
    if broadcast.bounds is None:
        return None if broadcast.series is None else "nothing was approved beforehand"
    return beyond(broadcast.bounds, broadcast.plan)


def hours(quiet: Quiet) -> Shown:
    return {"since": f"{quiet.since:%H:%M}", "until": f"{quiet.until:%H:%M}"}


def plan(plan: Plan) -> Shown:
    """A plan. Money is text, so that no digit of it is lost; every cost names its rate card."""
    forecast = plan.forecast
    return {
        "hash": plan.hash,
        "size": plan.size,
        "included": plan.included,
        "excluded": dict(plan.excluded),
        "planned_at": plan.planned_at,
        "forecast": {
            "begins_at": forecast.begins_at,
            "ends_at": forecast.ends_at,
            "seconds": forecast.seconds,
            "rate": round(forecast.rate, 2),
            "currency": forecast.currency,
            "total": str(forecast.total),
            "costs": [
                {**asdict(cost), "each": str(cost.each), "amount": str(cost.amount)}
                for cost in forecast.costs
            ],
            "free": dict(forecast.free),
            "unpriced": dict(forecast.unpriced),
            "outside_window": forecast.outside,
            "headroom": asdict(forecast.headroom),
        },
    }


def progress(progress: Progress) -> Shown:
    """Counts of the recipients as they are now; `rate` is accepted messages per second."""
    return {
        "total": progress.total,
        "waiting": progress.waiting,
        "accepted": progress.accepted,
        "rate": round(progress.rate, 2) if progress.rate is not None else None,
        "states": dict(progress.states),
        "reasons": dict(progress.reasons),
    }


def recipient(recipient: Recipient, now: int) -> Shown:
    return {
        "number": recipient.number,
        "phone": recipient.person.phone,
        "bsuid": recipient.person.bsuid,
        "state": recipient.state(now),
        "message": recipient.wamid,
        "code": recipient.code,
        "reason": why(recipient),
        "due_at": recipient.due_at,
        "not_before": recipient.not_before,
    }


def why(recipient: Recipient) -> str | None:
    """Why somebody is left out or was not reached, as a person reads it."""
    reason = recipient.reason
    return Excluded(reason).words if reason is not None and reason in Excluded else reason
