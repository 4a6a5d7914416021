"""Whether a plan stays within what somebody approved beforehand."""

from decimal import Decimal

from tandem.model.broadcast import Bounds, Plan
from tandem.model.errors import Invalid


def check_bounds(bounds: Bounds) -> None:
    """Raise Invalid for bounds that cannot be held to."""
    if (bounds.at_most_cost is None) != (bounds.currency is None):
        raise Invalid("a cost needs its currency, and a currency its cost: give both or neither")


def beyond(bounds: Bounds, plan: Plan) -> str | None:
    """Why a plan is not approved by these bounds; None when it is.

    A cost that nobody can name is never within them.
    """
    forecast, most = plan.forecast, bounds.at_most_cost
    if plan.included > bounds.at_most_people:
        return (
            f"{plan.included} people would get it, and up to {bounds.at_most_people} "
            "were approved beforehand"
        )
    if most is None:
        return None
    if forecast.unpriced:
        unpriced = sum(forecast.unpriced.values())
        return f"no rate card says what it costs to reach {unpriced} of them: import one"
    if forecast.total and forecast.currency != bounds.currency:
        return (
            f"it costs {_money(forecast.total)} {forecast.currency}, and what was approved "
            f"beforehand is in {bounds.currency}"
        )
    if forecast.total > most:
        return (
            f"it would cost {_money(forecast.total)} {bounds.currency}, and up to {_money(most)} "
            "were approved beforehand"
        )
    return None


def _money(amount: Decimal) -> str:
    return f"{amount:f}"
