"""Words that stop marketing messages."""

from itertools import permutations

import pytest

from tandem.conversations.recording import Recording
from tandem.conversations.wishes import RESUME_WORDS, STOP_WORDS, wish_in, wish_of
from tandem.model.contact import Contact, MarketingWish, WishedBy
from tandem.model.events import ContactNote, Content, PreferenceNote, Sighting, Source
from tandem.model.identity import Person
from tandem.store.messages import Messages
from tandem.store.people import People
from tandem.store.talks import Talks
from tests.fakes.memory_table import MemoryTable

ANA = Person(phone="15550100001", bsuid="US.1001", name="Ana")
AT = 1_790_000_000


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
    ("stop", "start"),
    [
        ("unsubscribe", "subscribe"),
        ("Darme de baja", "Suscribirme"),
        ("Sair", "Retomar"),
        ("Désabonner", "Reprendre"),
        ("Abmelden", "Anmelden"),
        ("Disiscrivimi", "Riprendi"),
        ("Afmelden", "Aanmelden"),
        ("Berhenti", "Mulai"),
        ("Durdur", "Başlat"),
        ("Rezygnuję", "Wznów"),
        ("Отписаться", "Подписаться"),
        ("إلغاء الاشتراك", "اشتراك"),
        ("הסר", "התחל"),
        ("बंद करें", "शुरू करें"),
    ],
    ids=["en", "es", "pt", "fr", "de", "it", "nl", "id", "tr", "pl", "ru", "ar", "he", "hi"],
)
def test_there_are_words_to_stop_and_to_return_in_each_language(stop: str, start: str) -> None:
    assert (wish_in(stop), wish_in(f"{start}!")) == ("stop", "resume")


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


def test_a_message_that_is_edited_into_a_word_is_a_wish() -> None:
    edit = Content("edit", "STOP", target="wamid.1", instead=Content("text", "STOP"))
    other = Content("edit", "STOP", target="wamid.1", instead=Content("image", "STOP"))

    wishes = [wish_of(said("wamid.2", content=each)) for each in (edit, other)]

    assert wishes == ["stop", None]


# ---- what becomes of it


def said(
    wamid: str,
    text: str = "",
    *,
    at: int = AT,
    content: Content | None = None,
    source: Source = Source.INBOUND,
    person: Person = ANA,
) -> Sighting:
    return Sighting("1", wamid, source, at, person, content or Content("text", text))


def after(*told: Sighting | ContactNote | PreferenceNote) -> People:
    """The people of acme after these have been filed in this order."""
    table = MemoryTable()
    people = People(table)
    recording = Recording(messages=Messages(table), talks=Talks(table), people=people)
    for each in told:
        match each:
            case Sighting():
                recording.record("acme", each)
            case ContactNote():
                people.note_contact("acme", each)
            case PreferenceNote():
                people.note_preference("acme", each)
    return people


def ana(people: People, tenant: str = "acme") -> Contact:
    return people.contact(tenant, "phone:15550100001")


def test_the_latest_word_counts_in_whatever_order_it_comes() -> None:
    told = [
        said("wamid.1", "STOP", at=AT),
        PreferenceNote("1", ANA, AT + 10, "resume"),
        said("wamid.2", "start", at=AT + 20),
        said("wamid.3", "basta", at=AT + 30),
    ]

    contacts = [ana(after(*order)) for order in permutations([*told, told[0]])]

    assert {contact.wish for contact in contacts} == {MarketingWish("stop", AT + 30, WishedBy.WORD)}
    assert not any(contact.may_market for contact in contacts)


@pytest.mark.parametrize(("first", "then"), [("STOP", "start"), ("start", "STOP")])
def test_the_latest_word_counts_under_whichever_name_it_was_said(first: str, then: str) -> None:
    number, user = Person(phone="15550100001"), Person(bsuid="US.1001")
    for earlier, later in ((number, user), (user, number)):
        told = [
            said("wamid.1", first, person=earlier),
            said("wamid.2", then, at=AT + 10, person=later),
            said("wamid.3", "Hi", at=AT + 20),
        ]

        contacts = [ana(after(*order)) for order in permutations(told)]

        assert {contact.may_market for contact in contacts} == {then == "start"}


def test_a_wish_holds_for_every_name_of_the_person_and_for_one_tenant() -> None:
    people = after(said("wamid.1", "STOP", person=Person(bsuid="US.1001")), said("wamid.2", "Hi"))

    assert not ana(people).may_market
    assert not people.contact("acme", "bsuid:US.1001").may_market
    assert ana(people, "globex").may_market


def test_the_address_book_and_the_past_take_no_wish_back() -> None:
    stop = said("wamid.1", "STOP")
    book = ContactNote("1", ANA, AT + 50, removed=False, first_name="Ana")
    past = said("wamid.0", "start", at=AT + 60, source=Source.HISTORY_IN)

    people = after(stop, book, past, book)

    assert not ana(people).may_market


def test_a_number_with_two_spellings_is_stopped_by_either() -> None:
    long, short = Person(phone="5523987650100"), Person(phone="552387650100")

    people = after(said("wamid.1", "PARAR", person=long))

    assert short.alias is not None
    assert not people.contact("acme", short.alias).may_market


def test_of_two_wishes_in_one_second_the_one_to_be_left_alone_counts() -> None:
    told = [said("wamid.1", "STOP"), PreferenceNote("1", ANA, AT, "resume")]

    contacts = [ana(after(*order)) for order in permutations(told)]

    assert not any(contact.may_market for contact in contacts)
