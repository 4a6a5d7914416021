"""Scenarios of what a business sends: lost answers, throttling, opt-outs, statuses in disorder."""

from itertools import chain

from simulator.errors import webhook_error
from simulator.scenarios.imports import SEEN
from simulator.scenarios.registry import scenario
from simulator.scenarios.stage import Stage

STATUSES_PAGE = 'Meta, "statuses webhook reference"'
SENDING_PAGE = 'Meta, "Cloud API: messages"'
ERRORS_PAGE = 'Meta, "Error codes"'


@scenario(
    "sender-dies",
    shows="the attempt as sent, by the note in its statuses, and no second message",
    stands_for=f"{SENDING_PAGE}: no idempotency key; biz_opaque_callback_data in each status",
    waits_for="a message to the customer who has written",
)
def sender_dies(stage: Stage, *, note: str = "attempt-1", quiet_s: float = 3.0) -> None:
    """A message is accepted, but its answer never arrives, as if the sender had died before it.

    The statuses name the attempt by the note it was sent with (`note`, in webhooks alone).
    """
    anna = stage.somebody("Amara")
    with stage.bad_day(lose_answer=1, endpoints=["messages"]):
        stage.tell(stage.customer(anna, "Is my order ready?"))
        sent = stage.server_sends(anna, "It is", note=note)
    stage.quiet("a second message to the customer", quiet_s, lambda: stage.sent_to(anna))
    stage.post_each(stage.arrived(sent))


