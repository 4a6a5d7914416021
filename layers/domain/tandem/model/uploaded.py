"""A list of people that was uploaded: a table of which each row names one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ListState(StrEnum):
    AWAITED = "awaited"
    """It has an address to upload to, and nothing has come."""
    READING = "reading"
    READY = "ready"
    REFUSED = "refused"
    """It cannot be read; `trouble` says why and in which line."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that names nobody, by its line in the file (the heading is line 1)."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class UploadedList:
    """What is known of a list. `columns` are its headings; `bad` holds the first bad rows, of
    `bad_rows` in all.
    """

    id: str
    name: str
    state: ListState
    created_at: int
    by: str
    people: int = 0
    bad_rows: int = 0
    bad: tuple[BadRow, ...] = ()
    columns: tuple[str, ...] = ()
    preview: tuple[Mapping[str, str], ...] = ()
    trouble: str | None = None
