"""The oracle: what must be true of Tandem once it was told everything about a business."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, cast

from tandem.conversations.reading import Reading
from tandem.history.certificate import certify
from tandem.lines.progress import Following
from tandem.model.line import Address
from tandem.model.message import Message, MessageState
from tandem.model.reading import conversation_id
from tandem.store import keys
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import Workbench
from tests.laws.world.business import OTHER_TENANT, PLACES, TENANT, Business, Written
from tests.laws.world.house import sync_of
from tests.laws.world.oddities import STRANGER
from tests.laws.world.pieces import Place

NOT_UNDERSTOOD = frozenset({"malformed", "unknown_field", "unknown_type", "not_json", "group"})
EVERYTHING = 10_000


def untrue(business: Business, bench: Workbench, table: MemoryTable) -> list[str]:
    """What is true of the business and not of the table: each law that does not hold, and why."""
    facts = _Facts(business, bench, table)
    return [f"{law.__name__}: {why}" for law in LAWS if (why := _broken(law, facts)) is not None]


def _broken(law: Callable[["_Facts"], None], facts: "_Facts") -> str | None:
    try:
        law(facts)
    except AssertionError as why:
        return str(why)
    except Exception as fault:  # noqa: BLE001 - what cannot be read is not right either
        return f"what was stored cannot be read: {fault!r}"
    return None


class _Facts:
    """A business and what Tandem knows of it."""

    def __init__(self, business: Business, bench: Workbench, table: MemoryTable) -> None:
        self.business, self.bench, self.table = business, bench, table
        self.reading = Reading(
            lines=bench.lines,
            talks=bench.talks,
            messages=bench.messages,
            people=bench.people,
            following=cast("Following", None),
            clock=lambda: business.now + 1,
        )

    def messages(self) -> Iterator[tuple[Written, Message]]:
        """Every message of which anything was told, with what is stored of it."""
        for written in self.business.messages.values():
            if written.seen or written.statuses:
                stored = self.bench.messages.get(
                    written.place.tenant, written.place.line, written.wamid
                )
                assert stored is not None, f"{written.wamid} is lost"
                yield written, stored

    def acts_on(self, written: Written) -> Iterator[tuple[str, int, str, str, str | None]]:
        """What was done to a message: kind, time, wamid of the act, side, and what it left."""
        for act in self.business.written(written.place):
            by = "business" if act.outbound else "customer"
            for one in act.seen:
                if one.target == written.wamid:
                    yield one.kind, one.at, act.wamid, by, one.does

    def conversations(self) -> Iterator[tuple[Place, frozenset[str], list[Written]]]:
        """Each line, each of its contacts, and the messages between them."""
        for place in PLACES:
            mine = [m for m in self.business.written(place) if m.placed]
            seen: set[str] = set()
            for message in mine:
                aliases = self.business.component(place.tenant, message.placed[0].aliases)
                if aliases & seen:
                    continue
                seen |= aliases
                yield place, aliases, [m for m in mine if _ends(m) <= aliases]


def _ends(written: Written) -> frozenset[str]:
    return frozenset[str]().union(*(one.aliases for one in written.placed))


# ---- the laws


def each_message_is_there_as_it_was_told(facts: _Facts) -> None:
    for written, stored in facts.messages():
        told = f"{written.wamid}: {written.seen}"
        if not written.placed:
            assert stored.state is MessageState.WAITING, told
            continue
        assert stored.origin is not None, told
        assert stored.origin.value == ("app" if written.outbound else "customer"), told
        assert stored.imported == all(s.startswith("history") for s in written.sources), told
        assert stored.at in {one.at for one in written.placed}, told
        said = {(one.kind, one.text, one.media, one.target) for one in written.fullest}
        row = facts.table.get(keys.message(written.place.tenant, written.place.line, written.wamid))
        assert row is not None, told
        text = row.get("text") if row["kind"] in ("text", "media_placeholder") else None
        media = row.get("media", {}).get("media_id") if row["kind"] == "image" else None
        assert (row["kind"], text, media, row.get("target")) in said, told


def each_message_shows_what_was_done_to_it(facts: _Facts) -> None:
    for written, stored in facts.messages():
        acts = list(facts.acts_on(written))
        edits = [(at, wamid, does) for kind, at, wamid, _, does in acts if kind == "edit"]
        revokes = [(at, by) for kind, at, _, by, _ in acts if kind == "revoke"]
        reactions = {
            by: does
            for kind, _, _, by, does in sorted(acts, key=lambda act: act[1:3])
            if kind == "reaction"
        }
        revoked = stored.revoked and (stored.revoked.at, stored.revoked.by)
        assert revoked == min(revokes, default=None), written.wamid
        assert stored.edited_at == max((at for at, _, _ in edits), default=None), written.wamid
        assert {one.by: one.emoji for one in stored.reactions} == {
            by: emoji for by, emoji in reactions.items() if emoji
        }, written.wamid
        if revokes:
            assert (stored.text, stored.media, stored.file) == (None, None, None), written.wamid
        elif edits:
            assert stored.text == max(edits)[2], written.wamid


def each_status_stands_at_its_earliest_time(facts: _Facts) -> None:
    for written, stored in facts.messages():
        earliest: dict[str, int] = {}
        for state, at in written.statuses:
            earliest[state] = min(at, earliest.get(state, at))
        assert {status.state: status.at for status in stored.statuses} == earliest, written.wamid


def each_message_is_filed_under_its_person(facts: _Facts) -> None:
    people = facts.bench.people
    for written, stored in facts.messages():
        if written.placed:
            tenant = written.place.tenant
            known = people.component(tenant, stored.contact or "")
            whose = [facts.business.component(tenant, one.aliases) for one in written.placed]
            assert known in whose, f"{written.wamid} of {whose} is filed under {known}"


def each_conversation_shows_each_message_once(facts: _Facts) -> None:
    for place, aliases, messages in facts.conversations():
        id_ = conversation_id(place.line, min(aliases))
        entries, more = facts.reading.messages(place.tenant, id_, limit=EVERYTHING)
        shown = Counter(entry.message.wamid for entry in entries)
        assert more is None, aliases
        assert {m.wamid: 1 for m in messages if _spoken(m)}.items() <= shown.items(), shown
        assert set(shown) <= {m.wamid for m in facts.business.written(place)}, shown


def _spoken(written: Written) -> bool:
    """Whether it is a message of its own, and not only an act on another one."""
    told = [one for one in written.placed if one.completeness > 1] or written.placed
    return any(not one.target for one in told)


def history_is_past_and_the_present_is_not(facts: _Facts) -> None:
    """Unread and the window follow from what customers wrote since the line was connected."""
    for place, aliases, messages in facts.conversations():
        id_ = conversation_id(place.line, min(aliases))
        _, whole = facts.reading.conversation(place.tenant, id_)
        live = [one for m in messages for one in m.seen if one.source == "inbound"]
        if any(_is_message(one.kind) for one in live):
            assert whole.conversation.unread, aliases
        if not live and all(_ends(m) <= aliases for m in facts.business.written(place)):
            assert not whole.conversation.unread, aliases
        openers = [one.at for one in live if one.opens_window]
        mixed = {m.wamid for m in facts.business.written(place) if _ends(m) & aliases}
        if mixed <= {m.wamid for m in messages}:
            assert (whole.window is not None) == bool(openers), aliases
        if openers and whole.window is not None:
            assert whole.window.closes_at >= max(openers) + 86_400, aliases


def _is_message(kind: str) -> bool:
    return kind not in ("edit", "revoke", "reaction", "system")


def whoever_met_is_one_person(facts: _Facts) -> None:
    for tenant in (TENANT, OTHER_TENANT):
        for aliases in facts.business.contacts(tenant):
            known = facts.bench.people.component(tenant, min(aliases))
            assert known == aliases, f"{tenant} knows {known}, met {aliases}"


def the_latest_word_on_a_person_counts(facts: _Facts) -> None:
    """Names of the address book, and wishes; of one second, removing and stopping win."""
    for tenant in (TENANT, OTHER_TENANT):
        for aliases in facts.business.contacts(tenant):
            contact = facts.bench.people.contact(tenant, min(aliases))
            notes = [n for n in facts.business.book if n.tenant == tenant and n.aliases & aliases]
            if notes:
                last = max((note.at, note.name is None) for note in notes)
                names = {n.name for n in notes if (n.at, n.name is None) == last}
                assert contact.names.removed == last[1], aliases
                assert contact.names.full_name in names, aliases
            wishes = [w for w in facts.business.wishes if w.tenant == tenant]
            wishes = [wish for wish in wishes if wish.aliases & aliases]
            last_wish = max(((w.at, w.stop) for w in wishes), default=(0, False))
            assert contact.may_market != last_wish[1], aliases


def the_certificate_counts_what_came(facts: _Facts) -> None:
    for place in PLACES:
        came = [chunk for chunk in facts.business.chunks if chunk.place == place]
        told = facts.bench.syncs.read(place.tenant, place.line, sync_of(place.line))
        certificate = certify(*told)
        places = {(chunk.phase, chunk.order) for chunk in came}
        missing = {
            (phase, order)
            for phase in {phase for phase, _ in places}
            for order in range(1, max(o for p, o in places if p == phase))
        } - places
        named = {(phase.phase, order) for phase in certificate.phases for order in phase.missing}
        assert certificate.chunks == len(places), certificate
        assert certificate.rows == sum(len(chunk.wamids) for chunk in came), certificate
        assert certificate.messages == len({w for chunk in came for w in chunk.wamids}), certificate
        assert certificate.progress == max((chunk.progress for chunk in came), default=0)
        assert named == missing, certificate
        if not came:
            expected = "declined" if place.line in facts.business.declined else "nothing_yet"
            assert certificate.verdict.value == expected, certificate


def nothing_vanishes(facts: _Facts) -> None:
    """As many things are kept as nobody understood; each of them, and each notice, is found."""
    business = facts.business
    for owner in (TENANT, OTHER_TENANT, keys.SYSTEM):
        page, more = facts.bench.kept.page(owner, limit=EVERYTHING)
        assert more is None, owner
        kept = [thing.raw for thing in page if thing.reason in NOT_UNDERSTOOD]
        marks = [mark for whose, mark in business.kept if whose == owner]
        assert all(any(_holds(raw, mark) for raw in kept) for mark in marks), (owner, marks)
        assert len(kept) == len(marks), (owner, kept, marks)
    for tenant, mark in business.noticed:
        assert any(_holds(repr(row), mark) for row in _rows_of(facts.table, tenant)), mark
    waiting = [
        facts.bench.archive.restored(one.archived).body.decode()
        for one in facts.bench.unclaimed.waiting_for(Address("line", STRANGER.line))
    ]
    for mark in business.for_nobody:
        assert any(_holds(body, mark) for body in waiting), mark


def _holds(text: str, mark: str) -> bool:
    """Whether the mark stands there, and not only one that begins like it."""
    return any(not rest[:1].isdigit() for rest in text.split(mark)[1:])


def no_tenant_sees_another(facts: _Facts) -> None:
    foreign = {TENANT: (OTHER_TENANT, "US.2", "ENT.2"), OTHER_TENANT: (TENANT, "US.1", "ENT.1")}
    for tenant, marks in foreign.items():
        for row in _rows_of(facts.table, tenant):
            assert not any(mark in repr(row) for mark in marks), row


def _rows_of(table: MemoryTable, owner: str) -> list[dict[str, Any]]:
    return [row for key, row in table.contents().items() if key.pk.startswith(f"{owner}#")]


LAWS: tuple[Callable[[_Facts], None], ...] = (
    each_message_is_there_as_it_was_told,
    each_message_shows_what_was_done_to_it,
    each_status_stands_at_its_earliest_time,
    each_message_is_filed_under_its_person,
    each_conversation_shows_each_message_once,
    history_is_past_and_the_present_is_not,
    whoever_met_is_one_person,
    the_latest_word_on_a_person_counts,
    the_certificate_counts_what_came,
    nothing_vanishes,
    no_tenant_sees_another,
)
