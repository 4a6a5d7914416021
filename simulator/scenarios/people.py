"""Scenarios of who people are: numbers, user ids, usernames, and the owner's address book."""

from simulator.envelope import Update
from simulator.scenarios.imports import SEEN
from simulator.scenarios.registry import scenario
from simulator.scenarios.stage import Stage
from simulator.world import DAY_S

USERNAMES_PAGE = 'Meta, "Business-scoped user IDs"'
CONTACTS_PAGE = 'Meta, "smb_app_state_sync webhook reference"'


@scenario(
    "identities",
    shows="one conversation with everything in it, under a number and a user id",
    stands_for=f"{USERNAMES_PAGE}: number, user id or both; {SEEN}: echoes without `to`",
)
def identities(stage: Stage) -> None:
    """One person is named in a different way each time, and only the last message ties the names.

    A message with a user id alone, an echo without `to`, a thread of the history with only `id`,
    another with only `context.user_id`, a message with the number alone, and one with both.
    """
    anna = stage.somebody("Amara")
    stage.passes(-2 * DAY_S)
    by_its_id, by_user_id = (stage.row(stage.customer(anna, f"{n}").message) for n in (1, 2))
    stage.passes(2 * DAY_S)
    by_its_id.pop("from_user_id")
    by_user_id.pop("from")
    by_id, by_number, both = (stage.customer(anna, text) for text in ("By id", "By number", "Both"))
    echo = stage.owner(anna, "To the id")
    hide_phone(by_id.updates[0])
    hide_user_id(by_number.updates[0])
    echo.updates[0].value["message_echoes"][0].pop("to")
    echo.updates[0].value["contacts"] = [{"user_id": stage.user_id(anna)}]
    known = {"user_id": stage.user_id(anna)}
    chunks = [
        stage.chunk(1, 50, {"id": anna, "messages": [by_its_id]}),
        stage.chunk(2, 100, {"context": known, "messages": [by_user_id]}),
    ]
    stage.post_each([by_id.updates[0], echo.updates[0], *chunks, by_number.updates[0]])
    stage.tell(both)


@scenario(
    "usernames-only",
    shows="a conversation with a person without a number, under their name",
    stands_for=f"{USERNAMES_PAGE}: with a username the number is left out everywhere",
)
def usernames_only(stage: Stage) -> None:
    """A customer who hides the number: in a message, an echo, a status, a contact, the history."""
    anna = stage.somebody("Amara", hides=True)
    wrote = stage.customer(anna, "Is it still there?")
    echo = stage.owner(anna, "It is", reply_to=wrote.wamid)
    stage.tell(wrote, echo)
    stage.post(stage.card(anna, "Amara Costa"))
    stage.post_each(stage.arrived(echo.message))
    stage.tell(stage.customer(anna, "Thank you", reply_to=echo.wamid))


@scenario(
    "number-changed",
    shows="one conversation under both numbers and both user ids",
    stands_for=f"{USERNAMES_PAGE}: system, user_changed_number; {SEEN}: new_wa_id, U+200E",
)
def number_changed(stage: Stage) -> None:
    """A customer changes the number and writes on; the news of it comes last.

    A second one does too, told in the form seen in real traffic: `new_wa_id`, no user ids.
    """
    for name, as_seen in (("Amara", False), ("Emil", True)):
        old, new = stage.somebody(name), stage.somebody(name)
        before = stage.customer(old, "My old number")
        moved = stage.act("change_number", old, new)
        if as_seen:
            item = moved.updates[0].value["messages"][0]
            system = item["system"]
            item["system"] = {
                "body": system["body"],
                "type": system["type"],
                "new_wa_id": system["wa_id"],
            }
        after = stage.customer(new, "My new number")
        stage.are_one(old, new)
        stage.tell(before, after, moved)


@scenario(
    "user-id-renewed",
    shows="one conversation for each person, under the old and the new user id",
    stands_for=f"{USERNAMES_PAGE}: system, user_changed_user_id; previous_user_id may be absent",
)
def user_id_renewed(stage: Stage) -> None:
    """Two customers get new user ids, one who hides the number, one whose old id is not named."""
    for name, hides in (("Amara", True), ("Emil", False)):
        person = stage.somebody(name, hides=hides)
        before = stage.customer(person, "Before")
        renewed = stage.renews(person, name_previous=hides)
        after = stage.customer(person, "After")
        stage.tell(before, renewed, after)


@scenario(
    "contact-removed-then-added",
    shows="the contact as removed; the conversation, and what the team wrote, still there",
    stands_for=f"{CONTACTS_PAGE}: add, remove and metadata.timestamp; no order",
)
def contact_removed_then_added(stage: Stage) -> None:
    """A contact is added, edited and removed; the edit arrives after the removal.

    A second one is removed and added again, and told in that order.
    """
    anna, emil = stage.somebody("Amara"), stage.somebody("Emil")
    stage.tell(stage.customer(anna, "Hello"))
    added = stage.card(anna, "Amara Costa")
    edited = stage.card(anna, "Amara from the market")
    removed = stage.card(anna, "Amara Costa", "remove")
    stage.post_each([added, removed, edited])
    gone = stage.card(emil, "Emil Fischer", "remove")
    back = stage.card(emil, "Emil Fischer")
    stage.post_each([gone, back])


def hide_phone(update: Update) -> None:
    """Leave the number out, as for a person whose number a business does not see."""
    for item in update.value["messages"]:
        item.pop("from", None)
    for contact in update.value["contacts"]:
        contact.pop("wa_id", None)


def hide_user_id(update: Update) -> None:
    """As before April 2026, when there were no user ids."""
    for item in update.value["messages"]:
        item.pop("from_user_id", None)
    for contact in update.value["contacts"]:
        contact.pop("user_id", None)
