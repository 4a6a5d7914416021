from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tandem.history.certificate import certify
from tandem.model.sync import Receipt, SyncFacts, Verdict

FACTS = SyncFacts(sync="s1", opened_at=0)


def receipt(phase: int, order: int, *, progress: int = 50, wamids: int = 2) -> Receipt:
    prints = b"".join(bytes([phase, order, n, 0, 0, 0, 0, 0]) for n in range(wamids))
    return Receipt(
        phase=phase,
        chunk_order=order,
        progress=progress,
        digest=f"d{phase}{order}",
        messages=wamids,
        threads=1,
        placeholders=1,
        kept=0,
        oldest_at=100 * phase + order,
        newest_at=100 * phase + order + 5,
        fingerprints=prints,
    )


WHOLE = [receipt(0, 1), receipt(1, 1), receipt(1, 2), receipt(2, 1, progress=100)]


@given(st.permutations(WHOLE))
def test_a_whole_import_is_complete_in_whatever_order_it_came(receipts: list[Receipt]) -> None:
    certificate = certify(FACTS, receipts)

    assert certificate == certify(FACTS, WHOLE)
    assert certificate.verdict is Verdict.COMPLETE
    assert (certificate.chunks, certificate.messages, certificate.placeholders) == (4, 8, 4)
    assert (certificate.oldest_at, certificate.newest_at) == (1, 206)


def test_a_hundred_per_cent_with_a_hole_is_not_complete_and_the_hole_is_named() -> None:
    holed = [r for r in WHOLE if (r.phase, r.chunk_order) != (1, 1)]

    certificate = certify(FACTS, holed)

    assert certificate.verdict is Verdict.COMPLETE_WITH_GAPS
    assert [phase.missing for phase in certificate.phases] == [(), (1,), ()]
    assert any("Phase 1" in line and "missing chunk 1" in line for line in certificate.proven)


def test_the_last_chunk_first_is_not_the_end() -> None:
    certificate = certify(FACTS, [receipt(2, 3, progress=100)])

    assert certificate.verdict is Verdict.COMPLETE_WITH_GAPS
    assert certificate.phases[0].missing == (1, 2)


def test_below_a_hundred_per_cent_it_is_still_receiving() -> None:
    assert certify(FACTS, WHOLE[:2]).verdict is Verdict.RECEIVING


def test_nothing_and_declined_are_told_apart() -> None:
    declined = replace(FACTS, declined="2593109 not shared: the owner said no")

    assert certify(FACTS, []).verdict is Verdict.NOTHING_YET
    assert certify(declined, []).verdict is Verdict.DECLINED
    assert "2593109" in certify(declined, []).proven[0]


def test_a_chunk_zero_is_believed_when_seen_and_not_missed_when_not() -> None:
    from_zero = [receipt(0, 0), receipt(0, 1, progress=100)]

    assert certify(FACTS, from_zero).phases[0].first_order == 0
    assert certify(FACTS, from_zero).verdict is Verdict.COMPLETE
    assert certify(FACTS, from_zero[1:]).verdict is Verdict.COMPLETE


def test_a_message_in_two_chunks_is_counted_once_and_both_rows_are_told() -> None:
    twin = replace(receipt(1, 3), fingerprints=WHOLE[0].fingerprints)

    certificate = certify(FACTS, [*WHOLE, twin])

    assert (certificate.rows, certificate.messages) == (10, 8)


def test_one_place_with_two_contents_is_said_and_both_are_counted() -> None:
    other = replace(WHOLE[0], digest="other", fingerprints=b"\x09" * 8, messages=1)

    certificate = certify(FACTS, [*WHOLE, other])

    assert certificate.conflicts == ((0, 1),)
    assert certificate.chunks == 4
    assert certificate.messages == 9
    assert any("two contents of phase 0, chunk 1" in line for line in certificate.unprovable)


def test_what_nothing_can_prove_is_always_said() -> None:
    certificate = certify(FACTS, [receipt(0, 1, progress=100)])

    assert certificate.verdict is Verdict.COMPLETE
    assert any("days 1 to 90 and days 90 to 180" in line for line in certificate.unprovable)
    assert any("only the phone knows" in line for line in certificate.unprovable)
