"""Filing the events of a webhook, from its body."""

import json
from typing import Any

import pytest

from tandem.history.certificate import certify
from tandem.model.sync import Verdict
from tests.fakes.memory_table import MemoryTable
from tests.fakes.workbench import LINE, NUMBER, SYNC, TENANT, WABA, Workbench

OWNER_SAID_NO, META_HAS_TROUBLE = 2593109, 131000


def history(**rows: Any) -> bytes:
    metadata = {"display_phone_number": NUMBER, "phone_number_id": LINE}
    change = {"field": "history", "value": {"metadata": metadata, **rows}}
    return json.dumps({"entry": [{"id": WABA, "changes": [change]}]}).encode()


def error(code: int) -> dict[str, Any]:
    return {"code": code, "title": f"error {code}"}


@pytest.mark.parametrize("inside", ["the item", "the value"])
def test_the_owner_s_no_is_on_the_certificate(inside: str) -> None:
    bench = Workbench(MemoryTable())
    no = [error(OWNER_SAID_NO)]

    bench.deliver(history(history=[{"errors": no}]) if inside == "the item" else history(errors=no))

    facts, receipts = bench.syncs.read(TENANT, LINE, SYNC)
    assert certify(facts, receipts).verdict is Verdict.DECLINED
    assert bench.kept.page(TENANT, limit=10) == ((), None)


@pytest.mark.parametrize("inside", ["the item", "the value"])
def test_trouble_of_meta_s_is_kept_and_no_refusal_of_the_owner(inside: str) -> None:
    bench = Workbench(MemoryTable())
    trouble = [error(META_HAS_TROUBLE)]

    bench.deliver(
        history(history=[{"errors": trouble}]) if inside == "the item" else history(errors=trouble)
    )

    facts, receipts = bench.syncs.read(TENANT, LINE, SYNC)
    (kept,), _ = bench.kept.page(TENANT, limit=10)
    assert certify(facts, receipts).verdict is Verdict.NOTHING_YET
    assert (kept.reason, kept.line, json.loads(kept.raw)) == ("account", LINE, trouble[0])
