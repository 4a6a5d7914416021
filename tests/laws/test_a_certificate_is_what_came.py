"""Law 7: a certificate says what came, whatever came of an import and in whatever order.

An oracle that knows only the webhooks counts them by itself; the certificate must say the same.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tandem.lines.certifying import Certifying
from tandem.lines.progress import Following
from tandem.model.onboarding import Onboarding, OnboardingState, StepName
from tandem.store.certificate_key import CertificateKey
from tandem.store.onboardings import Onboardings
from tests.fakes.bodies import body
from tests.fakes.memory_table import MemoryTable
from tests.fakes.signup_meta import FakeSigner
from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, SYNC, TENANT, WABA, Workbench

DAY = 24 * 3600
THREADS = ("12125550141", "12125550142", "12125550143")
DECLINED = {"errors": [{"code": 2593109, "title": "History not shared"}]}


@dataclass(frozen=True)
class Past:
    """A message of the past: its number, from which its thread, its time and its kind follow."""

    number: int

    @property
    def wamid(self) -> str:
        return f"wamid.{self.number:04d}"

    @property
    def thread(self) -> str:
        return THREADS[self.number % 3]

    @property
    def at(self) -> int:
        return ONBOARDED_AT - 3600 - self.number * DAY

    @property
    def picture(self) -> bool:
        return self.number % 4 == 0

    @property
    def row(self) -> dict[str, Any]:
        said = {"type": "media_placeholder"} if self.picture else {
            "type": "text", "text": {"body": f"Message {self.number}"}}  # fmt: skip
        return {
            "from": self.thread,
            "id": self.wamid,
            "timestamp": str(self.at),
            "history_context": {"status": "READ"},
        } | said


@dataclass(frozen=True)
class Chunk:
    phase: int
    order: int
    progress: int
    messages: tuple[Past, ...]

    @property
    def item(self) -> dict[str, Any]:
        threads: dict[str, list[dict[str, Any]]] = {}
        for message in self.messages:
            threads.setdefault(message.thread, []).append(message.row)
        return {
            "metadata": {
                "phase": self.phase,
                "chunk_order": self.order,
                "progress": self.progress,
            },
            "threads": [{"id": id_, "messages": rows} for id_, rows in threads.items()],
        }


PASTS = [Past(number) for number in range(40)]
SOME = st.lists(st.sampled_from(PASTS), unique=True, min_size=1, max_size=6).map(tuple)
IMPORTS = st.lists(SOME, min_size=1, max_size=7).map(
    lambda contents: [
        Chunk(place % 3, place // 3 + 1, 100 if place == len(contents) - 1 else 10 * place, some)
        for place, some in enumerate(contents)
    ]
)


def follow_up(message: Past) -> bytes:
    image = {"id": f"media{message.number}", "mime_type": "image/jpeg"}
    said = {"from": message.thread, "id": message.wamid, "timestamp": str(message.at)}
    return body("history", messages=[said | {"type": "image", "image": image}])


def certificate_after(bodies: list[bytes]) -> dict[str, Any]:
    """What is certified once these webhooks came, by an API that has only the table."""
    bench = Workbench(MemoryTable())
    bench.syncs.open(TENANT, LINE, SYNC, ONBOARDED_AT)
    onboardings = Onboardings(bench.table)
    known = Onboarding(TENANT, SYNC, "i", OnboardingState.EXCHANGING, ONBOARDED_AT)
    onboardings.start(known)
    onboardings.keep_token(TENANT, SYNC, b"sealed")
    onboardings.connect(
        known,
        waba=WABA,
        line=LINE,
        display_number=NUMBER,
        at=ONBOARDED_AT,
        deadline_at=ONBOARDED_AT + DAY,
        steps=StepName,
    )
    bench.deliver(*bodies)
    line = bench.lines.get(TENANT, LINE)
    assert line is not None
    following = Following(
        onboardings=onboardings, lines=bench.lines, syncs=bench.syncs, clock=_soon
    )
    key = CertificateKey(FakeSigner(), "key")  # type: ignore[arg-type]
    certifying = Certifying(following=following, messages=bench.messages, key=key, clock=_soon)
    said: dict[str, Any] = certifying.issue(line)["certificate"]
    return said


def _soon() -> int:
    return ONBOARDED_AT + 60


def fingerprint(name: str) -> str:
    return blake2b(name.encode(), digest_size=8).hexdigest()


def counted(chunks: list[Chunk], files: set[Past]) -> dict[str, Any]:
    """The oracle: what these chunks and files prove, counted from the webhooks alone."""
    messages = {message for chunk in chunks for message in chunk.messages}
    days = Counter(
        datetime.fromtimestamp(message.at, UTC).date().isoformat() for message in messages
    )
    threads = Counter(fingerprint(f"phone:{message.thread}") for message in messages)
    recent = {m for m in messages if m.picture and m.at >= ONBOARDED_AT - 14 * DAY}
    prints = sorted(bytes.fromhex(fingerprint(message.wamid)) for message in messages)
    phases = {}
    for phase in sorted({chunk.phase for chunk in chunks}):
        inside = [chunk for chunk in chunks if chunk.phase == phase]
        orders = {chunk.order for chunk in inside}
        phases[phase] = {
            "chunks": len(orders),
            "last_order": max(orders),
            "missing": [order for order in range(1, max(orders)) if order not in orders],
            "progress": max(chunk.progress for chunk in inside),
            "messages": len({message for chunk in inside for message in chunk.messages}),
        }
    return {
        "messages": len(messages),
        "digest": sha256(b"".join(prints)).hexdigest(),
        "days": sorted(days.items()),
        "threads": sorted(threads.items()),
        "phases": phases,
        "media": {
            "expected": len(recent),
            "arrived": len(recent & files),
            "waiting": len(recent - files),
            "not_looked_at": 0,
            "too_old": len({m for m in messages if m.picture} - recent),
        },
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    chunks=IMPORTS,
    withheld=st.sets(st.integers(0, 6), max_size=3),
    files=st.sets(st.sampled_from([message for message in PASTS if message.picture])),
    declined=st.booleans(),
    seed=st.integers(0, 2**16),
)
def test_a_certificate_says_what_came_and_nothing_else(
    chunks: list[Chunk], withheld: set[int], files: set[Past], declined: bool, seed: int
) -> None:
    came = [chunk for place, chunk in enumerate(chunks) if place not in withheld]
    deliveries = [body("history", history=[chunk.item]) for chunk in came]
    deliveries += [follow_up(message) for message in files]
    deliveries += [body("history", history=[DECLINED])] if declined else []
    shuffled = deliveries + Random(seed).choices(deliveries, k=3) if deliveries else []
    Random(seed).shuffle(shuffled)

    said = certificate_after(shuffled)

    shown = {
        "messages": said["arrived"]["messages"],
        "digest": said["arrived"]["digest"],
        "days": [(each["day"], each["messages"]) for each in said["days"]["listed"]],
        "threads": sorted((each["thread"], each["messages"]) for each in said["threads"]["listed"]),
        "phases": {
            phase["phase"]: {
                name: phase[name]
                for name in ("chunks", "last_order", "missing", "progress", "messages")
            }
            for phase in said["phases"]
        },
        "media": said["media"],
    }
    assert shown == counted(came, files)
    assert said["conflicts"] == []
    assert said["state"] == _state(came, declined)


def _state(came: list[Chunk], declined: bool) -> str:
    """Everything came in one minute, so nothing has had the time to stall."""
    if not came:
        return "declined" if declined else "not_requested"
    whole = all(not phase["missing"] for phase in counted(came, set())["phases"].values())
    said_all = max(chunk.progress for chunk in came) == 100
    return "complete" if whole and said_all else "receiving"


def test_the_batching_of_chunks_does_not_show() -> None:
    chunks = [Chunk(0, 1, 50, tuple(PASTS[:5])), Chunk(1, 1, 100, tuple(PASTS[3:9]))]

    one_by_one = certificate_after([body("history", history=[chunk.item]) for chunk in chunks])
    at_once = certificate_after(
        [body("history", history=[chunk.item for chunk in reversed(chunks)])]
    )

    assert one_by_one == at_once