@scenario(
    "broadcast-dies-at-40",
    shows="each person as sent to exactly once, the 40 % from before and the 60 % after",
    stands_for=f"{ERRORS_PAGE}: 2, 503, nothing was done; a sender may go on later",
    waits_for="a template to each of the people named, sent again after an outage at 40 %",
)
def broadcast_dies_at_40(
    stage: Stage, *, people: int = 10, down_s: float = 5.0, quiet_s: float = 3.0
) -> None:
    """A broadcast stops at 40 % since Meta is down, and goes on when it is back."""
    audience = [stage.somebody() for _ in range(people)]
    stage.say(f"people: {' '.join(audience)}")
    stage.server_broadcasts(audience, at_least=people * 4 // 10)
    with stage.bad_day(graph_5xx=1, endpoints=["messages"]):
        stage.outage(down_s)
    stage.server_broadcasts(audience, at_least=people)
    sent = stage.all_sent_to(audience)
    stage.quiet(
        "a message to somebody who had one",
        quiet_s,
        lambda: len(stage.all_sent_to(audience)) > people,
    )
    stage.post_each(chain.from_iterable(stage.arrived(one) for one in sent))


@scenario(
    "optout-between",
    shows="three people who are sent no marketing, each with the reason, and one who is again",
    stands_for='Meta, "user_preferences webhook reference"; 131050 in a status',
)
def optout_between(stage: Stage) -> None:
    """Four people opt out between a plan and its sending; the wishes arrive in disorder.

    One stops, one stops and resumes, one resumes and stops, and of one only a failed status tells.
    """
    stops, resumes, again, silent = (stage.somebody() for _ in range(4))
    planned = [stage.wishes(stops, "stop")]
    planned += [stage.wishes(resumes, "stop"), stage.wishes(resumes, "resume")]
    planned += [stage.wishes(again, "resume"), stage.wishes(again, "stop")]
    stage.post_each(reversed(planned))
    failed = stage.sends_itself(silent, template=OFFER, note="person-4")
    stage.post_each(stage.statuses(failed, code=131050))
    stage.expect(
        opted_out=sorted(stage.user_id(phone) for phone in (stops, again, silent)),
        opted_in=[stage.user_id(resumes)],
    )


@scenario(
    "throttled-30s",
    shows="nothing failed; what waited was sent in the end, replies before all else",
    stands_for=f"{ERRORS_PAGE}: 130429, over the messages per second of the number",
    waits_for="a message to the customer who has written, sent again after 30 seconds of 130429",
)
def throttled_30s(stage: Stage, *, seconds: float = 30.0) -> None:
    """For half a minute every message is refused with 130429, then none is."""
    anna = stage.somebody("Amara")
    with stage.bad_day(refuse=1, refuse_code=130429, endpoints=["messages"]):
        stage.tell(stage.customer(anna, "Anybody there?"))
        stage.until_refused(130429)
        stage.outage(seconds)
    stage.post(stage.update("messages", errors=[webhook_error(130429)]))
    sent = stage.server_sends(anna, "We are")
    stage.post_each(stage.arrived(sent))


@scenario(
    "each-error-its-own",
    shows="every message as failed with its own reason and what to do about it",
    stands_for=f"{STATUSES_PAGE} and {ERRORS_PAGE}: failed, errors[]",
)
def each_error_its_own(stage: Stage) -> None:
    """Accepted messages fail, each for another reason; two of the statuses come twice."""
    for code in FAILURES:
        sent = stage.sends_itself(stage.somebody(), template=OFFER, note=f"of-{code}")
        (failed,) = stage.statuses(sent, code=code)
        stage.post(failed, times=2 if code in (131049, 131050) else 1)


@scenario(
    "status-backwards",
    shows="each message as far as it ever got, and no state lost",
    stands_for=f"{STATUSES_PAGE}: no order; `delivered` may be left out",
)
def status_backwards(stage: Stage) -> None:
    """Statuses in the wrong order, twice, with gaps, a day late, and a failure after an arrival."""
    orders = (
        ("read", "delivered", "sent"),
        ("delivered", "sent", "delivered"),
        ("read",),
        ("played", "sent", "read", "delivered"),
        ("sent",),
    )
    for order in orders:
        sent = stage.sends_itself(stage.somebody(), "Hello")
        told = stage.statuses(sent, *dict.fromkeys(order))
        stage.post_each(told)
        stage.post(told[0])
    sent = stage.sends_itself(stage.somebody(), "Hello")
    (delivered,) = stage.statuses(sent, "delivered")
    (failed,) = stage.statuses(sent, code=131026)
    stage.post_each([failed, delivered])
    late = stage.sends_itself(stage.somebody(), "Hello")
    told = stage.arrived(late)
    stage.pause(86_400)
    stage.post_each(told)


@scenario(
    "pricing-of-october",
    shows="what each message cost in kind, and which was free; none guessed",
    stands_for='Meta, "Pricing": from 1 October 2026 service and utility are charged in the window',
)
def pricing_of_october(stage: Stage) -> None:
    """Statuses with every kind of pricing: charged, free, from an ad, and with none at all."""
    kinds = {}
    for pricing in PRICINGS:
        sent = stage.sends_itself(stage.somebody(), "Hello")
        told = stage.statuses(sent, "sent", "delivered")
        for update in told:
            (status,) = update.value["statuses"]
            status.pop("pricing")
            if pricing is not None:
                status["pricing"] = {"pricing_model": "PMP", **pricing}
        stage.post_each(told)
        kinds[sent.wamid] = pricing
    stage.expect(pricing=kinds)


@scenario(
    "statuses-before-messages",
    shows="each message with the states that came before it",
    stands_for=f"{SEEN}: the status of a message before its echo",
)
def statuses_before_messages(stage: Stage) -> None:
    """Statuses of what the owner typed come before the echoes that bring the messages."""
    anna = stage.somebody("Amara")
    typed = [stage.owner(anna, f"Typed {n}") for n in (1, 2, 3)]
    for told in typed:
        stage.post_each(reversed(stage.arrived(told.message)))
    stage.tell(*typed)


OFFER = "spring_offer"
FAILURES = (131026, 131047, 131049, 131050, 131053, 130472, 131042, 131048, 131000, 132015)
PRICINGS: tuple[dict[str, object] | None, ...] = (
    {"billable": True, "type": "regular", "category": "service"},
    {"billable": True, "type": "regular", "category": "utility"},
    {"billable": True, "type": "regular", "category": "marketing"},
    {"billable": True, "type": "regular", "category": "authentication-international"},
    {"billable": False, "type": "free_customer_service", "category": "service"},
    {"billable": False, "type": "free_entry_point", "category": "referral_conversion"},
    {"type": "regular", "category": "service"},
    {"billable": True, "type": "a_new_type", "category": "a_new_category"},
    None,
)
