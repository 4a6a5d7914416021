"""Shops: businesses whose owner connects a number, with a handle on either end of it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import requests

from local import seed
from local.demo.talk import TIMEOUT, Json, Meta, Tandem, until
from local.engine import Engine
from local.stack import Endpoints
from tandem.lines.invitation import invite, sealed
from tests.journeys.stack import Stack

LONG = 60.0
"""Seconds that anything may take here; a quiet machine needs a tenth of it."""


@dataclass(frozen=True, slots=True)
class Shop:
    """One number: its owner and customers at Meta's end, its tenant at Tandem's."""

    stack: Stack
    endpoints: Endpoints
    waba: str
    line: str

    @property
    def tandem(self) -> Tandem:
        return Tandem(self.endpoints)

    @property
    def meta(self) -> Meta:
        return Meta(self.endpoints)

    # ---- connecting

    def sign_up(self, **how: Any) -> Json:
        """The owner goes through Embedded Signup: a code of 30 seconds and the session message."""
        return self.meta.ask("POST", "signup", waba_id=self.waba, **how)

    def post(self, signed_up: Json, **instead: Any) -> requests.Response:
        """What the Connect page posts, with anything `instead` of what belongs there."""
        body = {
            "invitation": self.endpoints.invitation,
            "code": signed_up["code"],
            "session_info": signed_up["session_info"],
            "accepted": {"version": "2026-11", "at": int(time.time())},
        }
        return requests.post(self.endpoints.onboarding_url, json=body | instead, timeout=TIMEOUT)

    def connect(self, **how: Any) -> str:
        """The owner signs up and the callback takes the code; the onboarding's id."""
        answer = self.post(self.sign_up(**how))
        assert answer.status_code == 202, answer.text
        return str(answer.json()["onboarding"])

    def connected(self) -> "Shop":
        """Connect, and wait until everything that the phone handed over is here."""
        self.connect()
        until(
            lambda: self.verdict() == "complete" and not self.meta.waiting(),
            seconds=LONG,
            what="the import",
        )
        return self

    # ---- looking

    def sync(self) -> Json:
        """How far the import is, as the API tells."""
        return self.tandem.get(f"lines/{self.line}/sync")

    def verdict(self) -> str:
        return str((self.sync()["certificate"] or {"verdict": ""})["verdict"])

    def step(self, name: str) -> str:
        """The state of a step of the onboarding."""
        return next((s["state"] for s in self.sync()["steps"] if s["step"] == name), "absent")

    def requested(self, sync_type: str) -> int:
        """How often Meta was asked for a sync of this number."""
        calls = self.meta.ask("GET", f"calls?path=/{self.line}/smb_app_data")["calls"]
        return sum(call["params"].get("sync_type") == sync_type for call in calls)

    def truth(self) -> Json:
        """Everything that Meta knows of the number."""
        return self.meta.truth(self.line)

    def inbox(self) -> list[Json]:
        return list(self.tandem.every(f"lines/{self.line}/conversations"))

    def talk(self, *, phone: str = "", bsuid: str = "") -> Json | None:
        """The conversation with somebody; None before there is one."""
        return next(
            (
                conversation
                for conversation in self.inbox()
                if phone in conversation["contact"]["phones"]
                or bsuid in conversation["contact"]["bsuids"]
            ),
            None,
        )

    def timeline(self, conversation: str) -> Iterator[Json]:
        """Every message of a conversation, newest first."""
        return self.tandem.every(f"conversations/{conversation}/messages")

    def message(self, conversation: str, wamid: str) -> Json | None:
        return next((one for one in self.timeline(conversation) if one["id"] == wamid), None)

    # ---- writing

    def customer_writes(self, phone: str, text: str | None = None, **how: Any) -> str:
        """Somebody writes to the shop; the wamid."""
        path = f"lines/{self.line}/customer_message"
        return str(self.meta.ask("POST", path, text=text, **{"from": phone}, **how)["wamid"])

    def owner_writes(self, phone: str, text: str) -> str:
        """The owner types on the phone; the wamid."""
        path = f"lines/{self.line}/owner_message"
        return str(self.meta.ask("POST", path, to=phone, text=text)["wamid"])

    def heard_from(self, phone: str, text: str = "Are you open?") -> str:
        """Somebody writes, and it shows; the conversation's id."""
        wamid = self.customer_writes(phone, text)

        def shows() -> bool:
            talk = self.talk(phone=phone)
            return talk is not None and self.message(talk["id"], wamid) is not None

        until(shows, seconds=LONG, what="a customer's message")
        return str((self.talk(phone=phone) or {})["id"])


class Shops:
    """Every shop of a stack, of whichever tenant."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._key_of = cache(lambda tenant: seed.api_key(Engine(stack.place), tenant))

    @property
    def meta(self) -> Meta:
        return Meta(self._stack.endpoints)

    def open(self, name: str, *, tenant: str = "", **history: Any) -> Shop:
        """A shop whose owner was invited and has not connected yet; `history` is on its phone."""
        made = self.meta.ask("POST", "businesses", name=name)
        past = {"messages": 12, "threads": 3, "media_share": 0.0, "hiding": 0.0} | history
        self.meta.ask("PUT", f"lines/{made['phone_number_id']}/history", **past)
        return Shop(self._stack, self.as_(tenant), made["waba_id"], made["phone_number_id"])

    def as_(self, tenant: str = "") -> Endpoints:
        """The stack as a tenant holds it: a key and a fresh invitation of its own."""
        seeded = self._stack.endpoints
        ours = tenant in ("", seeded.tenant)
        return replace(
            seeded,
            tenant=tenant or seeded.tenant,
            api_key=seeded.api_key if ours else self._key_of(tenant),
            invitation=self.invitation(tenant or seeded.tenant),
        )

    def invitation(self, tenant: str, *, expires_at: int | None = None) -> str:
        """An invitation under the stack's own key, good for an hour unless it says otherwise."""
        secret = self._stack.aws("secretsmanager").get_secret_value(
            SecretId=self._stack.resource("InvitationKey")
        )
        until_when = int(time.time()) + 3600 if expires_at is None else expires_at
        return sealed(invite(tenant, expires_at=until_when), secret["SecretString"])
