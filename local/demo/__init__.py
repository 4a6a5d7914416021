"""The story of one number at both ends, told on a running stack and reckoned against the truth."""

import time

from local import stack
from local.demo.reckoning import Figures
from local.demo.story import Story
from local.demo.summary import show
from local.meta import Meta
from local.place import Place, write_json
from local.progress import Steps


def run(place: Place, steps: Steps) -> int:
    """Bring the stack up, tell the story, show the figures; 0 only if every one is right."""
    begun = time.monotonic()
    endpoints = stack.up(place, steps)
    figures = Story(endpoints, steps).tell()
    figures.seconds = round(time.monotonic() - begun, 1)
    write_json(place.state / "demo.json", figures.as_json())
    # The story has used its invitation; whoever read it to its end gets one, and a number.
    Meta(place).have_one_waiting()
    show(figures, stack.invite(place), steps.console)
    return 0 if not figures.wrong() else 1


__all__ = ["Figures", "Story", "run"]
