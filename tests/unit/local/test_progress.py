"""What a person sees of a step, in a terminal of eighty columns."""

import io
import re

from rich.console import Console

from local.progress import Steps


def test_no_figure_is_cut_where_there_is_little_room() -> None:
    screen = io.StringIO()
    steps = Steps(Console(file=screen, force_terminal=True, color_system=None, width=80))

    with steps.step("Six months of chats arrive", total=5000) as step:
        step.at(1250)
        step.say("19.6 messages a second")

    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue()).splitlines()
    assert any("1250/5000 0:00:00 19.6 messages a second" in line for line in shown)
    assert max(len(line) for line in shown) <= 80
    assert re.fullmatch(
        r"✓ Six months of chats arrive +0\.\d s  19\.6 messages a second", shown[-1]
    )
