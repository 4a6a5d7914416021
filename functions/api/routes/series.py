"""Series: broadcasts that come again by a rule."""

from functions.api import series_views as views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import Caller, body, caller, idempotency_key, new_router
from functions.api.series_bodies import SeriesBody
from tandem.model.series import SeriesRequest
from tandem.runtime.broadcasts import broadcasts, recurring

router = new_router()


@router.post("/v1/series")
def create() -> Answer:
    who = caller(router)
    request = _asked(who, key=idempotency_key(router))
    return json_answer(201, views.series(recurring().create(who.tenant, request)))


@router.get("/v1/series")
def newest() -> Answer:
    """All of them: nobody has more than fit into one answer."""
    found = recurring().all(caller(router).tenant)
    return page([views.series(each) for each in found], None)


@router.get("/v1/series/<series>")
def series(series: str) -> Answer:
    known = recurring().get(caller(router).tenant, series)
    made = recurring().broadcasts_of(known)
    return json_answer(200, views.series(known) | {"occurrences": views.occurrences(known, made)})


@router.patch("/v1/series/<series>")
def edit(series: str) -> Answer:
    """Put another request in its place."""
    who = caller(router)
    return json_answer(200, views.series(recurring().edit(who.tenant, series, _asked(who))))


def _asked(who: Caller, *, key: str | None = None) -> SeriesRequest:
    asked = body(router, SeriesBody)
    zone = broadcasts().zone_on(who.tenant, asked.line)
    return asked.request(by=who.key, line_zone=zone, key=key)


@router.delete("/v1/series/<series>")
def delete(series: str) -> Answer:
    recurring().delete(caller(router).tenant, series)
    return json_answer(200, {})


@router.post("/v1/series/<series>/pause")
def pause(series: str) -> Answer:
    return json_answer(200, views.series(recurring().pause(caller(router).tenant, series)))


@router.post("/v1/series/<series>/resume")
def resume(series: str) -> Answer:
    return json_answer(200, views.series(recurring().resume(caller(router).tenant, series)))
