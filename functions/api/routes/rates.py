"""Rate cards: which there are, importing Meta's, and what one message costs."""

from datetime import date

from functions.api import rate_views as views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import caller, new_router, parameter, text
from tandem.model.errors import Invalid
from tandem.model.rates import Charged
from tandem.runtime.api import reading
from tandem.runtime.broadcasts import pricing

router = new_router()


@router.get("/v1/rates")
def rates() -> Answer:
    return page([views.card(known) for known in pricing().all(caller(router).tenant)], None)


@router.put("/v1/rates")
def import_card() -> Answer:
    """201 for a card that is new, 200 for one that was there: it is the last import again."""
    tenant = caller(router).tenant
    card, new = pricing().import_card(
        tenant,
        text(router, kind="text/csv"),
        currency=parameter(router, "currency"),
        since=_day(parameter(router, "since")),
        source=parameter(router, "source"),
    )
    return json_answer(201 if new else 200, views.card(card))


@router.get("/v1/rates/price")
def price() -> Answer:
    """With `?line=` in the currency of its account."""
    tenant, line = caller(router).tenant, parameter(router, "line", "")
    known = reading().line(tenant, line) if line else None
    category = _category(parameter(router, "category"))
    found = pricing().price(tenant, parameter(router, "to"), category, known)
    return json_answer(200, views.priced(found))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("since is a day such as 2026-10-01") from None


def _category(text: str) -> Charged:
    try:
        return Charged(text.lower())
    except ValueError:
        raise Invalid(f"category is one of {', '.join(Charged)}") from None
