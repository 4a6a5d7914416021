"""The Connect page in a browser, with a stack behind it that tells what a test wants."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page

from tandem.runtime.connect import site
from tests.browser.servers import STAGE, Onboardings, meta, serving, stack


def invitation(*, seconds: int = 3600) -> str:
    """An invitation that lasts so long, shaped as the stack makes them; nobody checks its seal."""
    claims = {"id": "inv-1", "tenant": "demo", "expires_at": int(time.time()) + seconds}
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=") + ".seal"


STAYING = ("recover", "noise")
"""Buttons of Meta's window that leave it open."""


@dataclass
class Visit:
    """An owner at the page: the browser's page, its address, and what the stack was asked."""

    page: Page
    address: str
    onboardings: Onboardings
    complaints: list[str]

    def open(self, *, invite: str | None = None, fragment: str = "") -> None:
        self.page.goto(f"{self.address}?invite={invite or invitation()}{fragment}")

    def later(self, seconds: int) -> None:
        """Let so much of the page's time pass at once."""
        self.page.clock.fast_forward(seconds * 1000)

    def agree(self) -> None:
        """Agree to all four points."""
        for box in self.page.get_by_role("checkbox").all():
            box.check()

    def sign_up(self, ending: str) -> Page:
        """Open Meta's window and press one of its buttons."""
        button = self.page.get_by_role("button", name="Continue with Meta", disabled=False)
        with self.page.expect_popup() as opened:
            button.click()
        dialog = opened.value
        dialog.locator(f"#{ending}").click()
        if ending not in STAYING and not dialog.is_closed():
            dialog.wait_for_event("close")
        return dialog

    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).inner_text()


@contextmanager
def serve_page(onboardings: Onboardings, *, sdk_url: str, sdk_origin: str) -> Iterator[str]:
    """The page's address: served by the real function, with `onboardings` behind it."""
    settings = {
        "APP_ID": "1001",
        "LOGIN_CONFIGURATION_ID": "2002",
        "GRAPH_VERSION": "v25.0",
        "SDK_URL": sdk_url,
        "SDK_ORIGIN": sdk_origin,
    }
    with pytest.MonkeyPatch.context() as patch, serving(stack(onboardings)) as api:
        for name, value in settings.items():
            patch.setenv(name, value)
        site.cache_clear()
        yield f"{api}{STAGE}/connect"
        site.cache_clear()


def visiting(context: BrowserContext, address: str, onboardings: Onboardings) -> Visit:
    """An owner about to open the page; whatever the browser complains of is written down."""
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return Visit(page, address, onboardings, complaints)


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """An owner about to open the page, with a Meta whose window ends as a test wants it."""
    onboardings = Onboardings()
    with (
        serving(meta) as sdk,
        serve_page(onboardings, sdk_url=f"{sdk}/sdk.js", sdk_origin=sdk) as address,
    ):
        yield visiting(context, address, onboardings)
