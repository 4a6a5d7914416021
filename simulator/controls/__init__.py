"""What a person or a test can do to the simulated Meta: each verb a method, a route, a command.

Verbs take and return plain JSON values. They raise KeyError for what does not exist and ValueError
for what makes no sense; over HTTP these are 404 and 400.
"""

from simulator.controls.acting import ActingControls
from simulator.controls.announcing import AnnouncingControls
from simulator.controls.business import BusinessControls
from simulator.controls.conditions import ConditionControls
from simulator.controls.playing import PlayingControls
from simulator.controls.writing import WritingControls


class Controls(
    BusinessControls,
    WritingControls,
    ActingControls,
    AnnouncingControls,
    ConditionControls,
    PlayingControls,
):
    """All verbs. `simulator.doors.DOORS` says how each is reached over HTTP."""


__all__ = ["Controls"]
