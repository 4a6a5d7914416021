"""Receipts of chunks, for tests that care about a few of their attributes."""

from typing import Any

from tandem.model.sync import Receipt


def receipt(order: int = 1, *, phase: int = 0, progress: int = 50, **more: Any) -> Receipt:
    """The receipt of a chunk with one message, which no other place of an import has."""
    said = {
        "digest": f"d{phase}{order}",
        "messages": 1,
        "threads": 1,
        "placeholders": 0,
        "kept": 0,
        "oldest_at": 1,
        "newest_at": 2,
        "fingerprints": bytes([phase]) + order.to_bytes(7),
    }
    return Receipt(phase=phase, chunk_order=order, progress=progress, **{**said, **more})
