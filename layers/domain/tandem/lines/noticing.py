"""What a reading found changed, as entries of the line's timeline.

A look may die between saying so and keeping it. The next one finds out the same against the same
earlier reading, so the identity of an entry is what changed since which reading.
"""

from collections.abc import Iterator

from tandem.model.happening import Happening, Told
from tandem.model.line import Line, LineState
from tandem.model.notice import UNLIMITED
from tandem.store.lines import Reading, Watch
from tandem.store.troubles import SENDS_PAUSED, SENDS_RESUMED

_STATES = {
    LineState.ACTIVE: "Meta shows the number as connected",
    LineState.OFFBOARDED: "Meta does not show the number on the platform at the moment",
    LineState.REMOVED: "The number is disconnected",
    LineState.CONNECTING: "The number is being connected",
}


def changes(watch: Watch, reading: Reading, *, at: int) -> Iterator[Happening]:
    """What of a line is otherwise than it was when it was last read."""
    line = watch.line

    def found(kind: str, before: object, now: object, text: str) -> Happening:
        identity = f"{kind}#{before}#{now}#{watch.read_at}"
        return Happening(at, kind, Told.GRAPH, text, identity)

    if reading.state not in (None, line.state):
        text = f"{_STATES[reading.state]}; it was {line.state}.{_why(line, reading.state)}"
        yield found("state", line.state, reading.state, text)
    before, now = watch.connection_trouble, reading.trouble
    if now is not None and before is None:
        yield found(SENDS_PAUSED, before, now, now)
    elif before is not None and now is None:
        yield found(SENDS_RESUMED, before, now, f"It is over: {before}")
    if reading.mode not in (None, line.mode):
        text = f"The number is in mode {reading.mode}; it was in {line.mode}."
        yield found("mode", line.mode, reading.mode, text)
    for kind, name, old, new in (
        ("quality", "quality", line.quality, reading.quality),
        ("name", "display name", line.verified_name, reading.verified_name),
        (
            "limit",
            "messaging limit",
            line.standing.messaging_limit,
            reading.messaging_limit,
        ),
    ):
        if None not in (old, new) and old != new:
            text = f"The {name} is {_shown(new)}; it was {_shown(old)}."
            yield found(kind, old, new, text)


def _why(line: Line, state: LineState) -> str:
    """The announced cause of a removal, which only Meta's announcement tells."""
    told = line.standing.disconnected
    if state is not LineState.REMOVED or told is None or told.why is None:
        return ""
    return f" Meta's reason: {told.why}."


def _shown(value: object) -> str:
    return "unlimited" if value == UNLIMITED else str(value)
