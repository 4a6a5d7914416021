"""Rate cards in the API: which count, importing Meta's, what one message costs and why."""

import json

import pytest

from tandem.model.line import Account
from tests.fakes.api_house import Answer, House
from tests.fakes.broadcast_world import LINE, NOW

CARD = (
    "Rate card,,\n"
    "Market,Currency,Marketing,Utility,Authentication\n"
    "Colombia,EUR,€0.0110,€0.0007,€0.0007\n"
    "Germany,EUR,€0.1131,€0.0456,n/a\n"
    "Other,EUR,€0.0500,€0.0050,€0.0050\n"
)
WHERE = "currency=EUR&since=2026-07-01&source=Meta"


def give(house: House, text: str = CARD, where: str = WHERE, **headers: str) -> Answer:
    return house.ask("PUT", f"/v1/rates?{where}", text, **({"content_type": "text/csv"} | headers))


def price(house: House, query: str, tenant: str = "acme") -> Answer:
    return house.ask("GET", f"/v1/rates/price?{query}", tenant=tenant)


def test_an_imported_card_is_shown_beside_those_that_come_along(house: House) -> None:
    before = house.ask("GET", "/v1/rates").body["items"]

    given = give(house)

    after = house.ask("GET", "/v1/rates").body["items"]
    assert given.status == 201
    assert given.body | {"id": ""} == {
        "id": "",
        "currency": "EUR",
        "since": "2026-07-01",
        "source": "Meta",
        "shipped": False,
        "in_force": True,
        "markets": 3,
        "priced": 3,
    }
    assert after == [*before, given.body]
    assert all(card["shipped"] and card["currency"] == "USD" for card in before)
    assert [card["in_force"] for card in before].count(True) == 1


def test_a_card_that_is_imported_again_is_the_last_one_again(house: House) -> None:
    first = give(house)
    house.stage.time.now += 10
    other = give(house, CARD.replace("0.0110", "0.0220"))
    house.stage.time.now += 10

    again = give(house)

    assert (other.status, other.body["in_force"]) == (201, True)
    assert (again.status, again.body) == (200, first.body)
    assert price(house, "to=+573001234567&category=marketing").body["price"] == "0.0110"


def test_a_card_that_has_not_begun_is_not_in_force(house: House) -> None:
    later = give(house, where="currency=EUR&since=2027-01-01&source=Meta")

    found = price(house, "to=573001234567&category=utility").body
    assert later.body["in_force"] is False
    assert (found["price"], found["why"]) == (
        None,
        "No rate card of this currency is in force: import Meta's.",
    )


@pytest.mark.parametrize(
    ("text", "where", "says"),
    [
        (CARD.replace("€0.0456", "4 or 5"), WHERE, "line 4 of this card: '4 or 5' is no price"),
        ("Colombia,1", WHERE, "no line of this card has the headings"),
        ("", WHERE, "no line of this card has the headings"),
        (CARD, "currency=EUR&since=soon&source=Meta", "since is a day"),
        (CARD, "currency=EUR&since=2026-07-01", "?source= is needed"),
        (CARD, "currency=Euro&since=2026-07-01&source=Meta", "'EURO' is no currency"),
        (CARD + "x" * 101 + ",EUR,1,1,1\n", WHERE, "line 6 of this card"),
        (CARD + f"Peru,EUR,{'1' * 41},1,1\n", WHERE, "line 6 of this card"),
        (CARD + "".join(f"M{n},EUR,1,1,1\n" for n in range(300)), WHERE, "at most 300 markets"),
        (f'Market,Marketing\n"{"x" * 200_000}",1', WHERE, "this is no CSV"),
    ],
)
def test_what_is_no_card_is_said_in_words_and_keeps_nothing(
    house: House, text: str, where: str, says: str
) -> None:
    answer = give(house, text, where)

    assert (answer.status, answer.code) == (400, "invalid")
    assert says in answer.body["error"]["message"]
    assert house.stage.cards.all("acme") == ()


def test_a_card_says_that_it_is_a_csv(house: House) -> None:
    assert give(house, content_type="application/json").status == 400
    assert give(house, content_type="text/csv; charset=utf-8").status == 201


def test_a_price_names_its_card_and_its_market(house: House) -> None:
    card = give(house).body["id"]

    found = price(house, "to=+573001234567&category=marketing").body

    assert found == {
        "country": "CO",
        "category": "marketing",
        "market": "Colombia",
        "price": "0.0110",
        "currency": "EUR",
        "card": card,
        "why": None,
    }


def test_where_there_is_no_price_it_is_said_why(house: House) -> None:
    card = give(house).body["id"]

    german = price(house, "to=4915112345678&category=authentication").body
    american = price(house, "to=12125550142&category=utility").body

    assert german["why"] == f"The rate card {card} has no price for authentication in Germany."
    assert american["why"] == f"The rate card {card} has no market for US."


@pytest.mark.parametrize(
    "query",
    ["", "to=12&category=utility", "to=x&category=utility", "to=573001234567&category=gift"],
)
def test_what_nobody_can_be_charged_for_is_refused(house: House, query: str) -> None:
    assert price(house, query).status == 400


def test_a_line_is_charged_in_its_account_s_own_currency_and_by_its_clock(house: House) -> None:
    give(house)
    line = house.desk.lines.get("acme", LINE)
    assert line
    house.desk.lines.note_account(line, Account("USD", "25"), at=NOW)

    at_home = price(house, f"to=573001234567&category=utility&line={LINE}").body
    shown = house.ask("GET", f"/v1/lines/{LINE}").body["account"]

    assert (at_home["currency"], at_home["price"]) == ("USD", "0.0008")
    assert price(house, "to=573001234567&category=utility").body["currency"] == "EUR"
    assert shown == {
        "currency": "USD",
        "time_zone": "America/Sao_Paulo",
        "marketing_messages": None,
    }


def test_nobody_sees_or_is_charged_by_another_s_card(house: House) -> None:
    give(house, where="currency=EUR&since=2026-07-01&source=secret")

    listed = house.ask("GET", "/v1/rates", tenant="globex")
    charged = price(house, "to=573001234567&category=utility", tenant="globex").body
    of_their_line = price(house, f"to=573001234567&category=utility&line={LINE}", "globex")

    assert "secret" not in json.dumps(listed.body)
    assert charged["currency"] == "USD"
    assert of_their_line.status == 404
