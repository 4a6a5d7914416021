"""Recorded bodies of webhooks: the project's own, and those of others where they lie beside it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

RECORDED = sorted(
    path for path in (ROOT / "events/meta").rglob("*.json") if ".expected" not in path.name
)
"""The project's own bodies: what is drawn from them is the same everywhere."""

REAL = sorted((ROOT.parent / "shared/corpus").glob("*/*.json"))
"""Bodies that others recorded, a folder for each source. They are not ours to hand on."""

needs_real = pytest.mark.skipif(
    not REAL, reason="no bodies of others: put recorded webhooks into ../shared/corpus/<source>/"
)
