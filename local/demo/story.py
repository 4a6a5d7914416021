"""The story: an owner connects, six months arrive, both ends talk, a broadcast goes out."""

import time
from typing import Any

from local.demo.reckoning import Figures, Shown, reckon, reckon_broadcast
from local.demo.talk import Meta, Tandem, Unexpected, until
from local.progress import Steps
from local.stack import Endpoints

SHOP = "Corner Shop"
MESSAGES, THREADS = 5_000, 60
CHUNK = 250
AUDIENCE = 200
LEAD_SECONDS = 8
"""How far ahead the broadcast is scheduled: long enough to be a schedule, short enough to watch."""


class Story:
    """Told once; each telling is about a number that was not there before."""

    def __init__(self, endpoints: Endpoints, steps: Steps) -> None:
        self._tandem = Tandem(endpoints)
        self._meta = Meta(endpoints)
        self._steps = steps
        self._figures = Figures()
        self._line = ""
        self._broadcast_id = ""

    def tell(self) -> Figures:
        """Tell it to the end; Unexpected when an end does not answer as it must."""
        self._connect()
        self._import()
        self._talk()
        self._broadcast()
        self._reckon()
        # Whoever connects a number of their own next does it on a good day.
        self._meta.ask("PUT", "faults")
        self._meta.ask("PUT", "statuses")
        return self._figures

    # ---- chapters

    def _connect(self) -> None:
        """The owner goes through Embedded Signup; the callback does the rest."""
        with self._steps.step("The owner connects the number") as step:
            known = self._meta.ask("GET", "businesses")["businesses"]
            number = 1 + sum(each["name"].startswith(SHOP) for each in known)
            shop = self._meta.ask("POST", "businesses", name=f"{SHOP} {number}")
            self._line = shop["phone_number_id"]
            self._meta.ask("PUT", "statuses", order=["delivered", "sent", "read"], step_s=0.05)
            self._meta.ask("PUT", "faults", seed=number, shuffle=True, duplicate=0.2, rebatch=0.1)
            self._meta.ask(
                "PUT",
                f"lines/{self._line}/history",
                messages=MESSAGES,
                threads=THREADS,
                seed=number,
                chunk_messages=CHUNK,
            )
            signed_up = self._meta.ask("POST", "signup", waba_id=shop["waba_id"])
            begun = self._tandem.onboard(signed_up["code"], signed_up["session_info"])
            step.say(f"+{begun['display_number']} {shop['name']}")

    def _import(self) -> None:
        """Contacts and six months of chats, shuffled, a fifth of them twice."""
        with self._steps.step("Six months of chats arrive", total=MESSAGES) as step:

            def certified() -> bool:
                certificate = self._sync()["certificate"] or {"messages": 0, "verdict": ""}
                step.at(certificate["messages"])
                step.say(certificate["verdict"].replace("_", " "))
                return bool(certificate["verdict"] == "complete") and not self._meta.waiting()

            until(certified, seconds=150, what="a complete certificate", pause=0.5)
            step.say("certificate: complete")
        certificate = self._sync()["certificate"]
        self._figures.certificate = certificate["verdict"]
        self._figures.certificate_messages = certificate["messages"]
        self._figures.proven = certificate["proven"]
        self._figures.unprovable = certificate["unprovable"]

    def _talk(self) -> None:
        """A customer writes, the owner answers on the phone, an agent through the API."""
        with self._steps.step("Both ends talk") as step:
            customer = next(iter(self._truth()["messages"].values()))["thread"]
            asked = self._meta.ask(
                "POST", f"lines/{self._line}/customer_message", **{"from": customer},
                text="Are you open on Saturday?",
            )  # fmt: skip
            self._await(asked["wamid"], "the customer's message")
            step.say("customer → API")
            typed = self._meta.ask(
                "POST", f"lines/{self._line}/owner_message", to=customer, text="Yes, until two."
            )
            conversation = self._await(typed["wamid"], "the owner's message from the phone")
            self._figures.echoed = True
            step.say("owner's phone → API")
            reply = self._tandem.post(
                f"conversations/{conversation}/messages",
                {"type": "text", "text": "We have kept your order aside."},
            )
            until(
                lambda: self._state(conversation, reply["id"]) == "read",
                seconds=30,
                what="the reply to be read",
            )
            self._figures.replied = self._state(conversation, reply["id"]) or ""
            step.say("agent → customer, read")

    def _broadcast(self) -> None:
        """A template to 200 people, scheduled a moment ahead, at the line's own pace."""
        before = self._truth()
        # People read it later, and Meta tells of many at once: what is measured here is the
        # pace of the line, not how many functions a second the local engine can start.
        self._meta.ask("PUT", "faults", seed=1, shuffle=True, duplicate=0.2, rebatch=1.0)
        self._meta.ask(
            "PUT", "statuses", order=["delivered", "sent", "read"], first_after_s=14, step_s=0.5
        )
        audience = [
            {"phone": f"+1{area}5550{last}", "values": {"body.1": "friend", "body.2": str(last)}}
            for area in (212, 303, 415, 512)
            for last in range(100, 100 + AUDIENCE // 4)
        ]
        with self._steps.step("A broadcast is scheduled") as step:
            asked = {
                "line": self._line,
                "name": "Order ready",
                "template": {"name": "order_ready", "language": "en_US"},
                "audience": {"people": audience},
                "timing": {"at": int(time.time()) + LEAD_SECONDS},
                "approve": True,
            }
            broadcast = self._broadcast_id = self._tandem.post("broadcasts", asked)["id"]
            until(
                lambda: self._progress(broadcast)["accepted"] > 0,
                seconds=LEAD_SECONDS + 90,
                what="the broadcast to begin",
            )
            step.say(f"{len(audience)} people, {LEAD_SECONDS} s ahead")
        with self._steps.step("The broadcast goes out", total=len(audience)) as step:

            def out() -> bool:
                progress = self._progress(broadcast)
                step.at(progress["accepted"])
                step.say(f"{progress['rate'] or 0:.1f} messages a second")
                return bool(progress["waiting"] == 0)

            until(out, seconds=120, what="the broadcast to end", pause=0.5)
        reckon_broadcast(self._figures, broadcast, len(audience), before, self._truth())

    def _reckon(self) -> None:
        """Everything shown through the API against everything the stand-in knows."""
        with self._steps.step("People read it", total=AUDIENCE) as step:

            def read() -> bool:
                states = self._progress(self._broadcast_id)["states"]
                step.at(states.get("read", 0))
                return bool(states.get("read") == AUDIENCE)

            until(read, seconds=90, what="everybody to have read the broadcast", pause=1.0)
            step.say("statuses came out of order")
        with self._steps.step("Reckoning against the truth") as step:
            reckon(self._figures, Shown(self._tandem, self._line), self._truth())
            step.say(f"{sum(self._figures.origins.values())} messages compared")

    # ---- looking

    def _truth(self) -> dict[str, Any]:
        return self._meta.truth(self._line)

    def _sync(self) -> dict[str, Any]:
        try:
            return self._tandem.get(f"lines/{self._line}/sync")
        except Unexpected:
            return {"certificate": None}

    def _progress(self, broadcast: str) -> dict[str, Any]:
        progress: dict[str, Any] = self._tandem.get(f"broadcasts/{broadcast}")["progress"]
        return progress

    def _await(self, wamid: str, what: str) -> str:
        """The conversation in which a message shows, once it does."""
        found: list[str] = []

        def shows() -> bool:
            page = self._tandem.get(f"lines/{self._line}/conversations", limit=3)
            found.extend(
                conversation["id"]
                for conversation in page["items"]
                if self._state(conversation["id"], wamid)
            )
            return bool(found)

        until(shows, seconds=30, what=what)
        return found[0]

    def _state(self, conversation: str, wamid: str) -> str | None:
        messages = self._tandem.get(f"conversations/{conversation}/messages", limit=10)["items"]
        return next((str(one["state"]) for one in messages if one["id"] == wamid), None)
