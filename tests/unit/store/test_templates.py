"""Templates as they are kept: readings and announcements, in any order."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import permutations

from tandem.model.notice import TemplateNews, TemplateTopic
from tandem.model.template import KnownTemplate
from tandem.store.table import Table
from tandem.store.templates import Templates

HELLO = KnownTemplate(
    waba="1",
    name="hello",
    language="en_US",
    status="APPROVED",
    category="UTILITY",
    components=({"type": "BODY", "text": "Hi"},),
    read_at=100,
)
REWRITTEN = {TemplateTopic.CONTENT: dict[str, str | None]()}


def news(tells: dict[TemplateTopic, dict[str, str | None]], *, name: str = "hello") -> TemplateNews:
    return TemplateNews(name, "en_US", tells)


def status_is(status: str, reason: str | None = None) -> TemplateNews:
    return news({TemplateTopic.STATUS: {"status": status, "reason": reason}})


def known(templates: Templates, tenant: str = "acme") -> KnownTemplate:
    found = templates.get(tenant, "1", "hello", "en_US")
    assert found
    return found


def test_a_reading_is_kept_whole(table: Table) -> None:
    templates = Templates(table)

    templates.note_listing("acme", "1", [HELLO], at=100)

    listing = templates.listing("acme", "1")
    assert templates.get("acme", "1", "hello", "en_US") == HELLO
    assert (listing.templates, listing.listed_at, listing.outdated) == ((HELLO,), 100, False)
    assert templates.listing("other", "1").listed_at is None


def test_an_account_without_templates_was_read_all_the_same(table: Table) -> None:
    templates = Templates(table)

    templates.note_listing("acme", "1", [], at=100)

    assert templates.listing("acme", "1").listed_at == 100


def test_whatever_is_newer_counts_on_each_topic_in_any_order(table: Table) -> None:
    def read(at: int, **more: str) -> Callable[[str], None]:
        listed = replace(HELLO, **more)
        return lambda tenant: Templates(table).note_listing(tenant, "1", [listed], at=at)

    def told(at: int, what: TemplateNews) -> Callable[[str], None]:
        return lambda tenant: Templates(table).note_news(tenant, "1", what, at=at)

    facts = [
        read(100),
        read(120, quality="GREEN"),
        told(110, status_is("DISABLED")),
        told(150, status_is("PAUSED", "too many complaints")),
        told(160, news({TemplateTopic.CATEGORY: {"category": "MARKETING"}})),
        told(115, news({TemplateTopic.QUALITY: {"quality": "RED"}, **REWRITTEN})),
    ]

    for number, order in enumerate(permutations(facts)):
        for fact in order:
            fact(f"t{number}")
        found = known(Templates(table), f"t{number}")
        assert (found.status, found.reason) == ("PAUSED", "too many complaints")
        assert (found.category, found.quality) == ("MARKETING", "GREEN")
        assert (found.read_at, found.rewritten_at) == (120, None)


def test_what_was_announced_and_never_read_is_not_shown_and_asks_for_a_reading(
    table: Table,
) -> None:
    templates = Templates(table)
    templates.note_listing("acme", "1", [HELLO], at=100)

    templates.note_news("acme", "1", news(REWRITTEN, name="new"), at=101)

    listing = templates.listing("acme", "1")
    assert templates.get("acme", "1", "new", "en_US") is None
    assert (listing.templates, listing.outdated) == ((HELLO,), True)
    templates.note_listing("acme", "1", [HELLO, replace(HELLO, name="new")], at=102)
    assert not templates.listing("acme", "1").outdated


def test_what_is_written_anew_is_known_until_it_is_read(table: Table) -> None:
    templates = Templates(table)
    templates.note_listing("acme", "1", [HELLO], at=100)

    templates.note_news("acme", "1", news(REWRITTEN), at=150)
    assert known(templates).rewritten_at == 150

    templates.note_listing("acme", "1", [HELLO], at=151)
    assert known(templates).rewritten_at is None


def test_what_the_newest_list_lacks_is_gone_whichever_list_comes_first(table: Table) -> None:
    lists = [(100, [HELLO]), (90, [HELLO]), (200, [])]

    for number, order in enumerate(permutations(lists)):
        for at, listed in order:
            Templates(table).note_listing(f"t{number}", "1", listed, at=at)
        assert known(Templates(table), f"t{number}").status == "DELETED"


def test_what_is_made_again_under_one_name_is_there_again(table: Table) -> None:
    templates = Templates(table)
    templates.note_listing("acme", "1", [HELLO], at=100)
    templates.note_listing("acme", "1", [], at=200)

    templates.note_news("acme", "1", news({**status_is("APPROVED").tells, **REWRITTEN}), at=250)  # type: ignore[dict-item]
    assert (known(templates).status, known(templates).rewritten_at) == ("APPROVED", 250)

    templates.note_listing("acme", "1", [replace(HELLO, id="2")], at=300)
    assert (known(templates).sendable, known(templates).id) == (True, "2")


def test_a_list_that_was_not_written_to_its_end_makes_nothing_of_the_others_gone(
    table: Table,
) -> None:
    class Died(Exception):
        pass

    def dying() -> Iterator[KnownTemplate]:
        yield replace(HELLO, name="first")
        raise Died

    templates = Templates(table)
    templates.note_listing("acme", "1", [HELLO], at=100)

    with suppress(Died):
        templates.note_listing("acme", "1", dying(), at=200)

    assert known(templates).status == "APPROVED"
