"""Bodies of webhooks, for the line of the workbench unless another is named."""

import json
from collections.abc import Mapping
from typing import Any

from tests.fakes.workbench import LINE, NUMBER, WABA


def body_of(
    *changes: tuple[str, Mapping[str, Any]], line: str = LINE, number: str = NUMBER, **entry: Any
) -> bytes:
    """One POST of one entry: each change a field with what stands in its value beside the line."""
    metadata = {"display_phone_number": number, "phone_number_id": line}
    told = [{"field": field, "value": {"metadata": metadata, **rows}} for field, rows in changes]
    return json.dumps({"entry": [{"id": WABA, **entry, "changes": told}]}).encode()


def body(field: str, **rows: Any) -> bytes:
    """One POST of one change."""
    return body_of((field, rows))
