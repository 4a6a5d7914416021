"""An owner connects a number on the Connect page, in a real browser."""

import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit, invitation
from tests.browser.servers import Onboardings
from tests.browser.stories import (
    ALL_DONE,
    COMPLETE,
    RECEIVING,
    WITHOUT_APP,
    certificate,
    progress,
)

pytestmark = pytest.mark.browser


def test_an_owner_agrees_signs_up_and_follows_the_import_to_its_certificate(visit: Visit) -> None:
    visit.onboardings.story = [
        progress("done", "running"),
        progress(*ALL_DONE, **RECEIVING),
        COMPLETE,
    ]
    visit.open()

    visit.agree()
    visit.sign_up("finish")

    expect(visit.page.get_by_text("Waiting for the first chats")).to_be_visible()
    visit.later(3)
    expect(visit.page.get_by_text("2,210 messages so far")).to_be_visible()
    expect(visit.page.get_by_role("progressbar")).to_have_attribute("value", "46")
    visit.later(3)
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("+15550100001 is connected")
    expect(visit.page.get_by_text("4,812 different messages were received")).to_be_visible()
    expect(visit.page.get_by_text("What nobody can prove")).to_be_visible()
    assert visit.complaints == []


def test_what_the_owner_agreed_to_is_sent_along_with_code_and_account(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    invite = invitation()
    visit.open(invite=invite)

    visit.agree()
    visit.sign_up("finish")
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")

    [request] = visit.onboardings.requests
    assert request["invitation"] == invite
    assert request["code"] == "the-code"
    assert request["session_info"]["data"] == {"waba_id": "524"}
    assert request["accepted"]["texts"] == "2026-11-22"
    assert request["accepted"]["language"] == "en"
    agreed_at = request["accepted"]["agreed_at"]
    assert set(agreed_at) == {"needs", "changes", "costs", "history"}
    assert all(abs(at - time.time()) < 60 for at in agreed_at.values())


def test_meta_is_asked_for_coexistence_with_the_stacks_own_app(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()

    visit.agree()
    visit.sign_up("finish")

    prepared, asked = visit.page.evaluate("[FB.prepared, FB.asked]")
    assert prepared["appId"] == "1001"
    assert prepared["version"] == "v25.0"
    assert asked == {
        "config_id": "2002",
        "response_type": "code",
        "override_default_response_type": True,
        "extras": {
            "setup": {},
            "featureType": "whatsapp_business_app_onboarding",
            "sessionInfoVersion": "3",
        },
    }


def test_the_code_may_come_before_the_account(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()

    visit.agree()
    visit.sign_up("code-first")
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")

    assert visit.onboardings.requests[0]["session_info"]["data"] == {"waba_id": "524"}


def test_a_code_goes_on_alone_when_the_account_is_never_told(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()

    visit.agree()
    visit.sign_up("code-only")
    visit.later(4)
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")

    assert visit.onboardings.requests[0]["session_info"] is None


EARLY = {"line": "106", "display_number": "15550100001", "again_from": 1_764_000_000}


def early(seconds: int, *numbers: dict[str, Any]) -> tuple[int, Any]:
    """The stack's answer for so many seconds more of the wait after a disconnection."""
    said = {"code": "wait_after_removal", "message": "early"}
    return 409, {"error": said, "seconds_left": seconds, "numbers": list(numbers or (EARLY,))}


def test_whoever_is_early_sees_which_number_waits_and_for_how_long(visit: Visit) -> None:
    visit.onboardings.welcome = early(754, EARLY, {**EARLY, "display_number": "15550100002"})
    invite = invitation()

    visit.open(invite=invite)

    heading = visit.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("A few more minutes")
    expect(visit.page.get_by_text("+15550100001 and +15550100002")).to_be_visible()
    countdown = visit.page.get_by_role("timer")
    expect(countdown).to_have_text(re.compile(r"12:3\d"))
    visit.later(300)
    expect(countdown).to_have_text(re.compile(r"7:[23]\d"))
    assert visit.onboardings.welcomed == [invite]


def test_the_page_goes_on_by_itself_when_the_wait_is_over(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()
    visit.onboardings.welcome = early(600)
    visit.agree()
    heading = visit.page.get_by_role("heading", level=1)
    expect(heading).to_have_text("A few more minutes")

    visit.later(300)
    expect(visit.page.get_by_role("timer")).to_have_text(re.compile(r"[45]:\d\d"))
    visit.onboardings.welcome = Onboardings.welcome
    visit.later(301)

    expect(heading).to_have_text("One number, in two places")
    visit.sign_up("finish")
    expect(heading).to_contain_text("is connected")


def test_a_wait_that_the_stack_does_not_see_as_over_goes_on(visit: Visit) -> None:
    visit.open()
    visit.onboardings.welcome = early(60)
    visit.agree()
    expect(visit.page.get_by_role("timer")).to_be_visible()

    visit.onboardings.welcome = early(30)
    visit.later(61)

    expect(visit.page.get_by_role("timer")).to_have_text(re.compile(r"0:[23]\d"))


def test_whoever_connects_another_number_does_not_wait(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.onboardings.welcome = early(754)
    visit.open()

    visit.page.get_by_role("button", name="I am connecting another number").click()
    visit.agree()
    visit.sign_up("finish")

    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")


def test_an_owner_whom_meta_sent_to_disconnect_first_waits_before_the_next_try(
    visit: Visit,
) -> None:
    visit.open()
    visit.agree()
    visit.sign_up("old-app")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Your app is too old")

    visit.onboardings.welcome = early(890)
    visit.page.get_by_role("button", name="Try again").click()

    expect(visit.page.get_by_role("timer")).to_be_visible()
    assert len(visit.page.context.pages) == 1


@pytest.mark.parametrize(
    ("status", "code", "heading"),
    [
        (410, "invitation_used", "This invitation has been used"),
        (403, "invitation_invalid", "This invitation is not valid"),
    ],
)
def test_a_link_that_leads_nowhere_is_told_before_the_four_points(
    visit: Visit, status: int, code: str, heading: str
) -> None:
    visit.onboardings.welcome = (status, {"error": {"code": code, "message": "no"}})

    visit.open()

    expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)


def test_a_stack_that_does_not_answer_whether_it_may_begin_stops_nobody(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.onboardings.welcome = (503, {"error": {"code": "try_again", "message": "later"}})
    visit.open()

    visit.agree()
    visit.sign_up("finish")

    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")


def test_the_owner_can_keep_the_signed_certificate(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.onboardings.certificate = {"certificate": {"state": "complete"}, "signature": {}}
    visit.open(fragment="#onboarding=onb-1")

    with visit.page.expect_download() as kept:
        visit.page.get_by_role("link", name="Keep the signed certificate").click()

    assert kept.value.suggested_filename == "certificate-15550100001.json"
    assert json.loads(kept.value.path().read_text()) == visit.onboardings.certificate


def test_nothing_goes_on_before_all_four_points_are_agreed(visit: Visit) -> None:
    visit.open()
    boxes = visit.page.get_by_role("checkbox").all()
    for box in boxes[:-1]:
        box.check()

    visit.page.get_by_role("button", name="Continue with Meta").click(force=True)

    expect(visit.page.get_by_text("3 of 4 agreed")).to_be_visible()
    expect(boxes[-1]).to_be_focused()
    assert len(visit.page.context.pages) == 1


def test_who_closes_metas_window_may_try_again(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()
    visit.agree()

    visit.sign_up("cancel")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Not connected yet")
    expect(visit.page.get_by_text("You were entering your number.")).to_be_visible()
    with visit.page.expect_popup() as opened:
        visit.page.get_by_role("button", name="Try again").click()
    opened.value.locator("#finish").click()

    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")
    assert len(visit.onboardings.requests) == 1


def test_metas_error_is_explained_with_what_to_do(visit: Visit) -> None:
    visit.open()
    visit.agree()

    visit.sign_up("old-app")

    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Your app is too old")
    expect(visit.page.get_by_text("Update WhatsApp Business from")).to_be_visible()
    visit.page.get_by_text("For your support").click()
    expect(visit.page.get_by_text("4563015")).to_be_visible()
    expect(visit.page.get_by_text("f34b51dab5e0498")).to_be_visible()
    assert visit.onboardings.requests == []


def test_an_owner_who_gets_past_an_error_in_metas_window_is_connected(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()
    visit.agree()

    dialog = visit.sign_up("recover")
    visit.later(4)
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Your app is too old")
    dialog.locator("#finish").click()

    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")


def test_messages_that_are_not_metas_sign_up_change_nothing(visit: Visit) -> None:
    visit.open()
    visit.agree()

    visit.sign_up("noise")
    visit.page.evaluate(
        """postMessage(JSON.stringify({type: "WA_EMBEDDED_SIGNUP", event: "CANCEL",
           data: {error_code: 3441042}}), "*")"""
    )
    visit.later(4)

    assert visit.heading() == "Go on in Meta’s window"
    assert visit.complaints == []


def test_only_hosts_of_metas_domain_are_believed(visit: Visit) -> None:
    origins = {
        "https://www.facebook.com": True,
        "https://web.facebook.com": True,
        "https://facebook.com": True,
        "http://www.facebook.com": False,
        "https://evilfacebook.com": False,
        "https://facebook.com.evil.test": False,
        "https://www.facebook.com:444": False,
        "null": False,
    }
    visit.open()

    believed = visit.page.evaluate(
        """async ([page, origins]) => {
             const { isMetas } = await import(`${page}/signup.js`);
             return origins.map((origin) => isMetas(origin, "https://www.facebook.com"));
           }""",
        [visit.address, list(origins)],
    )

    assert dict(zip(origins, believed, strict=True)) == origins


@pytest.mark.parametrize(
    ("invite", "heading"),
    [
        (invitation(seconds=-3 * 86_400), "This invitation has expired"),
        ("cut-off", "This invitation is not valid"),
        ("e30=.seal", None),
    ],
    ids=["old", "cut off", "without claims"],
)
def test_an_old_or_broken_link_is_told_before_anything_else(
    visit: Visit, invite: str, heading: str | None
) -> None:
    visit.open(invite=invite)

    assert visit.heading() == (heading or "One number, in two places")
    assert visit.onboardings.requests == []


def test_a_page_without_an_invitation_asks_for_one(visit: Visit) -> None:
    visit.page.goto(visit.address)

    assert visit.heading() == "You need an invitation"


@pytest.mark.parametrize(
    ("status", "code", "heading"),
    [
        (410, "invitation_expired", "This invitation has expired"),
        (410, "invitation_used", "This invitation has been used"),
        (403, "invitation_invalid", "This invitation is not valid"),
        (410, "code_expired", "That took too long"),
        (403, "not_granted", "That account was not shared"),
        (403, "held_by_another", "The number is connected for another business"),
        (403, "not_allowed", "That number cannot be connected here"),
        (400, "invalid", "Something in this page went wrong"),
    ],
)
def test_a_refusal_of_the_stack_is_explained(
    visit: Visit, status: int, code: str, heading: str
) -> None:
    visit.onboardings.begun = (status, {"error": {"code": code, "message": "no"}})
    visit.open()
    visit.agree()

    visit.sign_up("finish")

    expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)


def test_an_owner_with_several_numbers_chooses_one(visit: Visit) -> None:
    numbers = [
        {"line": "106", "display_number": "15550100001"},
        {"line": "107", "display_number": "15550100002"},
    ]
    visit.onboardings.story = [COMPLETE]
    visit.onboardings.begun = (409, {"error": {"code": "which_number"}, "numbers": numbers})
    visit.open()
    visit.agree()
    visit.sign_up("finish")

    visit.page.get_by_label("+15550100002").check()
    visit.onboardings.begun = (202, {"onboarding": "onb-1"})
    visit.page.get_by_role("button", name="Connect this number").click()
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")

    first, second = visit.onboardings.requests
    assert second["code"] == first["code"]
    assert second["session_info"]["data"] == {"waba_id": "524", "phone_number_id": "107"}


def test_a_reload_comes_back_to_the_import(visit: Visit) -> None:
    visit.onboardings.story = [progress(*ALL_DONE, **RECEIVING)]
    invite = invitation()
    visit.open(invite=invite)
    visit.agree()
    visit.sign_up("finish")
    expect(visit.page.get_by_text("2,210 messages so far")).to_be_visible()

    visit.page.reload()

    expect(visit.page.get_by_text("2,210 messages so far")).to_be_visible()
    assert set(visit.onboardings.questions) == {("onb-1", invite)}
    assert len(visit.onboardings.requests) == 1


def test_the_invitation_opened_again_comes_back_to_the_import(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    invite = invitation()
    visit.open(invite=invite)
    visit.agree()
    visit.sign_up("finish")
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")

    visit.page.goto("about:blank")
    visit.open(invite=invite)

    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")
    assert len(visit.onboardings.requests) == 1


def test_a_reload_in_the_middle_hands_the_same_code_over_again(visit: Visit) -> None:
    visit.onboardings.begun = (503, {"error": {"code": "try_again", "message": "in a moment"}})
    visit.open()
    visit.agree()
    visit.sign_up("finish")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Securing the connection")

    visit.onboardings.begun = (202, {"onboarding": "onb-1"})
    visit.onboardings.story = [COMPLETE]
    visit.page.reload()
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")

    first, *_, last = visit.onboardings.requests
    assert first == last


def test_an_onboarding_that_was_refused_later_is_explained(visit: Visit) -> None:
    visit.onboardings.story = [
        progress("done"),
        progress(state="refused", code="not_granted", todo="begin again"),
    ]

    visit.open(fragment="#onboarding=onb-1")
    expect(visit.page.get_by_text("Messages reach Tandem")).to_be_visible()
    visit.later(3)

    expect(visit.page.get_by_role("heading", level=1)).to_have_text("That account was not shared")
    assert "#" not in visit.page.url


def test_an_onboarding_that_does_not_exist_leads_back_to_the_beginning(visit: Visit) -> None:
    visit.onboardings.story = [(404, {"error": {"code": "not_found", "message": "none"}})]
    visit.open(fragment="#onboarding=onb-9")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("There is no such connection")

    visit.page.get_by_role("button", name="Try again").click()

    assert visit.heading() == "One number, in two places"


def test_a_part_that_comes_after_the_last_is_counted_on_the_page(visit: Visit) -> None:
    whole = COMPLETE["certificate"]
    visit.onboardings.story = [
        COMPLETE | {"since": int(time.time()), "certificate": whole | {"messages": 253}},
        COMPLETE,
    ]

    visit.open(fragment="#onboarding=onb-1")

    expect(visit.page.get_by_text("253 different messages were received")).to_be_visible()
    visit.later(3)
    expect(visit.page.get_by_text("4,812 different messages were received")).to_be_visible()


def test_a_lost_connection_is_said_and_mended(visit: Visit) -> None:
    visit.onboardings.story = [progress("done"), (503, {}), COMPLETE]
    visit.open(fragment="#onboarding=onb-1")

    expect(visit.page.get_by_text("Messages reach Tandem")).to_be_visible()
    visit.later(3)
    expect(visit.page.get_by_text("No connection at the moment")).to_be_visible()
    visit.later(5)
    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")
    expect(visit.page.get_by_text("No connection at the moment")).not_to_be_visible()


@pytest.mark.parametrize(
    ("told", "heading"),
    [
        (progress(*ALL_DONE, code="declined"), "Connected, without old chats"),
        (
            progress("done", "done", "done", "refused", code="expired"),
            "Connected, without old chats",
        ),
        (progress("done", "done", "done", "unknown", code="unknown"), "Waiting for Meta"),
        (
            progress("done", "done", code="requesting", seconds_left=5 * 3600),
            "Meta has not taken our request yet",
        ),
        (progress(*ALL_DONE, code="silent"), "Nothing has arrived yet"),
        (progress(*ALL_DONE, **RECEIVING | {"code": "stalled"}), "The chats have paused"),
        (
            progress(
                *ALL_DONE,
                code="complete_with_gaps",
                certificate=certificate(
                    "complete_with_gaps",
                    progress=100,
                    messages=4000,
                    phases=[{"phase": 0, "messages": 4000, "missing": [3], "missing_count": 1}],
                ),
            ),
            "Connected, with a gap in the chats",
        ),
        (WITHOUT_APP, "+15550100001 is connected"),
        (progress(*ALL_DONE, state="offboarded"), "The connection is paused"),
        (progress("refused"), "The number could not be connected"),
        (progress(*ALL_DONE, state="removed"), "The number has been disconnected"),
        (
            progress("done", "something new", code="news", words=["from a later version"]),
            "Connecting +15550100001",
        ),
    ],
)
def test_every_course_of_an_import_is_told_in_plain_words(
    visit: Visit, told: Any, heading: str
) -> None:
    visit.onboardings.story = [told]

    visit.open(fragment="#onboarding=onb-1")

    expect(visit.page.get_by_role("heading", level=1)).to_have_text(heading)
    assert visit.complaints == []


def test_a_request_without_an_answer_is_not_repeated_and_counts_down(visit: Visit) -> None:
    waiting = progress("done", "done", "done", "unknown", code="unknown", seconds_left=22 * 3600)
    visit.onboardings.story = [waiting]

    visit.open(fragment="#onboarding=onb-1")

    expect(visit.page.get_by_text("It may not be asked twice")).to_be_visible()
    expect(visit.page.get_by_text(": 22 hours left.")).to_be_visible()


def test_the_self_check_advises_and_sends_nothing(visit: Visit) -> None:
    visit.open()
    visit.page.get_by_text("Not sure? Check yourself").click()
    version = visit.page.get_by_label("Which version does the app show?")

    version.fill("2.24.9")
    version.blur()
    expect(visit.page.get_by_text("Please update WhatsApp Business first")).to_be_visible()
    version.fill("2.25.3.80")
    version.blur()
    expect(visit.page.get_by_text("That version is fine.")).to_be_visible()

    assert visit.onboardings.requests == []


def test_the_whole_way_can_be_gone_with_the_keyboard(visit: Visit) -> None:
    visit.onboardings.story = [COMPLETE]
    visit.open()
    page = visit.page

    for name in ("needs", "changes", "costs", "history"):
        page.locator(f"#agree-{name}").focus()
        page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Continue with Meta", disabled=False)).to_be_visible()
    page.get_by_role("button", name="Continue with Meta").focus()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    opened.value.locator("#finish").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("is connected")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_page_fits_every_screen(visit: Visit, width: int) -> None:
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.open()

    overflow = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert overflow <= 0


def test_a_blocked_sdk_is_said_and_can_be_tried_again(visit: Visit, browser: Browser) -> None:
    visit.page.route("**/sdk.js", lambda route: route.abort())
    visit.open()
    visit.agree()
    expect(visit.page.get_by_text("An ad blocker or a private network")).to_be_visible()

    visit.page.unroute("**/sdk.js")
    visit.page.get_by_role("button", name="Try again").click()

    expect(
        visit.page.get_by_role("button", name="Continue with Meta", disabled=False)
    ).to_be_visible()
