"""Everybody who reads and writes through the API, around one table; time that only sleeps move."""

from dataclasses import dataclass, field
from typing import Any

from tandem.conversations.contacts import Contacts
from tandem.conversations.opening import Opening
from tandem.conversations.reading import Reading
from tandem.conversations.recording import Recording
from tandem.conversations.sending import Sending
from tandem.conversations.settling import Settling
from tandem.lines.certifying import Certifying
from tandem.lines.progress import Following
from tandem.lines.support import Support
from tandem.meta.errors import Unanswered
from tandem.meta.graph import Accepted
from tandem.meta.outgoing import SendBody
from tandem.model.events import Completeness, Content, Media, Sighting, Source, StatusNote
from tandem.model.identity import Person
from tandem.model.line import Line, LineState, Mode
from tandem.model.message import StoredFile
from tandem.model.onboarding import Onboarding, OnboardingState, StepName
from tandem.model.reading import Entry, conversation_id
from tandem.model.send import Draft, Send, SendRequest, TextDraft
from tandem.store.certificate_key import CertificateKey
from tandem.store.files import Files
from tandem.store.happenings import Happenings
from tandem.store.kept import KeptThings
from tandem.store.lines import Lines
from tandem.store.messages import Messages
from tandem.store.onboardings import Onboardings
from tandem.store.pace import Pace
from tandem.store.people import People
from tandem.store.sends import Sends
from tandem.store.syncs import Syncs
from tandem.store.table import Table
from tandem.store.talks import Talks
from tests.fakes.broadcast_world import LINE, NOW, TENANT, WABA, FakeMeta, SleepingTime
from tests.fakes.crashing import CrashingTable, Fuse
from tests.fakes.signup_meta import FakeSigner

ONBOARDED_AT = NOW - 30 * 24 * 3600
SYNC = "first"

ANA = Person.of("15550100001", bsuid="US.1001", name="Ana")
BEN = Person.of("15550100002", bsuid="US.1002", name="Ben")
HOUR = 3600


@dataclass
class ForgetfulMeta(FakeMeta):
    """Takes messages, and with `silent` never says so. `heard` are the bodies it was given."""

    silent: bool = False
    heard: list[SendBody] = field(default_factory=list)

    def send(self, line: str, body: SendBody) -> Accepted:
        self.heard.append(body)
        accepted = super().send(line, body)
        if self.silent:
            raise Unanswered("no answer from Graph (ReadTimeout)")
        return accepted


class FakeBucket:
    """A bucket that hands out links, and holds nothing."""

    def generate_presigned_url(self, call: str, *, Params: dict[str, str], ExpiresIn: int) -> str:  # noqa: N803
        assert (call, ExpiresIn) == ("get_object", 300)
        return f"https://media.example/{Params['Key']}?{Params['ResponseContentDisposition']}"


