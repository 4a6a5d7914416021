"""Conversations: reading them, answering in them."""

from urllib.parse import unquote

from functions.api import views
from functions.api.answering import Answer, json_answer, page, redirect
from functions.api.asking import asked_page, body, caller, idempotency_key, new_router
from functions.api.bodies import MarkReadBody, SendBody
from tandem.model.send import SendRequest
from tandem.runtime.api import opening, reading, sending

router = new_router()


@router.get("/v1/conversations/<conversation>")
def conversation(conversation: str) -> Answer:
    _, whole = reading().conversation(caller(router).tenant, conversation)
    return json_answer(200, views.conversation(whole))


@router.get("/v1/conversations/<conversation>/messages")
def messages(conversation: str) -> Answer:
    limit, cursor = asked_page(router)
    found, following = reading().messages(
        caller(router).tenant, conversation, limit=limit, cursor=cursor
    )
    return page([views.message(entry) for entry in found], following)


@router.get("/v1/conversations/<conversation>/messages/.+/file")
def file(conversation: str) -> Answer:
    """302 to the file, for five minutes."""
    # A message's id may hold slashes, which no part of a route can.
    message = router.current_event.path.partition("/messages/")[2].removesuffix("/file")
    link = opening().link(caller(router).tenant, conversation, unquote(message))
    return redirect(link)


@router.post("/v1/conversations/<conversation>/read")
def mark_read(conversation: str) -> Answer:
    up_to = body(router, MarkReadBody).up_to
    reading().mark_read(caller(router).tenant, conversation, up_to=up_to)
    _, whole = reading().conversation(caller(router).tenant, conversation)
    return json_answer(200, views.conversation(whole))


@router.post("/v1/conversations/<conversation>/messages")
def send(conversation: str) -> Answer:
    """201 when Meta took it, 202 when nobody knows yet whether it did."""
    who, asked = caller(router), body(router, SendBody).root
    request = SendRequest(
        draft=asked.draft(), by=who.key, reply_to=asked.reply_to, key=idempotency_key(router)
    )
    sent = sending().send(who.tenant, conversation, request)
    return json_answer(201 if sent.wamid else 202, views.send(sent))
