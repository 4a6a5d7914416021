"""Scenarios of what people write, and do to what they wrote."""

from typing import Any

from simulator.errors import webhook_error
from simulator.payloads import AD
from simulator.scenarios.happenings import Told
from simulator.scenarios.imports import SEEN
from simulator.scenarios.registry import scenario
from simulator.scenarios.stage import Stage

MESSAGES_PAGE = 'Meta, "messages webhook reference"'
ECHOES_PAGE = 'Meta, "smb_message_echoes webhook reference"'


@scenario(
    "ghost-then-real",
    shows="the real text under the ghost's id, once",
    stands_for=f"{SEEN}: unsupported/131060 first, the message 200 ms later with the same wamid",
)
def ghost_then_real(stage: Stage) -> None:
    """A new customer's first message is announced as unavailable, and comes a moment later.

    A second customer's comes the other way round, ghost last: the real one stays.
    """
    anna, emil = stage.somebody("Amara"), stage.somebody("Emil")
    ghost, real = stage.customer(anna, "Saw your ad. Open today?", ghost_first=True).updates
    stage.post(ghost)
    stage.pause(0.2)
    stage.post(real)
    late, real = stage.customer(emil, "Me too", ghost_first=True).updates
    stage.post_each([real, late])


@scenario(
    "ghost-stays",
    shows="a conversation that begins with a message to be read on the phone",
    stands_for=f"{MESSAGES_PAGE}: 131060, what was sent from an unsupported device",
)
def ghost_stays(stage: Stage) -> None:
    """A new customer's first message never becomes available; the second one comes as usual."""
    anna = stage.somebody("Amara")
    stage.post(stage.customer(anna, "Only on the phone", ghost_first=True).updates[0])
    stage.tell(stage.customer(anna, "Hello?"))


@scenario(
    "edits-and-revokes",
    shows="the edited words and who edited; revoked messages as revoked",
    stands_for=f"{MESSAGES_PAGE} and {ECHOES_PAGE}: edit and revoke, of both sides",
)
def edits_and_revokes(stage: Stage) -> None:
    """Customer and owner each edit a text, edit it once more, and revoke another."""
    stage.tell(*corrected(stage))


@scenario(
    "acts-before-messages",
    shows="exactly what `edits-and-revokes` shows",
    stands_for='Meta, "Webhooks": the order of deliveries is not guaranteed',
)
def acts_before_messages(stage: Stage) -> None:
    """The same edits and revokes, but the newest comes first and the messages last of all."""
    stage.post_each(reversed([update for told in corrected(stage) for update in told.updates]))


@scenario(
    "reactions",
    shows="one reaction a side: the customer's newest, none of the owner's, and one removed",
    stands_for=f"{MESSAGES_PAGE}: reaction; removed when emoji is empty or absent",
)
def reactions(stage: Stage) -> None:
    """Both sides react, change their mind, and take reactions away, with `""` and without emoji."""
    anna = stage.somebody("Amara")
    wrote = stage.customer(anna, "It fits!")
    answer = stage.owner(anna, "Glad to hear")
    stage.tell(
        wrote,
        answer,
        stage.act("react", "customer", answer.wamid, "\U0001f44d"),
        stage.act("react", "customer", answer.wamid, "\u2764\ufe0f"),
        stage.act("react", "business", wrote.wamid, "\U0001f389"),
        stage.act("react", "business", wrote.wamid, ""),
        stage.act("react", "customer", wrote.wamid, "\U0001f602"),
        stage.act("react", "customer", wrote.wamid, None),
    )


@scenario(
    "replies",
    shows="each quote at its reply, also on echoes, and of messages that nobody has",
    stands_for=f"{MESSAGES_PAGE}: context.id",
)
def replies(stage: Stage) -> None:
    """Customer and owner quote each other, a message comes after its quote, another never does."""
    anna = stage.somebody("Amara")
    first = stage.customer(anna, "Blue or red?")
    second = stage.owner(anna, "Blue", reply_to=first.wamid)
    third = stage.customer(anna, "Sure?", reply_to=second.wamid)
    lost = stage.customer(anna, "This one?", reply_to="wamid.BEFORE")
    empty = stage.customer(anna, "Never mind", context={})
    stage.tell(first, third, second, lost, empty)


@scenario(
    "kinds-of-messages",
    shows="one message of each kind, in order; what cannot be shown says what it is",
    stands_for=f"{MESSAGES_PAGE}: the types of inbound messages",
)
def kinds_of_messages(stage: Stage) -> None:
    """A customer sends one message of every kind there is, and one of a kind that is new."""
    anna = stage.somebody("Amara")
    for kind, body, beside in KINDS:
        stage.tell(stage.customer(anna, type=kind, body=body, beside=beside))