class FrontDesk:
    """One tenant with one line, and the verbs of the API. `revive()`: the same world, no memory."""

    def __init__(self, table: Table | None = None, *, tenant: str = TENANT, line: str = LINE):
        self.table = table if table is not None else CrashingTable()
        self.tenant, self.line = tenant, line
        self.time = SleepingTime()
        self.meta = ForgetfulMeta(self.time)
        self.certificate_key = CertificateKey(FakeSigner(), "the key")  # type: ignore[arg-type]
        self.revive()
        self.lines.save_connected(
            Line(
                tenant=tenant,
                line=line,
                waba=f"{WABA}{tenant}",
                display_number="15550100000",
                mode=Mode.COEXISTENCE,
                state=LineState.ACTIVE,
                onboarded_at=ONBOARDED_AT,
                sync=SYNC,
            )
        )
        self._onboard()

    def revive(self) -> None:
        table, time = self.table, self.time
        self.lines, self.talks, self.people = Lines(table), Talks(table), People(table)
        self.messages, self.sends, self.kept = Messages(table), Sends(table), KeptThings(table)
        self.onboardings, self.syncs = Onboardings(table), Syncs(table)
        self.files = Files(FakeBucket(), "media")  # type: ignore[arg-type]
        self.pace = Pace(table, time.clock, time.sleep)
        self.recording = Recording(messages=self.messages, talks=self.talks, people=self.people)
        self.settling = Settling(sends=self.sends, people=self.people, recording=self.recording)
        self.following = Following(
            onboardings=self.onboardings,
            lines=self.lines,
            syncs=self.syncs,
            clock=lambda: int(time.clock()),
        )
        self.certifying = Certifying(
            following=self.following,
            messages=self.messages,
            key=self.certificate_key,
            clock=lambda: int(time.clock()),
        )
        self.support = Support(
            following=self.following,
            talks=self.talks,
            happenings=Happenings(table),
            app_id="4001",
            clock=lambda: int(time.clock()),
        )
        self.reading = Reading(
            lines=self.lines,
            talks=self.talks,
            messages=self.messages,
            people=self.people,
            following=self.following,
            clock=time.clock,
        )
        self.contacts = Contacts(
            people=self.people, talks=self.talks, lines=self.lines, clock=time.clock
        )
        self.opening = Opening(reading=self.reading, files=self.files)
        self.sending = Sending(
            reading=self.reading,
            sends=self.sends,
            settling=self.settling,
            lines=self.lines,
            pace=self.pace,
            sender_of=lambda _tenant, _line: self.meta,
            clock=time.clock,
            sleep=time.sleep,
        )

    def _onboard(self) -> None:
        known = Onboarding(
            tenant=self.tenant,
            onboarding=SYNC,
            invitation="i",
            state=OnboardingState.EXCHANGING,
            created_at=ONBOARDED_AT,
        )
        self.onboardings.start(known)
        self.onboardings.keep_token(self.tenant, SYNC, b"sealed")
        self.onboardings.connect(
            known,
            waba=WABA,
            line=self.line,
            display_number="15550100000",
            at=ONBOARDED_AT,
            deadline_at=ONBOARDED_AT + 24 * HOUR,
            steps=StepName,
        )

    def light(self, fuse: Fuse | None) -> None:
        """Put the table and Meta on one fuse."""
        assert isinstance(self.table, CrashingTable)
        self.table.fuse = self.meta.fuse = fuse

    # ---- what happens

    def sees(
        self,
        wamid: str,
        person: Person = ANA,
        *,
        at: int = NOW - HOUR,
        source: Source = Source.INBOUND,
        content: Content | None = None,
    ) -> None:
        """A message is recorded; unless said otherwise, one that the customer wrote an hour ago."""
        said = content or Content("text", f"text of {wamid}")
        self.recording.record(self.tenant, Sighting(self.line, wamid, source, at, person, said))

    def shows(
        self, wamid: str, person: Person = ANA, *, file: StoredFile | None = None, **more: Any
    ) -> None:
        """A picture comes; `file` is what became of it."""
        content = Content("image", media=Media("m1", "image/jpeg", filename="the cake.jpg"))
        self.sees(wamid, person, content=content, **more)
        if file is not None:
            self.messages.note_file(self.tenant, self.line, wamid, file)

    def ghost(self, wamid: str, *, at: int) -> None:
        said = Content("unsupported", completeness=Completeness.GHOST)
        self.sees(wamid, at=at, content=said)

    def write(
        self, text: str = "Hello", *, key: str | None = None, draft: Draft | None = None
    ) -> Send:
        """Somebody writes to Ana through the API."""
        request = SendRequest(draft or TextDraft(text), by="Kim", key=key)
        return self.sending.send(self.tenant, self.id(ANA), request)

    def tell(self, state: str = "delivered") -> None:
        """A status webhook for every message that Meta took, under its own wamid."""
        for call in self.meta.accepted:
            kind, _, value = call.alias.partition(":")
            note = StatusNote(
                self.line,
                call.wamid or "",
                state,
                int(call.at) + 1,
                Person(**{kind: value}),
                call.callback,
            )
            self.messages.note_status(self.tenant, note)
            self.settling.settle(self.tenant, note)

    # ---- what can be seen

    def id(self, person: Person) -> str:
        return conversation_id(self.line, person.alias or "")

    def timeline(self, person: Person = ANA, *, limit: int = 100) -> tuple[Entry, ...]:
        found, _ = self.reading.messages(self.tenant, self.id(person), limit=limit)
        return found

    def written(self) -> list[tuple[str, str]]:
        """What the timeline shows of API messages: id and state, newest first."""
        shown = (entry.message for entry in self.timeline())
        return [(m.wamid, m.state.value) for m in shown if m.origin == "api"]
