"""Segments: conditions with a name, and whom one holds for."""

from functions.api import audience_views as views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import asked_page, body, caller, new_router
from functions.api.audience_bodies import PreviewBody, SegmentBody
from functions.api.portions import portion
from tandem.runtime.lists import named_segments

router = new_router()


@router.post("/v1/segments")
def create() -> Answer:
    who, asked = caller(router), body(router, SegmentBody)
    made = named_segments().create(who.tenant, asked.name, asked.segment, by=who.key)
    return json_answer(201, views.segment(made))


@router.get("/v1/segments")
def in_order() -> Answer:
    limit, cursor = asked_page(router)
    every = named_segments().all(caller(router).tenant)
    found, following = portion(every, lambda one: (one.name,), limit=limit, cursor=cursor)
    return page([views.segment(one) for one in found], following)


@router.get("/v1/segments/<segment>")
def segment(segment: str) -> Answer:
    return json_answer(200, views.segment(named_segments().get(caller(router).tenant, segment)))


@router.delete("/v1/segments/<segment>")
def delete(segment: str) -> Answer:
    named_segments().delete(caller(router).tenant, segment)
    return json_answer(200, {})


@router.post("/v1/segments/preview")
def preview() -> Answer:
    tenant = caller(router).tenant
    asked = body(router, PreviewBody)
    found = named_segments().preview(tenant, asked.segment, line=asked.line)
    return json_answer(200, views.preview(found))
