"""Templates filled in for one person."""

from typing import Any

import pytest

from tandem.broadcasts.templates.filling import Missing, check, components, fill, preview
from tandem.meta.templates import read_template
from tandem.model.errors import Invalid
from tandem.model.segment import Known
from tandem.model.template import BlankKind, FilledBy, KnownTemplate

ANA = Known(
    name="Ana  María Ruiz", phone="573001234567", attributes={"order": "A\n7", "code": "X9"}
)


def template(*parts: dict[str, Any], **more: Any) -> KnownTemplate:
    said = {
        "name": "order_ready",
        "language": "en_US",
        "status": "approved",
        "category": "UTILITY",
        "components": list(parts),
        **more,
    }
    found = read_template(said, waba="1", at=100)
    assert found
    return found


HEADER = {"type": "HEADER", "format": "TEXT", "text": "For {{1}}"}
BODY = {"type": "BODY", "text": "Hello {{1}}, order {{2}} of {{1}} is ready."}
BUTTONS = {
    "type": "BUTTONS",
    "buttons": [
        {"type": "QUICK_REPLY", "text": "Thanks"},
        {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"},
        {"type": "COPY_CODE", "text": "Copy"},
    ],
}
WHOLE = template(HEADER, BODY, {"type": "FOOTER", "text": "Reply STOP"}, BUTTONS)
FILLING = {
    "header.1": FilledBy(field="first_name"),
    "body.1": FilledBy(field="name"),
    "body.2": FilledBy(field="attribute.order"),
    "button.1.1": FilledBy(field="attribute.track", fallback="orders"),
    "button.2.code": FilledBy(text="SPRING"),
}


def test_a_template_knows_its_blanks_each_once_and_in_order() -> None:
    assert [(blank.place, blank.kind) for blank in WHOLE.blanks] == [
        ("header.1", BlankKind.TEXT),
        ("body.1", BlankKind.TEXT),
        ("body.2", BlankKind.TEXT),
        ("button.1.1", BlankKind.LINK),
        ("button.2.code", BlankKind.CODE),
    ]


def test_every_blank_is_filled_from_what_is_known_or_from_its_fallback() -> None:
    check(WHOLE, FILLING)

    values = fill(WHOLE, FILLING, ANA)

    assert values == {
        "header.1": "Ana",
        "body.1": "Ana María Ruiz",
        "body.2": "A 7",
        "button.1.1": "orders",
        "button.2.code": "SPRING",
    }
    assert preview(WHOLE, values) == (
        "For Ana\nHello Ana María Ruiz, order A 7 of Ana María Ruiz is ready.\nReply STOP\n"
        "[Thanks]\n[Track]\n[Copy]"
    )


def test_meta_is_given_one_component_for_each_part_with_blanks() -> None:
    values = fill(WHOLE, FILLING, ANA)
    assert not isinstance(values, Missing)

    assert components(WHOLE, values) == [
        {"type": "header", "parameters": [{"type": "text", "text": "Ana"}]},
        {
            "type": "body",
            "parameters": [
                {"type": "text", "text": "Ana María Ruiz"},
                {"type": "text", "text": "A 7"},
            ],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "1",
            "parameters": [{"type": "text", "text": "orders"}],
        },
        {
            "type": "button",
            "sub_type": "copy_code",
            "index": "2",
            "parameters": [{"type": "coupon_code", "coupon_code": "SPRING"}],
        },
    ]


def test_named_blanks_are_sent_by_name() -> None:
    named = template({"type": "BODY", "text": "Hello {{ first_name }}"})

    sent = components(named, {"body.first_name": "Ana"})

    assert sent[0]["parameters"] == [
        {"type": "text", "parameter_name": "first_name", "text": "Ana"}
    ]


@pytest.mark.parametrize(
    ("value", "where"), [("https://shop.example/a.png", "link"), ("1234567890", "id")]
)
def test_a_picture_is_given_by_link_or_by_id(value: str, where: str) -> None:
    pictured = template({"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Look!"})

    sent = components(pictured, {"header.image": value})

    assert sent == [{"type": "header", "parameters": [{"type": "image", "image": {where: value}}]}]
    assert preview(pictured, {"header.image": value}) == "[image]\nLook!"


def test_a_template_without_blanks_needs_nothing() -> None:
    plain = template({"type": "BODY", "text": "Hello"})

    assert fill(plain, {}, Known()) == {}
    assert components(plain, {}) == []


@pytest.mark.parametrize(
    ("by", "known", "why"),
    [
        (FilledBy(field="name"), Known(), "name is not known"),
        (FilledBy(field="attribute.x"), Known(attributes={"x": " \n "}), "attribute.x is not"),
        (FilledBy(field="name"), Known(name="x" * 1025), "more than 1024"),
        (FilledBy(field="name"), Known(name="x" * 1020), "the text would have more than 1024"),
    ],
)
def test_whoever_misses_a_value_is_told_apart_with_the_reason(
    by: FilledBy, known: Known, why: str
) -> None:
    greeting = template({"type": "BODY", "text": "Hello {{1}}"})

    missing = fill(greeting, {"body.1": by}, known)

    assert isinstance(missing, Missing)
    assert why in missing.why


@pytest.mark.parametrize(
    ("filling", "says"),
    [
        ({}, "needs something for body.1"),
        ({"body.1": FilledBy(text="x"), "body.9": FilledBy(text="x")}, "no blank 'body.9'.*body.1"),
        ({"body.1": FilledBy()}, "either a text or a field"),
        ({"body.1": FilledBy(text="x", field="name")}, "either a text or a field"),
        ({"body.1": FilledBy(field="shoe_size")}, "no field 'shoe_size'.*attribute"),
        ({"body.1": FilledBy(field="attribute.")}, "no field 'attribute.'"),
    ],
)
def test_a_filling_that_does_not_fit_is_refused(filling: dict[str, FilledBy], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        check(template({"type": "BODY", "text": "Hello {{1}}"}), filling)


def test_a_template_is_another_when_its_words_or_its_category_change_not_by_its_status() -> None:
    same = template(BODY, status="PAUSED")

    assert same.fingerprint == template(BODY).fingerprint
    assert same.fingerprint != template(HEADER, BODY).fingerprint
    assert same.fingerprint != template(BODY, category="MARKETING").fingerprint


@pytest.mark.parametrize("lacking", ["name", "language", "status"])
def test_what_graph_lists_without_a_name_is_no_template(lacking: str) -> None:
    said = {"name": "a", "language": "en", "status": "APPROVED"}
    del said[lacking]

    assert read_template(said, waba="1", at=1) is None
