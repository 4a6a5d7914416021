"""Numbers with two spellings. Areas 23, 200 and 12 are nobody's in Brazil, Mexico, Argentina."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.model.identity import other_spelling
from tandem.model.numbers import same_number, twin

PAIRS = [
    ("5523987650100", "552387650100"),
    ("5523961230100", "552361230100"),
    ("5212005550100", "522005550100"),
    ("5491200550100", "541200550100"),
]

ALONE = [
    "15550100001",
    "5523934560100",  # a mobile that is younger than the 9: without it, it is a landline
    "552334560100",
    "552087650100",  # no area has a 0
    "55238765010",
    "55239876501000",
    "521200555010",  # no area begins with 1 or 0
    "521205550100",
    "52100555010",
    "549420055010",
    "59387650100",
    "",
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_two_spellings_of_one_telephone_find_each_other(one: str, other: str) -> None:
    assert (twin(one), twin(other)) == (other, one)
    assert other_spelling(f"phone:{one}") == f"phone:{other}"


@pytest.mark.parametrize("phone", ALONE)
def test_every_other_number_is_spelled_in_one_way(phone: str) -> None:
    assert twin(phone) is None


@given(phone=st.from_regex(r"(55|52|54|1)[0-9]{5,13}", fullmatch=True))
def test_a_twin_is_another_number_and_its_twin_is_the_first(phone: str) -> None:
    other = twin(phone)

    assert other is None or (other != phone and twin(other) == phone)


def test_a_user_id_that_looks_like_a_number_has_no_other_spelling() -> None:
    assert other_spelling("bsuid:5523987650100") is None


def test_a_number_is_the_same_in_either_spelling_and_nothing_is_no_number() -> None:
    assert same_number("5523987650100", "552387650100")
    assert same_number("15550100001", "15550100001")
    assert not same_number("15550100001", "15550100002")
    assert not same_number(None, None)
