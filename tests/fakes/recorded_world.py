"""The world in which the events of `events/aws` were recorded: a tenant, its line, its past.

Ids in the events are those of this world. What a function tells Meta must be true there too, so for
functions that call Meta the recorded line stands for one at the simulated Meta.
"""

import hashlib
import io
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from simulator import Simulator
from tandem.model.broadcast import Addressee, Audience, BroadcastRequest
from tandem.model.events import Content, Media, Sighting, Source
from tandem.model.identity import Person
from tandem.model.line import Line, LineState, Mode
from tandem.model.message import StoredFile
from tandem.model.onboarding import Onboarding, OnboardingState, StepName
from tandem.model.reading import conversation_id
from tandem.model.uploaded import ListState, UploadedList
from tandem.runtime import broadcasts as broadcasting
from tandem.runtime import clients, stores
from tandem.store import keys
from tandem.store.api_keys import digest_of
from tandem.store.archive import ARCHIVE, Archive
from tandem.store.envelope import Delivery
from tests.fakes.deployment import (
    FUNCTION,
    Event,
    environment_of,
    handler_of,
    resources,
)
from tests.fakes.process import Context, begin_on, forget
from tests.unit.conftest import create_table

TENANT, LINE, WABA, NUMBER = "acme", "106540352242922", "102290129340398", "15550100000"
CODE, PICTURE, CONVERSATION = "AQ-the-code-of-the-sign-up", "1003383421387256", "THE-CONVERSATION"
API_KEY, APP_SECRET = "tdm_recorded", "app-secret"
VERIFY_TOKEN, INVITATION_KEY = "the-verify-token", "the invitation key"
RECORDED_AT = 1_790_000_060

ANA = Person.of("15550100001", name="Ana")
FILE = b"a picture of a cake"


