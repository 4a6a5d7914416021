"""Strategies for what Meta may send about a few people and messages, so that facts collide."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.fakes.workbench import LINE, NUMBER, ONBOARDED_AT, WABA

PHONES = ("15550100001", "15550100002")
WAMIDS = tuple(f"wamid.{letter}" for letter in "ABCDE")

TIME = "the time of its entry"
"""Beside the value of a notice: Meta writes it on the entry."""

times = st.sampled_from([ONBOARDED_AT + seconds for seconds in (-50, -1, 0, 1, 50)])
"""Few, so that facts of the same second often disagree."""
wamids = st.sampled_from(WAMIDS)
texts = st.sampled_from(["hello", "héllo \U0001f600", "", "two"])


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """A phone, a BSUID, or both: sometimes one event ties two that were apart."""
    phone = draw(st.sampled_from([*PHONES, None]))
    bsuid = draw(st.sampled_from(["US.111", "US.222"] if phone is None else ["US.111", None, None]))
    return {"wa_id": phone, "user_id": bsuid}


def without_none(value: dict[str, Any]) -> dict[str, Any]:
    return {name: content for name, content in value.items() if content is not None}


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    kinds = ["text", "image", "unsupported", "reaction", "edit", "revoke", "a_new_type"]
    kind = draw(st.sampled_from(kinds))
    bodies: dict[str, Any] = {
        "text": {"body": draw(texts)},
        "image": {"id": draw(st.sampled_from(["m1", "m2"])), "mime_type": "image/jpeg"},
        "unsupported": {"type": "unknown"},
        "reaction": {
            "message_id": draw(wamids),
            "emoji": draw(st.sampled_from(["\U0001f44d", "\U0001f389", ""])),
        },
        "edit": {
            "original_message_id": draw(st.none() | wamids),
            "message": draw(
                st.sampled_from(
                    [
                        {"context": {"id": "M0"}, "type": "text", "text": {"body": "now"}},
                        {"type": "image", "image": {"id": "m2", "caption": "now"}},
                        {"type": "revoke", "revoke": {"original_message_id": "wamid.A"}},
                        None,
                    ]
                )
            ),
        },
        "revoke": {"original_message_id": draw(wamids)},
        "a_new_type": {"anything": draw(texts)},
    }
    message = {"type": kind, kind: bodies[kind]}
    if kind == "unsupported":
        message["errors"] = [{"code": draw(st.sampled_from([131060, 131051])), "title": "no"}]
    return message


def value(**rows: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": NUMBER, "phone_number_id": LINE}
    return {"messaging_product": "whatsapp", "metadata": metadata, **rows}


@st.composite
def inbound(draw: st.DrawFn) -> tuple[str, Any]:
    person = draw(people())
    message = {
        "id": draw(wamids),
        "timestamp": str(draw(times)),
        "from": person["wa_id"],
        "from_user_id": person["user_id"],
        **draw(contents()),
    }
    entry = {**person, "profile": {"name": draw(st.sampled_from(["Ana", "Ben"]))}}
    return "messages", value(contacts=[without_none(entry)], messages=[without_none(message)])


@st.composite
def echoes(draw: st.DrawFn) -> tuple[str, Any]:
    person = draw(people())
    message = {
        "id": draw(wamids),
        "timestamp": str(draw(times)),
        "from": NUMBER,
        "to": person["wa_id"],
        "to_user_id": person["user_id"],
        **draw(contents()),
    }
    return "smb_message_echoes", value(message_echoes=[without_none(message)])


@st.composite
def statuses(draw: st.DrawFn) -> tuple[str, Any]:
    person = draw(people())
    status = {
        "id": draw(wamids),
        "status": draw(st.sampled_from(["sent", "delivered", "read", "failed", "a_new_state"])),
        "timestamp": str(draw(times)),
        "recipient_id": person["wa_id"],
        "recipient_user_id": person["user_id"],
        "pricing": draw(st.sampled_from([None, {"type": "regular", "category": "service"}])),
    }
    return "messages", value(statuses=[without_none(status)])


@st.composite
def history_chunks(draw: st.DrawFn) -> tuple[str, Any]:
    person = draw(people())
    messages = [
        {
            "id": draw(wamids),
            "timestamp": str(draw(times)),
            "from": draw(st.sampled_from([NUMBER, person["wa_id"] or "15550100001"])),
            "history_context": {"status": draw(st.sampled_from(["READ", "delivered"]))},
            **draw(contents() | st.just({"type": "media_placeholder"}) | st.just({"type": "text"})),
        }
        for _ in range(draw(st.integers(1, 3)))
    ]
    thread = {
        "id": person["wa_id"],
        "context": without_none(person),
        "messages": [*messages, *draw(st.sampled_from([[], [{"id": "broken"}], ["broken"]]))],
    }
    chunk = {
        "metadata": {
            "phase": draw(st.integers(0, 2)),
            "chunk_order": draw(st.integers(1, 3)),
            "progress": draw(st.sampled_from([10, 55, 100])),
        },
        "threads": [without_none(thread)],
    }
    return "history", value(history=[chunk])


@st.composite
def history_media(draw: st.DrawFn) -> tuple[str, Any]:
    message = {
        "id": draw(wamids),
        "timestamp": str(draw(times)),
        "from": draw(st.sampled_from([NUMBER, *PHONES])),
        "type": "image",
        "image": {"id": draw(st.sampled_from(["m1", "m2"])), "mime_type": "image/jpeg"},
    }
    rows = draw(st.sampled_from(["messages", "message_echoes"]))
    return "history", value(**{rows: [message]})


@st.composite
def contacts(draw: st.DrawFn) -> tuple[str, Any]:
    person = draw(people())
    action = draw(st.sampled_from(["add", "remove"]))
    contact = {"phone_number": person["wa_id"], "user_id": person["user_id"]}
    if action == "add":
        contact["full_name"] = draw(st.sampled_from(["Ana A.", "Ben B."]))
    row = {
        "type": "contact",
        "action": action,
        "metadata": {"timestamp": str(draw(times))},
        "contact": without_none(contact),
    }
    return "smb_app_state_sync", value(state_sync=[row])


@st.composite
def preferences(draw: st.DrawFn) -> tuple[str, Any]:
    row = {
        **without_none(draw(people())),
        "category": "marketing_messages",
        "value": draw(st.sampled_from(["stop", "resume"])),
        "timestamp": str(draw(times)),
    }
    return "user_preferences", value(user_preferences=[row])


@st.composite
def moved(draw: st.DrawFn) -> tuple[str, Any]:
    message = {
        "id": draw(wamids),
        "timestamp": str(draw(times)),
        "from": "15550100001",
        "type": "system",
        "system": {"type": "user_changed_number", "wa_id": "15550100002", "body": "moved"},
    }
    return "messages", value(messages=[message])


def odd_things() -> st.SearchStrategy[tuple[str, Any]]:
    """Unknown fields, declined history, account news, other lines, wrong shapes."""
    error = {"code": 2593109, "title": "declined", "message": "not shared"}
    return st.sampled_from(
        [
            ("history", value(history=[{"errors": [error]}])),
            ("a_new_field", {"anything": [1, 2, {"deep": None}]}),
            ("account_update", {"event": "ACCOUNT_OFFBOARDED"}),
            ("account_update", {"event": "ACCOUNT_RECONNECTED"}),
            ("account_update", {"event": "PARTNER_REMOVED", "phone_number": NUMBER}),
            ("account_update", {"event": "PARTNER_ADDED", "waba_info": {"waba_id": WABA}}),
            ("message_template_status_update", {"event": "APPROVED", "message_template_id": 1}),
            ("flows", {"event": "FLOW_STATUS_CHANGE", "flow_id": "1", "new_status": "BLOCKED"}),
            ("partner_solutions", {"event": "SOLUTION_CREATED", "solution_id": "1"}),
            ("group_status_update", value(groups=[{"type": "group_suspend", "group_id": "1"}])),
            ("messages", {"metadata": {"phone_number_id": "999"}, "messages": [{"id": "w"}]}),
            ("messages", value(messages={"not": "a list"})),
            ("messages", value(messages=[{"id": "wamid.A"}, None, 7])),
            ("messages", value(errors=[{"code": 130429, "title": "slow down"}])),
        ]
    )


KINDS_OF_NOTICES = 8


def _among[Each](draw: st.DrawFn, of: int | None, kinds: list[Each]) -> Each:
    assert len(kinds) == KINDS_OF_NOTICES
    return draw(st.sampled_from(kinds)) if of is None else kinds[of]


@st.composite
def notices(draw: st.DrawFn, *, of: int | None = None) -> tuple[str, Any]:
    """Announcements that disagree about one line, at few times; some name another number.

    `of` is a kind of the `KINDS_OF_NOTICES` there are.
    """
    number = {"display_phone_number": draw(st.sampled_from([NUMBER, NUMBER, "15550100999"]))}
    limit = draw(st.sampled_from([250, "TIER_2K", -1, "?"]))
    removal = {
        "event": draw(st.sampled_from(["PARTNER_REMOVED", "partner_removed"])),
        "phone_number": number["display_phone_number"],
        "disconnection_info": draw(
            st.sampled_from([{"reason": "CHANGE_NUMBER"}, {"initiated_by": "SYSTEM"}, {}])
        ),
    }
    restriction = {
        "restriction_type": draw(st.sampled_from(["RESTRICTED_UTILITY_TEMPLATES", "NEW"])),
        "expiration": draw(st.sampled_from([str(ONBOARDED_AT + 60), ONBOARDED_AT, None])),
    }
    added = {"waba_id": WABA, "owner_business_id": draw(st.sampled_from(["77", "77", 77]))}
    decision = draw(st.sampled_from(["APPROVED", "rejected"]))
    username = {"username": draw(st.sampled_from(["shop", "store"])), "status": "approved"}
    field, told = _among(
        draw,
        of,
        [
            ("phone_number_quality_update", {"event": "FLAGGED", "current_limit": limit}),
            ("business_capability_update", {"max_daily_conversations_per_business": limit}),
            ("phone_number_name_update", {"decision": decision}),
            ("business_username_updates", username),
            ("account_review_update", {"decision": decision}),
            (
                "account_update",
                {"event": "ACCOUNT_RESTRICTION", "restriction_info": [restriction]},
            ),
            ("account_update", {"event": "PARTNER_ADDED", "waba_info": added}),
            ("account_update", removal),
        ],
    )
    of_number = field in ("phone_number_quality_update", "phone_number_name_update")
    of_number = of_number or field == "business_username_updates"
    told = {**told, **(number if of_number else {}), TIME: draw(times | st.none())}
    return field, told


changes = st.one_of(
    inbound(),
    echoes(),
    statuses(),
    history_chunks(),
    history_media(),
    contacts(),
    preferences(),
    moved(),
    odd_things(),
    notices(),
)


def _without_time(content: Any) -> Any:
    return {name: part for name, part in content.items() if name != TIME}


def batched(group: list[tuple[str, Any]], *, entries: bool) -> bytes:
    """Changes in one POST, in one entry or in one entry each."""
    told = [
        (content.get(TIME), {"field": field, "value": _without_time(content)})
        for field, content in group
    ]
    timed = [[(at, one)] for at, one in told if at is not None]
    untimed = [(at, one) for at, one in told if at is None]
    sorts = [*timed, *([one] for one in untimed)] if entries else [*timed, untimed]
    body = {
        "object": "whatsapp_business_account",
        "entry": [
            without_none({"id": WABA, "time": sort[0][0], "changes": [one for _, one in sort]})
            for sort in sorts
            if sort
        ],
    }
    return json.dumps(body, separators=(",", ":")).encode()


@st.composite
def deliveries(draw: st.DrawFn, facts: list[tuple[str, Any]]) -> list[bytes]:
    """The same facts in any order, some of them again, in POSTs of any size."""
    again = draw(st.lists(st.sampled_from(facts), max_size=4))
    order = draw(st.permutations([*facts, *again]))
    bodies = []
    while order:
        size = draw(st.integers(1, 4))
        bodies.append(batched(order[:size], entries=draw(st.booleans())))
        order = order[size:]
    return bodies
