"""Stores that count what is written to them; all else they do as the stores that they are."""

from typing import Any

from tandem.model.events import Kept
from tandem.model.line import Address
from tandem.model.onboarding import Onboarding, StepName, StepState
from tandem.model.sync import Receipt
from tandem.runtime.metrics import count
from tandem.store.envelope import Delivery
from tandem.store.kept import KeptThings
from tandem.store.steps import StepRows
from tandem.store.syncs import Syncs
from tandem.store.unclaimed import REASON, Unclaimed


class CountedKeptThings(KeptThings):
    def keep(
        self, tenant: str, kept: Kept, received_at: int, *, archived: str | None = None
    ) -> None:
        super().keep(tenant, kept, received_at, archived=archived)
        _count_kept(kept.reason)


class CountedUnclaimed(Unclaimed):
    def keep(self, address: Address, delivery: Delivery, *, archived: str) -> None:
        super().keep(address, delivery, archived=archived)
        _count_kept(REASON)


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


def _count_kept(reason: str) -> None:
    count(f"Kept{reason.title().replace('_', '')}")
