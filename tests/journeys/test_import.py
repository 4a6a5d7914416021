"""An import whose workers die all the time comes out as if they had not."""

import json
import time
from collections import Counter
from pathlib import Path
from random import Random

from local.demo.reckoning import Figures, Shown, reckon
from local.demo.talk import until
from tandem.runtime.command_line import main as tandem
from tests.journeys.crashes import given_back_after, held_back, kill, under_way, waiting_in
from tests.journeys.shops import LONG, Shops
from tests.journeys.stack import Stack

MESSAGES = 1_500
QUEUES = ("LiveQueue", "HistoryQueue", "MediaQueue", "StepsQueue")
DEAD_LETTERS = ("LiveDeadLetters", "HistoryDeadLetters", "MediaDeadLetters", "StepsDeadLetters")


def test_workers_killed_during_an_import_change_none_of_its_figures(
    stack: Stack, shops: Shops, tmp_path: Path
) -> None:
    chance, killed, died_at_work = Random(20_261_122), Counter[str](), 0
    past = {"messages": MESSAGES, "threads": 24, "chunk_messages": 50}
    shop = shops.open("Hardware store", media_share=0.02, hiding=0.1, **past)
    shop.meta.ask(
        *("PUT", "faults"),
        seed=5,
        shuffle=True,
        duplicate=0.2,
        rebatch=0.1,
        endpoints=["smb_app_data"],
        timeout=1.0,
        timeout_s=2.0,
    )

    with given_back_after(stack, 10, *QUEUES):
        with held_back(stack, "HistorySync"):
            shop.connect()
            until(lambda: shop.requested("history") == 1, seconds=LONG, what="the last request")
            killed["OnboardingSteps"] += kill(stack, "OnboardingSteps")
            until(lambda: not shop.meta.waiting(), seconds=LONG, what="everything to be queued")
        customer = next(iter(shop.truth()["messages"].values()))["thread"]
        for function in chance.sample(("HistorySync", "Ingest"), 9, counts=(6, 3)):
            shop.customer_writes(customer, "Have you got nails?")
            time.sleep(chance.uniform(0.1, 1.0))
            killed[function] += kill(stack, function)
            died_at_work += under_way(stack, "HistoryQueue") if function == "HistorySync" else 0
        until(
            lambda: (
                not shop.meta.waiting()
                and not waiting_in(stack, "LiveQueue", "HistoryQueue", "MediaQueue")
                and shop.tandem.get(f"lines/{shop.line}")["state"] == "active"
            ),
            seconds=2 * LONG,
            what="the end of the import",
        )
    figures, certificate = Figures(), shop.sync()["certificate"]
    signed, file = shop.tandem.get(f"lines/{shop.line}/certificate"), tmp_path / "certificate.json"
    file.write_text(json.dumps(signed))
    said = signed["certificate"]
    reckon(figures, Shown(shop.tandem, shop.line), shop.truth())

    assert (figures.imported, figures.lost, figures.doubled) == (MESSAGES, 0, 0)
    assert (certificate["verdict"], certificate["messages"]) == ("complete", MESSAGES)
    assert tandem(["verify", str(file)]) == 0
    assert (said["state"], sum(day["messages"] for day in said["days"]["listed"])) == (
        "complete",
        MESSAGES,
    )
    assert said["media"]["expected"] == said["media"]["arrived"]
    assert shop.tandem.get(f"lines/{shop.line}/support")["waba_id"] == said["waba"]
    assert (shop.requested("smb_app_state_sync"), shop.requested("history")) == (1, 1)
    assert all(killed[function] for function in ("OnboardingSteps", "HistorySync", "Ingest"))
    assert died_at_work > 0
    assert waiting_in(stack, *DEAD_LETTERS) == 0
