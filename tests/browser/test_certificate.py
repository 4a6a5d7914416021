"""The page of a certificate in a browser, under the policy that it is served with."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.fakes.api_house import House, made_house
from tests.fakes.broadcast_world import LINE
from tests.functions.test_certificates import imported

pytestmark = pytest.mark.browser

ADDRESS = "https://tandem.test/certificate.html"


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> House:
    house = made_house(monkeypatch)
    imported(house, order=3)
    return house


def opened(context: BrowserContext, house: House, complaints: list[str]) -> Page:
    """The page as a browser gets it from the api function; what it complains of is collected."""
    answer = house.ask("GET", f"/v1/lines/{LINE}/certificate.html")
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.route("**/*", lambda route: route.fulfill(body=answer.body, headers=answer.headers))
    page.goto(ADDRESS)
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_the_certificate_is_styled_under_its_policy_and_fits_every_screen(
    context: BrowserContext, house: House, width: int
) -> None:
    complaints: list[str] = []

    page = opened(context, house, complaints)
    page.set_viewport_size({"width": width, "height": 800})

    expect(page.get_by_role("heading", level=1)).to_contain_text("+15550100000")
    expect(page.get_by_text("1, 2", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    assert complaints == []


def test_a_usual_certificate_is_one_sheet_of_paper(context: BrowserContext, house: House) -> None:
    page = opened(context, house, [])

    sheets = page.pdf(prefer_css_page_size=True)

    assert sheets.count(b"/Type /Page\n") == 1
