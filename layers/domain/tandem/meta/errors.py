"""What can go wrong with Graph, named by how to react.

    GraphFailure
    ├── NotSent              the connection was never opened: nothing was accepted, try again
    ├── Unanswered           the request may have been accepted: unknown, never repeat a POST
    └── GraphError           Meta answered no
        ├── Throttled        too fast: back off everything on the line
        ├── PairThrottled    too fast for this one person: the others go on
        ├── Later            not before `wait` seconds, a day or so, and then once
        ├── FixFirst         nothing works until it is repaired: pause the line, tell the owner
        ├── Refused          never this message to this recipient: do not repeat
        ├── Passing          Meta's own trouble: the same call may be repeated
        ├── OnceOnly         the one-shot sync was used before
        └── TooLate          the 24 hours for the sync are over

wire: Meta, "Error codes". Unknown codes are decided by the HTTP status.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

DAY = 24 * 3600

STOPPED_MARKETING = 131050
"""The person has stopped marketing messages, whoever it was that wrote to them."""


class GraphFailure(Exception):
    """A call to Graph that did not give what was asked for."""


class NotSent(GraphFailure):
    """No connection: the request certainly did not reach Meta."""


class Unanswered(GraphFailure):
    """Timed out, cut or answered without sense after the request was written: outcome unknown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """An error as Meta wrote it, in an answer or in the `errors[]` of a status."""

    code: int | None = None
    subcode: int | None = None
    title: str = ""
    detail: str | None = None
    trace: str | None = None
    http: int | None = None

    @classmethod
    def of(cls, error: Mapping[str, Any], http: int | None = None) -> "Reason":
        """Read an `error` object of an answer, or one of a status' or webhook's `errors[]`."""
        data = error.get("error_data")
        detail = data.get("details") if isinstance(data, Mapping) else None
        title = error.get("title") or error.get("error_user_title") or error.get("message") or ""
        return cls(
            code=_number(error.get("code")),
            subcode=_number(error.get("error_subcode")),
            title=str(title),
            detail=str(detail or error.get("error_user_msg") or error.get("message") or "") or None,
            trace=str(error["fbtrace_id"]) if error.get("fbtrace_id") else None,
            http=http,
        )


class GraphError(GraphFailure):
    """Meta answered no. `advice` is a sentence for people, `wait` the least seconds to wait."""

    def __init__(self, reason: Reason, advice: str = "", wait: int = 0) -> None:
        super().__init__(f"{reason.code}: {reason.title}" + (f" ({advice})" if advice else ""))
        self.reason = reason
        self.advice = advice
        self.wait = wait

    @property
    def code(self) -> int | None:
        return self.reason.code

    @property
    def subcode(self) -> int | None:
        return self.reason.subcode

    @property
    def title(self) -> str:
        return self.reason.title

    @property
    def detail(self) -> str | None:
        return self.reason.detail

    @property
    def trace(self) -> str | None:
        return self.reason.trace

    @property
    def http(self) -> int | None:
        return self.reason.http


class Throttled(GraphError):
    """Too many calls: nothing more on this line for `wait` seconds."""


class PairThrottled(GraphError):
    """Too many messages to this person: the others go on."""


class Later(GraphError):
    """Not now: at the earliest after `wait` seconds, and then once."""


class FixFirst(GraphError):
    """Every send of the line would fail: pause them and tell the owner `advice`."""


class Refused(GraphError):
    """This message to this recipient will never be accepted."""


class Passing(GraphError):
    """Trouble at Meta that passes: the same call may be repeated after `wait` seconds."""


class OnceOnly(GraphError):
    """The one-shot sync request was used before."""


class TooLate(GraphError):
    """The 24 hours for the sync requests are over."""


class Reaction(NamedTuple):
    """How to react to a code: its family, what to do in a sentence, the least seconds to wait."""

    family: type[GraphError]
    advice: str
    wait: int = 0


_RECONNECT = "Disconnect in the WhatsApp Business App and connect the number again."
_RECONNECT_NOW = "Connect the number again: the permission is gone."
_TEMPLATE = "Correct the template or its values."
_CALL = "Correct the request."

