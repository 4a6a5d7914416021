"""Field selection and paging, as every Graph object and edge does them."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.errors import MetaError


def asked_fields(params: Mapping[str, Any], default: Sequence[str]) -> list[str]:
    """The names in `fields`, sub-selections left out."""
    listed = str(params.get("fields") or "")
    names = [name.partition("{")[0].strip() for name in listed.split(",") if name.strip()]
    return names or list(default)


def selected(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Only what was asked for, and the id. Raises MetaError for a field that does not exist."""
    strange = [name for name in names if name not in values]
    if strange:
        raise MetaError(100, f"nonexisting field ({strange[0]})")
    return {name: values[name] for name in names if values[name] is not None} | {"id": values["id"]}


def page(rows: Sequence[dict[str, Any]], *, limit: int, after: str | None) -> dict[str, Any]:
    """`data` and `paging`, `next` only when there is more. MetaError for a foreign cursor."""
    start = _position(after) if after else 0
    data = list(rows[start : start + limit])
    if not data:
        return {"data": []}
    cursors = {"before": _cursor(start), "after": _cursor(start + len(data))}
    paging: dict[str, Any] = {"cursors": cursors}
    if start + len(data) < len(rows):
        paging["next"] = f"?limit={limit}&after={cursors['after']}"
    return {"data": data, "paging": paging}


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"row {position}".encode()).decode()


def _position(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("row "))
    except (ValueError, binascii.Error) as problem:
        raise MetaError(131059) from problem
