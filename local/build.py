"""Builds what the template names, as `sam build` would, for the interpreter of this machine.

A layer is built by the makefile beside it, with the target that `sam build` calls; a function is
its folder, under the import path that its handler names. Archives are named by their content, so
what has not changed is neither built nor deployed again.
"""

import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.place import BUILD, PROJECT

_LONG_AGO = (2020, 1, 1, 0, 0, 0)
_LEAVINGS = {"__pycache__", ".DS_Store"}


class BuildFailed(RuntimeError):
    """A makefile ended with an error; the message is what it said."""


def archive(logical_id: str, resource: dict[str, Any]) -> tuple[str, bytes]:
    """The zip of a function or a layer, and its name."""
    properties = resource["Properties"]
    if resource["Type"] == "AWS::Serverless::LayerVersion":
        content = _layer(logical_id, PROJECT / properties["ContentUri"])
    else:
        content = _zip(PROJECT / properties["CodeUri"], below=Path(properties["CodeUri"]))
    return f"{logical_id}/{hashlib.sha256(content).hexdigest()[:24]}.zip", content


def _layer(logical_id: str, source: Path) -> bytes:
    """Build a layer once per content of its folder; later calls return what was built."""
    built = BUILD / f"{logical_id}-{_fingerprint(source)}.zip"
    if not built.exists():
        BUILD.mkdir(exist_ok=True)
        # A folder of its own: two stacks may be brought up at once.
        artifacts = Path(tempfile.mkdtemp(prefix=f"{logical_id}.", dir=BUILD))
        made = subprocess.run(
            [
                "make",
                "--no-print-directory",
                "-C",
                str(source),
                f"build-{logical_id}",
                f"ARTIFACTS_DIR={artifacts}",
                f"PYTHON={sys.executable}",
                f"UV={Path(sys.executable).with_name('uv')}",
                "PLATFORM=",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            raise BuildFailed(f"{logical_id}: {made.stderr.strip()}")
        content = _zip(artifacts, keep_compiled=True)
        draft = artifacts / "draft.zip"
        draft.write_bytes(content)
        draft.replace(built)
        shutil.rmtree(artifacts)
        for older in set(BUILD.glob(f"{logical_id}-*.zip")) - {built}:
            older.unlink(missing_ok=True)
        return content
    return built.read_bytes()


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in _files(folder):
        digest.update(str(path.relative_to(folder)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _zip(folder: Path, *, below: Path | None = None, keep_compiled: bool = False) -> bytes:
    """An archive that depends on names and contents alone, never on times or on who made it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archived:
        for path in _files(folder, keep_compiled=keep_compiled):
            name = (below or Path()) / path.relative_to(folder)
            entry = zipfile.ZipInfo(str(name), _LONG_AGO)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archived.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _files(folder: Path, *, keep_compiled: bool = False) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        leavings = not keep_compiled and _LEAVINGS.intersection(path.parts)
        if path.is_file() and not leavings:
            yield path
