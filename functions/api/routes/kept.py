"""What was not understood: kept word for word, and shown."""

from functions.api import views
from functions.api.answering import Answer, page
from functions.api.asking import asked_page, caller, new_router
from tandem.runtime.stores import kept_things

router = new_router()


@router.get("/v1/kept")
def kept() -> Answer:
    limit, cursor = asked_page(router)
    asked = router.current_event.query_string_parameters or {}
    found, following = kept_things().page(
        caller(router).tenant,
        limit=limit,
        cursor=cursor,
        reason=asked.get("reason") or None,
        what=asked.get("what") or None,
    )
    return page([views.kept(thing) for thing in found], following)
