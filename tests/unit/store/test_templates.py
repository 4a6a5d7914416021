"""Templates as they are kept: readings and announcements, in any order."""

from dataclasses import replace
from itertools import permutations

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


def status(templates: Templates) -> str | None:
    found = templates.get("acme", "1", "hello", "en_US")
    return found.status if found else None


def test_a_reading_is_kept_whole(table: Table) -> None:
    templates = Templates(table)

    templates.note_listing("acme", "1", [HELLO], at=100)

    assert templates.get("acme", "1", "hello", "en_US") == HELLO
    assert templates.all("acme", "1") == (HELLO,)
    assert templates.all("other", "1") == ()


def test_the_newer_of_reading_and_announcement_counts_in_any_order(table: Table) -> None:
    def announce(tenant: str, state: str, at: int) -> None:
        Templates(table).note_status(
            tenant, "1", name="hello", language="en_US", status=state, reason=None, at=at
        )

    def read(tenant: str, state: str, at: int) -> None:
        listed = replace(HELLO, status=state)
        Templates(table).note_listing(tenant, "1", [listed], at=at)

    facts = [
        lambda tenant: read(tenant, "APPROVED", 100),
        lambda tenant: announce(tenant, "PAUSED", 150),
        lambda tenant: read(tenant, "APPROVED", 120),
        lambda tenant: announce(tenant, "FLAGGED", 110),
    ]
    for number, order in enumerate(permutations(facts)):
        for fact in order:
            fact(f"t{number}")
        found = Templates(table).get(f"t{number}", "1", "hello", "en_US")
        assert found
        assert (found.status, found.read_at) == ("PAUSED", 120)


def test_what_was_announced_and_never_read_is_not_shown(table: Table) -> None:
    templates = Templates(table)

    templates.note_status(
        "acme", "1", name="hello", language="en_US", status="APPROVED", reason=None, at=1
    )

    assert templates.get("acme", "1", "hello", "en_US") is None
    assert templates.all("acme", "1") == ()


def test_what_a_later_list_lacks_is_gone_and_an_older_list_takes_nothing_away(table: Table) -> None:
    templates = Templates(table)
    templates.note_listing("acme", "1", [HELLO], at=100)

    templates.note_listing("acme", "1", [], at=90)
    assert status(templates) == "APPROVED"

    templates.note_listing("acme", "1", [], at=200)
    assert status(templates) == "DELETED"

    templates.note_listing("acme", "1", [HELLO], at=300)
    assert status(templates) == "APPROVED"
