"""What Meta says in a status about charging for a message: free, charged or not to be told.

wire: Meta, "Pricing" and "statuses". `billable` goes away, so that type and category decide where
they stand. From 1 October 2026, in the account's time zone, answers in the customer service window
(`service`) are charged too, but for the first 1,000 delivered of a number in a month; how a status
marks those is not documented.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tandem.meta.wire import words
from tandem.model.reading import Charge, Charging

REGULAR = "regular"

FREE_TYPES = {
    "free_customer_service": "Free: it was sent inside the customer service window.",
    "free_entry_point": "Free: an ad or a button on a Page had led the customer here.",
    "free_group_customer_service": "Free: it was sent inside a group's customer service window.",
}

CATEGORIES = frozenset(
    {
        "authentication",
        "authentication_international",
        "general_purpose_ai",
        "group_marketing",
        "group_service",
        "group_utility",
        "marketing",
        "marketing_lite",
        "referral_conversion",
        "service",
        "utility",
    }
)
"""Every category that is documented, spelled with underscores."""

SERVICE_CHARGED_FROM = 1_790_762_400
"""The first moment at which it is 1 October 2026 anywhere on earth (2026-09-30 10:00 UTC)."""


class Pricing(NamedTuple):
    """The `pricing` of a status. `model` is PMP, or CBP before July 2025; None where it is odd."""

    model: str | None
    type: str | None
    category: str | None
    billable: bool | None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Pricing":
        return cls(
            model=_word(said.get("pricing_model"), upper=True),
            type=_word(said.get("type")),
            category=_word(said.get("category")),
            billable=_yes_or_no(said.get("billable")),
        )


def charge(said: Mapping[str, Any], *, at: int) -> Charge:
    """What a status of `at` says about charging. `type` and `category` are Meta's, verbatim."""
    pricing = Pricing.of(said)
    state, why = _decided(pricing, at)
    if pricing.category is not None and pricing.category.replace("-", "_") not in CATEGORIES:
        why += f" The category {pricing.category} is not one we know."
    return Charge(words(said.get("type")), words(said.get("category")), state, why)


def _decided(pricing: Pricing, at: int) -> tuple[Charging, str]:
    kind, category = pricing.type, pricing.category
    if kind in FREE_TYPES:
        return Charging.FREE, FREE_TYPES[kind]
    if kind is not None and kind.startswith("free_"):
        return Charging.FREE, f"Free: Meta calls it {kind}."
    if kind == REGULAR:
        return _regular(pricing, at)
    if kind is not None:
        return Charging.UNKNOWN, f"Meta calls it {kind}, which is not documented."
    if pricing.billable is None:
        return Charging.UNKNOWN, "Meta does not say whether it charges."
    by = "by conversation" if pricing.model == "CBP" else "by message"
    if pricing.billable:
        return Charging.CHARGED, f"Charged {by}{f', as {category}' if category else ''}."
    return Charging.FREE, f"Free: Meta, which charged {by}, says that it is."


def _regular(pricing: Pricing, at: int) -> tuple[Charging, str]:
    category = pricing.category or "a category that Meta does not name"
    if pricing.category != "service" or at < SERVICE_CHARGED_FROM:
        return Charging.CHARGED, f"Charged once delivered, as {category}."
    allowance = "the first 1,000 answers that a number delivers in a month are free"
    if pricing.billable is False:
        return Charging.UNKNOWN, f"Meta says both; {allowance}, and this may be one of them."
    return (
        Charging.CHARGED,
        f"Charged once delivered, as service; {allowance}, and Meta does not say which these are.",
    )


def _word(value: object, *, upper: bool = False) -> str | None:
    found = words(value)
    if found is None:
        return None
    found = found.strip()
    return found.upper() if upper else found.lower()


def _yes_or_no(value: object) -> bool | None:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower())
    return value if isinstance(value, bool) else None
