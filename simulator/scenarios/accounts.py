"""Scenarios of accounts and numbers: they fall off, come back and leave, and Meta says so."""

from dataclasses import replace
from functools import partial

from simulator.envelope import Update
from simulator.notices import NOTICES
from simulator.scenarios.imports import texts
from simulator.scenarios.registry import scenario
from simulator.scenarios.stage import Stage

ACCOUNT_PAGE = 'Meta, "account_update webhook reference"'
FIELDS_PAGE = 'Meta, "Webhooks: fields"'


@scenario(
    "offboarded-midway",
    shows="import and broadcasts waiting while the line is off, and whole after it",
    stands_for=f"{ACCOUNT_PAGE}: ACCOUNT_OFFBOARDED and ACCOUNT_RECONNECTED name no number",
)
def offboarded_midway(stage: Stage, *, messages: int = 100, off_s: float = 60.0) -> None:
    """In the middle of an import the line is offboarded; it comes back and the import goes on."""
    chunks = texts(stage, messages, chunk_messages=10)
    half = len(chunks) // 2
    stage.post_each(chunks[:half])
    stage.post(falls_off(stage))
    stage.outage(off_s)
    stage.post(comes_back(stage))
    stage.post_each(chunks[half:])
    stage.expect(state="active")


@scenario(
    "reconnected-before-offboarded",
    shows="the line as active, since that is what Graph says of it",
    stands_for=f"{ACCOUNT_PAGE}: its samples are dated in the wrong order",
)
def reconnected_before_offboarded(stage: Stage) -> None:
    """A line falls off and comes back, and the two are told the wrong way round."""
    off, on = falls_off(stage), comes_back(stage)
    stage.post_each([on, off])
    stage.expect(state="active")


@scenario(
    "portfolio-entry-id",
    shows="each notice at the account that waba_info names",
    stands_for=f"{ACCOUNT_PAGE}: for PARTNER_* the entry's id is the partner's portfolio",
)
def portfolio_entry_id(stage: Stage) -> None:
    """Notices come under the partner's portfolio, and the account is named within."""
    kinds = [kind for kind, notice in NOTICES.items() if notice.to_partner]
    told = [stage.announced(kind) for kind in kinds]
    value = told[0].value | {"event": "PARTNER_ADDED"}
    stage.post_each([replace(told[0], value=value), *told])


@scenario(
    "owner-leaves",
    shows="the line as removed, why and by whom; nothing of the conversation lost",
    stands_for=f"{ACCOUNT_PAGE}: PARTNER_REMOVED with disconnection_info",
)
def owner_leaves(stage: Stage, *, reason: str = "PRIMARY_INACTIVITY") -> None:
    """The line is disconnected for good, told in both known forms; played on a line it is gone."""
    anna = stage.somebody("Amara")
    stage.tell(stage.customer(anna, "See you tomorrow"))
    lifecycle, line = stage.platform.lifecycle, stage.line
    left = stage.meta_says(lambda: lifecycle.disconnect(line, reason=reason, shape="partner"))
    again = stage.meta_says(lambda: lifecycle.disconnect(line, reason=reason, shape="number"))
    stage.post_each([left, again])
    stage.expect(state="removed")


@scenario(
    "account-notices",
    shows="each notice once, in the order of its time; the line works as before",
    stands_for=f"{FIELDS_PAGE}: accounts, quality, limits, names, templates, flows, …",
)
def account_notices(stage: Stage) -> None:
    """One of every notice that Meta has for accounts, numbers, templates and flows; some twice."""
    told = [stage.announced(kind) for kind in NOTICES]
    stage.rng.shuffle(told)
    stage.post_each([*told, *told[:5]])


@scenario(
    "never-seen-before",
    shows="what cannot be understood kept word for word, and the message between it",
    stands_for=f"{FIELDS_PAGE}: fields and events are added without notice",
)
def never_seen_before(stage: Stage) -> None:
    """A field, an event, a call and an identity change that a server knows nothing of, with a text.

    They come in one POST each, so the text is not in their company; nothing may be answered 4xx.
    """
    anna = stage.somebody("Amara")
    stage.post(stage.update("weather", forecast=[{"day": "tomorrow", "sky": "blue"}]))
    stage.tell(stage.customer(anna, "Between two strange things"))
    value = {"event": "ACCOUNT_ENCHANTED", "spell": 7}
    stage.post(replace(stage.announced("verified"), value=value))
    stage.post(stage.update("calls", calls=[call_of(stage, anna)]))
    renewed = {"previous": stage.user_id(anna), "current": "US.1"}
    stage.post(stage.update("user_id_update", user_id_update=[{"user_id": renewed}]))


@scenario(
    "template-paused",
    shows="the template as not to be sent while paused, and as before once reinstated",
    stands_for='Meta, "message_template_status_update webhook reference"; 132015 on sends',
)
def template_paused(stage: Stage, *, name: str = "spring_offer", off_s: float = 10.0) -> None:
    """A template is paused for its quality and reinstated; meanwhile sends of it are refused."""
    announcements = stage.platform.announcements
    account = stage.platform.world.account_of(stage.line)
    for status in ("PAUSED", "APPROVED"):
        change = partial(announcements.set_template, account, name, "en_US", status)
        stage.post(stage.meta_says(change))
        stage.outage(off_s if status == "PAUSED" else 0)
    stage.expect(templates={name: "APPROVED"})


def falls_off(stage: Stage) -> Update:
    return stage.meta_says(lambda: stage.platform.lifecycle.offboard(stage.line))


def comes_back(stage: Stage) -> Update:
    return stage.meta_says(lambda: stage.platform.lifecycle.reconnect(stage.line))


def call_of(stage: Stage, phone: str) -> dict[str, str]:
    return {
        "id": f"wacid.{stage.seed}",
        "from": phone,
        "to": stage.line.phone,
        "event": "connect",
        "timestamp": str(int(stage.moment)),
    }
