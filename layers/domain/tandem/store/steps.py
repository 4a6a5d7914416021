"""The steps of an onboarding: each transition is a conditional write from the state it leaves."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tandem.model.onboarding import Failure, Onboarding, Step, StepName, StepState
from tandem.store import keys
from tandem.store.table import Table

FAILURES_KEPT = 10


class StepRows:
    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, onboarding: Onboarding, step: Step, *, at: int) -> bool:
        """Write that a step is being tried, before it is; False when somebody else is at it."""
        key = keys.step(onboarding.tenant, onboarding.onboarding, step.name)
        attempt = secrets.token_hex(8)
        begun = self._table.update(
            key,
            put={
                "state": StepState.RUNNING.value,
                "attempts": step.attempts + 1,
                "attempt": attempt,
                "started_at": at,
            },
            if_equal={"state": step.state.value, "attempts": step.attempts},
        )
        # A write whose answer was lost is repeated by the client, and then refuses itself.
        return begun or (self._table.get(key) or {}).get("attempt") == attempt

    def settle(
        self,
        onboarding: Onboarding,
        name: StepName,
        state: StepState,
        *,
        since: StepState,
        at: int,
        why: str | None = None,
        request_id: str | None = None,
        failures: Sequence[Failure] = (),
    ) -> bool:
        """Write what became of a step; False when it is no longer in the state `since`."""
        put: dict[str, Any] = {"state": state.value, "settled_at": at, "why": why}
        put |= _failed(failures)
        if request_id is not None:
            put["request_id"] = request_id
        return self._table.update(
            keys.step(onboarding.tenant, onboarding.onboarding, name),
            put=put,
            if_equal={"state": since.value},
        )

    def put_back(
        self,
        onboarding: Onboarding,
        name: StepName,
        *,
        due_at: int,
        why: str,
        failures: Sequence[Failure] = (),
    ) -> bool:
        """Meta surely did not take it: try it again at `due_at`."""
        return self._table.update(
            keys.step(onboarding.tenant, onboarding.onboarding, name),
            put={"state": StepState.PENDING.value, "due_at": due_at, "why": why}
            | _failed(failures),
            if_equal={"state": StepState.RUNNING.value},
        )


def read_step(name: str, row: Mapping[str, Any]) -> Step:
    """A step from its row."""
    return Step(
        name=StepName(name),
        state=StepState(row["state"]),
        attempts=row["attempts"],
        due_at=row["due_at"],
        started_at=row.get("started_at"),
        settled_at=row.get("settled_at"),
        request_id=row.get("request_id"),
        why=row.get("why"),
        failures=tuple(Failure(**failure) for failure in row.get("failures", ())),
    )


def _failed(failures: Sequence[Failure]) -> dict[str, Any]:
    """The newest failures as a row has them; what is not given stays as it is."""
    if not failures:
        return {}
    return {"failures": [asdict(failure) for failure in failures[-FAILURES_KEPT:]]}
