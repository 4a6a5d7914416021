"""An owner connects by the deployed page itself, in a browser, from invitation to certificate."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Visit, visiting
from tests.browser.servers import Onboardings
from tests.journeys.shops import Shops
from tests.journeys.stack import Stack

pytestmark = pytest.mark.browser

LONG_MS = 60_000


def test_an_owner_goes_from_the_invitation_to_the_certificate(
    context: BrowserContext, stack: Stack, shops: Shops
) -> None:
    shop = shops.open("Page Shop", messages=40, threads=4)
    visit: Visit = visiting(context, stack.endpoints.connect_url, Onboardings())

    visit.page.goto(f"{visit.address}?{urlencode({'invite': shop.endpoints.invitation})}")
    visit.agree()
    with visit.page.expect_popup() as opened:
        visit.page.get_by_role("button", name="Continue with Meta", disabled=False).click()
    dialog = opened.value
    dialog.get_by_role("button", name="Continue").click()
    dialog.locator("#line").select_option(shop.line)
    for button in ("Continue", "Confirm", "Finish"):
        dialog.get_by_role("button", name=button).click()

    connected = visit.page.get_by_role("heading", level=1)
    expect(connected).to_contain_text("is connected", timeout=LONG_MS)
    assert shop.verdict() == "complete"
    assert {message["id"] for each in shop.inbox() for message in shop.timeline(each["id"])} == set(
        shop.truth()["messages"]
    )
    assert visit.complaints == []
