"""Words that stop marketing messages."""

import pytest

from tandem.conversations.wishes import RESUME_WORDS, STOP_WORDS, wish_in, wish_of
from tandem.model.events import Content, Sighting, Source
from tandem.model.identity import Person


@pytest.mark.parametrize(
    "text",
    ["STOP", "stop.", " Stop! ", "Arrêt", "ARRET", "no más", "NO MAS", "kündigen", "Стоп", "إيقاف"],
)
def test_a_word_alone_is_a_wish_however_it_is_written(text: str) -> None:
    assert wish_in(text) == "stop"


@pytest.mark.parametrize("text", ["Start", "ALTA", "m'abonner", "começar", "старт"])
def test_a_wish_can_be_taken_back(text: str) -> None:
    assert wish_in(text) == "resume"


@pytest.mark.parametrize(
    "text",
    ["stop by tomorrow?", "please don't stop", "", "  ", "…", None, "nonstop", "stop " * 50, "yes"],
)
def test_a_word_among_others_is_no_wish(text: str | None) -> None:
    assert wish_in(text) is None


def test_no_word_means_both() -> None:
    assert not STOP_WORDS & RESUME_WORDS


@pytest.mark.parametrize(
    ("source", "kind", "wish"),
    [
        (Source.INBOUND, "text", "stop"),
        (Source.INBOUND, "button", "stop"),
        (Source.INBOUND, "reaction", None),
        (Source.ECHO, "text", None),
        (Source.API, "text", None),
        (Source.HISTORY_IN, "text", None),
        (Source.HISTORY_MEDIA, "text", None),
    ],
)
def test_only_what_a_customer_writes_now_is_a_wish(
    source: Source, kind: str, wish: str | None
) -> None:
    said = Sighting("1", "wamid.1", source, 1, Person(phone="15550100001"), Content(kind, "STOP"))

    assert wish_of(said) == wish
