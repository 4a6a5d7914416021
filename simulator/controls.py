"""What a person or a test can do to the simulated Meta: each verb a method, a route, a command.

Verbs take and return plain JSON values. They raise KeyError for what does not exist and ValueError
for what makes no sense; over HTTP these are 404 and 400.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from simulator import report
from simulator.envelope import Update
from simulator.errors import SIGNUP_ERRORS
from simulator.faults import Faults
from simulator.outbox import Planned
from simulator.past.history import Recipe, invent
from simulator.platform import Platform
from simulator.traffic import Written, checked_plan
from simulator.world import Callback, Card, Line, Past, Records

type Json = dict[str, Any]


class Controls:
    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.world = platform.world

    def health(self) -> Json:
        return {"ok": True, "seed": self.world.records.seed, "now": self.world.clock.now()}

    # The app under test

    def configure_app(
        self,
        *,
        app_id: str | None = None,
        app_secret: str | None = None,
        callback_url: str | None = None,
        verify_token: str = "",
        token_lives_s: int | None = None,
    ) -> Json:
        """Name the app, its secret, its callback; one that fails the handshake is not taken."""
        with self.world.lock:
            app = self.world.records.app
            app.app_id = app_id or app.app_id
            app.app_secret = app_secret or app.app_secret
            app.token_lives_s = app.token_lives_s if token_lives_s is None else token_lives_s
        if callback_url is None:
            return {"app_id": app.app_id, "verified": None, "problem": None}
        callback = Callback(callback_url, verify_token)
        problem = self.platform.handshake(callback)
        if problem is None:
            app.callback = callback
        return {"app_id": app.app_id, "verified": problem is None, "problem": problem}

    # Businesses and their numbers

    def create_business(
        self,
        *,
        name: str = "Corner Shop",
        phone_number: str | None = None,
        app_version: str = "2.24.17",
        mode: str = "coexistence",
        per_second: int | None = None,
        portfolio_id: str | None = None,
        waba_id: str | None = None,
        signup_error: int | None = None,
    ) -> Json:
        """A business with a number in its app; with `waba_id` a number more for that account."""
        if signup_error is not None and signup_error not in SIGNUP_ERRORS:
            raise ValueError(f"signup_error is one of {sorted(SIGNUP_ERRORS)}")
        with self.world.lock:
            lifecycle = self.platform.lifecycle
            if waba_id is None:
                account = lifecycle.open_account(name, portfolio_id=portfolio_id)
            else:
                account = self.platform.account(waba_id)
            line = lifecycle.add_line(
                account,
                phone=digits_of(phone_number) if phone_number else lifecycle.next_phone(),
                app_version=app_version,
                mode=mode,
                per_second=per_second,
            )
            line.signup_error = signup_error
        return report.line_summary(line)

    def businesses(self) -> Json:
        with self.world.lock:
            lines = self.world.records.lines.values()
            return {"businesses": [report.line_summary(line) for line in lines]}

    def signup(
        self,
        *,
        waba_id: str,
        phone_number_id: str | None = None,
        share_history: bool = True,
        omit_phone_number_id: bool = True,
        renew: bool = False,
    ) -> Json:
        """Embedded Signup without a browser: `code` and `session_info` (which may be an error)."""
        with self.world.lock:
            self.platform.account(waba_id)
            lines = self.world.lines_of(waba_id)
            wanted = phone_number_id or next(
                (line.phone_number_id for line in lines if not line.connected or renew),
                lines[0].phone_number_id if lines else "",
            )
            return self.platform.lifecycle.sign_up(
                self.platform.line(wanted),
                share_history=share_history,
                name_number=not omit_phone_number_id,
                renew=renew,
            )

    def issue_token(self, *, waba_ids: list[str], lives_s: int = 0) -> Json:
        """A business token without the signup."""
        with self.world.lock:
            for waba_id in waba_ids:
                self.platform.account(waba_id)
            return {"access_token": self.platform.lifecycle.issue_token(waba_ids, lives_s=lives_s)}

    def offboard(self, *, phone_number_id: str) -> Json:
        return self._on_line(phone_number_id, self.platform.lifecycle.offboard)

    def reconnect(self, *, phone_number_id: str) -> Json:
        return self._on_line(phone_number_id, self.platform.lifecycle.reconnect)

    def disconnect(
        self, *, phone_number_id: str, reason: str = "ACCOUNT_DISCONNECTED", shape: str = "partner"
    ) -> Json:
        return self._on_line(
            phone_number_id,
            lambda line: self.platform.lifecycle.disconnect(line, reason=reason, shape=shape),
        )

    # The past

    def prepare_history(
        self,
        *,
        phone_number_id: str,
        messages: int = 500,
        threads: int = 20,
        seed: int = 1,
        media_share: float = 0.08,
        contacts: int | None = None,
        hiding: float = 0.1,
        chunk_messages: int = 500,
        pace_s: float = 0.0,
        media_after_s: float = 0.0,
        echoed_media_as: str = "message_echoes",
    ) -> Json:
        """Invent what the syncs will set free. Replaces an earlier past and address book."""
        recipe = Recipe(
            messages=messages,
            threads=threads,
            seed=seed,
            media_share=media_share,
            contacts=contacts,
            hiding=hiding,
        )
        if chunk_messages < 1:
            raise ValueError("a chunk holds at least one message")
        if echoed_media_as not in ("message_echoes", "messages"):
            raise ValueError("echoed_media_as is message_echoes or messages")
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            line.past = Past(chunk_messages, pace_s, media_after_s, echoed_media_as)
            line.messages.clear()
            line.book.clear()
            invent(self.world, line, recipe)
            return {"messages": len(line.messages), "contacts": len(line.book)}

    # What people write

    def customer_message(
        self,
        *,
        phone_number_id: str,
        from_: str,
        text: str | None = None,
        type: str = "text",  # noqa: A002 - the name it has on the wire
        body: Any = None,
        reply_to: str | None = None,
        ghost_first: bool = False,
        name: str | None = None,
    ) -> Json:
        """A customer writes. Media types need no body: a file is made up."""
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            phone = self._phone(line, from_)
            self.world.person(phone, name)
            message = self.platform.traffic.customer_writes(
                line, written(phone, text, type, body, reply_to), ghost_first=ghost_first
            )
            return {"wamid": message.wamid, "timestamp": message.at}

    def owner_message(
        self,
        *,
        phone_number_id: str,
        to: str,
        text: str | None = None,
        type: str = "text",  # noqa: A002 - the name it has on the wire
        body: Any = None,
        reply_to: str | None = None,
    ) -> Json:
        """The owner types on the phone; it comes back as an echo."""
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            message = self.platform.traffic.owner_writes(
                line, written(self._phone(line, to), text, type, body, reply_to)
            )
            return {"wamid": message.wamid, "timestamp": message.at}

    def change_contact(
        self, *, phone_number_id: str, phone: str, full_name: str = "", action: str = "add"
    ) -> Json:
        """The owner adds or edits (`add`) or deletes (`remove`) an entry of the address book."""
        if action not in ("add", "remove"):
            raise ValueError("action is add or remove")
        with self.world.lock:
            line, digits = self.platform.line(phone_number_id), digits_of(phone)
            name = full_name or self.world.person(digits).name
            card = Card(digits, name, name.split()[0], self.world.clock.seconds())
            self.platform.syncs.change_contact(line, card, action)
            return asdict(card)

    def customer(
        self,
        *,
        phone: str,
        name: str | None = None,
        username: str | None = None,
        hides_phone: bool | None = None,
        on_whatsapp: bool | None = None,
    ) -> Json:
        """Who somebody is. `hides_phone` needs a username."""
        with self.world.lock:
            person = self.world.person(digits_of(phone), name)
            person.name = name or person.name
            person.username = username or person.username
            if hides_phone is not None:
                person.hides_phone = hides_phone
            if on_whatsapp is not None:
                person.on_whatsapp = on_whatsapp
            if person.hides_phone and not person.username:
                raise ValueError("only somebody with a username can hide the number")
            return asdict(person)

    # What goes wrong, and how statuses come

    def set_faults(self, **values: Any) -> Json:
        """Replace all faults by these; no arguments: nothing goes wrong any more."""
        self.world.records.faults = Faults.read(values)
        return self.faults()

    def faults(self) -> Json:
        return asdict(self.world.records.faults)

    def statuses(
        self,
        *,
        phone_number_id: str | None = None,
        phone: str | None = None,
        **plan: Any,
    ) -> Json:
        """How statuses come (order, first_after_s, step_s, fail_code), for all or for one."""
        chosen = checked_plan(**plan)
        with self.world.lock:
            if phone_number_id is None or phone is None:
                self.world.records.status_plan = chosen
            else:
                line = self.platform.line(phone_number_id)
                line.status_plans[self._phone(line, phone)] = chosen
        return asdict(chosen)

    def advance_clock(self, *, seconds: float) -> Json:
        """Let time pass for Meta: codes expire, windows close, the sync deadline goes by."""
        self.world.clock.advance(seconds)
        self.world.records.clock_offset_s = self.world.clock.offset_s
        return {"now": self.world.clock.now()}

    def deliver(self, *, waba_id: str, field: str, value: Json, account: str | None = None) -> Json:
        """Sign and deliver a change of your own making, whatever it holds."""
        with self.world.lock:
            number = self.world.mint("update")
            update = Update(account or waba_id, field, value, number, waba_id)
            self.platform.outbox.publish(Planned(update))
        return {"update": number}

    # What is true

    def truth(self, *, phone_number_id: str) -> Json:
        """All that Meta knows of a line: messages, contacts, sends accepted and throttled."""
        with self.world.lock:
            return report.truth(self.world, self.platform.line(phone_number_id))

    def deliveries(self) -> Json:
        return self.platform.courier.counts()

    def calls(self, *, path: str = "") -> Json:
        """The Graph calls received, oldest first; `path` keeps those whose path contains it."""
        return {"calls": [asdict(call) for call in list(self.platform.calls) if path in call.path]}

    def reset(self, *, seed: int | None = None) -> Json:
        """Forget everything but the app and the seed (or take another seed)."""
        with self.world.lock:
            kept = self.world.records
            self.world.records = Records(seed=kept.seed if seed is None else seed, app=kept.app)
            self.world.clock.offset_s = 0.0
            self.platform.traffic.forget_rates()
            self.platform.calls.clear()
            self.platform.courier.clear()
        return self.health()

    def _on_line(self, phone_number_id: str, act: Callable[[Line], None]) -> Json:
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            act(line)
            return report.line_summary(line)

    def _phone(self, line: Line, who: str) -> str:
        """The number of somebody given by number or by BSUID."""
        return self.world.phone_behind(line, who) or digits_of(who)


def digits_of(phone: str) -> str:
    """The number without its punctuation. Raises ValueError when something else is left."""
    digits = "".join(character for character in str(phone) if character not in " +-()")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not a phone number: {phone}")
    return digits


def written(person: str, text: str | None, kind: str, body: Any, reply_to: str | None) -> Written:
    """Raises ValueError when there is nothing to say."""
    if text is not None:
        kind, body = "text", {"body": text}
    if kind == "text" and not body:
        raise ValueError("give a text, or a type and a body")
    context = {"id": reply_to} if reply_to else None
    return Written(person=person, type=kind, body={} if body is None else body, context=context)
