"""A broadcast as the attributes of a row, and back."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import time
from decimal import Decimal
from typing import Any

from tandem.model.broadcast import (
    Approval,
    Audience,
    Bounds,
    Broadcast,
    Pause,
    PausedFor,
    Plan,
    Quiet,
    Rules,
    Timing,
)
from tandem.model.forecast import Cost, Forecast, Headroom
from tandem.model.template import FilledBy, KnownTemplate
from tandem.store import keys
from tandem.store.registers import Row


def as_row(broadcast: Broadcast) -> Row:
    """A new broadcast."""
    return {
        **asked_row(broadcast),
        "created_at": broadcast.created_at,
        "by": broadcast.by,
        "fingerprint": broadcast.fingerprint,
        "series": broadcast.series,
        "group": keys.broadcasts(broadcast.tenant),
        "moment": keys.moment(broadcast.created_at, broadcast.id),
    }


def asked_row(broadcast: Broadcast) -> Row:
    """What an edit can change. People given one by one are kept elsewhere, under `given`."""
    audience, timing, rules = broadcast.audience, broadcast.timing, broadcast.rules
    quiet = timing.quiet
    return {
        "line": broadcast.line,
        "name": broadcast.name,
        "revision": broadcast.revision,
        "approves": broadcast.approves or None,
        "bounds": _bounds_row(broadcast.bounds) if broadcast.bounds else None,
        "start_at": broadcast.start_at,
        "given": broadcast.given,
        "template": json.dumps(asdict(broadcast.template), sort_keys=True),
        "filling": json.dumps({place: asdict(by) for place, by in broadcast.filling.items()}),
        "audience": {
            "lists": list(audience.lists),
            "segment": audience.segment,
            "leave_out": list(audience.leave_out),
        },
        "timing": {
            "at": timing.at,
            "zone": timing.zone,
            "by_their_clock": timing.by_their_clock,
            "quiet": [quiet.since.isoformat(), quiet.until.isoformat()] if quiet else None,
        },
        "rules": {
            "require_consent": rules.require_consent,
            "spare_hours": rules.spare_hours,
            "at_most": list(rules.at_most) if rules.at_most else None,
        },
    }


def _bounds_row(bounds: Bounds) -> Row:
    cost = bounds.at_most_cost
    return {
        "people": bounds.at_most_people,
        "cost": str(cost) if cost is not None else None,
        "currency": bounds.currency,
    }


def plan_row(plan: Plan) -> Mapping[str, Any]:
    """A plan, whole."""
    forecast = plan.forecast
    return {
        "hash": plan.hash,
        "size": plan.size,
        "excluded": dict(plan.excluded),
        "planned_at": plan.planned_at,
        "forecast": json.dumps(
            {
                "people": forecast.people,
                "begins_at": forecast.begins_at,
                "ends_at": forecast.ends_at,
                "rate": forecast.rate,
                "costs": [{**asdict(cost), "each": str(cost.each)} for cost in forecast.costs],
                "free": dict(forecast.free),
                "unpriced": dict(forecast.unpriced),
                "outside": forecast.outside,
                "headroom": asdict(forecast.headroom),
            }
        ),
    }


def read(tenant: str, row: Row) -> Broadcast:
    """The broadcast of a row."""
    approved = "approved_plan" in row
    return Broadcast(
        id=row["moment"].split("#", 1)[1],
        tenant=tenant,
        line=row["line"],
        name=row["name"],
        template=_template(json.loads(row["template"])),
        filling={place: FilledBy(**by) for place, by in json.loads(row["filling"]).items()},
        audience=_audience(row["audience"]),
        timing=_timing(row["timing"]),
        rules=_rules(row["rules"]),
        start_at=row["start_at"],
        created_at=row["created_at"],
        by=row["by"],
        given=row["given"],
        fingerprint=row["fingerprint"],
        revision=row["revision"],
        approves=row.get("approves", False),
        bounds=_bounds(row["bounds"]) if "bounds" in row else None,
        series=row.get("series"),
        plan=_plan(row["plan"]) if "plan" in row else None,
        trouble=row.get("trouble"),
        approval=Approval(row["approved_plan"], row["approved_by"], row["approved_at"])
        if approved
        else None,
        begun_at=row.get("begun_at"),
        pause=_pause(row) if "pause" in row else None,
        resumed_at=row.get("resumed_at"),
        again_at=row.get("again_at"),
        insisted_at=row.get("insisted_at"),
        finished_at=row.get("finished_at"),
        cancelled_at=row.get("cancelled_at"),
    )


def _template(said: dict[str, Any]) -> KnownTemplate:
    return KnownTemplate(**{**said, "components": tuple(said["components"])})


def _audience(row: Row) -> Audience:
    return Audience(
        lists=tuple(row.get("lists", ())),
        segment=row.get("segment"),
        leave_out=tuple(row.get("leave_out", ())),
    )


def _timing(row: Row) -> Timing:
    hours = row.get("quiet")
    return Timing(
        at=row.get("at"),
        zone=row["zone"],
        by_their_clock=row["by_their_clock"],
        quiet=Quiet(*(time.fromisoformat(hour) for hour in hours)) if hours else None,
    )


def _rules(row: Row) -> Rules:
    at_most = row.get("at_most")
    return Rules(
        require_consent=row["require_consent"],
        spare_hours=row.get("spare_hours"),
        at_most=(at_most[0], at_most[1]) if at_most else None,
    )


def _plan(row: Row) -> Plan:
    said = json.loads(row["forecast"])
    costs = tuple(Cost(**{**cost, "each": Decimal(cost["each"])}) for cost in said["costs"])
    return Plan(
        hash=row["hash"],
        size=row["size"],
        excluded=row.get("excluded", {}),
        planned_at=row["planned_at"],
        forecast=Forecast(
            **{**said, "costs": costs, "headroom": Headroom(**said.get("headroom", {}))}
        ),
    )


def _bounds(row: Row) -> Bounds:
    cost = row.get("cost")
    return Bounds(row["people"], Decimal(cost) if cost is not None else None, row.get("currency"))


def _pause(row: Row) -> Pause:
    return Pause(
        PausedFor(row["pause"]), row["pause_reason"], row.get("pause_code"), row["paused_at"]
    )
