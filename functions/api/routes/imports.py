"""What is proven of a line's import: for machines, for people, for Meta's support."""

from functions.api.answering import Answer, document, json_answer
from functions.api.asking import caller, new_router
from functions.api.certificate_page import POLICY, page
from tandem.runtime.api import reading, support
from tandem.runtime.certifying import certifying

router = new_router()


@router.get("/v1/lines/<line>/certificate")
def certificate(line: str) -> Answer:
    return json_answer(200, certifying().issue(reading().line(caller(router).tenant, line)))


@router.get("/v1/lines/<line>/certificate.html")
def certificate_page(line: str) -> Answer:
    return document(
        page(certifying().issue(reading().line(caller(router).tenant, line))), policy=POLICY
    )


@router.get("/v1/lines/<line>/support")
def support_bundle(line: str) -> Answer:
    return json_answer(200, support().bundle(reading().line(caller(router).tenant, line)))
