"""Contacts: finding people, and writing about them."""

from functions.api import views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import asked_page, body, caller, new_router
from functions.api.bodies import ConsentBody, ContactBody, WishBody
from tandem.conversations.contacts import Search
from tandem.model.errors import Invalid
from tandem.runtime.api import contacts

router = new_router()

LONGEST_SEARCH = 256


@router.get("/v1/contacts")
def find() -> Answer:
    limit, cursor = asked_page(router)
    found, following = contacts().find(caller(router).tenant, _search(), limit=limit, cursor=cursor)
    return page([views.contact(known) for known in found], following)


@router.get("/v1/contacts/<contact>")
def contact(contact: str) -> Answer:
    return json_answer(200, views.contact(contacts().get(caller(router).tenant, contact)))


@router.patch("/v1/contacts/<contact>")
def write(contact: str) -> Answer:
    edit = body(router, ContactBody).edit()
    return json_answer(200, views.contact(contacts().edit(caller(router).tenant, contact, edit)))


@router.put("/v1/contacts/<contact>/consent")
def consent(contact: str) -> Answer:
    tenant, told = caller(router).tenant, body(router, ConsentBody)
    known = contacts().consent(tenant, contact, told.state, source=told.source)
    return json_answer(200, views.contact(known))


@router.put("/v1/contacts/<contact>/marketing")
def wish(contact: str) -> Answer:
    wanted = body(router, WishBody).wish
    return json_answer(200, views.contact(contacts().wish(caller(router).tenant, contact, wanted)))


def _search() -> Search:
    asked = router.current_event.query_string_parameters or {}
    given = {by: asked[by] for by in ("phone", "bsuid", "username", "name") if asked.get(by)}
    for by, text in given.items():
        if not text.strip() or len(text) > LONGEST_SEARCH:
            raise Invalid(f"{by}: 1 to {LONGEST_SEARCH} characters to search by")
    return Search(**given)
