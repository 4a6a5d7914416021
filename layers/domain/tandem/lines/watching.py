"""Watching an import: where it stands, what its owner should do now, when there is nothing left.

What arrived is asked first, then what Meta said of the request, then the clock.
"""

from dataclasses import dataclass, replace

from tandem.lines.steps import TOO_LATE
from tandem.model.onboarding import Onboarding, Step, StepName, StepState
from tandem.model.sync import Certificate, ImportState, SyncFacts, Verdict

HOUR = 3600

SILENT = HOUR // 2
"""Seconds without any chunk after which the owner hears of it; then again after `VERY_SILENT`."""

VERY_SILENT = 2 * HOUR

STALLED = HOUR
"""Seconds without a further chunk, below 100 % or with a gap."""

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
    """An import at one moment. `todo` tells its owner what to do, `since` is a unix second.

    `seconds_left` counts down to the deadline of the request while that still decides something.
    `trouble` is true when the owner has to hear of it, `over` when nothing more is expected.
    """

    state: ImportState
    since: int | None
    todo: str | None = None
    seconds_left: int | None = None
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
    found = _arrived(facts, certificate, now) or _asked(onboarding, now)
    waiting = [step for step in onboarding.steps if not step.settled]
    if not waiting:
        return found
    contacts = onboarding.step(StepName.CONTACTS)
    if contacts in waiting and not found.trouble and _left(onboarding, now) <= LAST_CALL:
        found = replace(found, todo=_last_call(contacts, onboarding, now), trouble=True)
    return replace(found, over=False)


def _arrived(facts: SyncFacts, certificate: Certificate, now: int) -> View | None:
    """What is known from what came; None when nothing did."""
    verdict, came_at = certificate.verdict, facts.last_chunk_at
    if verdict is Verdict.NOTHING_YET:
        return None
    if verdict is Verdict.COMPLETE:
        return View(ImportState.COMPLETE, came_at, over=True)
    # A no that came after chunks ends them; chunks that came after a no go on.
    if facts.declined and (came_at is None or (facts.declined_at or 0) > came_at):
        none = came_at is None
        some = "were not shared, so none were" if none else "are no longer shared, so no more are"
        todo = f"The chats {some} brought over. {ASK_AGAIN}"
        return View(ImportState.DECLINED, facts.declined_at, todo, over=True)
    silence = now - (came_at or now)
    if silence < STALLED:
        return View(ImportState.RECEIVING, facts.first_chunk_at, KEEP_OPEN)
    if verdict is Verdict.COMPLETE_WITH_GAPS:
        state = ImportState.COMPLETE_WITH_GAPS
        todo = (
            "Meta says that everything was sent, but a part is missing; the certificate names it."
        )
    else:
        state = ImportState.STALLED
        todo = f"The import stands at {certificate.progress} % since {_hours(silence)}. {KEEP_OPEN}"
    return View(state, came_at, todo, trouble=True, over=silence >= WATCHED)


def _asked(onboarding: Onboarding, now: int) -> View:
    """What is known from the request, as long as nothing came."""
    history = onboarding.step(StepName.HISTORY)
    if history is None:
        why = next((step.why for step in onboarding.steps if not step.settled), None)
        return View(ImportState.NOT_REQUESTED, onboarding.connected_at, why, over=True)
    left = _left(onboarding, now)
    if history.state is StepState.REFUSED:
        at = history.settled_at
        return View(ImportState.EXPIRED, at, history.why, trouble=True, over=True)
    if history.state is StepState.DONE:
        return _taken(history, now)
    if left <= 0:
        return _too_late(onboarding, history, now)
    if history.state is StepState.UNKNOWN:
        return _unknown(history, left, now)
    return _not_taken(onboarding, history, left, now)


def _taken(history: Step, now: int) -> View:
    silence = now - (history.settled_at or now)
    if silence < SILENT:
        return View(ImportState.REQUESTED, history.settled_at, KEEP_OPEN)
    if silence >= WATCHED:
        todo = f"Meta took the request, and no chats ever came. {ASK_AGAIN}"
    elif silence >= VERY_SILENT:
        todo = (
            f"Nothing has come for {_hours(silence)}. Open WhatsApp Business and leave it open; "
            f"new messages arrive all the same. {ASK_AGAIN}"
        )
    else:
        todo = f"Nothing has come yet. {KEEP_OPEN}"
    over = silence >= WATCHED
    return View(ImportState.SILENT, history.settled_at, todo, trouble=True, over=over)


def _unknown(history: Step, left: int, now: int) -> View:
    waited = now - (history.settled_at or now)
    todo = (
        "Meta did not answer whether it took the request for your chats. It may not be asked "
        f"twice; what arrives in the next {_hours(left)} tells. {KEEP_OPEN}"
    )
    if waited >= VERY_SILENT:
        todo += f" {ASK_AGAIN}"
    trouble = waited >= SILENT
    return View(ImportState.UNKNOWN, history.settled_at, todo, left, trouble=trouble)


def _too_late(onboarding: Onboarding, history: Step, now: int) -> View:
    """The deadline went by. What Meta may have taken can still come, so that is waited for."""
    over = history.state is not StepState.UNKNOWN or -_left(onboarding, now) >= WATCHED
    todo = TOO_LATE if over else f"Nothing has come. {TOO_LATE}"
    return View(ImportState.EXPIRED, onboarding.deadline_at, todo, trouble=True, over=over)


def _not_taken(onboarding: Onboarding, history: Step, left: int, now: int) -> View:
    """Meta surely has not taken the request: it was not made yet, or is made again."""
    begun = history.state is StepState.RUNNING or history.attempts > 0
    state = ImportState.REQUESTING if begun else ImportState.NOT_REQUESTED
    since = history.started_at if begun else onboarding.connected_at
    if left <= LAST_CALL:
        return View(state, since, _last_call(history, onboarding, now), left, trouble=True)
    waits = (step.why for step in onboarding.steps if not step.settled)
    todo = next((why for why in waits if why), KEEP_OPEN)
    return View(state, since, todo, left)


def _last_call(step: Step, onboarding: Onboarding, now: int) -> str:
    why = f" {step.why}" if step.why else ""
    return (
        f"Meta has not taken the request for your {_NOUNS[step.name]} yet, and does so only "
        f"for another {_hours(_left(onboarding, now))}.{why}"
    )


def _left(onboarding: Onboarding, now: int) -> int:
    """Seconds until Meta takes no request any more; many when there is no such moment."""
    return (onboarding.deadline_at or now + WATCHED) - now


_NOUNS = {StepName.CONTACTS: "contacts", StepName.HISTORY: "chats"}


def _hours(seconds: int) -> str:
    hours = max(seconds, 0) // HOUR
    if hours == 0:
        return f"{max(seconds, 0) // 60} minutes"
    return "1 hour" if hours == 1 else f"{hours} hours"
