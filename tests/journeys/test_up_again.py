"""`make down` ends everything and forgets nothing; `make up` goes on where it stopped.

The last of the journeys, by its name: it takes their stack down and brings it up again.
"""

import subprocess
import sys

from local import stack as local_stack
from local.place import PROJECT
from local.process import running
from tests.journeys.shops import Shop
from tests.journeys.stack import Stack


def test_the_state_outlives_the_processes_and_none_of_them_is_left(
    stack: Stack, shop: Shop
) -> None:
    conversation = shop.heard_from("12125550151", "Remember me")
    before = remembered(shop, conversation)

    run("down", stack)
    left = processes(stack)
    run("up", stack)

    assert left == []
    assert remembered(shop, conversation) == before
    assert shop.heard_from("12125550151", "Still there?") == conversation
    assert len(list(shop.timeline(conversation))) == 2


def run(command: str, stack: Stack) -> None:
    """What `make` runs, for the state folder of this stack."""
    arguments = [sys.executable, "-m", "local", command, "--state", str(stack.place.state)]
    done = subprocess.run(arguments, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def remembered(shop: Shop, conversation: str) -> object:
    """What the API shows of a shop."""
    return (
        shop.tandem.get(f"lines/{shop.line}"),
        shop.sync()["certificate"],
        shop.inbox(),
        list(shop.timeline(conversation)),
    )


def processes(stack: Stack) -> list[int]:
    """Every process that belongs to this stack: its own two, and all that run below its folder."""
    alive = [pid for pid in local_stack.running(stack.place).values() if pid is not None]
    return alive + running(str(stack.place.state))
