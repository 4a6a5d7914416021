"""The onboarding callback as it is deployed: real wiring, real KMS calls, the simulated Meta."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from functions.onboarding.handler import handler
from tandem.lines.invitation import opened
from tandem.lines.signup import onboarding_id
from tandem.model.line import LineState
from tandem.runtime.command_line import main
from tandem.store.syncs import Syncs
from tests.fakes.onboarding_stack import FAR, KEY, OnboardingStack
from tests.fakes.receipts import receipt


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
        "routeKey": "POST /onboarding",
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


def test_an_owner_with_a_good_invitation_may_go_to_metas_window(stack: OnboardingStack) -> None:
    status, answer = stack.may_begin(stack.invitation())

    assert (status, answer) == (200, {"expires_at": FAR})


def test_whoever_is_early_is_told_which_number_waits_and_for_how_long(
    stack: OnboardingStack,
) -> None:
    sign_up = stack.sign_up()
    _, begun = posted(stack, sign_up)
    stack.pass_(3600)
    stack.lines.note_announcement("acme", begun["line"], at=stack.now(), removal=True)
    until = stack.now() + 900
    stack.pass_(60)

    status, early = stack.may_begin(stack.invitation())
    another_tenant, _ = stack.may_begin(stack.invitation(tenant="rival"))
    stack.pass_(840)
    later, _ = stack.may_begin(stack.invitation())

    assert (status, early["error"]["code"]) == (409, "wait_after_removal")
    assert f"+{begun['display_number']} was disconnected" in early["error"]["message"]
    assert early["until"] == until
    assert 830 <= early["seconds_left"] <= 840
    assert early["numbers"] == [
        {
            "line": begun["line"],
            "display_number": begun["display_number"],
            "again_from": until,
        }
    ]
    assert (another_tenant, later) == (200, 200)


def test_a_link_that_leads_nowhere_is_told_before_metas_window(stack: OnboardingStack) -> None:
    sign_up = stack.sign_up()
    posted(stack, sign_up)
    stack.work()

    used = stack.may_begin(sign_up["invitation"])
    old = stack.may_begin(stack.invitation(expires_at=1))
    forged = stack.may_begin("x.y")
    none = stack.may_begin("")

    assert [(status, answer["error"]["code"]) for status, answer in (used, old, forged, none)] == [
        (410, "invitation_used"),
        (410, "invitation_expired"),
        (403, "invitation_invalid"),
        (403, "invitation_invalid"),
    ]


def test_the_certificate_goes_to_the_holder_of_the_invitation_and_can_be_checked(
    stack: OnboardingStack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_up = stack.sign_up()
    _, begun = posted(stack, sign_up)
    stack.work()
    syncs = Syncs(stack.table)
    syncs.write_receipt(
        "acme",
        begun["line"],
        begun["onboarding"],
        receipt=receipt(progress=100),
        received_at=stack.now(),
    )

    status, signed = stack.certificate(begun["onboarding"], sign_up["invitation"])

    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(signed), encoding="utf-8")
    assert status == 200
    assert signed["certificate"]["sync"] == begun["onboarding"]
    assert signed["certificate"]["state"] == "complete"
    assert main(["verify", str(file)]) == 0
    assert "The signature holds." in capsys.readouterr().out


def test_a_certificate_of_another_is_404_and_so_is_one_before_there_is_an_import(
    stack: OnboardingStack,
) -> None:
    sign_up = stack.sign_up()
    _, begun = posted(stack, sign_up)
    waiting = stack.sign_up()
    two = stack.meta.create_business(waba_id=waiting["made"]["waba_id"])
    stack.meta.signup(waba_id=two["waba_id"], phone_number_id=two["phone_number_id"])
    asked, _ = posted(stack, waiting, session_info={"data": {"waba_id": two["waba_id"]}})

    strangers, _ = stack.certificate(begun["onboarding"], stack.invitation())
    forged, _ = stack.certificate(begun["onboarding"], "x.y")
    nothing, _ = stack.certificate("nothing", sign_up["invitation"])
    undecided = onboarding_id(opened(waiting["invitation"], KEY), waiting["code"])
    early, answer = stack.certificate(undecided, waiting["invitation"])

    assert (strangers, forged, nothing) == (404, 403, 404)
    assert (asked, early, answer["error"]["message"]) == (409, 404, "there is no import yet")


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
