"""The Connect page with the simulator in Meta's place: its SDK, its dialog, its codes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from simulator import Simulator
from tests.browser.conftest import Visit, serve_page, visiting
from tests.browser.servers import Onboardings
from tests.browser.stories import COMPLETE

pytestmark = pytest.mark.browser


@pytest.fixture
def meta() -> Iterator[Simulator]:
    with Simulator(seed=7, time_scale=0) as simulator:
        simulator.create_business(name="Corner Shop", phone_number="15550100001")
        yield simulator


@pytest.fixture
def visit(context: BrowserContext, meta: Simulator) -> Iterator[Visit]:
    """An owner at a page that believes the simulator to be Meta."""
    onboardings = Onboardings(story=[COMPLETE])
    with serve_page(onboardings, sdk_url=f"{meta.url}/sdk.js", sdk_origin=meta.url) as address:
        yield visiting(context, address, onboardings)


def open_dialog(visit: Visit) -> Page:
    visit.open()
    visit.agree()
    with visit.page.expect_popup() as opened:
        visit.page.get_by_role("button", name="Continue with Meta", disabled=False).click()
    return opened.value


def test_an_owner_goes_through_the_dialog_and_the_code_is_metas(
    visit: Visit, meta: Simulator
) -> None:
    dialog = open_dialog(visit)

    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Confirm").click()
    dialog.get_by_role("button", name="Finish").click()

    expect(visit.page.get_by_role("heading", level=1)).to_contain_text("is connected")
    [request] = visit.onboardings.requests
    [business] = meta.businesses()["businesses"]
    assert request["code"]
    assert request["session_info"]["data"]["waba_id"] == business["waba_id"]
    assert visit.complaints == []


def test_an_owner_who_cancels_in_the_dialog_is_told_where_it_ended(visit: Visit) -> None:
    dialog = open_dialog(visit)

    dialog.get_by_role("button", name="Continue").click()
    dialog.get_by_role("button", name="Cancel").click()

    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Not connected yet")
    expect(visit.page.get_by_text("You were entering your number.")).to_be_visible()
    assert visit.onboardings.requests == []
