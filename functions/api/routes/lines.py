"""Lines, what happened to them, what is known of their import, their inbox and their shelf."""

from dataclasses import asdict

from functions.api import views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import asked_page, body, caller, new_router
from functions.api.bodies import LineBody, PersonBody
from tandem.runtime.api import reading
from tandem.runtime.clock import now
from tandem.runtime.onboarding_edges import followed
from tandem.runtime.stores import happenings
from tandem.runtime.stores import lines as stored_lines

router = new_router()


@router.get("/v1/lines")
def lines() -> Answer:
    found = reading().lines(caller(router).tenant)
    return page([views.line(line, now()) for line in found], None)


@router.get("/v1/lines/<line>")
def line(line: str) -> Answer:
    return json_answer(200, views.line(reading().line(caller(router).tenant, line), now()))


@router.patch("/v1/lines/<line>")
def choose(line: str) -> Answer:
    tenant, chosen = caller(router).tenant, body(router, LineBody)
    known = reading().line(tenant, line)
    stored_lines().choose_marketing_messages(tenant, known.line, chosen.marketing_messages)
    return json_answer(200, views.line(reading().line(tenant, line), now()))


@router.get("/v1/lines/<line>/timeline")
def timeline(line: str) -> Answer:
    limit, cursor = asked_page(router)
    tenant = caller(router).tenant
    known = reading().line(tenant, line)
    found, following = happenings().page(tenant, known.line, limit=limit, cursor=cursor)
    return page([views.happening(happening) for happening in found], following)


@router.get("/v1/lines/<line>/sync")
def sync(line: str) -> Answer:
    return json_answer(200, followed(reading().progress(caller(router).tenant, line)))


@router.get("/v1/lines/<line>/conversations")
def inbox(line: str) -> Answer:
    limit, cursor = asked_page(router)
    found, following = reading().inbox(caller(router).tenant, line, limit=limit, cursor=cursor)
    return page([views.conversation(whole) for whole in found], following)


@router.post("/v1/lines/<line>/conversations")
def begin(line: str) -> Answer:
    """200, or 201 when nobody has written yet; nothing is stored before somebody does."""
    person = body(router, PersonBody)
    whole = reading().conversation_with(
        caller(router).tenant, line, phone=person.phone, bsuid=person.bsuid
    )
    status = 200 if whole.conversation.last_activity_at else 201
    return json_answer(status, views.conversation(whole))


@router.get("/v1/lines/<line>/shelf")
def shelf(line: str) -> Answer:
    """The summary comes with the first page."""
    limit, cursor = asked_page(router)
    tenant = caller(router).tenant
    found, following = reading().shelf(tenant, line, limit=limit, cursor=cursor)
    summary = None if cursor else asdict(reading().shelf_summary(tenant, line))
    return page([views.shelved(one) for one in found], following, summary=summary)
