"""The onboarding callback as it is deployed: real wiring, real KMS calls, the simulated Meta."""

import base64
import json
from typing import Any

import pytest

from functions.onboarding.handler import handler
from tandem.model.line import LineState
from tests.fakes.onboarding_stack import OnboardingStack


def posted(stack: OnboardingStack, sign_up: dict[str, Any], **changes: Any) -> tuple[int, Any]:
    body = {name: value for name, value in sign_up.items() if name != "made"}
    return stack.begin({**body, **changes})


def test_an_owner_s_code_is_answered_with_the_line(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()

    status, begun = posted(stack, sign_up)

    made = sign_up["made"]
    assert status == 202
    assert begun["line"] == made["phone_number_id"]
    assert begun["display_number"] == "".join(filter(str.isdigit, made["display_phone_number"]))


@pytest.mark.parametrize("written", ["object", "text"])
def test_the_session_message_may_be_an_object_or_its_text(
    stack: OnboardingStack, written: str
) -> None:
    sign_up = stack.sign_up()
    told = sign_up["session_info"]
    told = json.loads(told) if isinstance(told, str) else told

    status, begun = posted(
        stack, sign_up, session_info=told if written == "object" else json.dumps(told)
    )

    assert (status, begun["line"]) == (202, sign_up["made"]["phone_number_id"])


def test_the_code_alone_is_enough(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()

    status, begun = posted(stack, sign_up, session_info=None)

    assert (status, begun["line"]) == (202, sign_up["made"]["phone_number_id"])


def test_a_rotated_app_secret_is_good_for_the_next_owner(stack: OnboardingStack) -> None:
    before = posted(stack, stack.sign_up())

    stack.rotate("a new secret", previous="app-secret")
    after = posted(stack, stack.sign_up())

    assert (before[0], after[0]) == (202, 202)


def test_a_used_code_is_410_and_says_to_begin_again(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()
    posted(stack, sign_up)

    status, answer = posted(stack, sign_up, invitation=stack.invitation())

    assert status == 410
    assert answer["error"]["code"] == "code_expired"
    assert "begin again" in answer["error"]["message"]


def test_a_late_code_is_410(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()
    stack.pass_(31)

    status, answer = posted(stack, sign_up)

    assert (status, answer["error"]["code"]) == (410, "code_expired")


def test_an_account_that_was_not_granted_is_403(stack: OnboardingStack) -> None:
    other = stack.meta.create_business()
    sign_up = stack.sign_up()

    status, answer = posted(stack, sign_up, session_info={"data": {"waba_id": other["waba_id"]}})

    assert (status, answer["error"]["code"]) == (403, "not_granted")
    assert stack.lines.all("acme") == ()


def test_several_numbers_are_409_with_the_numbers_to_choose_from(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()
    waba = sign_up["made"]["waba_id"]
    second = stack.meta.create_business(waba_id=waba)
    stack.meta.signup(waba_id=waba, phone_number_id=second["phone_number_id"])
    claimed = {"data": {"waba_id": waba}}

    status, answer = posted(stack, sign_up, session_info=claimed)
    chosen = {"data": {"waba_id": waba, "phone_number_id": second["phone_number_id"]}}
    again, _ = posted(stack, sign_up, session_info=chosen)
    stack.work()

    assert (status, answer["error"]["code"]) == (409, "which_number")
    assert {number["line"] for number in answer["numbers"]} == {
        sign_up["made"]["phone_number_id"],
        second["phone_number_id"],
    }
    assert again == 202
    assert stack.lines.get("acme", second["phone_number_id"]) is not None


def test_a_forged_invitation_is_403_and_writes_nothing(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()

    status, answer = posted(stack, sign_up, invitation=sign_up["invitation"][:-2] + "AA")

    assert (status, answer["error"]["code"]) == (403, "invitation_invalid")
    assert stack.jobs(stack.steps_queue) == []


def test_an_expired_invitation_is_410(stack: OnboardingStack) -> None:
    status, answer = posted(stack, stack.sign_up(), invitation=stack.invitation(expires_at=1))

    assert (status, answer["error"]["code"]) == (410, "invitation_expired")


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("", ""),
        ("not json", ""),
        ("[]", ""),
        ({"code": "c", "accepted": {"a": 1}}, "invitation"),
        ({"invitation": "i", "accepted": {"a": 1}}, "code"),
        ({"invitation": "i", "code": "", "accepted": {"a": 1}}, "code"),
        ({"invitation": "i", "code": "c"}, "accepted"),
        ({"invitation": "i", "code": "c", "accepted": {}}, "accepted"),
        ({"invitation": ["i"], "code": "c", "accepted": {"a": 1}}, "invitation"),
    ],
)
def test_an_incomplete_request_is_400_and_names_what_is_wrong(
    stack: OnboardingStack, body: object, names: str
) -> None:
    status, answer = stack.begin(body)

    assert (status, answer["error"]["code"]) == (400, "invalid")
    assert names in answer["error"]["message"]


def test_a_base64_body_is_read_too(stack: OnboardingStack) -> None:
    encoded = base64.b64encode(b'{"code": "c"}').decode()
    event = {
        "requestContext": {"http": {"method": "POST"}},
        "body": encoded,
        "isBase64Encoded": True,
    }

    answer = handler(event, None)  # type: ignore[arg-type]

    assert answer["statusCode"] == 400
    assert "invitation" in answer["body"]


def test_a_meta_that_is_down_during_the_exchange_is_503_and_the_code_survives(
    stack: OnboardingStack,
) -> None:
    sign_up = stack.sign_up()
    stack.meta.set_faults(graph_5xx=1.0)
    down, _ = posted(stack, sign_up)
    stack.meta.set_faults(graph_5xx=0.0)

    status, begun = posted(stack, sign_up)

    assert down == 503
    assert (status, begun["line"]) == (202, sign_up["made"]["phone_number_id"])


def test_progress_is_told_to_the_holder_of_the_invitation(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()
    _, begun = posted(stack, sign_up)
    _, early = stack.follow(begun["onboarding"], sign_up["invitation"])
    stack.work()

    status, later = stack.follow(begun["onboarding"], sign_up["invitation"])

    assert status == 200
    assert early["state"] == LineState.CONNECTING
    assert [step["step"] for step in later["steps"]] == [
        "subscribe",
        "read_line",
        "contacts",
        "history",
    ]
    assert {step["state"] for step in later["steps"]} == {"done"}
    assert later["state"] == LineState.ACTIVE
    assert later["certificate"]["verdict"] == "nothing_yet"
    assert later["deadline_at"] > 0
    assert "Keep WhatsApp Business open" in later["todo"]


def test_progress_of_another_is_404_and_a_forged_invitation_403(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()
    _, begun = posted(stack, sign_up)

    strangers, _ = stack.follow(begun["onboarding"], stack.invitation())
    forged, _ = stack.follow(begun["onboarding"], "x.y")
    nothing, _ = stack.follow("nothing", sign_up["invitation"])

    assert (strangers, forged, nothing) == (404, 403, 404)


def test_nothing_secret_is_logged_or_answered(
    stack: OnboardingStack, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_up = stack.sign_up()

    _, begun = posted(stack, sign_up)
    stack.work()

    logged = capsys.readouterr().out
    for secret in (sign_up["code"], sign_up["invitation"], "app-secret", begun["display_number"]):
        assert secret not in logged
    rows = str(list(stack.table.rows(f"acme#LINE#{begun['line']}")))
    assert "EAA" not in rows
