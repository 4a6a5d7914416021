"""The language of segments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandem.broadcasts.audience.segments import DEEPEST, segment
from tandem.model.errors import Invalid
from tandem.model.segment import Known, Need

NOW, DAY = 1_790_000_000, 86_400
ANA = Known(
    tags=frozenset({"VIP", "blue shoes"}),
    attributes={"city": "Bogotá", "orders": "3", "Size": "L"},
    name="Ana María",
    phone="573001234567",
    country="CO",
    language="es",
    consent="granted",
    wrote_at=NOW - 10 * DAY,
)
NOBODY = Known()


@pytest.mark.parametrize(
    "text",
    [
        "tag = vip",
        'tag = "blue shoes"',
        "tag != blocked",
        "not tag = blocked",
        "country in (MX, co)",
        "country not in (MX, PE)",
        "attribute.city = bogotá",
        "attribute.orders > 2 and attribute.orders <= 3",
        "attribute.Size is known",
        "attribute.size is unknown",
        'name contains "maría"',
        "phone begins with 57",
        "wrote within 30 days",
        "wrote before 9 days",
        "wrote within 241 hours",
        "marketed never",
        "tag = nobody or language = ES",
        "tag = nobody and tag = nobody or consent = granted",
        "consent = granted or tag = nobody and tag = nobody",
        "(tag = nobody or consent = granted) and not (country = MX)",
        "not not tag = vip",
        "NOT TAG = blocked AND Country = CO",
    ],
)
def test_somebody_is_in(text: str) -> None:
    assert segment(text).holds(ANA, NOW)
    assert not segment(f"not ({text})").holds(ANA, NOW)


@pytest.mark.parametrize(
    "text",
    [
        "tag = vi",
        "attribute.orders > 3",
        "attribute.city < 5",
        "attribute.orders is unknown or attribute.orders < 1",
        "attribute.size is known",
        "wrote within 9 days",
        "wrote never",
        "marketed within 30 days",
        "marketed before 1 day",
        "(tag = vip or consent = granted) and country = MX",
    ],
)
def test_somebody_is_not_in(text: str) -> None:
    assert not segment(text).holds(ANA, NOW)


def test_whoever_nothing_is_known_of_is_in_what_asks_for_that() -> None:
    assert segment("attribute.orders is unknown and wrote never").holds(NOBODY, NOW)
    assert not segment("country in (CO) or attribute.orders < 5 or tag = vip").holds(NOBODY, NOW)


def test_a_segment_says_what_it_needs_to_know() -> None:
    assert segment("tag = vip").needs == frozenset()
    assert segment("tag = vip and not wrote within 1 day").needs == {Need.TALKS}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "ends where a field"),
        ("tag", "ends where ="),
        ("tag =", "ends where a value"),
        ("tag = vip and", "ends where a field"),
        ("tag = vip vip", "character 11 .* and, or, or the end is expected, not 'vip'"),
        ("colour = blue", "no field 'colour' .character 1.*attribute"),
        ("attribute. = x", "no field 'attribute.'"),
        ("(tag = vip", r"ends where \) is expected"),
        ("country in ()", r"ends where|\) is expected"),
        ("attribute.orders > many", "'many' is none"),
        ("attribute.orders > NaN", "'NaN' is none"),
        ("wrote within some days", "character 14 .* a number of days or hours"),
        ("wrote within -3 days", "a number of days"),
        ("wrote within 3 weeks", "day or days or hour or hours is expected, not 'weeks'"),
        ("wrote = 3", "within or before or never"),
        ('tag = "vip', "character 6 .*cannot be read"),
        ("x" * 4001, "at most 4000"),
        ("(" * (DEEPEST + 1) + "tag = vip", "at most 40 deep"),
        ("not " * 5000, "at most"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_its_place(text: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        segment(text)


def conditions() -> st.SearchStrategy[tuple[str, bool]]:
    """A condition in brackets and whether Ana is in it."""
    facts = st.sampled_from(
        [("tag = vip", True), ("country = MX", False), ("wrote within 30 days", True)]
    )

    def larger(inner: st.SearchStrategy[tuple[str, bool]]) -> st.SearchStrategy[tuple[str, bool]]:
        return st.one_of(
            inner.map(lambda one: (f"not ({one[0]})", not one[1])),
            st.tuples(inner, inner).map(
                lambda two: (f"({two[0][0]}) and ({two[1][0]})", two[0][1] and two[1][1])
            ),
            st.tuples(inner, inner).map(
                lambda two: (f"({two[0][0]}) or ({two[1][0]})", two[0][1] or two[1][1])
            ),
        )

    return st.recursive(facts, larger, max_leaves=8)


@given(condition=conditions())
def test_and_or_and_not_are_those_of_logic(condition: tuple[str, bool]) -> None:
    text, belongs = condition

    assert segment(text).holds(ANA, NOW) is belongs


@given(text=st.text(alphabet='tag=vip "()<>,!\\ andornotwrote5.', max_size=60))
def test_any_text_is_understood_or_refused(text: str) -> None:
    try:
        found = segment(text)
    except Invalid as refusal:
        said = str(refusal)
    else:
        said = f"holds: {found.holds(ANA, NOW)}"

    assert said
