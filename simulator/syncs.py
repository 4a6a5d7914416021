"""The two one-shot syncs: the address book and the last 180 days (wire §2, §3.1, §3.2)."""

from collections.abc import Iterable, Iterator
from itertools import batched
from typing import NamedTuple

from simulator import gallery
from simulator.envelope import Update
from simulator.errors import MetaError
from simulator.faults import SYNC_TYPES
from simulator.outbox import Outbox, Planned
from simulator.past.history import MEDIA_FOLLOWS_S
from simulator.payloads import Shapes, declined, value_for
from simulator.world import DAY_S, Card, Line, Message, World

DEADLINE_S = DAY_S
PHASE_ENDS_S = (DAY_S, 90 * DAY_S, 180 * DAY_S)
CARDS_PER_UPDATE = 100
MESSAGE_BYTES = 350


class Chunk(NamedTuple):
    phase: int
    chunk_order: int
    progress: int
    threads: dict[str, list[Message]]  # by the customer's phone


class Syncs:
    def __init__(self, world: World, outbox: Outbox) -> None:
        self._world = world
        self._outbox = outbox
        self._shapes = Shapes(world)

    def request(self, line: Line, sync_type: str) -> str:
        """`POST smb_app_data`: once per type and onboarding, within 24 h. The request's id."""
        if sync_type not in SYNC_TYPES:
            raise MetaError(100, f"sync_type is one of {', '.join(SYNC_TYPES)}")
        onboarding = line.onboarding
        if onboarding is None or not line.on_business_app:
            raise MetaError(100, "the number is not in use with the WhatsApp Business app")
        if sync_type in onboarding.requests:
            raise MetaError(2593107)
        if self._world.clock.now() - onboarding.at > DEADLINE_S:
            raise MetaError(2593108)
        request_id = self._world.new_id("request")
        onboarding.requests[sync_type] = request_id
        if sync_type not in self._world.records.faults.silence:
            release = {"history": self.history, "smb_app_state_sync": self.book}[sync_type]
            self._outbox.publish(*release(line))
        return request_id

    def change_contact(self, line: Line, card: Card, action: str) -> None:
        """The owner adds, edits or removes a contact; told once the book has been asked for."""
        if action == "add":
            line.book[card.phone] = card
        else:
            line.book.pop(card.phone, None)
        if line.onboarding and "smb_app_state_sync" in line.onboarding.requests:
            item = self._shapes.card(line, card, action=action)
            value = value_for(line, state_sync=[item])
            self._outbox.publish(
                Planned(self._outbox.line_update(line, "smb_app_state_sync", value))
            )

    def book(self, line: Line) -> Iterator[Planned]:
        """The address book as it is now."""
        for cards in batched(line.book.values(), CARDS_PER_UPDATE, strict=False):
            items = [self._shapes.card(line, card, action="add") for card in cards]
            value = value_for(line, state_sync=items)
            yield Planned(self._outbox.line_update(line, "smb_app_state_sync", value))

    def history(self, line: Line) -> Iterator[Planned]:
        """What the phone hands over, chunk by chunk, and the media behind placeholders after it."""
        onboarding, faults = line.onboarding, self._world.records.faults
        if onboarding is None:
            raise RuntimeError("history of a line that was never onboarded")
        if faults.decline or not onboarding.share_history:
            bare = faults.decline_shape == "bare"
            value = declined(line, faults.decline_shape)
            yield Planned(self._outbox.line_update(line, "history", value, bare=bare))
            return
        after_s = 0.0
        shared: list[Message] = []
        for chunk in chunks(line, onboarded_at=onboarding.at):
            if f"{chunk.phase}:{chunk.chunk_order}" in faults.withhold:
                continue
            told = [message for messages in chunk.threads.values() for message in messages]
            shared += told
            yield Planned(self._chunk_update(line, chunk, len(told)), after_s)
            after_s += line.past.pace_s
        for message in self._mark_shared(shared, onboarding.at):
            value = self._shapes.past_media(line, message)
            update = self._outbox.line_update(line, "history", value)
            yield Planned(update, after_s + line.past.media_after_s)

    def _chunk_update(self, line: Line, chunk: Chunk, count: int) -> Update:
        item = {
            "metadata": {
                "phase": chunk.phase,
                "chunk_order": chunk.chunk_order,
                "progress": chunk.progress,
            },
            "threads": [
                self._shapes.thread(line, phone, messages)
                for phone, messages in chunk.threads.items()
            ],
        }
        value = value_for(line, history=[item])
        return self._outbox.line_update(line, "history", value, size=count * MESSAGE_BYTES)

    def _mark_shared(self, shared: Iterable[Message], onboarded_at: int) -> list[Message]:
        """Note what the receiver was told; returns those whose media comes separately."""
        following = []
        for message in shared:
            message.history = True
            media = self._world.records.media.get(message.media_id or "")
            if media is not None and onboarded_at - message.at <= MEDIA_FOLLOWS_S:
                media.expires_at = self._world.clock.seconds() + gallery.RECEIVED_LIVES_S
                message.media_follows = True
                following.append(message)
        return following


def chunks(line: Line, *, onboarded_at: int) -> list[Chunk]:
    """What the phone hands over: per phase, thread by thread, in pieces of `chunk_messages`.

    `chunk_order` counts from 1 in each phase, `progress` runs to 100; an empty phase has no chunk.
    """
    phases: list[dict[str, list[Message]]] = [{} for _ in PHASE_ENDS_S]
    for message in sorted(line.messages.values(), key=lambda message: message.at):
        age_s = onboarded_at - message.at
        phase = next((n for n, end_s in enumerate(PHASE_ENDS_S) if 0 <= age_s < end_s), None)
        if phase is not None and not message.dropped:
            phases[phase].setdefault(message.person, []).append(message)
    total = sum(len(messages) for threads in phases for messages in threads.values())
    done, result = 0, []
    for phase, threads in enumerate(phases):
        pairs = [(phone, message) for phone, told in threads.items() for message in told]
        for order, piece in enumerate(
            batched(pairs, line.past.chunk_messages, strict=False), start=1
        ):
            done += len(piece)
            grouped: dict[str, list[Message]] = {}
            for phone, message in piece:
                grouped.setdefault(phone, []).append(message)
            result.append(Chunk(phase, order, done * 100 // total, grouped))
    return result
