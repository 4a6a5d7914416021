"""Rules of who people are: the address book, wishes, changed numbers and ids."""

from random import Random

from tests.laws.world.business import (
    BookNote,
    Business,
    Seen,
    Wish,
    aliases_of,
)
from tests.laws.world.pieces import Json, Place, without_none


def address_book_changes(chance: Random, business: Business) -> None:
    """An entry is added, edited or removed; two words of one second may disagree."""
    place = business.place(chance)
    _, human = business.somebody(chance, place.tenant)
    shown = human.shown(chance)
    at = business.passes(chance)
    for _ in range(chance.choice((1, 2))):
        names = [None, f"Ana of {place.tenant}", f"Ben of {place.tenant}"]
        _book(business, place, shown, chance.choice(names), at)


def _book(business: Business, place: Place, shown: Json, name: str | None, at: int) -> None:
    contact = without_none(
        {
            "full_name": name,
            "first_name": name and name.split()[0],
            "phone_number": shown.get("phone"),
            "user_id": shown.get("bsuid"),
            "parent_user_id": shown.get("parent"),
        }
    )
    row = {
        "type": "contact",
        "action": "add" if name else "remove",
        "metadata": {"timestamp": str(at)},
        "contact": contact,
    }
    business.book.append(BookNote(place.tenant, aliases_of(shown), at, name))
    business.tell(place, "smb_app_state_sync", "state_sync", row, shown=shown)


def somebody_wishes(chance: Random, business: Business) -> None:
    """Stop marketing, or go on."""
    place = business.place(chance)
    _, human = business.somebody(chance, place.tenant)
    shown = human.shown(chance)
    at = business.passes(chance)
    stop = chance.choice((True, False))
    row = {
        **without_none(
            {
                "wa_id": shown.get("phone"),
                "user_id": shown.get("bsuid"),
                "parent_user_id": shown.get("parent"),
            }
        ),
        "category": "marketing_messages",
        "value": "stop" if stop else "resume",
        "timestamp": str(at),
    }
    business.wishes.append(Wish(place.tenant, aliases_of(shown), at, stop))
    business.tell(place, "user_preferences", "user_preferences", row, shown=shown)


def number_changes(chance: Random, business: Business) -> None:
    """A person takes a new number, and with it a new user id."""
    place = business.place(chance)
    number, human = business.somebody(chance, place.tenant)
    formerly = {"phone": human.phone, "bsuid": human.bsuid}
    human.phone = business.new_phone()
    system: Json = {"type": "user_changed_number", "wa_id": human.phone}
    now = {"phone": human.phone}
    told = chance.choice(["number", "both"])
    if told == "both":
        human.bsuid = f"US.{'1' if place.tenant == 'acme' else '2'}9{business.number()}"
        now["bsuid"] = human.bsuid
        system |= {"user_id": human.bsuid, "previous_user_id": formerly["bsuid"]}
    else:
        del formerly["bsuid"]
    _system(chance, business, place, number, system, formerly=formerly, now=now)


def user_id_rotates(chance: Random, business: Business) -> None:
    """A person keeps the number and gets a new user id; the old one may be named, or not."""
    place = business.place(chance)
    number, human = business.somebody(chance, place.tenant)
    old = human.bsuid
    human.bsuid = f"US.{'1' if place.tenant == 'acme' else '2'}9{business.number()}"
    system: Json = {"type": "user_changed_user_id", "user_id": human.bsuid}
    formerly = {"phone": human.phone}
    if chance.choice((True, False)):
        system["previous_user_id"] = old
        formerly["bsuid"] = old
    _system(chance, business, place, number, system, formerly=formerly, now={"bsuid": human.bsuid})


def _system(
    chance: Random,
    business: Business,
    place: Place,
    human: int,
    system: Json,
    *,
    formerly: Json,
    now: Json,
) -> None:
    """A message of the system, with the marks around names that Meta writes; `from` may lack."""
    at = business.passes(chance)
    written = business.write(place, human, outbound=False, at=at)
    body = f"‎{business.mark(place.tenant)}‎ changed"
    row: Json = {"id": written.wamid, "timestamp": str(at), "type": "system"}
    row["system"] = {**system, "body": body}
    if chance.choice((True, False)):
        row["from"] = formerly["phone"]
    else:
        formerly = {name: value for name, value in formerly.items() if name != "phone"}
    both = aliases_of(formerly) | aliases_of(now)
    met = both if formerly else aliases_of(now)
    written.seen.append(Seen("inbound", at, met, "system"))
    business.tell(place, "messages", "messages", row, aliases=met)