@dataclass
class RecordedWorld:
    """`names` has what the template's references stand for, `meant` the ids that Meta knows."""

    meta: Simulator
    names: dict[str, str]
    meant: dict[str, str]
    monkeypatch: pytest.MonkeyPatch
    _all: dict[str, str] = field(default_factory=dict)

    def as_heard_by(self, function: str, recorded: str) -> Any:
        """A recorded text as JSON; for a function that calls Meta, with ids that Meta knows."""
        if "GRAPH_URL" in environment_of(function, self.names):
            for id_, meant in self.meant.items():
                recorded = recorded.replace(id_, meant)
        return json.loads(recorded)

    def play(self, function: str, event: Event) -> Any:
        """Give an event to a function, in a fresh process with that function's environment."""
        given = environment_of(function, self.names)
        for name in self._all.keys() - given.keys():
            self.monkeypatch.delenv(name)
        forget()
        answer = handler_of(function)(event, Context())
        forget()
        for name, value in self._all.items():
            self.monkeypatch.setenv(name, value)
        return answer

    def open(self) -> None:
        """Every setting of every function, for what is furnished and looked at from outside."""
        for function in resources(FUNCTION):
            self._all |= environment_of(function, self.names)
        for name, value in self._all.items():
            self.monkeypatch.setenv(name, value)

    # ---- what can be seen

    def waiting(self, queue: str) -> int:
        """How many letters a queue holds."""
        told = clients.sqs().get_queue_attributes(
            QueueUrl=self.names[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    def row(self, pk: str, sk: str) -> dict[str, Any]:
        return stores.table().get(keys.Key(pk, sk)) or {}

    def accepted_by_meta(self) -> int:
        count: int = self.meta.truth(phone_number_id=self.meant[LINE])["accepted"]
        return count

    # ---- what was there before

    def put(self, objects: Mapping[str, str]) -> None:
        """Put bodies into the archive bucket, under keys that are recorded."""
        bucket = self.names["Archive"]
        for key, text in objects.items():
            if key.startswith(ARCHIVE):
                kept = Archive(clients.s3(), bucket).keep(
                    Delivery(text.encode(), RECORDED_AT), LINE
                )
                assert kept == key
            else:
                clients.s3().put_object(Bucket=bucket, Key=key, Body=text.encode())


@contextmanager
def recorded_world(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[RecordedWorld]:
    """A world of its own on the engine at `url`, with a Meta of its own."""
    begin_on(url, monkeypatch)
    with Simulator(seed=3, time_scale=0) as meta:
        meta.configure_app(app_id="4001", app_secret=APP_SECRET)
        names = {"GraphUrl": meta.url, "MetaAppId": "4001", "LoginConfigurationId": "2002"}
        names |= _resources(f"recorded-{uuid4().hex[:8]}")
        world = RecordedWorld(meta, names, {}, monkeypatch)
        world.open()
        _furnish(world)
        yield world
    forget()


def _resources(stack: str) -> dict[str, str]:
    """What the template makes, as far as functions are told of it."""
    create_table(clients.dynamodb(), stack)
    made = {"Table": stack}
    for bucket in ("Archive", "Media"):
        made[bucket] = f"{stack}-{bucket.lower()}"
        clients.s3().create_bucket(Bucket=made[bucket])
    for queue, properties in resources("AWS::SQS::Queue").items():
        fifo = bool(properties.get("FifoQueue"))
        made[queue] = clients.sqs().create_queue(
            QueueName=f"{stack}-{queue}" + (".fifo" if fifo else ""),
            Attributes={"FifoQueue": "true"} if fifo else {},
        )["QueueUrl"]
        made[f"{queue}.Arn"] = f"arn:aws:sqs:us-east-1:000000000000:{stack}-{queue}"
    for secret, value in {
        "MetaApp": json.dumps({"current": APP_SECRET, "previous": ""}),
        "VerifyToken": VERIFY_TOKEN,
        "InvitationKey": INVITATION_KEY,
    }.items():
        kept = clients.secrets().create_secret(Name=f"{stack}-{secret}", SecretString=value)
        made[f"{secret}.Id"] = kept["ARN"]
    for name in ("TokenKey", "CertificateKey"):
        made[f"{name}.Arn"] = clients.kms().create_key()["KeyMetadata"]["Arn"]
    made["BroadcastSchedules"] = "default"
    made["BroadcastScheduleRole.Arn"] = "arn:aws:iam::000000000000:role/schedule"
    return made


# ---- a tenant, its line, its past


def _furnish(world: RecordedWorld) -> None:
    meta, now = world.meta, int(time.time())
    made, newcomer = meta.create_business(phone_number=NUMBER), meta.create_business()
    meta.signup(waba_id=made["waba_id"])
    line = made["phone_number_id"]
    world.meant |= {
        LINE: line,
        WABA: made["waba_id"],
        CODE: meta.signup(waba_id=newcomer["waba_id"])["code"],
        PICTURE: _picture(meta, line),
        CONVERSATION: conversation_id(line, ANA.alias or ""),
    }
    for number, waba in ((LINE, WABA), (line, made["waba_id"])):
        stores.lines().save_connected(
            Line(
                tenant=TENANT,
                line=number,
                waba=waba,
                display_number=NUMBER,
                mode=Mode.COEXISTENCE,
                state=LineState.ACTIVE,
                onboarded_at=now,
                sync="first",
            )
        )
    stores.tokens().keep(
        TENANT,
        line,
        meta.issue_token(waba_ids=[made["waba_id"]])["access_token"],
        waba=made["waba_id"],
        granted_at=now,
        granted_by="first",
        expires_at=None,
    )
    _onboard(made, now)
    _talk()
    _broadcast(line)
    stores.lists().insert(
        TENANT, UploadedList("uploaded", "May", ListState.READING, now, "console")
    )
    key = {"tenant": TENANT, "name": "console", "created_at": now}
    stores.table().insert(keys.api_key(digest_of(API_KEY)), key)


def _picture(meta: Simulator, line: str) -> str:
    """A file that Meta has, as a customer has just sent it."""
    meta.customer_message(phone_number_id=line, from_=ANA.phone or "", type="image")
    (media,) = meta.world.records.media
    return media


def _onboard(made: dict[str, Any], now: int) -> None:
    known = Onboarding(TENANT, "first", "invited", OnboardingState.EXCHANGING, created_at=now)
    rows = stores.onboardings()
    rows.start(known)
    rows.keep_token(TENANT, "first", b"sealed")
    rows.connect(
        known,
        waba=made["waba_id"],
        line=made["phone_number_id"],
        display_number=NUMBER,
        at=now,
        deadline_at=now + 24 * 3600,
        steps=StepName,
    )


def _talk() -> None:
    """Ana once sent a picture, and it was fetched."""
    picture = Content("image", media=Media("m1", "image/jpeg"))
    sighting = Sighting(LINE, "wamid.recorded-file==", Source.INBOUND, RECORDED_AT, ANA, picture)
    stores.recording().record(TENANT, sighting)
    key = stores.files().keep(TENANT, hashlib.sha256(FILE).hexdigest(), io.BytesIO(FILE))
    file = StoredFile("m1", key=key, size=len(FILE))
    stores.messages().note_file(TENANT, LINE, sighting.wamid, file)


def _broadcast(line: str) -> None:
    """One broadcast was created, one is planned, and one was lost on its way to the planner."""
    broadcasts = broadcasting.broadcasts()
    for name in ("created", "planned"):
        broadcasts._new_id = lambda name=name: name
        people = tuple(
            Addressee(f"+1555010000{n}", values={"body.1": f"Ana {n}", "body.2": f"{n}"})
            for n in (1, 2)
        )
        request = BroadcastRequest(
            line=line,
            name="Ready",
            template="order_ready",
            language="en_US",
            audience=Audience(people),
            by="Kim",
            approve=True,
        )
        broadcasts.create(TENANT, request)
    broadcasting.planner().plan(TENANT, "planned")
    for queue in (broadcasting.setting("PLAN_QUEUE_URL"), broadcasting.setting("SEND_QUEUE_URL")):
        clients.sqs().purge_queue(QueueUrl=queue)
    stores.broadcast_rows().watch(TENANT, "lost", RECORDED_AT)
