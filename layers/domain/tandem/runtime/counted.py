"""Stores that count what is written to them; all else they do as the stores that they are."""

from typing import Any

from tandem.model.events import Kept
from tandem.model.onboarding import Onboarding, StepName, StepState
from tandem.model.sync import Receipt
from tandem.runtime.metrics import count
from tandem.store.kept import KeptThings
from tandem.store.steps import StepRows
from tandem.store.syncs import Syncs


class CountedKeptThings(KeptThings):
    def keep(self, tenant: str, kept: Kept, received_at: int) -> None:
        super().keep(tenant, kept, received_at)
        count(f"Kept{kept.reason.title().replace('_', '')}")


class CountedSyncs(Syncs):
    def write_receipt(
        self, tenant: str, line: str, sync: str, *, receipt: Receipt, received_at: int
    ) -> None:
        super().write_receipt(tenant, line, sync, receipt=receipt, received_at=received_at)
        count("ChunksApplied")


class CountedStepRows(StepRows):
    def settle(self, onboarding: Onboarding, name: StepName, state: StepState, **how: Any) -> bool:
        settled = super().settle(onboarding, name, state, **how)
        if settled and state is StepState.REFUSED:
            count("StepsRefused")
        return settled
