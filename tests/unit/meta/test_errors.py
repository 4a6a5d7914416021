"""Meta's codes as families: what a caller does must follow from the class alone."""

import pytest

from tandem.meta.errors import (
    DAY,
    REACTIONS,
    FixFirst,
    GraphError,
    Later,
    OnceOnly,
    PairThrottled,
    Passing,
    Reason,
    Refused,
    Throttled,
    TooLate,
    graph_error,
    reaction,
)

FAMILIES = {
    Throttled: [130429, 80007, 4, 131057],
    PairThrottled: [131056],
    Later: [131049, 131048, 132015, 131064, 131214],
    FixFirst: [0, 190, 3, 10, 200, 250, 299, 131042, 368, 131031, 33, 131005, 133010],
    Refused: [
        131041,
        131060,
        131204,
        138000,
        138018,
        139103,
        147001,
        2388023,
        131026,
        131050,
        131047,
        132000,
        132001,
        132016,
        131051,
        100,
        131062,
        130472,
    ],
    Passing: [1, 2, 131000, 131016, 2494100],
    OnceOnly: [2593107],
    TooLate: [2593108],
}


@pytest.mark.parametrize(
    ("code", "family"), [(code, family) for family, codes in FAMILIES.items() for code in codes]
)
def test_a_code_has_its_family(code: int, family: type[GraphError]) -> None:
    assert reaction(code).family is family


def test_a_missing_object_is_a_lost_connection_and_a_wrong_parameter_is_not() -> None:
    assert reaction(100, 33).family is FixFirst
    assert reaction(100, 2388001).family is Refused


@pytest.mark.parametrize(
    ("http", "family"),
    [(429, Throttled), (401, FixFirst), (403, FixFirst), (503, Passing), (400, Refused)],
)
def test_an_unknown_code_is_decided_by_the_http_status(http: int, family: type[GraphError]) -> None:
    assert reaction(987654, None, http).family is family
    assert reaction(None, None, http).family is family


def test_every_reaction_says_what_to_do_and_how_long_to_wait() -> None:
    for code, (family, advice, wait) in REACTIONS.items():
        assert advice.endswith(".")
        assert family is not Later or wait >= 3600
        by_pace = code == 130429
        assert family not in (Throttled, PairThrottled, Passing) or wait > 0 or by_pace
    assert REACTIONS[131049].wait == DAY


def test_an_error_of_an_answer_keeps_all_that_meta_said() -> None:
    said = {
        "message": "(#131056) Pair rate limit hit",
        "type": "OAuthException",
        "code": 131056,
        "error_subcode": 2494055,
        "error_data": {"messaging_product": "whatsapp", "details": "Too many messages."},
        "fbtrace_id": "Atrace",
    }

    error = graph_error(Reason.of(said, 400))

    assert isinstance(error, PairThrottled)
    assert (error.code, error.subcode, error.http, error.trace) == (131056, 2494055, 400, "Atrace")
    assert error.title == "(#131056) Pair rate limit hit"
    assert error.detail == "Too many messages."
    assert error.wait == 6


def test_an_error_of_a_status_is_read_the_same_way() -> None:
    said = {"code": "131050", "title": "Opted out", "error_data": {"details": "Stopped."}}

    reason = Reason.of(said)

    assert (reason.code, reason.title, reason.detail) == (131050, "Opted out", "Stopped.")
    assert reaction(reason.code).family is Refused


@pytest.mark.parametrize("said", [{}, {"code": [1]}, {"code": True}, {"error_data": "text"}])
def test_an_error_without_sense_is_still_an_error(said: dict[str, object]) -> None:
    reason = Reason.of(said, 400)

    assert reason.code is None
    assert isinstance(graph_error(reason), Refused)
