"""The statement of a certificate: its bytes, its size, and what it does not say."""

import json

from tandem.history.certificate import certify
from tandem.history.statement import (
    DAYS_LISTED,
    THREADS_LISTED,
    MediaCount,
    canonical,
    listed_whole,
    statement,
)
from tandem.history.tally import Tally
from tandem.model.line import Line, LineState, Mode
from tandem.model.sync import ImportState, SyncFacts

LAMBDA_ANSWERS = 6_000_000
LINE = Line(
    tenant="acme",
    line="106",
    waba="901",
    display_number="15550100000",
    mode=Mode.COEXISTENCE,
    state=LineState.ACTIVE,
    onboarded_at=5,
    sync="first",
)
NO_MEDIA = MediaCount(0, 0, 0, 0, 0)


def stated(tally: Tally, media: MediaCount = NO_MEDIA) -> dict[str, object]:
    facts = SyncFacts("first", opened_at=5)
    return statement(
        LINE,
        facts=facts,
        certificate=certify(facts, []),
        tally=tally,
        media=media,
        state=ImportState.RECEIVING,
        issued_at=9,
    )


def counts(days: int, threads: int) -> Tally:
    return Tally(
        messages=threads,
        days=tuple((day, 1) for day in range(days)),
        threads=tuple((f"{thread:016x}", thread + 1) for thread in range(threads)),
        unplaced=0,
        digest="0" * 64,
    )


def test_a_huge_import_is_certified_in_one_answer() -> None:
    whole, cut = stated(counts(180, 50)), stated(counts(60_000, 60_000))

    days, threads = cut["days"], cut["threads"]
    assert isinstance(days, dict)
    assert isinstance(threads, dict)
    assert (days["count"], len(days["listed"])) == (60_000, DAYS_LISTED)
    assert (threads["count"], len(threads["listed"])) == (60_000, THREADS_LISTED)
    assert threads["listed"][0] == {"thread": f"{59_999:016x}", "messages": 60_000}
    assert len(json.dumps(cut)) < LAMBDA_ANSWERS / 2
    assert (listed_whole(threads), listed_whole(whole["threads"])) == (None, True)  # type: ignore[arg-type]


def test_a_list_that_was_changed_is_not_its_digest_s() -> None:
    days = stated(counts(3, 3))["days"]
    assert isinstance(days, dict)

    days["listed"][1]["messages"] = 2

    assert listed_whole(days) is False


def test_the_bytes_that_are_signed_are_told_by_their_value_alone() -> None:
    said = {"b": 1, "a": [{"d": "é", "c": "2"}]}

    assert canonical(said) == '{"a":[{"c":"2","d":"é"}],"b":1}'.encode()
    assert canonical(json.loads(json.dumps(said))) == canonical(said)


def test_what_is_not_known_is_left_out_and_everything_else_is_text_or_a_whole_number() -> None:
    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        if isinstance(value, list):
            return [leaf for inner in value for leaf in leaves(inner)]
        return [value]

    said = stated(counts(2, 2))

    assert {type(leaf) for leaf in leaves(said)} == {int, str}
    assert "declined" not in said
    assert "oldest_at" not in said["arrived"]  # type: ignore[operator]


def test_media_is_said_as_far_as_it_was_looked_at() -> None:
    said = stated(counts(1, 1), MediaCount(30, 10, 15, 5, 7))

    assert any("Of 30 photos and files" in line for line in said["proven"])  # type: ignore[attr-defined]
    assert any("Whether 5 further" in line for line in said["unprovable"])  # type: ignore[attr-defined]
    assert any("What 7 older" in line for line in said["unprovable"])  # type: ignore[attr-defined]
