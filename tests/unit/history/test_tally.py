"""Counting an import by day and by thread: each message once, whatever brought it."""

from collections import Counter
from hashlib import blake2b, sha256
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from tandem.history.certificate import certify
from tandem.history.importing import receipt_of
from tandem.history.tally import DAY, LAST_DAY, awaited, tally
from tandem.model.events import Completeness, Content, HistoryChunk, Sighting, Source
from tandem.model.identity import Person
from tandem.model.sync import Receipt, SyncFacts

PEOPLE = (
    Person.of("12125550141"),
    Person.of("12125550142", bsuid="US.2"),
    Person.of(bsuid="US.3"),
    Person(username="ana"),
)
PICTURE = Content("media_placeholder", completeness=Completeness.PLACEHOLDER)

Row = tuple[int, int, bool]
"""A message of the past: its number, whose it is, whether it is a placeholder."""


def at(number: int) -> int:
    return 1_780_000_000 + number * 40_000


def wamid(number: int) -> str:
    return f"wamid.{number}"


def receipt(order: int, rows: list[Row], *, phase: int = 1, progress: int = 50) -> Receipt:
    sightings = [
        Sighting(
            "106",
            wamid(number),
            Source.HISTORY_IN,
            at(number),
            PEOPLE[whose],
            PICTURE if picture else Content("text", "hello"),
        )
        for number, whose, picture in rows
    ]
    chunk = HistoryChunk("106", phase, order, progress, 1, f"digest {order}", tuple(sightings))
    return receipt_of(chunk)


def of(alias: str) -> str:
    return blake2b(alias.encode(), digest_size=8).hexdigest()


ALIASES = ("phone:12125550141", "phone:12125550142", "bsuid:US.3", "username:ana")

PAST = [(number, number % 4, number % 3 == 0) for number in range(40)]


@given(
    st.lists(st.lists(st.sampled_from(PAST), max_size=12), max_size=6),
    st.randoms(use_true_random=False),
)
def test_messages_are_counted_once_over_chunks_in_any_order(
    chunks: list[list[Row]], random: Random
) -> None:
    receipts = [receipt(order, rows) for order, rows in enumerate(chunks, 1)]
    different = {row for rows in chunks for row in rows}

    shuffled = [*receipts, *receipts]
    random.shuffle(shuffled)
    found = tally(shuffled)

    prints = sorted(bytes.fromhex(of(wamid(number))) for number, _, _ in different)
    assert found.messages == len(different)
    assert dict(found.days) == Counter(at(number) // DAY for number, _, _ in different)
    assert dict(found.threads) == Counter(of(ALIASES[whose]) for _, whose, _ in different)
    assert found.digest == sha256(b"".join(prints)).hexdigest()
    assert awaited(shuffled) == {wamid(n): at(n) for n, _, picture in different if picture}


def test_phases_and_placeholders_are_counted_once_too() -> None:
    receipts = [
        receipt(1, PAST[:10], phase=0),
        receipt(1, PAST[5:20], phase=1),
        receipt(2, PAST[5:22], phase=1, progress=100),
    ]

    certificate = certify(SyncFacts("first"), receipts)

    assert [phase.messages for phase in certificate.phases] == [10, 17]
    assert [phase.progress for phase in certificate.phases] == [50, 100]
    assert (certificate.messages, certificate.rows) == (22, 42)
    assert certificate.placeholders == len([row for row in PAST[:22] if row[2]])


def test_a_message_that_two_chunks_file_under_two_aliases_stands_in_one_thread() -> None:
    first, second = receipt(1, [(1, 0, False)]), receipt(2, [(1, 1, False)])

    found = tally([first, second])

    assert found == tally([second, first])
    assert [count for _, count in found.threads] == [1]


def test_a_time_that_nobody_will_see_stands_on_the_last_day() -> None:
    far = Sighting("106", "w", Source.HISTORY_IN, 10**11, PEOPLE[0], PICTURE)

    found = tally([receipt_of(HistoryChunk("106", 1, 1, 50, 1, "d", (far,)))])

    assert found.days == ((LAST_DAY, 1),)


def test_a_receipt_of_an_earlier_version_counts_and_says_neither_day_nor_thread() -> None:
    old = Receipt(
        phase=1,
        chunk_order=2,
        progress=50,
        digest="d",
        messages=2,
        threads=1,
        placeholders=1,
        kept=0,
        oldest_at=1,
        newest_at=2,
        fingerprints=bytes.fromhex(of(wamid(1)) + of("another")),
    )
    new = receipt(1, [(1, 0, False)])

    found = tally([old, new])

    assert (found.messages, found.unplaced, len(found.threads)) == (2, 1, 1)
    assert certify(SyncFacts("first"), [old, new]).placeholders == 1


def test_a_chunk_that_says_to_be_the_millionth_does_not_name_a_million_others() -> None:
    certificate = certify(SyncFacts("first"), [receipt(999_999, PAST[:2], progress=100)])

    (phase,) = certificate.phases
    assert (phase.missing_count, len(phase.missing)) == (999_998, 100)
    assert "and 999898 more" in certificate.proven[0]
