"""Proving a number: what the sign-up window claims counts only as far as the token reaches.

wire: Meta, "Embedded Signup implementation", "debug_token", "Phone numbers"; a number is in
coexistence when `is_on_biz_app` is true and `platform_type` is CLOUD_API.
"""

from dataclasses import dataclass

from tandem.lines.graph_calls import SignupGraph
from tandem.meta.errors import FixFirst, Refused
from tandem.meta.graph import TokenFacts
from tandem.meta.numbers import PhoneNumber
from tandem.model.errors import Conflict, NotAllowed, TryAgain
from tandem.model.line import COEXISTENCE_RATE, Mode
from tandem.model.onboarding import Choice

ON_THE_PLATFORM = "CLOUD_API"
CLOUD_RATES = {"HIGH": 1000}
CLOUD_RATE = 80
"""Messages per second of a number without the app. wire: Meta, "Throughput"."""


class WhichNumber(Conflict):
    """Several numbers may be meant; the owner has to say which."""

    code = "which_number"

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        super().__init__("this account has several numbers: choose the one to connect")
        self.choices = choices


class NotReady(TryAgain):
    """Meta has not finished connecting the number; it will a moment later."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A number that the token reaches, in the account it was granted for."""

    waba: str
    number: PhoneNumber
    mode: Mode
    token_expires_at: int | None


def mode_of(number: PhoneNumber) -> Mode | None:
    """How a number is connected; None when it is not on the platform."""
    if number.platform_type != ON_THE_PLATFORM:
        return None
    return Mode.COEXISTENCE if number.is_on_biz_app else Mode.CLOUD


def rate_of(number: PhoneNumber, mode: Mode) -> int:
    """Messages per second that Meta lets the number send and receive."""
    if mode is Mode.COEXISTENCE:
        return COEXISTENCE_RATE
    return CLOUD_RATES.get(number.throughput or "", CLOUD_RATE)


def prove(
    graph: SignupGraph, facts: TokenFacts, *, app_id: str, waba: str | None, line: str | None
) -> Proven:
    """The number that is meant, proven by the token. `waba` and `line` are mere claims.

    Raises NotAllowed for a claim outside the token's grants, WhichNumber when the owner has to
    choose, NotReady while Meta is still connecting; Meta's own passing faults go through.
    """
    if not facts.is_valid or facts.app_id != app_id:
        raise NotAllowed("Meta's permission is not for this app: begin again", code="not_granted")
    account = _account(facts, waba)
    number = _meant(_numbers(graph, account), line)
    mode = mode_of(number)
    if mode is None:
        raise NotReady("Meta is still connecting the number")
    return Proven(account, number, mode, facts.expires_at)


def _account(facts: TokenFacts, claimed: str | None) -> str:
    """The WABA: the claimed one if it may be, else the only granted one.

    Meta does not always list a WABA among the grants; then reading its numbers is the proof.
    """
    if claimed is not None and (claimed in facts.wabas or not facts.wabas):
        return claimed
    if claimed is None and len(facts.wabas) == 1:
        return next(iter(facts.wabas))
    raise _not_granted()


def _numbers(graph: SignupGraph, waba: str) -> tuple[PhoneNumber, ...]:
    try:
        return graph.phone_numbers(waba)
    except (FixFirst, Refused) as error:
        raise _not_granted() from error


def _meant(numbers: tuple[PhoneNumber, ...], claimed: str | None) -> PhoneNumber:
    if claimed is not None:
        named = [number for number in numbers if number.id == claimed]
        if not named:
            raise NotAllowed(
                "that number is not in the account you shared: begin again and choose it",
                code="not_granted",
            )
        return named[0]
    candidates = [number for number in numbers if number.is_on_biz_app] or list(numbers)
    if not candidates:
        raise NotReady("Meta does not show the number yet")
    if len(candidates) > 1:
        raise WhichNumber(tuple(Choice(number.id, number.display_number) for number in candidates))
    return candidates[0]


def _not_granted() -> NotAllowed:
    return NotAllowed(
        "Meta's permission does not cover that WhatsApp account: begin again and share it",
        code="not_granted",
    )
