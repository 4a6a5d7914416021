"""Rules of the import: chunks in three phases, files before and behind them, a refusal."""

from random import Random

from tests.fakes.workbench import ONBOARDED_AT
from tests.laws.world.business import Business, Chunk, Seen, Written, aliases_of
from tests.laws.world.pieces import Json, Place, without_none

DAYS_AGO = {0: 0.5, 1: 30, 2: 120}
DECLINED = {"code": 2593109, "title": "not shared", "message": "the owner did not share it"}


def chunk_comes(chance: Random, business: Business) -> None:
    """The next chunk of a phase, or the one behind a gap; with rows of chunks before it."""
    place = business.place(chance)
    phase = chance.randint(0, 2)
    orders = [c.order for c in business.chunks if (c.place, c.phase) == (place, phase)]
    order = max(orders, default=0) + chance.choice([1, 1, 1, 2])
    progress = chance.choice([10, 55, 100])
    chunk = Chunk(place, phase, order, progress, [])
    threads = [_thread(chance, business, chunk) for _ in range(chance.choice([1, 1, 2]))]
    where = {"phase": phase, "chunk_order": order, "progress": progress}
    business.chunks.append(chunk)
    business.tell(place, "history", "history", {"metadata": where, "threads": threads})


def file_comes(chance: Random, business: Business) -> None:
    """The file of an imported message, whose placeholder may come later or never."""
    place = business.place(chance)
    past = [m for m in business.written(place) if m.at < ONBOARDED_AT - 1000]
    if past and chance.randint(0, 3) < 3:
        written = chance.choice(past)
    else:
        number, _ = business.somebody(chance, place.tenant)
        at = ONBOARDED_AT - 86_400
        written = business.write(place, number, outbound=chance.choice((True, False)), at=at)
    human = business.person(place.tenant, written.human)
    shown = human.shown(chance)
    media = f"m.{business.mark(place.tenant)}"
    row: Json = {
        "id": written.wamid,
        "timestamp": str(written.at),
        "type": "image",
        "image": {"id": media, "mime_type": "image/jpeg"},
    }
    echoed = written.outbound and chance.choice((True, False))
    ends = ("to", "to_user_id") if echoed else ("from", "from_user_id")
    row |= {"from": place.number} if echoed else {}
    row |= without_none({ends[0]: shown.get("phone"), ends[1]: shown.get("bsuid")})
    shown.pop("parent", None)
    written.seen.append(Seen("history_media", written.at, aliases_of(shown), "image", media=media))
    key = "message_echoes" if echoed else "messages"
    business.tell(place, "history", key, row, shown=shown)


def owner_declines(chance: Random, business: Business) -> None:
    """The owner does not share the history: told in an item, or in the value."""
    place = business.place(chance)
    business.declined.add(place.line)
    if chance.choice((True, False)):
        business.tell(place, "history", "history", {"errors": [DECLINED]})
    else:
        business.tell(place, "history", "errors", DECLINED)


def _thread(chance: Random, business: Business, chunk: Chunk) -> Json:
    """A thread by its number, its context, or both; now and then with a row nobody can read."""
    place = chunk.place
    number, human = business.somebody(chance, place.tenant)
    shown = human.shown(chance)
    aliases = aliases_of(shown)
    business.met.append((place.tenant, aliases))
    context = without_none(
        {
            "wa_id": shown.get("phone") if chance.choice((True, False)) else None,
            "user_id": shown.get("bsuid"),
            "parent_user_id": shown.get("parent"),
        }
    )
    past = [m for m in business.written(place) if m.human == number and m.at]
    rows: list[object] = []
    for _ in range(chance.randint(1, 3)):
        known = chance.choice(past) if past and chance.choice((True, False)) else None
        written = known or _past(chance, business, place, number, chunk.phase)
        rows.append(_row(chance, business, written, human.phone, aliases))
        chunk.wamids.append(written.wamid)
    if chance.randint(0, 5) == 5:
        mark = business.mark(place.tenant)
        business.kept.append((place.tenant, mark))
        rows.append({"id": mark} if chance.choice((True, False)) else mark)
    return without_none({"id": shown.get("phone"), "context": context or None, "messages": rows})


def _past(chance: Random, business: Business, place: Place, human: int, phase: int) -> Written:
    at = int(ONBOARDED_AT - DAYS_AGO[phase] * 86_400) + chance.randint(0, 2)
    return business.write(place, human, outbound=chance.choice((True, False)), at=at)


def _row(
    chance: Random,
    business: Business,
    written: Written,
    phone: str,
    aliases: frozenset[str],
) -> Json:
    """A row as the import tells it: often a placeholder, sometimes in other words than before."""
    row: Json = {
        "from": written.place.number if written.outbound else phone,
        "id": written.wamid,
        "timestamp": str(written.at),
        "history_context": {"status": chance.choice(["READ", "DELIVERED", "PENDING"])},
    }
    if not written.outbound and f"phone:{phone}" not in aliases:
        # Who hides the number hides it in the row too.
        del row["from"]
    seen = Seen(
        source="history_out" if written.outbound else "history_in",
        at=written.at,
        aliases=aliases,
        kind="text",
    )
    if chance.randint(0, 2) == 2:
        seen.kind, seen.completeness = "media_placeholder", 2
    else:
        seen.text = business.mark(written.place.tenant)
        row["text"] = {"body": seen.text}
    written.seen.append(seen)
    return row | {"type": seen.kind}
