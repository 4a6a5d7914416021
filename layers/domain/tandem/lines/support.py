"""What Meta's support needs to look into an import: ids, times and Meta's own words.

No message, nobody's number but the line's own, no token.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from tandem.lines.progress import Following, Progress
from tandem.model.errors import NotFound
from tandem.model.line import Line
from tandem.model.onboarding import Step
from tandem.store.happenings import Happenings
from tandem.store.talks import Talks

FORM = "tandem.support/1"

HAPPENINGS = 20
"""The newest things that happened to the line."""


class Support:
    def __init__(
        self,
        *,
        following: Following,
        talks: Talks,
        happenings: Happenings,
        app_id: str,
        clock: Callable[[], int],
    ) -> None:
        self._following = following
        self._talks = talks
        self._happenings = happenings
        self._app_id = app_id
        self._clock = clock

    def bundle(self, line: Line) -> dict[str, Any]:
        """All of it as JSON; times are unix seconds. NotFound for a line without an onboarding."""
        progress = self._following.current(line)
        if progress is None:
            raise NotFound("this line has no import")
        newest, _ = self._talks.inbox(line.tenant, line.line, limit=1)
        happened, _ = self._happenings.page(line.tenant, line.line, limit=HAPPENINGS)
        facts = progress.facts
        return {
            "form": FORM,
            "made_at": self._clock(),
            "app_id": self._app_id,
            "waba_id": line.waba,
            "phone_number_id": line.line,
            "display_number": line.display_number,
            "mode": line.mode,
            "line_state": line.state,
            "trouble": line.trouble,
            "onboarding": {
                "id": progress.onboarding.onboarding,
                "began_at": progress.onboarding.created_at,
                "connected_at": progress.onboarding.connected_at,
                "deadline_at": progress.onboarding.deadline_at,
            },
            "import": asdict(progress.view) if progress.view else None,
            "steps": [_step(step) for step in progress.onboarding.steps],
            "receipts": _receipts(progress),
            "declined": {"at": facts.declined_at, "words": facts.declined}
            if facts and facts.declined
            else None,
            "webhooks": {
                "contacts_from": facts.contacts_from if facts else None,
                "first_chunk_at": facts.first_chunk_at if facts else None,
                "last_chunk_at": facts.last_chunk_at if facts else None,
                "last_message_at": newest[0].last_activity_at if newest else None,
            },
            "happenings": [{"at": each.at, "kind": each.kind} for each in happened],
        }


def _step(step: Step) -> dict[str, Any]:
    """A step with Meta's id of the request, and of each error that it answered with."""
    told = asdict(step)
    return {"step": told.pop("name"), **told}


def _receipts(progress: Progress) -> dict[str, Any] | None:
    certificate = progress.certificate
    if certificate is None:
        return None
    told = asdict(certificate)
    for sentences in ("sync", "proven", "unprovable"):
        del told[sentences]
    return told
