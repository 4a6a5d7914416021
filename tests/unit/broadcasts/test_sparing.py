"""Whom a marketing broadcast spares: by its plan, and by what was learned until it is sent."""

from collections.abc import Callable

import pytest

from tandem.broadcasts.plans.judging import UNDELIVERED_SECONDS
from tandem.model.broadcast import Addressee, Category, Rules
from tandem.model.contact import Consent
from tandem.model.identity import Person
from tandem.store import keys
from tests.fakes.broadcast_stage import Stage
from tests.fakes.broadcast_world import LINE, NOW, TENANT, people, phone

HOUR, DAY = 3600, 86_400
SOMEBODY = Person(phone=phone(1))

Change = Callable[[Stage], None]


def consents(said: Consent, *, at: int = NOW) -> Change:
    def change(stage: Stage) -> None:
        for number in (0, 2):
            agree(stage, number, Consent.GRANTED)
        agree(stage, 1, said, at=at)

    return change


def agree(stage: Stage, number: int, said: Consent, *, at: int = NOW) -> None:
    alias = f"phone:{phone(number)}"
    stage.people.join(TENANT, Person(phone=phone(number)), line=LINE)
    contact = stage.people.contacts(TENANT, [alias])[alias]
    stage.people.note_consent(TENANT, contact, said, source="the form", at=at)


def marketed(*ago: int) -> Change:
    def change(stage: Stage) -> None:
        for each in ago:
            stamp = keys.moment(NOW - each, f"before-{each}")
            stage.people.note_marketed(TENANT, SOMEBODY, stamp)

    return change


def undelivered(ago: int) -> Change:
    return lambda stage: stage.people.note_undelivered(TENANT, SOMEBODY, at=NOW - ago)


def nothing(_stage: Stage) -> None:
    """Nobody has ever dealt with anybody."""


CONSENT = Rules(require_consent=True)
TWO_DAYS = Rules(spare_hours=48)
THREE_A_WEEK = Rules(at_most=(3, 7))

CASES = [
    pytest.param(CONSENT, consents(Consent.GRANTED), None, id="who agreed"),
    pytest.param(CONSENT, consents(Consent.WITHDRAWN), "no_consent", id="who took it back"),
    pytest.param(Rules(), consents(Consent.WITHDRAWN), "no_consent", id="whatever is required"),
    pytest.param(Rules(), nothing, None, id="who was never asked and need not be"),
    pytest.param(TWO_DAYS, marketed(48 * HOUR - 1), "sent_recently", id="lately"),
    pytest.param(TWO_DAYS, marketed(48 * HOUR), None, id="long enough ago"),
    pytest.param(THREE_A_WEEK, marketed(HOUR, DAY, 7 * DAY - 1), "often_enough", id="three times"),
    pytest.param(THREE_A_WEEK, marketed(HOUR, DAY, 7 * DAY), None, id="twice and once before"),
    pytest.param(Rules(), undelivered(UNDELIVERED_SECONDS - 1), "not_on_whatsapp", id="not there"),
    pytest.param(Rules(), undelivered(UNDELIVERED_SECONDS), None, id="not there long ago"),
]


@pytest.mark.parametrize(("rules", "change", "why"), CASES)
def test_a_rule_spares_one_person_when_the_plan_is_made(
    rules: Rules, change: Change, why: str | None
) -> None:
    stage = Stage(category=Category.MARKETING)
    change(stage)

    broadcast = stage.create(people(3), rules=rules)
    stage.plan()
    stage.work()

    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan is not None
    assert dict(plan.excluded) == ({why: 1} if why else {})
    assert stage.meta.to(f"phone:{phone(1)}") == (0 if why else 1)
    assert len(stage.meta.calls) == (2 if why else 3)


@pytest.mark.parametrize(("rules", "change", "why"), CASES)
def test_what_was_learned_since_the_plan_spares_them_when_it_is_sent(
    rules: Rules, change: Change, why: str | None
) -> None:
    stage = Stage(category=Category.MARKETING)
    for number in range(3):
        agree(stage, number, Consent.GRANTED, at=NOW - DAY)
    broadcast = stage.create(people(3), rules=rules)
    stage.plan()

    change(stage)
    stage.work()

    plan = stage.broadcasts.get(TENANT, broadcast.id).plan
    assert plan is not None
    assert plan.included == 3
    assert stage.meta.to(f"phone:{phone(1)}") == (0 if why else 1)
    assert stage.progress(broadcast).reasons == ({why: 1} if why else {})


def test_whoever_has_not_agreed_is_asked_for_nothing_but_marketing() -> None:
    marketing, useful = Stage(category=Category.MARKETING), Stage()

    asked = [stage.create(people(2), rules=CONSENT) for stage in (marketing, useful)]
    for stage in (marketing, useful):
        stage.plan()
        stage.work()

    assert marketing.states(asked[0]) == {"skipped": 2}
    assert useful.states(asked[1]) == {"sent": 2}


def test_no_marketing_goes_to_the_united_states_and_everything_else_does() -> None:
    american, canadian = Addressee("+1 212 555 0123"), Addressee("+1 416 555 0123")
    marketing, useful = Stage(category=Category.MARKETING), Stage()

    for stage in (marketing, useful):
        stage.started((american, canadian))
        stage.work()

    assert [call.alias for call in marketing.meta.calls] == ["phone:14165550123"]
    assert len(useful.meta.calls) == 2


def test_a_broadcast_that_goes_on_does_not_stand_in_its_own_way() -> None:
    stage = Stage(category=Category.MARKETING)
    rules = Rules(spare_hours=24, at_most=(1, 7))
    first = stage.create(people(2), rules=rules)
    stage.plan()
    stage.people.note_marketed(TENANT, SOMEBODY, keys.moment(first.start_at, first.id))

    stage.work()
    second = stage.create(people(2), rules=rules)
    stage.plan()
    stage.work()

    assert stage.states(first) == {"sent": 2}
    assert stage.states(second) == {"skipped": 2}
