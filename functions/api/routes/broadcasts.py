"""Broadcasts: asking for one, following it, holding it."""

from functions.api import broadcast_views as views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import asked_page, body, caller, idempotency_key, new_router
from functions.api.broadcast_bodies import ApprovalBody, BroadcastBody
from functions.api.numbering import cursor_at, number_of
from tandem.runtime.api import now
from tandem.runtime.broadcasts import broadcasts

router = new_router()


@router.post("/v1/broadcasts")
def create() -> Answer:
    who = caller(router)
    request = body(router, BroadcastBody).request(by=who.key, key=idempotency_key(router))
    return json_answer(201, views.broadcast(broadcasts().create(who.tenant, request)))


@router.get("/v1/broadcasts")
def newest() -> Answer:
    limit, cursor = asked_page(router)
    found, following = broadcasts().page(caller(router).tenant, limit=limit, cursor=cursor)
    return page([views.broadcast(broadcast) for broadcast in found], following)


@router.get("/v1/broadcasts/<broadcast>")
def broadcast(broadcast: str) -> Answer:
    tenant = caller(router).tenant
    known = broadcasts().get(tenant, broadcast)
    progress = broadcasts().progress(tenant, broadcast)
    return json_answer(200, views.broadcast(known) | {"progress": views.progress(progress)})


@router.get("/v1/broadcasts/<broadcast>/recipients")
def recipients(broadcast: str) -> Answer:
    limit, cursor = asked_page(router)
    tenant, first = caller(router).tenant, number_of(cursor)
    size = broadcasts().get(tenant, broadcast).size
    found = broadcasts().recipients(tenant, broadcast, first=first, limit=limit)
    following = cursor_at(first + limit) if first + limit < size else None
    return page([views.recipient(one, now()) for one in found], following)


@router.post("/v1/broadcasts/<broadcast>/pause")
def pause(broadcast: str) -> Answer:
    who = caller(router)
    return json_answer(200, views.broadcast(broadcasts().pause(who.tenant, broadcast, by=who.key)))


@router.post("/v1/broadcasts/<broadcast>/resume")
def resume(broadcast: str) -> Answer:
    return json_answer(200, views.broadcast(broadcasts().resume(caller(router).tenant, broadcast)))


@router.patch("/v1/broadcasts/<broadcast>")
def edit(broadcast: str) -> Answer:
    """Put another request in its place, before it begins."""
    who = caller(router)
    request = body(router, BroadcastBody).request(by=who.key)
    return json_answer(200, views.broadcast(broadcasts().edit(who.tenant, broadcast, request)))


@router.post("/v1/broadcasts/<broadcast>/approve")
def approve(broadcast: str) -> Answer:
    who, plan = caller(router), body(router, ApprovalBody).plan
    approved = broadcasts().approve(who.tenant, broadcast, plan=plan, by=who.key)
    return json_answer(200, views.broadcast(approved))


@router.post("/v1/broadcasts/<broadcast>/cancel")
def cancel(broadcast: str) -> Answer:
    return json_answer(200, views.broadcast(broadcasts().cancel(caller(router).tenant, broadcast)))
