"""`python -m tests.prove <suite> [number] [seed]`: the last line is a JSON object that says it all.

Exit code 1 when something failed. What failed is printed shrunk; the same suite, number and seed
find it again.
"""

import json
import secrets
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace

from tests.laws.world.bad_input import open_house, what_is_lost
from tests.laws.world.deaths import every_death_in
from tests.laws.world.generation import Story, stories
from tests.laws.world.long_import import holds, imported
from tests.laws.world.mutation import mutated
from tests.laws.world.webhooks import told_wrongly
from tests.prove.broadcasts import broadcasts
from tests.prove.proof import Progress, Proof, prove, say
from tests.recordings import REAL, RECORDED

Suite = Callable[[int, int], Proof]


def webhooks(number: int, chance: int) -> Proof:
    """Businesses told in any order, split and merged: the same table, and the right one."""
    return prove("webhooks", told_wrongly, stories(days=10), number=number, chance=chance)


def crashes(number: int, chance: int) -> Proof:
    """Workers killed, and failed, at every call of every story: the same state after the retry."""
    deaths = 0

    def harmed(story: Story) -> list[str]:
        nonlocal deaths
        for death in every_death_in(story):
            deaths += 1
            if death.differs:
                return [f"{death.which}: {what}" for what in death.differs]
        return []

    proof = prove("crashes", harmed, stories(days=2), number=number, chance=chance)
    return replace(proof, measured={"deaths": deaths})


def mutations(number: int, chance: int) -> Proof:
    """Recorded bodies with one thing wrong: its neighbours are stored, and it is kept."""
    progress, failed = Progress("mutations", number), 0
    with open_house() as cloud:
        for one in range(number):
            lost = what_is_lost(cloud, mutated(chance + one, [*RECORDED, *REAL]))
            failed += bool(lost)
            for each in lost:
                say(each)
            progress.step()
    return Proof(number, failed, {"bodies": len(RECORDED) + len(REAL)})


def a_long_import(number: int, _chance: int) -> Proof:
    """So many messages through the handlers: whole, proven, in memory that does not grow."""
    result = imported(number)
    measured = {
        "verdict": result.certificate.verdict.value,
        "chunks": result.certificate.chunks,
        "peak_of_first_tenth": result.first_peak,
        "peak_of_last_tenth": result.last_peak,
        "repeated_reads": result.repeated_reads,
        "repeated_writes": result.repeated_writes,
    }
    return Proof(result.written, 0 if holds(result, number) else 1, measured)


SUITES: dict[str, tuple[Suite, int]] = {
    "webhooks": (webhooks, 2_000),
    "crashes": (crashes, 30),
    "mutations": (mutations, 10_000),
    "import": (a_long_import, 100_000),
    "broadcasts": (broadcasts, 0),
}
"""Each suite, and how many cases it tries unless it is told; 0 for all there are."""


def main(arguments: list[str]) -> int:
    name, number, chance = (*arguments, "", "", "")[:3]
    if name not in SUITES or not all(told.isdecimal() for told in (number, chance) if told):
        say(f"SUITE is one of: {', '.join(SUITES)}; N and SEED are numbers")
        return 2
    suite, usual = SUITES[name]
    drawn = int(chance) if chance else secrets.randbelow(1_000_000)
    begun = time.monotonic()
    try:
        proof = suite(int(number) if number else usual, drawn)
    except Exception:  # noqa: BLE001 - a suite that falls over has proven nothing
        traceback.print_exc()
        proof = Proof(cases=0, failed=1)
    told = {
        "suite": name,
        "cases": proof.cases,
        "failed": proof.failed,
        "seed": drawn,
        "seconds": round(time.monotonic() - begun, 1),
        **proof.measured,
    }
    print(json.dumps(told))
    return 1 if proof.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
