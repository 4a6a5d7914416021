"""The simulated Embedded Signup: what a page hears when its owner finishes, cancels, is refused."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from simulator import Simulator

pytestmark = pytest.mark.browser

PARTNER_PAGE = """<!doctype html><title>A partner's page</title><button>Connect</button>
<script>
  window.heard = [];
  window.addEventListener("message", (event) => {
    if (event.origin !== "{meta}") return;
    try { heard.push(JSON.parse(event.data)); } catch { /* the SDK's own business */ }
  });
  const extras = { setup: {}, featureType: "whatsapp_business_app_onboarding" };
  const options = { config_id: "7", response_type: "code", override_default_response_type: true };
  const connect = () => FB.login((answer) => { window.answer = answer; }, { ...options, extras });
  window.fbAsyncInit = () => {
    FB.init({ appId: "42", version: "v25.0" });
    document.querySelector("button").onclick = connect;
    window.ready = true;
  };
</script>
<script async src="{meta}/en_US/sdk.js"></script>"""


@dataclass
class Outcome:
    code: str | None
    heard: list[dict[str, Any]]


@pytest.fixture
def meta() -> Iterator[Simulator]:
    with Simulator(time_scale=0) as simulator:
        yield simulator


@pytest.fixture
def site(meta: Simulator) -> Iterator[str]:
    """A page on another origin that loads the simulator's SDK."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PARTNER_PAGE.replace("{meta}", meta.url).encode())

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def walk(browser: Browser, site: str) -> Callable[[Callable[[Page], None]], Outcome]:
    """Open the dialog from the page, let the owner act in it, see what the page has heard."""

    def through(act: Callable[[Page], None]) -> Outcome:
        page = browser.new_page()
        page.goto(site)
        page.wait_for_function("window.ready")
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Connect").click()
        act(popup.value)
        page.wait_for_function("window.answer")
        answer, heard = page.evaluate("[window.answer, window.heard]")
        page.close()
        return Outcome((answer["authResponse"] or {}).get("code"), heard)

    return through


def to_the_last_step(dialog: Page) -> None:
    press(dialog, "Continue")
    press(dialog, "Continue")


def press(dialog: Page, name: str) -> None:
    dialog.get_by_role("button", name=name).click()


def test_an_owner_who_finishes_gives_a_code_and_the_account(
    meta: Simulator, walk: Callable[[Callable[[Page], None]], Outcome]
) -> None:
    business = meta.create_business()

    def finish(dialog: Page) -> None:
        to_the_last_step(dialog)
        dialog.get_by_label("Share the chat history").uncheck()
        press(dialog, "Confirm")
        press(dialog, "Finish")

    outcome = walk(finish)

    assert outcome.code in meta.world.records.codes
    (told,) = outcome.heard
    assert told["event"] == "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING"
    assert told["data"] == {"waba_id": business["waba_id"]}
    onboarding = meta.truth(phone_number_id=business["phone_number_id"])["onboarding"]
    assert onboarding["share_history"] is False


def test_closing_the_last_screen_is_finishing_too(
    meta: Simulator, walk: Callable[[Callable[[Page], None]], Outcome]
) -> None:
    meta.create_business()

    def close_at_the_end(dialog: Page) -> None:
        to_the_last_step(dialog)
        press(dialog, "Confirm")
        dialog.get_by_role("button", name="Finish").wait_for()
        dialog.evaluate("window.close()")

    outcome = walk(close_at_the_end)

    assert outcome.code in meta.world.records.codes
    assert len(outcome.heard) == 1


def test_an_owner_who_cancels_says_where(
    meta: Simulator, walk: Callable[[Callable[[Page], None]], Outcome]
) -> None:
    meta.create_business()

    def cancel(dialog: Page) -> None:
        press(dialog, "Continue")
        press(dialog, "Cancel")

    outcome = walk(cancel)

    assert outcome.code is None
    assert [told["event"] for told in outcome.heard] == ["CANCEL"]
    assert outcome.heard[0]["data"] == {"current_step": "PHONE_NUMBER_SETUP"}


def test_a_refused_owner_is_told_why_and_so_is_the_page(
    meta: Simulator, walk: Callable[[Callable[[Page], None]], Outcome]
) -> None:
    meta.create_business(app_version="2.20.1")
    reasons = []

    def be_refused(dialog: Page) -> None:
        to_the_last_step(dialog)
        press(dialog, "Confirm")
        reasons.append(dialog.get_by_role("alert").inner_text())
        press(dialog, "Close")

    outcome = walk(be_refused)

    assert "2.24.17" in reasons[0]
    assert outcome.code is None
    assert outcome.heard[0]["data"]["error_code"] == "4563015"


def test_a_window_closed_on_the_way_gives_nothing(
    meta: Simulator, walk: Callable[[Callable[[Page], None]], Outcome]
) -> None:
    meta.create_business()

    outcome = walk(lambda dialog: dialog.close())

    assert (outcome.code, outcome.heard) == (None, [])
