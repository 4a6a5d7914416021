"""Every scenario of the simulator, played through the handlers, ends in the simulator's truth.

A scenario is what Meta does, and says what a right system knows in the end; Tandem is asked for it
as a tenant is.
"""

from collections import Counter
from typing import Any, cast

import pytest

from simulator.scenarios import SCENARIOS, Number, rehearse
from tandem.conversations.reading import Reading
from tandem.history.certificate import certify
from tandem.lines.progress import Following
from tandem.model.message import Message
from tandem.model.reading import conversation_id
from tandem.store.kept import KeptThings
from tandem.store.lines import Lines
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.syncs import Syncs
from tandem.store.talks import Talks
from tests.fakes.memory_cloud import SECRET, MemoryCloud
from tests.laws.world.business import FIRST
from tests.laws.world.house import connect, sync_of

TENANT, LINE = FIRST.tenant, FIRST.line
SMALLER: dict[str, dict[str, Any]] = {
    "one-malformed-of-5000": {"messages": 400},
    "import-under-load": {"messages": 400},
}
EVERYTHING = 10_000

Truth = dict[str, Any]


class Played:
    """A cloud to which a scenario was played, and its truth."""

    def __init__(self, name: str) -> None:
        number = Number(FIRST.waba, LINE, FIRST.number)
        given = SMALLER.get(name, {})
        rehearsal = rehearse(name, 7, number=number, app_secret=SECRET, **given)
        self.truth: Truth = rehearsal.truth
        self.told = "".join(post.body.decode() for post in rehearsal.deliveries)
        self.cloud = MemoryCloud()
        table = self.cloud.table
        connect(Lines(table))
        self.messages, self.people, self.talks = Messages(table), People(table), Talks(table)
        self.syncs, self.kept = Syncs(table), KeptThings(table)
        self.now = 0
        self.reading = Reading(
            lines=Lines(table),
            talks=self.talks,
            messages=self.messages,
            people=self.people,
            following=cast("Following", None),
            clock=lambda: self.now,
        )
        with self.cloud.process():
            self.answers = [
                (post.genuine, self.cloud.post(post.body, _signature(post.headers)))
                for post in rehearsal.deliveries
            ]
            self.cloud.work()

    def message(self, wamid: str) -> Message:
        found = self.messages.get(TENANT, LINE, wamid)
        assert found is not None, f"{wamid} is lost"
        return found


def _signature(headers: Any) -> str:
    return next((v for k, v in headers.items() if k.lower() == "x-hub-signature-256"), "")


@pytest.fixture(scope="module", params=sorted(SCENARIOS))
def played(request: pytest.FixtureRequest) -> Played:
    return Played(request.param)


def test_what_is_genuine_is_taken_and_nothing_else(played: Played) -> None:
    wrong = [answer for answer in played.answers if (answer[1] == 200) != answer[0]]

    assert wrong == []
    assert played.cloud.dead == []


def test_each_message_is_as_it_was_written(played: Played) -> None:
    for wamid, said in played.truth["messages"].items():
        stored = played.message(wamid)

        assert {status.state: status.at for status in stored.statuses} == said.get("statuses", {})
        if "type" in said:
            assert stored.origin is not None
            known = {
                "origin": stored.origin.value,
                "timestamp": stored.at,
                "imported": stored.imported,
                "edited": stored.edited_at is not None,
                "revoked": stored.revoked is not None,
                "replies_to": stored.reply_to,
                "type": stored.kind,
                "text": stored.text,
            }
            told = {"imported": False, "edited": False, "revoked": False, "replies_to": None}
            told |= {name: said[name] for name in known if name in said}
            if stored.revoked is not None:
                del told["text"]
            assert {name: known[name] for name in told} == told, wamid


def test_each_reaction_is_the_last_one(played: Played) -> None:
    for wamid, said in played.truth["messages"].items():
        stored = played.message(wamid)

        assert sorted(r.emoji for r in stored.reactions) == sorted(
            said.get("reactions", {}).values()
        )


def test_each_thread_is_one_conversation_and_shows_each_message_once(played: Played) -> None:
    for thread in played.truth["threads"]:
        aliases = {f"bsuid:{n}" if "." in n else f"phone:{n}" for n in thread["names"]}
        named = conversation_id(LINE, min(aliases))
        entries, _ = played.reading.messages(TENANT, named, limit=EVERYTHING)
        shown = Counter(entry.message.wamid for entry in entries)
        theirs = {
            wamid
            for wamid, said in played.truth["messages"].items()
            if said.get("thread") in thread["names"]
        }

        assert aliases <= played.people.component(TENANT, min(aliases))
        assert {wamid: shown[wamid] for wamid in theirs} == dict.fromkeys(theirs, 1)
        until = thread["window_until"]
        played.now = (until or 2_000_000_000) - 1
        _, whole = played.reading.conversation(TENANT, named)
        assert (whole.window.closes_at if whole.window else None) == until


def test_an_entry_point_is_free_for_as_long_as_meta_says(played: Played) -> None:
    told = played.truth.get("free_entry_point", {"names": [], "until": None})
    for thread in played.truth["threads"]:
        played.now = (told["until"] or 2_000_000_000) - 1
        aliases = {f"bsuid:{n}" if "." in n else f"phone:{n}" for n in thread["names"]}
        _, whole = played.reading.conversation(TENANT, conversation_id(LINE, min(aliases)))
        entry = whole.entry_point
        free = bool(set(told["names"]) & set(thread["names"]))
        assert (entry.closes_at if entry else None) == (told["until"] if free else None)


def test_the_certificate_says_what_came(played: Played) -> None:
    told = played.truth.get("import", {"chunks": 0, "missing": [], "complete": False})

    certificate = certify(*played.syncs.read(TENANT, LINE, sync_of(LINE)))

    missing = [f"{p.phase}:{order}" for p in certificate.phases for order in p.missing]
    assert certificate.chunks == told["chunks"]
    assert missing == told["missing"]
    assert (certificate.verdict.value == "complete") == told["complete"]
    assert (certificate.verdict.value == "declined") == told.get("declined", False)


def test_the_address_book_and_the_wishes_are_the_last_ones(played: Played) -> None:
    for entry in played.truth.get("contacts", []):
        alias = f"bsuid:{entry['user_id']}" if entry["user_id"] else f"phone:{entry['phone']}"
        names = played.people.contact(TENANT, alias).names
        assert (names.full_name, names.removed) == (entry["full_name"], entry["removed"])
    for wish, may in (("opted_out", False), ("opted_in", True)):
        for person in played.truth.get(wish, []):
            if person not in played.told:
                continue  # no body names them so: Tandem knows them by their phone
            assert played.people.contact(TENANT, f"bsuid:{person}").may_market == may


def test_what_nobody_can_read_is_kept_and_what_has_no_text_waits(played: Played) -> None:
    things, _ = played.kept.page(TENANT, limit=EVERYTHING)
    shelf, _ = played.messages.shelf(TENANT, LINE, limit=EVERYTHING)
    waiting = [message for message in shelf if message.media is not None]
    noticed = played.truth.get("notices", {})

    malformed = [t for t in things if t.reason == "malformed" and t.what not in noticed]
    assert len(malformed) == played.truth.get("kept", 0)
    assert len(waiting) == played.truth.get("waiting", 0)
