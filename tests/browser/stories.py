"""What the stack tells of an onboarding, at the moments that matter to its owner."""

from typing import Any

STEPS = ("subscribe", "read_line", "contacts", "history")


def certificate(verdict: str, *, progress: int = 0, messages: int = 0, **more: Any) -> Any:
    """A certificate as the stack tells it."""
    return {
        "verdict": verdict,
        "progress": progress,
        "chunks": 12,
        "messages": messages,
        "placeholders": 41,
        "kept": 0,
        "oldest_at": 1_748_000_000,
        "newest_at": 1_763_000_000,
        "phases": [
            {"phase": 0, "messages": 62, "missing": []},
            {"phase": 1, "messages": messages - 62, "missing": []},
        ],
        "proven": ["Phase 0: chunks 1 to 2 applied, none missing between."],
        "unprovable": ["Whether the phone handed every chat to Meta."],
    } | more


def progress(*states: str, certificate: Any = None, **more: Any) -> Any:
    """How far an onboarding has come: the states of the first steps, the others pending."""
    known = [*states, *["pending"] * (len(STEPS) - len(states))]
    return {
        "onboarding": "onb-1",
        "line": "106",
        "display_number": "15550100001",
        "state": "connecting",
        "code": "requesting",
        "todo": None,
        "since": 1_763_950_000,
        "seconds_left": None,
        "numbers": [],
        "steps": [
            {"step": step, "state": state, "why": None}
            for step, state in zip(STEPS, known, strict=True)
        ],
        "certificate": certificate,
        "deadline_at": 1_764_000_000,
    } | more


ALL_DONE = ("done", "done", "done", "done")
RECEIVING = {
    "code": "receiving",
    "certificate": certificate("receiving", progress=46, messages=2210),
}
COMPLETE = progress(
    *ALL_DONE,
    state="active",
    code="complete",
    certificate=certificate("complete", progress=100, messages=4812),
)
WITHOUT_APP = progress(code="not_requested") | {"steps": COMPLETE["steps"][:2]}
