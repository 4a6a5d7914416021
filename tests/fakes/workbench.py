"""Both intake workers on a table in memory: from a signed body to state, without AWS."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from tandem.conversations.filing import Directory as AnyDirectory
from tandem.conversations.filing import Filing, Settler
from tandem.conversations.intake import Intake
from tandem.conversations.recording import Recording
from tandem.history.importing import Importing
from tandem.lines.lifecycle import Lifecycle
from tandem.meta.signature import signed
from tandem.model.events import Sighting
from tandem.model.line import Line, LineState, Mode
from tandem.runtime.webhook import Reception
from tandem.store.archive import ARCHIVE, NO_LINE, line_of
from tandem.store.directory import Directory
from tandem.store.envelope import Delivery
from tandem.store.happenings import Happenings
from tandem.store.kept import KeptThings
from tandem.store.lines import Lines
from tandem.store.messages import Messages
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.syncs import Syncs
from tandem.store.table import Table
from tandem.store.talks import Talks
from tandem.store.templates import Templates
from tandem.store.unclaimed import Unclaimed

TENANT, LINE, WABA, NUMBER = "acme", "106540352242922", "102290129340398", "15550100000"
SYNC = "first-sync"
ONBOARDED_AT = 1_790_000_000
SECRET = "app-secret"


class FakeArchive:
    """The archive bucket in memory, claimed bodies included."""

    def __init__(self) -> None:
        self.claims: dict[str, bytes] = {}
        self.kept: dict[str, Delivery] = {}

    def fetch(self, key: str) -> bytes:
        return self.claims[key]

    def keep(self, delivery: Delivery, line: str | None) -> str:
        day = time.strftime("%Y/%m/%d", time.gmtime(delivery.received_at))
        key = f"{ARCHIVE}{day}/{line or NO_LINE}/{delivery.fingerprint}.json.gz"
        self.kept[key] = delivery
        return key

    def restored(self, key: str) -> Delivery:
        return self.kept[key]

    def keys(
        self, *, line: str | None = None, since: str | None = None, until: str | None = None
    ) -> Iterator[str]:
        for key in sorted(self.kept):
            day = "-".join(key.removeprefix(ARCHIVE).split("/")[:3])
            inside = (since or "") <= day <= (until or "9999")
            if inside and (line is None or line_of(key) in (line, NO_LINE)):
                yield key

    def lines(self, *, since: str | None = None, until: str | None = None) -> frozenset[str]:
        return frozenset(map(line_of, self.keys(since=since, until=until))) - {NO_LINE}


class FakeQueueing:
    """SQS and S3 as the webhook function sees them; letters wait in `letters`."""

    def __init__(self, archive: FakeArchive) -> None:
        self._archive = archive
        self.letters: list[dict[str, Any]] = []

    def secret(self, arn: str) -> str:
        return f'{{"current": "{SECRET}"}}'

    def put_object(self, bucket: str, key: str, body: bytes) -> None:
        self._archive.claims[key] = body

    def send_message(self, queue_url: str, text: str, *, attributes: Any, group: str) -> None:
        told = {name: {"stringValue": value["StringValue"]} for name, value in attributes.items()}
        self.letters.append({"queue": queue_url, "body": text, "messageAttributes": told})

    def send_again(self, archived: Iterable[str], *, after: int = 0) -> int:
        """What `Letters` does with the live queue."""
        told = {"encoding": {"stringValue": "archive"}}
        letters = [{"queue": "live", "body": key, "messageAttributes": told} for key in archived]
        self.letters += letters
        return len(letters)


class FakeMediaRequests:
    def __init__(self) -> None:
        self.media_ids: set[str] = set()

    def request(self, tenant: str, sightings: Iterable[Sighting]) -> None:
        self.media_ids |= {s.content.media.media_id for s in sightings if s.content.media}


class Workbench:
    """One tenant with one line, and everything between Meta's POST and the table."""

    def __init__(
        self,
        table: Table,
        *,
        clock: Callable[[], float] = lambda: ONBOARDED_AT,
        directory: AnyDirectory | None = None,
        settlers: Mapping[str, Settler] | None = None,
    ) -> None:
        self.table = table
        self._settlers = settlers or {}
        self.messages, self.talks, self.people = Messages(table), Talks(table), People(table)
        self.syncs, self.kept, self.lines = Syncs(table), KeptThings(table), Lines(table)
        self.happenings, self.templates = Happenings(table), Templates(table)
        self.pace = Pace(table, clock, time.sleep)
        self.archive, self.media = FakeArchive(), FakeMediaRequests()
        self.queueing = FakeQueueing(self.archive)
        self.lines.save_connected(
            Line(
                tenant=TENANT,
                line=LINE,
                waba=WABA,
                display_number=NUMBER,
                mode=Mode.COEXISTENCE,
                state=LineState.ACTIVE,
                onboarded_at=ONBOARDED_AT,
                sync=SYNC,
            )
        )
        self.reception = Reception(
            self.queueing,
            live_queue="live",
            history_queue="history",
            bucket="bucket",
            app_secret_arn="app",
            verify_token_arn="verify",
            clock=clock,
        )
        self.unclaimed = Unclaimed(table)
        self.intake = Intake(
            archive=self.archive,
            filing=self._filing(directory or Directory(self.lines)),
            unclaimed=self.unclaimed,
        )

    def _filing(self, directory: AnyDirectory) -> Filing:
        recording = Recording(messages=self.messages, talks=self.talks, people=self.people)
        importing = Importing(
            messages=self.messages,
            talks=self.talks,
            people=self.people,
            syncs=self.syncs,
            kept=self.kept,
        )
        return Filing(
            directory=directory,
            recording=recording,
            importing=importing,
            messages=self.messages,
            talks=self.talks,
            people=self.people,
            syncs=self.syncs,
            kept=self.kept,
            lifecycle=Lifecycle(self.lines, self.happenings, self.templates),
            media=self.media,
            settlers=self._settlers,
            hear=self.pace.hear,
        )

    def post(self, body: bytes) -> bool:
        """Meta posts a signed body; it waits in its queue."""
        return self.reception.take(body, signed(body, SECRET))

    def work(self) -> None:
        """Both workers empty their queues."""
        while self.queueing.letters:
            self.intake.take_in(self.queueing.letters[0])
            del self.queueing.letters[0]

    def deliver(self, *bodies: bytes) -> None:
        for body in bodies:
            assert self.post(body)
        self.work()