@scenario(
    "odd-bodies",
    shows="all messages, the flow's answer as the text that it is",
    stands_for=f"{SEEN}: flow answers that are no JSON, images with errors, times as numbers",
)
def odd_bodies(stage: Stage) -> None:
    """Messages that are genuine and not quite as documented.

    A flow's answer that is no JSON, an image that comes with an error, an echo without a profile
    and one without `to`, a time as a number, a number of a person with a plus.
    """
    anna = stage.somebody("Amara")
    flow = {"name": "flow", "body": "Sent", "response_json": "{not json"}
    odd = [
        stage.customer(anna, type="interactive", body={"type": "nfm_reply", "nfm_reply": flow}),
        stage.customer(anna, type="image", beside={"errors": [webhook_error(131052)]}),
        stage.customer(anna, "As a number"),
        stage.owner(anna, "Without a profile, without to"),
    ]
    odd[2].updates[0].value["messages"][0]["timestamp"] = odd[2].message.at
    odd[2].updates[0].value["messages"][0]["from"] = f"+{anna}"
    echo = odd[3].updates[0].value
    echo["contacts"] = [{"user_id": stage.user_id(anna)}]
    echo["message_echoes"][0].pop("to")
    stage.tell(*odd)


@scenario(
    "ad-referral",
    shows="where the customer comes from, and a window of 72 hours once it was answered",
    stands_for='Meta, "Pricing": the free entry point, 72 hours from an answer within 24',
)
def ad_referral(stage: Stage) -> None:
    """A customer writes from an ad that opens a chat, and the business answers through the API."""
    anna = stage.somebody("Amara")
    stage.tell(stage.customer(anna, "I saw the blue one", beside={"referral": AD}))
    answer = stage.server_sends(anna, "It is still here")
    stage.post_each(stage.arrived(answer))
    until = answer.charge.free_until if answer.charge else None
    stage.expect(free_entry_point={"names": [stage.user_id(anna), anna], "until": until})


@scenario(
    "group-messages",
    shows="the message apart from the conversation with its writer",
    stands_for='Meta, "Groups API": group_id beside from; not for numbers in the app',
)
def group_messages(stage: Stage) -> None:
    """A message of a group comes, which a number in the app should never get, and a private one."""
    anna = stage.somebody("Amara")
    of_group = stage.customer(anna, "To everybody", beside={"group_id": "120363000000000001"})
    private = stage.customer(anna, "To you")
    stage.tell(of_group, private)
    stage.forget(of_group.wamid)
    stage.expect(in_groups={of_group.wamid: "120363000000000001"})


def corrected(stage: Stage) -> list[Told]:
    """Messages and all that is done to them, in the order of things."""
    anna = stage.somebody("Amara")
    asked = stage.customer(anna, "Can I come at tree?")
    wrong = stage.customer(anna, "Wrong chat, sorry")
    answer = stage.owner(anna, "Yes, at free")
    slip = stage.owner(anna, "Mum, call me")
    return [
        asked,
        wrong,
        answer,
        slip,
        stage.act("edit", "customer", asked.wamid, "Can I come at thre?"),
        stage.act("edit", "customer", asked.wamid, "Can I come at three?"),
        stage.act("edit", "business", answer.wamid, "Yes, at three"),
        stage.act("revoke", "customer", wrong.wamid),
        stage.act("revoke", "business", slip.wamid),
    ]


NOT_SUPPORTED = {"errors": [webhook_error(131051)]}
KINDS: tuple[tuple[str, Any, dict[str, Any]], ...] = (
    ("image", {"caption": "Like this one"}, {}),
    ("video", {}, {}),
    ("audio", {}, {}),
    ("document", {}, {}),
    ("sticker", {}, {}),
    ("location", {"latitude": 40.4168, "longitude": -3.7038, "name": "Here"}, {}),
    (
        "contacts",
        [
            {
                "name": {"formatted_name": "Goran Ito", "first_name": "Goran"},
                "phones": [{"phone": "+1 212-555-0199", "wa_id": "12125550199", "type": "CELL"}],
            }
        ],
        {},
    ),
    ("interactive", {"type": "button_reply", "button_reply": {"id": "1", "title": "Yes"}}, {}),
    (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "2", "title": "Blue", "description": "42"}},
        {},
    ),
    (
        "interactive",
        {
            "type": "nfm_reply",
            "nfm_reply": {"name": "flow", "body": "Sent", "response_json": '{"size":"42"}'},
        },
        {},
    ),
    ("button", {"payload": "show", "text": "Show me"}, {}),
    (
        "order",
        {
            "catalog_id": "300000000000001",
            "product_items": [
                {
                    "product_retailer_id": "blue-42",
                    "quantity": 2,
                    "item_price": 19.5,
                    "currency": "EUR",
                }
            ],
        },
        {},
    ),
    ("unsupported", {"type": "poll_creation"}, NOT_SUPPORTED),
    ("hologram", {"depth": 3}, {}),
)