REACTIONS: dict[int, Reaction] = {
    0: Reaction(FixFirst, _RECONNECT_NOW),
    1: Reaction(Passing, "Try again; if it stays, the request is wrong.", 2),
    2: Reaction(Passing, "Meta is down for a moment.", 5),
    3: Reaction(FixFirst, "The app lacks a capability: check its permissions."),
    4: Reaction(Throttled, "The app made too many calls this hour.", 300),
    10: Reaction(FixFirst, _RECONNECT_NOW),
    33: Reaction(FixFirst, "The number is gone: check the connection."),
    100: Reaction(Refused, _CALL),
    190: Reaction(FixFirst, "The access token has ended: connect the number again."),
    368: Reaction(FixFirst, "Meta has blocked the account for its policies: see Business Support."),
    80007: Reaction(Throttled, "Too many calls for this WhatsApp account.", 300),
    130429: Reaction(Throttled, "The line's messages per second are used up."),
    130472: Reaction(Refused, "Meta keeps this person out for an experiment: use another channel."),
    130497: Reaction(Refused, "This business category may not write to that country."),
    130501: Reaction(Refused, "This type cannot go to a group."),
    131000: Reaction(Passing, "Meta does not know why: try again.", 5),
    131005: Reaction(FixFirst, "The token lacks a permission: connect the number again."),
    131008: Reaction(Refused, _CALL),
    131009: Reaction(Refused, _CALL),
    131016: Reaction(Passing, "The service is overloaded: try again.", 10),
    131020: Reaction(Refused, "There is no such group."),
    131021: Reaction(Refused, "A line cannot write to itself."),
    131026: Reaction(Refused, "Not deliverable: no WhatsApp, an old app or a blocked sender."),
    131030: Reaction(Refused, "A test number writes only to its list of testers."),
    131031: Reaction(FixFirst, "Meta has locked the account: see Business Support."),
    131037: Reaction(FixFirst, "The number's display name must be approved first."),
    # Two of Meta's lists disagree about 131041: an unknown group, or trouble of the account.
    131041: Reaction(Refused, "There is no such group, or the account is not in order."),
    131042: Reaction(FixFirst, "Add a valid payment method in WhatsApp Manager."),
    131044: Reaction(FixFirst, "Add a valid payment method in WhatsApp Manager."),
    131045: Reaction(FixFirst, "The number's registration is broken: connect it again."),
    131047: Reaction(Refused, "The 24-hour window is closed: send a template."),
    131048: Reaction(Later, "Too many people reported or blocked this line: pause.", DAY),
    131049: Reaction(Later, "Meta spares this person more marketing for now.", DAY),
    STOPPED_MARKETING: Reaction(Refused, "The person has stopped marketing messages."),
    131051: Reaction(Refused, "This message type is not supported."),
    131052: Reaction(Refused, "Meta could not fetch the file."),
    131053: Reaction(Refused, "Meta could not take the file: upload it again."),
    131055: Reaction(Refused, "This message cannot go this way."),
    131056: Reaction(PairThrottled, "Too many messages to this person in a short time.", 6),
    131057: Reaction(Throttled, "The line is in maintenance for some minutes.", 60),
    131059: Reaction(Refused, "The paging cursor has ended: begin again."),
    131060: Reaction(Refused, "Meta cannot show this message: open it on the phone."),
    131061: Reaction(
        Refused, "Switch the line's marketing_messages on: this template goes no other way."
    ),
    131062: Reaction(Refused, "This message needs the person's phone number."),
    131063: Reaction(
        Refused, "Switch the line's marketing_messages on: Meta takes marketing no other way."
    ),
    131064: Reaction(Later, "Templates of a wrong category have used up the limit.", DAY),
    131201: Reaction(Refused, "Only a part was done: see the details."),
    131202: Reaction(Refused, "Somebody is named twice."),
    131203: Reaction(Refused, "The person has not accepted WhatsApp's terms."),
    131204: Reaction(Refused, "A group has eight people at most."),
    131207: Reaction(Refused, "The group is suspended."),
    131208: Reaction(Throttled, "Too many group calls.", 60),
    131209: Reaction(Refused, "The picture must be a square."),
    131210: Reaction(Refused, "The picture must be 192 pixels wide at least."),
    131211: Reaction(Refused, "The number has as many groups as it may."),
    131212: Reaction(Refused, "The person is not in the group."),
    131213: Reaction(Refused, "The person does not ask to join."),
    131214: Reaction(Later, "Meta lets this number make no groups for now.", 7 * DAY),
    131215: Reaction(Refused, "This number cannot use groups."),
    132000: Reaction(Refused, _TEMPLATE),
    132001: Reaction(Refused, "There is no approved template of this name and language."),
    132005: Reaction(Refused, "The filled-in template is too long."),
    132007: Reaction(Refused, _TEMPLATE),
    132008: Reaction(Refused, _TEMPLATE),
    132012: Reaction(Refused, _TEMPLATE),
    132015: Reaction(Later, "Meta has paused the template for its quality.", DAY),
    132016: Reaction(Refused, "Meta has disabled the template for good."),
    132018: Reaction(Refused, _TEMPLATE),
    132068: Reaction(Refused, "Meta has blocked the flow."),
    132069: Reaction(Later, "The flow may send ten messages an hour.", 3600),
    133000: Reaction(FixFirst, "Deregister the number again."),
    133004: Reaction(Passing, "Meta's registration is down: try again.", 60),
    133005: Reaction(FixFirst, "The two-step PIN is wrong."),
    133006: Reaction(FixFirst, "The number must be verified again."),
    133008: Reaction(Later, "Too many PIN attempts: see the details for how long.", DAY),
    133009: Reaction(Later, "PIN attempts came too fast: see the details for how long.", 3600),
    133010: Reaction(FixFirst, "The number is not registered: connect it again."),
    133015: Reaction(Passing, "The number was deleted a moment ago: wait five minutes.", 300),
    133016: Reaction(Later, "Ten registrations in 72 hours are the limit.", 3 * DAY),
    134011: Reaction(FixFirst, "Accept Meta's payment terms."),
    134100: Reaction(Refused, "Only marketing templates go this way."),
    134101: Reaction(Passing, "Meta is still taking the template in: wait ten minutes.", 600),
    134102: Reaction(
        FixFirst, "Accept the terms of the marketing messages API in WhatsApp Manager."
    ),
    135000: Reaction(Refused, _CALL),
    136024: Reaction(Refused, "The number is verified already."),
    137000: Reaction(Refused, "The person's identity has changed: verify it again."),
    2494100: Reaction(Passing, "The number is in maintenance for some minutes.", 60),
    2593107: Reaction(OnceOnly, f"The sync was requested before. {_RECONNECT}"),
    2593108: Reaction(TooLate, f"The 24 hours for the sync are over. {_RECONNECT}"),
    2593109: Reaction(Refused, "The owner did not share the chat history."),
}
"""Every code we know. wire: Meta, "Error codes"."""

