"""Markets: how Meta groups countries for its prices.

A card has a market of its own for some countries and a region for all others. Which countries stand
alone changes with each card, so a country is looked for by its name first and by its region then.
wire: Meta, "Pricing on the WhatsApp Business Platform" (country calling codes and markets).
"""

from collections.abc import Mapping

from tandem.model.rates import Rates

OTHER = "Other"

_NAMES: Mapping[str, tuple[str, ...]] = {
    "AE": ("United Arab Emirates",),
    "AR": ("Argentina",),
    "AU": ("Australia",),
    "BD": ("Bangladesh",),
    "BR": ("Brazil",),
    "CA": ("Canada",),
    "CL": ("Chile",),
    "CO": ("Colombia",),
    "DE": ("Germany",),
    "EG": ("Egypt",),
    "ES": ("Spain",),
    "FR": ("France",),
    "GB": ("United Kingdom",),
    "HK": ("Hong Kong",),
    "HU": ("Hungary",),
    "ID": ("Indonesia",),
    "IL": ("Israel",),
    "IN": ("India",),
    "IQ": ("Iraq",),
    "IT": ("Italy",),
    "JP": ("Japan",),
    "KW": ("Kuwait",),
    "KZ": ("Kazakhstan",),
    "LK": ("Sri Lanka",),
    "MA": ("Morocco",),
    "MX": ("Mexico",),
    "MY": ("Malaysia",),
    "NG": ("Nigeria",),
    "NL": ("Netherlands",),
    "NP": ("Nepal",),
    "OM": ("Oman",),
    "PE": ("Peru",),
    "PH": ("Philippines",),
    "PK": ("Pakistan",),
    "PL": ("Poland",),
    "QA": ("Qatar",),
    "RO": ("Romania",),
    "RU": ("Russia",),
    "SA": ("Saudi Arabia",),
    "SG": ("Singapore",),
    "TH": ("Thailand",),
    "TR": ("Türkiye", "Turkey"),
    "TW": ("Taiwan",),
    "UA": ("Ukraine",),
    "US": ("United States",),
    "VN": ("Vietnam",),
    "ZA": ("South Africa",),
}
"""The countries that a card has had, or may well have, a market of their own for."""

_REGIONS: Mapping[str, str] = {
    "North America": "CA US",
    "Rest of Africa": (
        "AO BF BI BJ BW CD CG CI CM DZ ER ET GA GH GM GW KE LR LS LY MA MG ML MR MW MZ NA NE RW SD"
        " SL SN SO SS SZ TD TG TN TZ UG ZM ZW"
    ),
    "Rest of Asia Pacific": ("AF AU BD CN HK JP KH LA LK MN NP NZ PG PH SG TH TJ TM TW UZ VN"),
    "Rest of Central & Eastern Europe": (
        "AL AM AZ BG BY CZ GE GR HR HU LT LV MD MK PL RO RS SI SK UA"
    ),
    "Rest of Latin America": "BO CR DO EC GT HN HT JM NI PA PR PY SV UY VE",
    "Rest of Middle East": "BH IQ JO KW LB OM QA YE",
    "Rest of Western Europe": "AT BE CH DK FI IE NO PT SE",
}
_REGION_OF = {country: region for region, held in _REGIONS.items() for country in held.split()}


def market_of(country: str | None, rates: Rates) -> str | None:
    """The market of a card that a country falls into, as the card spells it; None if it has none.

    A number of no country is in `Other`; a country that has always stood alone never is.
    """
    spelled = {_plain(market): market for market in rates}
    names = _NAMES.get(country or "", ())
    region = _REGION_OF.get(country or "", "" if names else OTHER)
    return next(
        (spelled[_plain(name)] for name in (*names, region) if _plain(name) in spelled), None
    )


def _plain(market: str) -> str:
    """Cards differ in how they write one name: `&` or `and`, capitals, line breaks."""
    return " ".join(market.casefold().replace("&", " and ").split())
