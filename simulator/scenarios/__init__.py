"""Bad days with a name: each a script of what Meta does, and the truth that a right system shows.

deliveries = bodies("chunks-shuffled", seed=7)         # the POSTs, without a network
played = rehearse("chunks-shuffled", seed=7)           # the same, and `played.truth`
meta.play(scenario="chunks-shuffled")                  # posted to the callback of a Simulator
"""

from simulator.scenarios import accounts, imports, people, posting, sending, talking
from simulator.scenarios.delivery import Delivery
from simulator.scenarios.registry import SCENARIOS, Scenario, find
from simulator.scenarios.rehearsal import Number, Rehearsal, bodies, rehearse

SCRIPTS = (imports, posting, talking, people, sending, accounts)
"""The modules whose import fills the registry."""

__all__ = [
    "SCENARIOS",
    "SCRIPTS",
    "Delivery",
    "Number",
    "Rehearsal",
    "Scenario",
    "bodies",
    "find",
    "rehearse",
]
