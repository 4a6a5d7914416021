"""Watching an import: what its owner should do now, and when there is nothing left to watch."""

from dataclasses import dataclass, replace

from tandem.model.onboarding import Onboarding, Step, StepName, StepState
from tandem.model.sync import Certificate, SyncFacts, Verdict

HOUR = 3600

SILENT = HOUR // 2
"""Seconds without any chunk after which the owner hears of it; then again after `VERY_SILENT`."""

VERY_SILENT = 2 * HOUR

STALLED = HOUR
"""Seconds without a further chunk, below 100 %."""

LAST_CALL = 6 * HOUR
"""Seconds before the deadline from which a request that Meta has not taken is a warning."""

WATCHED = 48 * HOUR
"""Seconds after the last sign of life for which an unfinished import is still hoped for."""

KEEP_OPEN = "Keep WhatsApp Business open on your phone, charging and on Wi-Fi, until it is done."
ASK_AGAIN = (
    "To ask once more, disconnect in the app (Settings, Account, Business Platform), wait 15 "
    "minutes and connect again with a new invitation."
)


@dataclass(frozen=True, slots=True)
class View:
    """An import at one moment. `code` is stable, `todo` tells its owner what to do.

    `trouble` is true when the owner has to hear of it, `over` when nothing more is expected.
    """

    code: str
    todo: str | None = None
    trouble: bool = False
    over: bool = False


def heard(step: Step, facts: SyncFacts) -> Step:
    """A step whose outcome was unknown, after what has arrived since: that settles it."""
    if step.state is not StepState.UNKNOWN:
        return step
    arrived = {
        StepName.CONTACTS: facts.contacts_from,
        StepName.HISTORY: facts.first_chunk_at,
    }.get(step.name)
    declined = step.name is StepName.HISTORY and facts.declined is not None
    if declined or (arrived is not None and arrived >= (step.started_at or 0)):
        return replace(step, state=StepState.DONE, why=None)
    return step


def view(onboarding: Onboarding, facts: SyncFacts, certificate: Certificate, *, now: int) -> View:
    """What is to be said of an import now. Pure."""
    waiting = [step for step in onboarding.steps if not step.settled]
    if waiting:
        return _waiting(onboarding, waiting[0], now)
    history = onboarding.step(StepName.HISTORY)
    if history is None:
        return View("connected", over=True)
    if certificate.verdict is Verdict.COMPLETE:
        return View("complete", over=True)
    if certificate.verdict is Verdict.DECLINED:
        return View(
            "declined",
            f"The chats were not shared, so none were brought over. {ASK_AGAIN}",
            over=True,
        )
    if certificate.verdict is Verdict.NOTHING_YET:
        return _nothing_yet(history, now)
    return _underway(facts, certificate, now)


def _waiting(onboarding: Onboarding, step: Step, now: int) -> View:
    left = (onboarding.deadline_at or now) - now
    if step.name in (StepName.CONTACTS, StepName.HISTORY) and left <= LAST_CALL:
        why = f" {step.why}" if step.why else ""
        return View(
            "deadline_near",
            f"Meta has not taken the request for your {_NOUNS[step.name]} yet, and does so only "
            f"for another {_hours(left)}.{why}",
            trouble=True,
        )
    if step.attempts and step.why:
        return View("waiting", step.why)
    return View("connecting", KEEP_OPEN)


def _nothing_yet(history: Step, now: int) -> View:
    if history.state is StepState.REFUSED:
        return View("refused", history.why, trouble=True, over=True)
    silence = now - (history.settled_at or now)
    if silence >= WATCHED:
        return View(
            "silent",
            f"Meta took the request, and no chats ever came. {ASK_AGAIN}",
            trouble=True,
            over=True,
        )
    if silence >= VERY_SILENT:
        return View(
            "silent",
            f"Nothing has come for {_hours(silence)}. Open WhatsApp Business and leave it open; "
            f"new messages arrive all the same. {ASK_AGAIN}",
            trouble=True,
        )
    if silence >= SILENT:
        return View("silent", f"Nothing has come yet. {KEEP_OPEN}", trouble=True)
    return View("requested", KEEP_OPEN)


def _underway(facts: SyncFacts, certificate: Certificate, now: int) -> View:
    silence = now - (facts.last_chunk_at or now)
    incomplete = certificate.verdict is Verdict.INCOMPLETE
    code = "incomplete" if incomplete else "stalled"
    if silence < STALLED:
        return View("receiving", KEEP_OPEN)
    todo = (
        "Meta says that everything was sent, but a part is missing; the certificate names it."
        if incomplete
        else f"The import stands at {certificate.progress} % since {_hours(silence)}. {KEEP_OPEN}"
    )
    return View(code, todo, trouble=True, over=silence >= WATCHED)


_NOUNS = {StepName.CONTACTS: "contacts", StepName.HISTORY: "chats"}


def _hours(seconds: int) -> str:
    hours = max(seconds, 0) // HOUR
    if hours == 0:
        return f"{max(seconds, 0) // 60} minutes"
    return "1 hour" if hours == 1 else f"{hours} hours"
