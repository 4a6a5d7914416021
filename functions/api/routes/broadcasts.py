"""Broadcasts: asking for one, following it, holding it."""

from urllib.parse import urlencode

from functions.api import broadcast_views as views
from functions.api.answering import Answer, json_answer, page, table
from functions.api.asking import Caller, asked_page, body, caller, idempotency_key, new_router
from functions.api.broadcast_bodies import ApprovalBody, BroadcastBody
from functions.api.numbering import cursor_at, number_of
from functions.api.outcome_sheet import sheet
from tandem.broadcasts.sending.outcomes import LOOKED_THROUGH, Wanted
from tandem.model.broadcast import BroadcastRequest
from tandem.model.errors import Invalid
from tandem.model.recipient import RecipientState
from tandem.runtime.broadcasts import broadcasts, holding, outcomes
from tandem.runtime.clock import now
from tandem.runtime.stores import pace

router = new_router()


@router.post("/v1/broadcasts")
def create() -> Answer:
    who = caller(router)
    request = _asked(who, key=idempotency_key(router))
    return json_answer(201, views.broadcast(broadcasts().create(who.tenant, request)))


@router.get("/v1/broadcasts")
def newest() -> Answer:
    limit, cursor = asked_page(router)
    found, following = broadcasts().page(caller(router).tenant, limit=limit, cursor=cursor)
    return page([views.broadcast(broadcast) for broadcast in found], following)


@router.get("/v1/broadcasts/<broadcast>")
def broadcast(broadcast: str) -> Answer:
    known = broadcasts().get(caller(router).tenant, broadcast)
    progress = views.progress(outcomes().progress(known))
    meanwhile = views.meanwhile(
        beside=broadcasts().beside(known),
        throttled_until=None if known.over else pace().throttled_until(known.tenant, known.line),
    )
    return json_answer(200, views.broadcast(known) | meanwhile | {"progress": progress})


@router.get("/v1/broadcasts/<broadcast>/recipients")
def recipients(broadcast: str) -> Answer:
    limit, cursor = asked_page(router)
    tenant, first = caller(router).tenant, number_of(cursor)
    found, following = outcomes().page(tenant, broadcast, _wanted(), first=first, limit=limit)
    after = cursor_at(following) if following is not None else None
    return page([views.recipient(one, now()) for one in found], after)


@router.get("/v1/broadcasts/<broadcast>/recipients.csv")
def outcome(broadcast: str) -> Answer:
    """The outcome as one file, in parts of some thousand rows that belong behind one another."""
    tenant, (_, cursor) = caller(router).tenant, asked_page(router)
    first, asked = number_of(cursor), router.current_event.query_string_parameters or {}
    found, following = outcomes().page(
        tenant, broadcast, _wanted(), first=first, limit=LOOKED_THROUGH
    )
    more = None
    if following is not None:
        more = "?" + urlencode(asked | {"cursor": cursor_at(following)})
    rows = sheet(found, now(), headings=cursor is None)
    return table(rows, filename=f"broadcast-{broadcast}.csv", more=more)


def _wanted() -> Wanted:
    """`?state=` and `?reason=`: a reason of the plan, a sentence of Meta, or Meta's code."""
    asked = router.current_event.query_string_parameters or {}
    state, reason = asked.get("state") or None, asked.get("reason") or None
    if state is not None and state not in RecipientState:
        raise Invalid(f"state: one of {', '.join(RecipientState)}")
    return Wanted(RecipientState(state) if state else None, reason)


@router.post("/v1/broadcasts/<broadcast>/pause")
def pause(broadcast: str) -> Answer:
    who = caller(router)
    return json_answer(200, views.broadcast(holding().pause(who.tenant, broadcast, by=who.key)))


@router.post("/v1/broadcasts/<broadcast>/resume")
def resume(broadcast: str) -> Answer:
    return json_answer(200, views.broadcast(holding().resume(caller(router).tenant, broadcast)))


@router.patch("/v1/broadcasts/<broadcast>")
def edit(broadcast: str) -> Answer:
    """Put another request in its place, before it begins."""
    who = caller(router)
    known = broadcasts().edit(who.tenant, broadcast, _asked(who))
    return json_answer(200, views.broadcast(known))


def _asked(who: Caller, *, key: str | None = None) -> BroadcastRequest:
    asked = body(router, BroadcastBody)
    zone = broadcasts().zone_on(who.tenant, asked.line)
    return asked.request(by=who.key, line_zone=zone, key=key)


@router.post("/v1/broadcasts/<broadcast>/approve")
def approve(broadcast: str) -> Answer:
    who, plan = caller(router), body(router, ApprovalBody).plan
    approved = broadcasts().approve(who.tenant, broadcast, plan=plan, by=who.key)
    return json_answer(200, views.broadcast(approved))


@router.post("/v1/broadcasts/<broadcast>/cancel")
def cancel(broadcast: str) -> Answer:
    return json_answer(200, views.broadcast(holding().cancel(caller(router).tenant, broadcast)))
