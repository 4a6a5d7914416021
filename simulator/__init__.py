"""A stand-in for Meta: Graph API, Embedded Signup, signed webhooks, and faults by seed.

with Simulator(seed=7) as meta:
    meta.configure_app(app_secret="…", callback_url="http://127.0.0.1:8000/webhook", …)
"""

from simulator.faults import Faults
from simulator.signing import signature
from simulator.simulator import Simulator

__all__ = ["Faults", "Simulator", "signature"]
