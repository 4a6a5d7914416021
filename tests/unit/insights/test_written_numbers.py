"""Numbers as people and spreadsheets write them."""

import pytest

from tandem.insights.written_numbers import is_country, number_in
from tandem.model.errors import Invalid


@pytest.mark.parametrize(
    ("cell", "country", "digits"),
    [
        ("+1 (212) 555-0100", None, "12125550100"),
        ("+1 555 010 0001", "CO", "15550100001"),
        ("15550100001", None, "15550100001"),
        ("0015550100001", None, "15550100001"),
        ("\u202a+1\u00a0212\u00a0555\u00a00100\u202c", None, "12125550100"),
        ("(+1) 212.555.0100", None, "12125550100"),
        ("\u0661\u0662\u0661\u0662\u0665\u0665\u0665\u0660\u0661\u0660\u0660", None, "12125550100"),
        ("212-555-0100", "US", "12125550100"),
        ("12125550100", "US", "12125550100"),
        ("12125550100", "CO", "12125550100"),
        ("+44 (0)20 7946 0018", None, "442079460018"),
        ("020 7946 0018", "GB", "442079460018"),
        # The old spelling of Mexico's mobiles, which the library no longer knows.
        ("+52 1 55 5010 0100", None, "5215550100100"),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(
    cell: str, country: str | None, digits: str
) -> None:
    assert number_in(cell, country) == digits


@pytest.mark.parametrize(
    ("cell", "country", "says"),
    [
        ("5,73E+11", None, "rounded"),
        ("5.73001E+11", None, "rounded"),
        ("12125550100.0", None, "has made"),
        ("'+12125550100", None, "put ' before"),
        ("=12125550100", None, "put = before"),
        ("+1 212 555 0100 ext 5", None, "is not a phone number"),
        ("@SUM(A1)", None, "is not a phone number"),
        ("-", None, "is not a number that anybody can have"),
        ("call me", None, "is not a phone number"),
        ("2125550100 / 2125550101", None, "anybody can have"),
        ("02079460018", None, "say which country"),
        ("12345", None, "write + and the country's code"),
        ("+999123456789", None, "anybody can have"),
        ("1" * 41, None, "is not a phone number"),
    ],
)
def test_what_is_spoilt_or_no_number_is_refused(cell: str, country: str | None, says: str) -> None:
    with pytest.raises(Invalid) as refusal:
        number_in(cell, country)

    assert says in str(refusal.value)


def test_countries_are_known_by_their_two_capitals() -> None:
    assert [is_country(code) for code in ("CO", "co", "XX", "001", "")] == [True] + [False] * 4
