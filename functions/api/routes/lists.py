"""Uploaded lists: a name and an address for the file, then what was read in it."""

from functions.api import audience_views as views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import asked_page, body, caller, new_router
from functions.api.audience_bodies import ListBody
from functions.api.portions import portion
from tandem.runtime.lists import uploaded_lists

router = new_router()


@router.post("/v1/lists")
def create() -> Answer:
    who, asked = caller(router), body(router, ListBody)
    new, address = uploaded_lists().create(
        who.tenant, asked.name, size=asked.size, country=asked.country, by=who.key
    )
    return json_answer(201, views.uploaded_list(new) | {"upload": views.upload(new, address)})


@router.get("/v1/lists")
def newest() -> Answer:
    limit, cursor = asked_page(router)
    every = uploaded_lists().all(caller(router).tenant)
    found, following = portion(
        every, lambda one: (-one.created_at, one.id), limit=limit, cursor=cursor
    )
    return page([views.list_in_short(one) for one in found], following)


@router.get("/v1/lists/<uploaded>")
def uploaded(uploaded: str) -> Answer:
    known = uploaded_lists().get(caller(router).tenant, uploaded)
    return json_answer(200, views.uploaded_list(known))


@router.delete("/v1/lists/<uploaded>")
def delete(uploaded: str) -> Answer:
    uploaded_lists().delete(caller(router).tenant, uploaded)
    return json_answer(200, {})


@router.post("/v1/lists/<uploaded>/read")
def read(uploaded: str) -> Answer:
    known = uploaded_lists().read(caller(router).tenant, uploaded)
    return json_answer(202, views.uploaded_list(known))
