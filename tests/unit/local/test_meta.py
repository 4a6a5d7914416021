"""The stand-in for Meta as the local stack has it."""

from pathlib import Path

from local.meta import Meta
from local.place import Place
from simulator import Simulator


def test_one_number_always_waits_for_somebody_to_connect_it(tmp_path: Path) -> None:
    with Simulator(seed=7, time_scale=0) as simulator:
        meta = Meta(Place(tmp_path))
        meta.url = simulator.url

        meta.have_one_waiting()
        meta.have_one_waiting()
        [first] = simulator.businesses()["businesses"]
        simulator.signup(waba_id=first["waba_id"])
        meta.have_one_waiting()

        states = [each["state"] for each in simulator.businesses()["businesses"]]
        assert states == ["active", "app_only"]
        assert len(simulator.truth(phone_number_id=first["phone_number_id"])["messages"]) == 600
