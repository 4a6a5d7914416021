"""What is handed to Meta's support: every id and every time, and nothing of what people wrote."""

import json

from tandem.meta.errors import Reason, graph_error
from tandem.model.events import HistoryDeclined
from tandem.model.happening import Happening, Told
from tandem.model.onboarding import StepName
from tandem.store.happenings import Happenings
from tests.fakes.api_house import House
from tests.fakes.broadcast_world import LINE, NOW
from tests.fakes.front_desk import ANA, BEN, SYNC
from tests.fakes.onboarding_desk import Desk
from tests.fakes.signup_meta import lost
from tests.functions.test_certificates import imported


def test_support_gets_ids_times_and_metas_words(house: House) -> None:
    imported(house, order=3, progress=40)
    no = HistoryDeclined(LINE, 2593109, "History not shared")
    house.desk.syncs.note_declined("acme", LINE, SYNC, no, NOW - 5)
    happening = Happening(NOW - 9, "account_restriction", Told.META, "Restricted")
    Happenings(house.desk.table).note("acme", LINE, happening)

    told = house.ask("GET", f"/v1/lines/{LINE}/support").body

    assert (told["app_id"], told["phone_number_id"], told["mode"]) == ("4001", LINE, "coexistence")
    assert (told["import"]["state"], told["onboarding"]["id"]) == ("declined", SYNC)
    assert told["receipts"]["phases"][0]["missing"] == [1, 2]
    assert told["declined"] == {
        "at": NOW - 5, "words": "2593109 History not shared: no details"}  # fmt: skip
    assert told["webhooks"]["last_chunk_at"] == NOW - 60
    assert told["webhooks"]["last_message_at"] == NOW - 3600
    assert told["happenings"] == [{"at": NOW - 9, "kind": "account_restriction"}]
    assert [step["step"] for step in told["steps"]] == [name.value for name in StepName]


def test_support_learns_nothing_about_people(house: House) -> None:
    imported(house)

    told = json.dumps(house.ask("GET", f"/v1/lines/{LINE}/support").body)

    for secret in (ANA.phone, BEN.phone, ANA.bsuid, "secret words", "text of", "Ana", "sealed"):
        assert str(secret) not in told


def test_metas_trace_of_each_failed_try_is_kept() -> None:
    desk = Desk()
    for number in range(12):
        reason = Reason(code=4, title="Too many calls", trace=f"trace-{number}", http=400)
        desk.meta.fail("history", graph_error(reason))
    onboarding = desk.connect()

    desk.wait(20 * 3600)

    step = desk.again(onboarding).step(StepName.HISTORY)
    assert step is not None
    assert [failure.trace for failure in step.failures] == [f"trace-{n}" for n in range(2, 12)]
    assert {(failure.code, failure.http) for failure in step.failures} == {(4, 400)}
    assert step.request_id == "request-history"


def test_a_try_without_an_answer_is_told_as_such() -> None:
    desk = Desk()
    desk.meta.fail("history", lost(), acted=True)
    onboarding = desk.connect()

    desk.work()

    step = desk.again(onboarding).step(StepName.HISTORY)
    assert step is not None
    (failure,) = step.failures
    assert (failure.code, failure.title) == (None, "no answer from Graph (ReadTimeout)")
