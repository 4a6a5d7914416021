"""Templates of a line's account: what there is, and how a filled-in one reads."""

from functions.api import template_views as views
from functions.api.answering import Answer, json_answer, page
from functions.api.asking import body, caller, flag, new_router
from functions.api.broadcast_bodies import PreviewBody
from tandem.runtime.api import reading
from tandem.runtime.broadcasts import previewing
from tandem.runtime.templates import known_templates

router = new_router()


@router.get("/v1/lines/<line>/templates")
def templates(line: str) -> Answer:
    """All of them on one page; `?refresh=true` has Meta asked now."""
    known, refresh = reading().line(caller(router).tenant, line), flag(router, "refresh")
    found = known_templates().read(known) if refresh else known_templates().all(known)
    return page([views.template(template) for template in found], None)


@router.post("/v1/lines/<line>/templates/preview")
def preview(line: str) -> Answer:
    known, asked = reading().line(caller(router).tenant, line), body(router, PreviewBody)
    template, previews = previewing().preview(
        known, asked.name, asked.language, asked.filling(), asked.asked()
    )
    shown = [views.preview(preview) for preview in previews]
    return json_answer(200, {"template": views.template(template), "items": shown})