_RANGES: tuple[tuple[range, Reaction], ...] = (
    (range(200, 300), Reaction(FixFirst, _RECONNECT_NOW)),
    (range(138000, 138019), Reaction(Refused, "A call could not be made: see the details.")),
    (range(139100, 139104), Reaction(Refused, "The person could not be blocked or unblocked.")),
    (range(147001, 147006), Reaction(Refused, "The username cannot be had: see the details.")),
    (range(2388000, 2389000), Reaction(Refused, _TEMPLATE)),
)
"""Families of codes that Meta numbers in a row."""

_BY_SUBCODE: dict[tuple[int, int], Reaction] = {
    (100, 33): Reaction(FixFirst, "Meta shows us no such object: check the connection."),
}


def reaction(code: int | None, subcode: int | None = None, http: int | None = None) -> Reaction:
    """How to react to a code; to an unknown one by its HTTP status."""
    if code is not None and subcode is not None and (code, subcode) in _BY_SUBCODE:
        return _BY_SUBCODE[code, subcode]
    if code in REACTIONS:
        return REACTIONS[code]
    for codes, of_all in _RANGES:
        if code in codes:
            return of_all
    if http == 429:
        return Reaction(Throttled, "Too many calls.", 60)
    if http in (401, 403):
        return Reaction(FixFirst, _RECONNECT_NOW)
    if http is not None and http >= 500:
        return Reaction(Passing, "Trouble at Meta: try again.", 5)
    return Reaction(Refused, "Meta refused it: see the details.")


def graph_error(reason: Reason) -> GraphError:
    """The reason as an exception of its family, ready to be raised."""
    family, advice, wait = reaction(reason.code, reason.subcode, reason.http)
    return family(reason, advice, wait)


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
