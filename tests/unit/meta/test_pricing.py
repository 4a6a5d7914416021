"""What a status says about charging: type and category decide, and nothing is guessed."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tandem.meta.pricing import SERVICE_CHARGED_FROM, Pricing, charge
from tandem.model.reading import Charging

SUMMER = 1_785_000_000
"""July 2026."""
AUTUMN = SERVICE_CHARGED_FROM + 60 * 86_400


@pytest.mark.parametrize("free", ["customer_service", "entry_point", "group_customer_service", "x"])
def test_a_free_type_is_free_whatever_billable_says(free: str) -> None:
    said = {"billable": True, "pricing_model": "PMP", "type": f"free_{free}", "category": "utility"}

    found = charge(said, at=AUTUMN)

    assert (found.state, found.type, found.category) == (Charging.FREE, f"free_{free}", "utility")
    assert found.why.startswith("Free:")


@pytest.mark.parametrize(
    "category",
    [
        *("authentication", "authentication-international", "marketing", "marketing_lite"),
        *("referral_conversion", "utility", "group_marketing", "general_purpose_ai"),
    ],
)
@pytest.mark.parametrize("more", [{}, {"billable": True}, {"billable": False}])
def test_a_regular_type_is_charged_in_its_category(category: str, more: dict[str, Any]) -> None:
    found = charge({"type": "regular", "category": category, **more}, at=SUMMER)

    assert (found.state, found.why) == (
        Charging.CHARGED,
        f"Charged once delivered, as {category}.",
    )


def test_an_answer_is_charged_since_october_and_the_allowance_is_told() -> None:
    said = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "service"}

    before, after = charge(said, at=SUMMER), charge(said, at=AUTUMN)

    assert (before.state, after.state) == (Charging.CHARGED, Charging.CHARGED)
    assert "1,000" not in before.why
    assert "first 1,000 answers" in after.why


def test_an_answer_that_is_regular_and_not_billable_is_not_decided() -> None:
    found = charge({"billable": False, "type": "regular", "category": "service"}, at=AUTUMN)

    assert found.state is Charging.UNKNOWN


def test_october_begins_where_the_day_begins_first() -> None:
    first = datetime(2026, 10, 1, tzinfo=timezone(timedelta(hours=14))).astimezone(UTC)

    assert int(first.timestamp()) == SERVICE_CHARGED_FROM


@pytest.mark.parametrize(
    ("billable", "state"),
    [(True, Charging.CHARGED), ("false", Charging.FREE), (None, Charging.UNKNOWN), (7, "unknown")],
)
def test_without_a_type_billable_decides_as_it_did_before_july_2025(
    billable: object, state: str
) -> None:
    said = {"billable": billable, "pricing_model": "CBP", "category": "service"}

    assert charge(said, at=SUMMER).state == state


@pytest.mark.parametrize("odd", [{"type": "barter"}, {"type": 7}, {}, {"category": ["x"]}])
def test_what_is_not_documented_is_unknown(odd: dict[str, Any]) -> None:
    assert charge(odd, at=AUTUMN).state is Charging.UNKNOWN


def test_a_new_category_is_named() -> None:
    found = charge({"type": "REGULAR", "category": "gossip"}, at=AUTUMN)

    assert found.state is Charging.CHARGED
    assert "gossip is not one we know" in found.why


def test_words_are_read_in_any_case() -> None:
    said = {"pricing_model": "pmp", "type": " Regular ", "category": "UTILITY", "billable": "TRUE"}

    assert Pricing.of(said) == Pricing("PMP", "regular", "utility", billable=True)
