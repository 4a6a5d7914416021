"""The demo's reckoning: what is shown is held against the truth, message by message."""

from typing import Any, cast

from local.demo.reckoning import BroadcastFigures, Figures, Shown, reckon
from local.demo.talk import Tandem


class FakeTandem:
    """One conversation in which these messages are shown."""

    def __init__(self, *wamids: str) -> None:
        self._wamids = wamids

    def every(self, path: str) -> list[dict[str, Any]]:
        if path.endswith("/conversations"):
            return [{"id": "c1"}]
        message = {"imported": False, "origin": "customer", "charge": None, "state": "received"}
        return [{"id": wamid, **message} for wamid in self._wamids]


def reckoned(real: dict[str, str], *shown: str) -> Figures:
    """What comes of messages by id and type, of which some are shown."""
    truth = {
        wamid: {"type": kind, "history": False, "statuses": {}} for wamid, kind in real.items()
    }
    figures = Figures()
    reckon(figures, Shown(cast("Tandem", FakeTandem(*shown)), "1"), {"messages": truth})
    return figures


def test_a_message_that_is_not_shown_is_lost() -> None:
    figures = reckoned({"w1": "text", "w2": "image"}, "w1")

    assert (figures.lost, figures.doubled) == (1, 0)


def test_what_was_done_to_a_message_is_no_message_of_its_own() -> None:
    acts = {"w2": "edit", "w3": "revoke", "w4": "reaction"}

    figures = reckoned({"w1": "text", **acts}, "w1")

    assert (figures.lost, figures.doubled) == (0, 0)


def test_an_act_that_is_shown_as_a_message_is_one_too_many() -> None:
    figures = reckoned({"w1": "text", "w2": "reaction"}, "w1", "w2")

    assert (figures.lost, figures.doubled) == (0, 1)


def test_a_broadcast_far_below_the_pace_of_its_line_is_named() -> None:
    figures = Figures()

    figures.broadcast = BroadcastFigures(rate=17.9, allowed=20)
    slow = [sentence for sentence in figures.wrong() if "a second" in sentence]
    figures.broadcast = BroadcastFigures(rate=19.3, allowed=20)
    fast = [sentence for sentence in figures.wrong() if "a second" in sentence]

    assert slow == ["the broadcast ran at 17.9 of 20 a second: a busy machine?"]
    assert fast == []


def test_the_first_answers_of_a_month_are_free_whatever_their_status_says() -> None:
    figures = Figures()
    shown = Shown(cast("Tandem", FakeTandem("template", "answer")), "1")
    for wamid, category in (("template", "utility"), ("answer", "service")):
        charge = {"type": "regular", "category": category}
        shown.messages[wamid] |= {"origin": "api", "charge": charge}

    reckon(figures, shown, {"messages": {}})

    assert (figures.paid, figures.free_answers) == (1, 1)
