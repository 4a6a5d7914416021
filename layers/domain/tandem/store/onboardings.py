"""Onboardings and their steps. Every transition is a conditional write: it happens once or not.

An onboarding that is not over is in the keeper's list; `moment` is when the keeper looks next.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tandem.model.onboarding import (
    ONE_SHOT,
    Choice,
    Onboarding,
    OnboardingState,
    Step,
    StepName,
    StepState,
)
from tandem.store import keys
from tandem.store.due import due
from tandem.store.steps import read_step
from tandem.store.table import Table


@dataclass(frozen=True, slots=True)
class Look:
    """One onboarding on the keeper's list, due at the moment `due`."""

    tenant: str
    onboarding: str
    due: str


class Onboardings:
    def __init__(self, table: Table) -> None:
        self._table = table

    # ---- reading

    def get(self, tenant: str, onboarding: str) -> Onboarding | None:
        """An onboarding with its steps in their order."""
        key = keys.onboarding(tenant, onboarding)
        found = {row["sk"]: row for row in self._table.rows(key.pk)}
        if key.sk not in found:
            return None
        places = {name: keys.step(tenant, onboarding, name).sk for name in StepName}
        steps = tuple(read_step(name, found[sk]) for name, sk in places.items() if sk in found)
        return _onboarding(tenant, onboarding, found[key.sk], steps)

    def sealed_token(self, tenant: str, onboarding: str) -> bytes | None:
        """The token that waits here for its number to be proven; None when there is none."""
        row = self._table.get(keys.onboarding(tenant, onboarding)) or {}
        return row.get("sealed")

    def invitation_used_by(self, invitation: str) -> str | None:
        """The onboarding that completed under this invitation."""
        row = self._table.get(keys.used_invitation(invitation))
        return row["onboarding"] if row else None

    # ---- from the code to the line

    def start(self, onboarding: Onboarding) -> bool:
        """Write a new onboarding; False when there is one of this id already."""
        return self._table.insert(
            keys.onboarding(onboarding.tenant, onboarding.onboarding),
            {
                "state": onboarding.state.value,
                "invitation": onboarding.invitation,
                "created_at": onboarding.created_at,
                # As text: what the owner confirmed is evidence, and is kept as it was sent.
                "accepted": json.dumps(onboarding.accepted),
                "claimed_waba": onboarding.claimed_waba,
                "claimed_line": onboarding.claimed_line,
                "group": keys.open_onboardings(),
                "moment": keys.moment(onboarding.created_at, onboarding.onboarding),
            },
        )

    def keep_token(self, tenant: str, onboarding: str, sealed: bytes) -> bool:
        """The code is exchanged: keep the token before anything else can fail."""
        return self._move(
            tenant,
            onboarding,
            OnboardingState.EXCHANGED,
            since=OnboardingState.EXCHANGING,
            put={"sealed": sealed},
        )

    def claim(self, tenant: str, onboarding: str, *, waba: str | None, line: str | None) -> None:
        """The owner said more about which number it is; what was said before stays otherwise."""
        said = {"claimed_waba": waba, "claimed_line": line}
        known = {name: value for name, value in said.items() if value}
        if known:
            self._table.update(
                keys.onboarding(tenant, onboarding),
                put=known,
                if_equal={"state": OnboardingState.EXCHANGED.value},
            )

    def note_obstacle(
        self,
        tenant: str,
        onboarding: str,
        *,
        code: str,
        why: str,
        choices: Iterable[Choice] = (),
        since: OnboardingState = OnboardingState.EXCHANGED,
    ) -> None:
        """Something stands in the way that passes, or that the owner can change."""
        offered = [[choice.line, choice.display_number] for choice in choices]
        self._table.update(
            keys.onboarding(tenant, onboarding),
            put={"code": code, "why": why, "choices": offered},
            if_equal={"state": since.value},
        )

    def connect(
        self,
        onboarding: Onboarding,
        *,
        waba: str,
        line: str,
        display_number: str,
        at: int,
        deadline_at: int,
        steps: Iterable[StepName],
        once_from: int = 0,
        why: str | None = None,
    ) -> None:
        """The line is written: its steps begin, and the token lives with the line alone.

        What Meta takes only once is not asked for before `once_from` (unix seconds); `why` says so.
        """
        tenant, id_ = onboarding.tenant, onboarding.onboarding
        pending = {"state": StepState.PENDING.value, "attempts": 0, "due_at": 0}
        for name in steps:
            held = {"due_at": once_from, "why": why} if name in ONE_SHOT else {}
            key = keys.step(tenant, id_, name)
            self._table.update(key, put=pending | held, if_absent=("state",))
        self._move(
            tenant,
            id_,
            OnboardingState.CONNECTED,
            since=OnboardingState.EXCHANGED,
            put={
                "waba": waba,
                "line": line,
                "display_number": display_number,
                "connected_at": at,
                "deadline_at": deadline_at,
                "moment": keys.moment(at, id_),
            },
            remove=("sealed", "code", "why", "choices"),
        )

    def refuse(self, onboarding: Onboarding, *, code: str, why: str) -> bool:
        """End an onboarding that cannot become a line; its token is forgotten."""
        return self._move(
            onboarding.tenant,
            onboarding.onboarding,
            OnboardingState.REFUSED,
            since=onboarding.state,
            put={"code": code, "why": why},
            remove=("sealed", "choices", "group", "moment"),
        )

    def note_completed(self, onboarding: Onboarding, *, at: int) -> None:
        """Every step is settled: its invitation is used up."""
        used = {"tenant": onboarding.tenant, "onboarding": onboarding.onboarding, "at": at}
        key = keys.used_invitation(onboarding.invitation)
        self._table.update(key, put=used, if_absent=("onboarding",))

    def finish(self, onboarding: Onboarding, *, code: str, why: str | None = None) -> None:
        """Take a connected onboarding off the keeper's list, and say how it ended."""
        self._move(
            onboarding.tenant,
            onboarding.onboarding,
            OnboardingState.FINISHED,
            since=OnboardingState.CONNECTED,
            put={"code": code, "why": why},
            remove=("group", "moment"),
        )

    def _move(
        self,
        tenant: str,
        onboarding: str,
        state: OnboardingState,
        *,
        since: OnboardingState,
        put: Mapping[str, Any],
        remove: Iterable[str] = (),
    ) -> bool:
        return self._table.update(
            keys.onboarding(tenant, onboarding),
            put={"state": state.value, **put},
            remove=remove,
            if_equal={"state": since.value},
        )

    # ---- the keeper's list

    def due(self, now: int) -> Iterator[Look]:
        """Every onboarding of every tenant to be looked at by `now`, the longest due first."""
        for row in due(self._table, keys.open_onboardings(), now=now):
            tenant, _, onboarding = row["pk"].split("#", 2)
            yield Look(tenant, onboarding, row["moment"])

    def take(self, look: Look, *, next_at: int) -> bool:
        """Take one look and set the next; False when somebody else took it."""
        return self._table.update(
            keys.onboarding(look.tenant, look.onboarding),
            put={"moment": keys.moment(next_at, look.onboarding)},
            if_equal={"moment": look.due},
        )


def _onboarding(
    tenant: str, onboarding: str, row: Mapping[str, Any], steps: tuple[Step, ...]
) -> Onboarding:
    return Onboarding(
        tenant=tenant,
        onboarding=onboarding,
        invitation=row["invitation"],
        state=OnboardingState(row["state"]),
        created_at=row["created_at"],
        accepted=json.loads(row["accepted"]),
        claimed_waba=row.get("claimed_waba"),
        claimed_line=row.get("claimed_line"),
        waba=row.get("waba"),
        line=row.get("line"),
        display_number=row.get("display_number"),
        connected_at=row.get("connected_at"),
        deadline_at=row.get("deadline_at"),
        code=row.get("code"),
        why=row.get("why"),
        choices=tuple(Choice(*offered) for offered in row.get("choices", ())),
        steps=steps,
        due=row.get("moment", ""),
    )
