"""Dataclasses to JSON and back, driven by their type hints; used for `--state FILE`."""

import base64
import dataclasses
import json
import types
import typing
from pathlib import Path
from typing import Any


def pack(value: Any) -> Any:
    """Anything the records hold, as JSON."""
    if dataclasses.is_dataclass(value):
        return {f.name: pack(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): pack(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [pack(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def unpack(hint: Any, value: Any) -> Any:
    """The inverse: rebuild `value` as what `hint` says it was."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if value is None or hint is Any:
        return value
    if origin is types.UnionType:
        (inner,) = (argument for argument in arguments if argument is not types.NoneType)
        return unpack(inner, value)
    if origin is dict:
        key, item = arguments
        return {(int(k) if key is int else k): unpack(item, v) for k, v in value.items()}
    if origin is tuple:
        return tuple(unpack(arguments[0], item) for item in value)
    if origin is list:
        return [unpack(arguments[0], item) for item in value]
    if hint is bytes:
        return base64.b64decode(value)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return hint(**{name: unpack(hints[name], item) for name, item in value.items()})  # type: ignore[operator]
    return value


def save(path: Path, value: Any) -> None:
    """Write beside the file, then replace it: a reader sees the old state or the new one."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(value))
    beside.replace(path)


def load(path: Path) -> Any:
    return json.loads(path.read_text())
