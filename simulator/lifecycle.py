"""A business comes, connects, falls off, comes back and leaves (wire §1, §3.6, §8)."""

from typing import Any

from simulator import ids
from simulator.errors import SIGNUP_ERRORS
from simulator.outbox import Outbox, Planned
from simulator.templates import shelf
from simulator.windows import Windows
from simulator.world import (
    CLOUD_PER_SECOND,
    COEXISTENCE_PER_SECOND,
    Account,
    Code,
    Line,
    Onboarding,
    Token,
    World,
)

OLDEST_APP = (2, 24, 17)
WAIT_AFTER_LEAVING_S = 15 * 60
MODES = {"coexistence": COEXISTENCE_PER_SECOND, "cloud": CLOUD_PER_SECOND}
DISCONNECTIONS = {
    "ACCOUNT_DISCONNECTED": "USER",
    "BUSINESS_DOWNGRADE": "USER",
    "CHANGE_NUMBER": "USER",
    "USER_RE_REGISTERED": "USER",
    "COMPANION_INACTIVITY": "SYSTEM",
    "PRIMARY_INACTIVITY": "SYSTEM",
}
REMOVAL_SHAPES = ("partner", "number")


class Lifecycle:
    def __init__(self, world: World, outbox: Outbox) -> None:
        self._world = world
        self._outbox = outbox

    def open_account(
        self, name: str, *, portfolio_id: str | None = None, waba_id: str | None = None
    ) -> Account:
        """A WhatsApp Business Account, in a portfolio of its own unless one is named."""
        portfolio = portfolio_id or self._world.new_id("portfolio")
        account = Account(
            waba_id=waba_id or self._world.new_id("waba"),
            portfolio_id=portfolio,
            name=name,
            templates=shelf(self._world),
        )
        account.marketing.limit = next(
            (each.limit for each in self._world.marketing_in(portfolio)), None
        )
        self._world.records.accounts[account.waba_id] = account
        return account

    def add_line(
        self,
        account: Account,
        *,
        phone: str,
        app_version: str,
        mode: str,
        per_second: int | None,
        phone_number_id: str | None = None,
    ) -> Line:
        """A number in its owner's app, not yet connected to anything."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(MODES)}")
        if any(line.phone == phone for line in self._world.records.lines.values()):
            raise ValueError(f"{phone} is taken")
        if mode == "coexistence" and per_second not in (None, COEXISTENCE_PER_SECOND):
            raise ValueError(f"coexistence is fixed at {COEXISTENCE_PER_SECOND} messages/s")
        line = Line(
            phone_number_id=phone_number_id or self._world.new_id("line"),
            waba_id=account.waba_id,
            portfolio_id=account.portfolio_id,
            phone=phone,
            verified_name=account.name,
            mode=mode,
            app_version=app_version,
            per_second=per_second or MODES[mode],
        )
        self._world.records.lines[line.phone_number_id] = line
        return line

    def next_phone(self) -> str:
        """A fictional number that no line has."""
        return f"1555010{self._world.mint('phone'):04d}"

    # Embedded Signup

    def sign_up(
        self, line: Line, *, share_history: bool, name_number: bool, renew: bool
    ) -> dict[str, Any]:
        """The owner goes through the dialog: a code and the session message, or an error message.

        `renew` only refreshes the permission of a line that is connected already.
        """
        refusal = self.signup_refusal(line, renew=renew)
        if refusal is not None:
            return {"code": None, "session_info": self._session_error(line, refusal)}
        if not renew:
            self._connect(line, share_history=share_history)
        code = ids.secret("AQ", self._world.records.seed, "code", self._world.mint("code"))
        self._world.records.codes[code] = Code(line.waba_id, self._world.clock.now())
        return {"code": code, "session_info": session_finish(line, name_number=name_number)}

    def signup_refusal(self, line: Line, *, renew: bool = False) -> int | None:
        """The error the dialog would show, if any."""
        if line.signup_error is not None:
            return line.signup_error
        if line.on_business_app and version_of(line.app_version) < OLDEST_APP:
            return 4563015
        if line.connected and not renew:
            return 3441049
        if line.left_at is None:
            return None
        waited_s = self._world.clock.now() - line.left_at
        return 2655094 if waited_s < WAIT_AFTER_LEAVING_S else None

    def _session_error(self, line: Line, code: int) -> dict[str, Any]:
        return {
            "type": "WA_EMBEDDED_SIGNUP",
            "event": "CANCEL",
            "version": 3,
            "data": {
                "error_message": SIGNUP_ERRORS[code],
                "error_code": str(code),
                "session_id": ids.digest(line.phone_number_id, code).hex(),
                "timestamp": str(self._world.clock.seconds()),
            },
        }

    def _connect(self, line: Line, *, share_history: bool) -> None:
        line.state, line.left_at = "active", None
        line.onboarding = Onboarding(self._world.clock.seconds(), share_history)
        line.windows = Windows()
        self._tell(line, {"event": "PARTNER_ADDED", "waba_info": waba_info(line)}, to_partner=True)

    def issue_token(self, waba_ids: list[str], *, lives_s: int = 0) -> str:
        """A business token for these accounts; `lives_s` 0 means it never expires."""
        number = self._world.mint("token")
        now = self._world.clock.seconds()
        token = ids.secret("EAA", self._world.records.seed, "token", number)
        self._world.records.tokens[token] = Token(
            waba_ids=list(waba_ids),
            issued_at=now,
            expires_at=now + lives_s if lives_s else 0,
            user_id=ids.digits(17, self._world.records.seed, "system user", number),
        )
        return token

    # Falling off and leaving

    def offboard(self, line: Line) -> None:
        """A device change or a reinstall: all is kept, nothing works until the reconnection."""
        line.state = "offboarded"
        self._tell(line, {"event": "ACCOUNT_OFFBOARDED"})

    def reconnect(self, line: Line) -> None:
        """The owner came back. History is not sent again."""
        if line.state != "offboarded":
            raise ValueError(f"only an offboarded line reconnects; this one is {line.state}")
        line.state = "active"
        self._tell(line, {"event": "ACCOUNT_RECONNECTED"})

    def disconnect(self, line: Line, *, reason: str, shape: str) -> None:
        """The partner is out: permission and subscription gone, 15 minutes to the next try."""
        if reason not in DISCONNECTIONS:
            raise ValueError(f"reason is one of {', '.join(DISCONNECTIONS)}")
        if shape not in REMOVAL_SHAPES:
            raise ValueError(f"shape is one of {', '.join(REMOVAL_SHAPES)}")
        line.state, line.left_at = "disconnected", self._world.clock.seconds()
        line.onboarding = None
        info = {"reason": reason, "initiated_by": DISCONNECTIONS[reason]}
        value: dict[str, Any] = {"event": "PARTNER_REMOVED", "disconnection_info": info}
        if shape == "partner":
            value["waba_info"] = waba_info(line)
        else:
            value["phone_number"] = line.phone
        self._tell(line, value, to_partner=shape == "partner")
        if not any(other.connected for other in self._world.lines_of(line.waba_id)):
            self._withdraw(self._world.account_of(line))

    def _withdraw(self, account: Account) -> None:
        account.subscribed = False
        for token in self._world.records.tokens.values():
            token.waba_ids = [i for i in token.waba_ids if i != account.waba_id]

    def _tell(self, line: Line, value: dict[str, Any], *, to_partner: bool = False) -> None:
        account = self._world.records.app.portfolio_id if to_partner else line.waba_id
        update = self._outbox.account_update(line.waba_id, value, account=account)
        self._outbox.publish(Planned(update))


def session_finish(line: Line, *, name_number: bool) -> dict[str, Any]:
    """The message the dialog posts to the page; with coexistence the number is usually left out."""
    data = {"waba_id": line.waba_id}
    if name_number or not line.on_business_app:
        data |= {"phone_number_id": line.phone_number_id, "business_id": line.portfolio_id}
    event = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING" if line.on_business_app else "FINISH"
    return {"type": "WA_EMBEDDED_SIGNUP", "event": event, "version": 3, "data": data}


def waba_info(line: Line) -> dict[str, str]:
    return {"waba_id": line.waba_id, "owner_business_id": line.portfolio_id}


def version_of(text: str) -> tuple[int, ...]:
    """`2.24.17` as numbers. Raises ValueError for anything else."""
    return tuple(int(part) for part in text.split("."))
