"""The bodies that the API takes for broadcasts."""

import datetime
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from functions.api.bodies import Body, LineId, Name, Seconds, SegmentText
from tandem.insights.countries import zone
from tandem.model.broadcast import (
    GIVEN_LIMIT,
    Addressee,
    Audience,
    BroadcastRequest,
    Quiet,
    Rules,
    Timing,
)
from tandem.model.errors import Invalid
from tandem.model.template import FilledBy, Filling


class Filler(Body):
    """What fills a blank of the template: a text, or a field of the person, or the fallback."""

    text: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    field: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    fallback: Annotated[str, Field(min_length=1, max_length=1024)] | None = None


class Entry(Body):
    """One person of an audience. A wrong one stops nobody else: it is left out, and shown."""

    phone: Annotated[str, Field(max_length=64)] | None = None
    bsuid: Annotated[str, Field(max_length=256)] | None = None
    values: dict[str, str] = Field(default_factory=dict, max_length=50)


class AudienceBody(Body):
    people: list[Entry] = Field(default_factory=list, max_length=GIVEN_LIMIT)
    lists: list[Name] = Field(default_factory=list, max_length=20)
    segment: SegmentText | None = None
    leave_out: list[Name] = Field(default_factory=list, max_length=20)

    def audience(self) -> Audience:
        people = tuple(Addressee(each.phone, each.bsuid, each.values) for each in self.people)
        return Audience(people, tuple(self.lists), self.segment, tuple(self.leave_out))


class QuietBody(Body):
    """From when till when, by the clocks of each person's country: `21:00` to `09:00`."""

    since: datetime.time
    until: datetime.time

    def quiet(self) -> Quiet:
        return Quiet(self.since, self.until)


class TimingBody(Body):
    """When: `at` as unix seconds, or `local` as a clock of the `zone` shows it; else at once.

    Without a `zone` the line's counts.
    """

    at: Seconds | None = None
    local: datetime.datetime | None = None
    zone: Annotated[str, Field(max_length=64)] | None = None
    by_their_clock: bool = False
    quiet: QuietBody | None = None

    def timing(self, line_zone: str) -> Timing:
        at, named = self.at, self.zone if self.zone is not None else line_zone
        if self.local is not None:
            if at is not None or self.local.tzinfo is not None:
                raise Invalid("give either `at`, or `local` without an offset")
            at = int(self.local.replace(tzinfo=zone(named)).timestamp())
        quiet = self.quiet.quiet() if self.quiet else None
        return Timing(at, named, self.by_their_clock, quiet)


class AtMost(Body):
    count: Annotated[int, Field(ge=1, le=100)]
    days: Annotated[int, Field(ge=1, le=365)]


class RulesBody(Body):
    require_consent: bool = False
    spare_hours: Annotated[int, Field(ge=1, le=24 * 365)] | None = None
    at_most: AtMost | None = None

    def rules(self) -> Rules:
        cap = self.at_most
        return Rules(self.require_consent, self.spare_hours, (cap.count, cap.days) if cap else None)


class TemplateName(Body):
    name: Name
    language: Annotated[str, Field(min_length=2, max_length=20)]


class FilledBody(Body):
    """What fills the blanks of a template."""

    fill: dict[str, Filler] = Field(default_factory=dict, max_length=50)

    def filling(self) -> Filling:
        return {place: FilledBy(**by.model_dump()) for place, by in self.fill.items()}


class SentBody(FilledBody):
    """What is asked of a broadcast and of a series alike: what goes to whom, and to whom not."""

    line: LineId
    name: Annotated[str, Field(min_length=1, max_length=200)]
    template: TemplateName
    audience: AudienceBody
    rules: RulesBody = RulesBody()

    def asked(self, timing: Timing, *, by: str, key: str | None) -> BroadcastRequest:
        return BroadcastRequest(
            line=self.line,
            name=self.name,
            template=self.template.name,
            language=self.template.language,
            audience=self.audience.audience(),
            by=by,
            filling=self.filling(),
            timing=timing,
            rules=self.rules.rules(),
            key=key,
        )


class BroadcastBody(SentBody):
    """POST /v1/broadcasts. Without `approve` its plan waits for somebody to approve it."""

    timing: TimingBody = TimingBody()
    approve: bool = False

    def request(self, *, by: str, line_zone: str, key: str | None = None) -> BroadcastRequest:
        asked = self.asked(self.timing.timing(line_zone), by=by, key=key)
        return replace(asked, approve=self.approve)


class PreviewBody(FilledBody, TemplateName):
    """POST /v1/lines/{line}/templates/preview. `contacts` are ids of contacts, or people."""

    contacts: Annotated[list[Name | Entry], Field(min_length=1, max_length=10)]

    def asked(self) -> tuple[str | Addressee, ...]:
        return tuple(
            each if isinstance(each, str) else Addressee(each.phone, each.bsuid, each.values)
            for each in self.contacts
        )


class ApprovalBody(Body):
    """POST /v1/broadcasts/{id}/approve: the hash of the plan that is approved."""

    plan: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
