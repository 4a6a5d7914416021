"""The app under test, and the businesses that connect to it, fall off and leave."""

from collections.abc import Callable
from typing import Any

from simulator import report
from simulator.controls.verbs import Verbs, digits_of
from simulator.errors import SIGNUP_ERRORS
from simulator.world import Callback, Line

type Json = dict[str, Any]


class BusinessControls(Verbs):
    # The app under test

    def configure_app(
        self,
        *,
        app_id: str | None = None,
        app_secret: str | None = None,
        callback_url: str | None = None,
        verify_token: str = "",
        token_lives_s: int | None = None,
    ) -> Json:
        """Name the app, its secret, its callback; one that fails the handshake is not taken."""
        with self.world.lock:
            app = self.world.records.app
            app.app_id = app_id or app.app_id
            app.app_secret = app_secret or app.app_secret
            app.token_lives_s = app.token_lives_s if token_lives_s is None else token_lives_s
        if callback_url is None:
            return {"app_id": app.app_id, "verified": None, "problem": None}
        callback = Callback(callback_url, verify_token)
        problem = self.platform.handshake(callback)
        if problem is None:
            app.callback = callback
        return {"app_id": app.app_id, "verified": problem is None, "problem": problem}

    # Businesses and their numbers

    def create_business(
        self,
        *,
        name: str = "Corner Shop",
        phone_number: str | None = None,
        app_version: str = "2.24.17",
        mode: str = "coexistence",
        per_second: int | None = None,
        portfolio_id: str | None = None,
        waba_id: str | None = None,
        signup_error: int | None = None,
    ) -> Json:
        """A business with a number in its app; with `waba_id` a number more for that account."""
        if signup_error is not None and signup_error not in SIGNUP_ERRORS:
            raise ValueError(f"signup_error is one of {sorted(SIGNUP_ERRORS)}")
        with self.world.lock:
            lifecycle = self.platform.lifecycle
            if waba_id is None:
                account = lifecycle.open_account(name, portfolio_id=portfolio_id)
            else:
                account = self.platform.account(waba_id)
            line = lifecycle.add_line(
                account,
                phone=digits_of(phone_number) if phone_number else lifecycle.next_phone(),
                app_version=app_version,
                mode=mode,
                per_second=per_second,
            )
            line.signup_error = signup_error
        return report.line_summary(line)

    def businesses(self) -> Json:
        with self.world.lock:
            lines = self.world.records.lines.values()
            return {"businesses": [report.line_summary(line) for line in lines]}

    def signup(
        self,
        *,
        waba_id: str,
        phone_number_id: str | None = None,
        share_history: bool = True,
        omit_phone_number_id: bool = True,
        renew: bool = False,
    ) -> Json:
        """Embedded Signup without a browser: `code` and `session_info` (which may be an error)."""
        with self.world.lock:
            self.platform.account(waba_id)
            lines = self.world.lines_of(waba_id)
            wanted = phone_number_id or next(
                (line.phone_number_id for line in lines if not line.connected or renew),
                lines[0].phone_number_id if lines else "",
            )
            return self.platform.lifecycle.sign_up(
                self.platform.line(wanted),
                share_history=share_history,
                name_number=not omit_phone_number_id,
                renew=renew,
            )

    def issue_token(self, *, waba_ids: list[str], lives_s: int = 0) -> Json:
        """A business token without the signup."""
        with self.world.lock:
            for waba_id in waba_ids:
                self.platform.account(waba_id)
            return {"access_token": self.platform.lifecycle.issue_token(waba_ids, lives_s=lives_s)}

    def offboard(self, *, phone_number_id: str) -> Json:
        return self._on_line(phone_number_id, self.platform.lifecycle.offboard)

    def reconnect(self, *, phone_number_id: str) -> Json:
        return self._on_line(phone_number_id, self.platform.lifecycle.reconnect)

    def disconnect(
        self, *, phone_number_id: str, reason: str = "ACCOUNT_DISCONNECTED", shape: str = "partner"
    ) -> Json:
        return self._on_line(
            phone_number_id,
            lambda line: self.platform.lifecycle.disconnect(line, reason=reason, shape=shape),
        )

    def _on_line(self, phone_number_id: str, act: Callable[[Line], None]) -> Json:
        with self.world.lock:
            line = self.platform.line(phone_number_id)
            act(line)
            return report.line_summary(line)
