"""Invents the past of a line: threads, messages, an address book. Same seed, same past."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from simulator import gallery, ids
from simulator.past.people import crowd
from simulator.past.talk import CAPTIONS, US, scene
from simulator.world import DAY_S, Card, Line, Message, Person, World

HOUR_S = 3_600
MEDIA_FOLLOWS_S = 14 * DAY_S
# How old a scene is when it begins, per phase of the sync: the last day, 90 days, 180 days.
AGES_S = (
    (3 * HOUR_S, 23 * HOUR_S),
    (2 * DAY_S, 89 * DAY_S),
    (91 * DAY_S, 179 * DAY_S),
)
PHASE_WEIGHTS = (10, 50, 40)
MEDIA_KINDS = ("image", "image", "image", "audio", "document", "video", "sticker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How much past to invent."""

    messages: int = 500
    threads: int = 20
    seed: int = 1
    media_share: float = 0.08
    contacts: int | None = None  # entries in the address book; one per thread when None
    hiding: float = 0.1  # share of people who hide their number

    def __post_init__(self) -> None:
        if not 1 <= self.threads <= max(self.messages, 1):
            raise ValueError("there must be a thread, and a message for every thread")


def invent(world: World, line: Line, recipe: Recipe) -> None:
    """Write the past into `line`: its messages, and the cards in its address book."""
    in_book = recipe.threads if recipe.contacts is None else recipe.contacts
    people = [
        world.records.people.setdefault(person.phone, person)
        for person in crowd(
            max(recipe.threads, in_book),
            seed=recipe.seed,
            line=line.phone_number_id,
            hiding=recipe.hiding,
        )
    ]
    author = _Author(world, line, recipe)
    sizes = thread_sizes(recipe.messages, recipe.threads)
    for number, (person, size) in enumerate(zip(people, sizes, strict=False)):
        for message in author.thread(person, number, size):
            line.messages[message.wamid] = message
    for person in people[:in_book]:
        saved_at = world.clock.seconds() - int(
            ids.chance(recipe.seed, person.phone, "saved") * 180 * DAY_S
        )
        line.book[person.phone] = Card(person.phone, person.name, person.name.split()[0], saved_at)


def thread_sizes(messages: int, threads: int) -> list[int]:
    """A few regulars write a lot, most people little; `messages` in all, each at least one."""
    weights = [1 / (rank + 1) ** 0.7 for rank in range(threads)]
    spare = messages - threads
    sizes = [1 + int(spare * weight / sum(weights)) for weight in weights]
    for rank in range(messages - sum(sizes)):
        sizes[rank % threads] += 1
    return sizes


class _Author:
    def __init__(self, world: World, line: Line, recipe: Recipe) -> None:
        self._world, self._line, self._recipe = world, line, recipe
        self._rng = random.Random(f"{recipe.seed} {line.phone_number_id}")
        self._now = world.clock.seconds()
        self._scenes = 0

    def thread(self, person: Person, number: int, size: int) -> list[Message]:
        """`size` messages with one person, oldest first."""
        moments = self._moments(person)
        said = sorted((next(moments) for _ in range(size)), key=lambda moment: moment[0])
        seed, line_id = self._recipe.seed, self._line.phone_number_id
        return [
            self._message(ids.wamid("past", seed, line_id, number, n), person, at, who, text)
            for n, (at, who, text) in enumerate(said)
        ]

    def _moments(self, person: Person) -> Iterator[tuple[int, str, str]]:
        """Endlessly: when, who, what; one scene after the other."""
        while True:
            phase = self._next_phase()
            at = self._now - self._rng.randint(*AGES_S[phase])
            for who, text in scene(self._rng, person.name):
                yield at, who, text
                at += self._rng.randint(15, 900)

    def _next_phase(self) -> int:
        """By weight, but the first three scenes leave no phase empty."""
        self._scenes += 1
        if self._scenes <= len(AGES_S):
            return self._scenes - 1
        return self._rng.choices(range(len(AGES_S)), PHASE_WEIGHTS)[0]

    def _message(self, wamid: str, person: Person, at: int, who: str, text: str) -> Message:
        origin = "app" if who == US else "customer"
        message = Message(
            wamid=wamid,
            origin=origin,
            person=person.phone,
            at=at,
            type="text",
            body={"body": text},
            mark="READ"
            if origin == "customer"
            else self._rng.choice(("READ", "READ", "DELIVERED")),
        )
        if self._rng.random() < self._recipe.media_share:
            self._become_media(message)
        return message

    def _become_media(self, message: Message) -> None:
        kind = self._rng.choice(MEDIA_KINDS)
        caption = self._rng.choice(CAPTIONS)
        message.type, message.body, message.media_id = kind, {}, ""
        if kind == "audio":
            message.mark = "PLAYED"
        if self._now - message.at < MEDIA_FOLLOWS_S:  # older media is gone from the phone
            media = gallery.take(self._world, self._line.waba_id, kind)
            message.media_id = media.media_id
            message.body = gallery.body_of(media, kind, caption=caption)
