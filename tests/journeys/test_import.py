"""An import whose workers die all the time comes out as if they had not."""

import time
from collections import Counter
from random import Random

from local.demo.reckoning import Figures, Shown, reckon
from local.demo.talk import until
from tests.journeys.crashes import given_back_after, kill, under_way, waiting_in
from tests.journeys.shops import LONG, Shops
from tests.journeys.stack import Stack

MESSAGES = 1_500
KILLS = 12
QUEUE_OF = {"HistorySync": "HistoryQueue", "Ingest": "LiveQueue"}
DEAD_LETTERS = ("LiveDeadLetters", "HistoryDeadLetters", "MediaDeadLetters", "StepsDeadLetters")


def test_workers_killed_during_an_import_change_none_of_its_figures(
    stack: Stack, shops: Shops
) -> None:
    chance, killed = Random(20_261_122), Counter[str]()
    past = {"messages": MESSAGES, "threads": 24, "chunk_messages": 50, "pace_s": 0.15}
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

    with given_back_after(stack, 10, *QUEUE_OF.values(), "MediaQueue", "StepsQueue"):
        shop.connect()
        until(lambda: shop.requested("history") == 1, seconds=LONG, what="the history request")
        killed["OnboardingSteps"] += kill(stack, "OnboardingSteps")
        customer = next(iter(shop.truth()["messages"].values()))["thread"]
        while killed.total() < KILLS:
            shop.customer_writes(customer, "Have you got nails?")
            function = chance.choice(("HistorySync", "HistorySync", "Ingest"))
            queue = QUEUE_OF[function]
            until(lambda: under_way(stack, queue), seconds=LONG, what=f"{queue} in work", pause=0.0)  # noqa: B023
            time.sleep(chance.uniform(0.0, 0.2))
            killed[function] += kill(stack, function)
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
    reckon(figures, Shown(shop.tandem, shop.line), shop.truth())

    assert (figures.imported, figures.lost, figures.doubled) == (MESSAGES, 0, 0)
    assert (certificate["verdict"], certificate["messages"]) == ("complete", MESSAGES)
    assert (shop.requested("smb_app_state_sync"), shop.requested("history")) == (1, 1)
    assert killed.keys() == {"OnboardingSteps", *QUEUE_OF}
    assert waiting_in(stack, *DEAD_LETTERS) == 0
