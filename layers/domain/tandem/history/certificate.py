"""The certificate of an import: what its receipts prove, and what nothing can prove.

wire: Meta, "history webhook": phases 0, 1, 2; `chunk_order` counts inside a phase; `progress` 100
means that everything was sent; chunks arrive in any order; empty phases send nothing.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from tandem.history.tally import awaited, in_pieces
from tandem.model.sync import Certificate, Phase, Receipt, SyncFacts, Verdict

ALL_SENT = 100
SPAN = {0: "the last day", 1: "days 1 to 90", 2: "days 90 to 180"}

MISSING_NAMED = 100
"""Missing chunks that a phase names. `chunk_order` can be any number, so there may be many."""


def certify(facts: SyncFacts, receipts: Sequence[Receipt]) -> Certificate:
    """Draw the certificate of one sync: the same receipts always give the same one."""
    phases = tuple(_phases(receipts))
    conflicts = tuple(sorted(_conflicts(receipts)))
    progress = max((receipt.progress for receipt in receipts), default=0)
    distinct = _distinct(receipts)
    verdict = _verdict(facts, phases, progress)
    return Certificate(
        sync=facts.sync,
        verdict=verdict,
        progress=progress,
        chunks=sum(phase.chunks for phase in phases),
        rows=sum(receipt.messages for receipt in receipts),
        messages=distinct,
        placeholders=_placeholders(receipts),
        kept=sum(receipt.kept for receipt in receipts),
        oldest_at=min((r.oldest_at for r in receipts if r.messages), default=None),
        newest_at=max((r.newest_at for r in receipts if r.messages), default=None),
        phases=phases,
        conflicts=conflicts,
        proven=tuple(_proven(facts, phases, progress, distinct)),
        unprovable=tuple(_unprovable(phases, conflicts)) if receipts else (),
    )


def _phases(receipts: Iterable[Receipt]) -> Iterable[Phase]:
    by_phase: dict[int, list[Receipt]] = {}
    for receipt in receipts:
        by_phase.setdefault(receipt.phase, []).append(receipt)
    for number, inside in sorted(by_phase.items()):
        orders = {receipt.chunk_order for receipt in inside}
        # Meta's samples count from 1; a chunk 0 is believed when it is seen.
        first, last = min(1, *orders), max(orders)
        absent = (order for order in range(first, last) if order not in orders)
        yield Phase(
            phase=number,
            chunks=len(orders),
            first_order=first,
            last_order=last,
            missing=tuple(islice(absent, MISSING_NAMED)),
            missing_count=last - first + 1 - len(orders),
            progress=max(receipt.progress for receipt in inside),
            messages=_distinct(inside),
        )


def _conflicts(receipts: Iterable[Receipt]) -> set[tuple[int, int]]:
    seen: set[tuple[int, int]] = set()
    twice: set[tuple[int, int]] = set()
    for receipt in receipts:
        place = (receipt.phase, receipt.chunk_order)
        (twice if place in seen else seen).add(place)
    return twice


def _distinct(receipts: Iterable[Receipt]) -> int:
    return len(set().union(*(in_pieces(receipt.fingerprints) for receipt in receipts)))


def _placeholders(receipts: Sequence[Receipt]) -> int:
    """Distinct ones; a receipt that does not name its placeholders is believed its number."""
    unnamed = sum(receipt.placeholders for receipt in receipts if not receipt.awaited)
    return len(awaited(receipts)) + unnamed


def _verdict(facts: SyncFacts, phases: tuple[Phase, ...], progress: int) -> Verdict:
    if not phases:
        return Verdict.DECLINED if facts.declined else Verdict.NOTHING_YET
    if progress < ALL_SENT:
        return Verdict.RECEIVING
    holed = any(phase.missing for phase in phases)
    return Verdict.COMPLETE_WITH_GAPS if holed else Verdict.COMPLETE


def _proven(
    facts: SyncFacts, phases: tuple[Phase, ...], progress: int, distinct: int
) -> Iterable[str]:
    if facts.declined:
        yield f"Meta says that the chat history is not shared: {facts.declined}."
    for phase in phases:
        span = SPAN.get(phase.phase, "an unnamed span")
        name = f"Phase {phase.phase} ({span})"
        if phase.missing:
            gaps = ", ".join(str(order) for order in phase.missing)
            more = phase.missing_count - len(phase.missing)
            gaps += f" and {more} more" if more else ""
            yield f"{name}: {phase.chunks} chunks applied, missing chunk {gaps}."
        else:
            span = f"chunks {phase.first_order} to {phase.last_order}"
            yield f"{name}: {span} applied, none missing between."
    if phases:
        yield f"{distinct} different messages were received and stored."
        if progress >= ALL_SENT:
            yield "Meta reported that everything was sent (progress 100 %)."
        else:
            yield f"Meta has reported {progress} % so far."


def _unprovable(phases: tuple[Phase, ...], conflicts: tuple[tuple[int, int], ...]) -> Iterable[str]:
    if len(phases) > 1:
        yield (
            "Whether an earlier phase had chunks after its last one: Meta does not say how many "
            "chunks a phase has."
        )
    absent = [span for number, span in SPAN.items() if number not in {p.phase for p in phases}]
    if absent:
        yield (
            f"Whether {' and '.join(absent)} held messages: a phase without messages sends "
            "nothing, and a phase that was lost whole looks the same."
        )
    yield (
        "Whether the phone handed every chat to Meta: only the phone knows. Groups and anything "
        "older than 180 days are never part of an import."
    )
    for phase, order in conflicts:
        yield (
            f"Which of two contents of phase {phase}, chunk {order} is the later one: "
            "both were stored."
        )
