"""Windows are what the facts make them, in any order: never more than a customer's message opened,
and free of charge only as an ad leads to expect or Meta's own statuses prove."""

from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.conversations.wholes import put_together
from tandem.model.reading import WholeConversation
from tandem.model.window import HOUR
from tests.fakes.bodies import body_of
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, TENANT, Workbench

PHONE, BSUID = "15550100042", "US.1042"
AD = {"source_type": "ad", "source_id": "1", "ctwa_clid": "x"}

OPENERS: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": {"body": "hello"}},
    "from an ad": {"type": "text", "text": {"body": "hello"}, "referral": AD},
}
WRITTEN = OPENERS | {
    "ghost": {"type": "unsupported", "errors": [{"code": 131060}], "referral": AD},
    "reaction": {"type": "reaction", "reaction": {"message_id": "wamid.0", "emoji": "x"}},
    "edit": {"type": "edit", "edit": {"original_message_id": "wamid.0"}, "referral": AD},
    "revoke": {"type": "revoke", "revoke": {"original_message_id": "wamid.0"}},
}
KINDS = (*WRITTEN, "from an ad", "from an ad", "echo", "imported", "plain status", "free status")


@dataclass(frozen=True)
class Fact:
    """Something that Meta says of one person, whom it names by some of their aliases."""

    wamid: str
    kind: str
    at: int
    named: tuple[str, ...]
    free_until: int

    def body(self) -> bytes:
        return body_of(self._told())

    def _told(self) -> tuple[str, dict[str, Any]]:
        row: dict[str, Any] = {"id": self.wamid, "timestamp": str(self.at)}
        if self.kind in WRITTEN:
            return "messages", {"messages": [row | WRITTEN[self.kind] | self._as("from")]}
        if self.kind == "echo":
            echo = row | OPENERS["from an ad"] | self._as("to") | {"from": NUMBER}
            return "smb_message_echoes", {"message_echoes": [echo]}
        if self.kind == "imported":
            # What was written in the past may name an ad too.
            thread = {"messages": [row | OPENERS["from an ad"] | self._as("from")]}
            place = {"phase": 0, "chunk_order": 1, "progress": 100}
            return "history", {"history": [{"metadata": place, "threads": [thread]}]}
        status = row | {"status": "sent"} | self._as("recipient", phone="recipient_id")
        if self.kind == "free status":
            origin = {"type": "referral_conversion"}
            status["conversation"] = {
                "id": "c",
                "expiration_timestamp": str(self.free_until),
                "origin": origin,
            }
            status["pricing"] = {"type": "free_entry_point", "category": "referral_conversion"}
        return "messages", {"statuses": [status]}

    def _as(self, end: str, *, phone: str | None = None) -> dict[str, str]:
        names = {PHONE: phone or end, BSUID: f"{end}_user_id"}
        return {names[alias]: alias for alias in self.named}


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    # Few moments, so that facts meet in one second, and at the ends of windows.
    moments = st.sampled_from([-1, 0, 1, 24, 25]).map(lambda hours: ONBOARDED_AT + hours * HOUR)
    names = st.sampled_from([(PHONE,), (BSUID,), (PHONE, BSUID)])
    return [
        Fact(
            wamid=f"wamid.{number}",
            kind=draw(st.sampled_from(KINDS)),
            at=draw(moments) - draw(st.sampled_from([0, 0, 1])),
            named=draw(names),
            free_until=draw(moments) + 72 * HOUR,
        )
        for number in range(1, draw(st.integers(2, 7)))
    ]


def conversation(bench: Workbench, now: int) -> WholeConversation | None:
    line, contact = bench.lines.get(TENANT, LINE), bench.people.contact(TENANT, f"phone:{PHONE}")
    talks = bench.talks.get_many(TENANT, LINE, contact.aliases)
    assert line is not None
    return put_together(line, contact, talks, now=now) if talks else None


def latest(marks: list[tuple[int, str]]) -> tuple[int, str] | None:
    return max(marks, default=None)


@settings(max_examples=250, deadline=None)
@given(data=st.data(), said=facts())
def test_the_windows_of_a_conversation_are_what_its_facts_say(
    data: st.DataObject, said: list[Fact]
) -> None:
    order = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said)))))
    moments = [*[fact.at for fact in said], *[fact.free_until for fact in said]]
    since = data.draw(st.sampled_from([-1, 0, 24 * HOUR - 1, 24 * HOUR]))
    now = data.draw(st.sampled_from(moments)) + since
    bench = Workbench(MemoryTable())

    bench.deliver(*[fact.body() for fact in order])
    whole = conversation(bench, now)

    # One fact that names both aliases makes one person of everything.
    joined = any(len(fact.named) == 2 for fact in said)
    mine = [fact for fact in said if joined or PHONE in fact.named]
    opened = latest([(fact.at, fact.wamid) for fact in mine if fact.kind in OPENERS])
    led = latest([(fact.at, fact.wamid) for fact in mine if fact.kind == "from an ad"])
    free = latest([(fact.free_until, fact.wamid) for fact in mine if fact.kind == "free status"])

    window = whole.window if whole else None
    if opened and opened[0] >= ONBOARDED_AT and now < opened[0] + 24 * HOUR:
        assert window is not None
        assert (window.closes_at, window.opened_by) == (opened[0] + 24 * HOUR, opened[1])
    else:
        assert window is None
    entry = whole.entry_point if whole else None
    led = led if led and led[0] >= ONBOARDED_AT else None
    if free and now < free[0]:
        assert entry is not None
        assert (entry.closes_at, entry.proven_by, entry.answer_by) == (*free, None)
        began = free[0] - 72 * HOUR
        in_time = led is not None and began - 24 * HOUR - 60 <= led[0] <= began + 60
        assert entry.opened_by == (led[1] if led and in_time else None)
    elif led and now < led[0] + 24 * HOUR:
        assert entry is not None
        assert (entry.answer_by, entry.opened_by) == (led[0] + 24 * HOUR, led[1])
        assert (entry.closes_at, entry.proven_by) == (None, None)
    else:
        assert entry is None
