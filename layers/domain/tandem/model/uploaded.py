"""A list of people that was uploaded: a table of which each row names one person."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

ADDRESS_SECONDS = 900
"""How long an address to upload to is good for."""

LARGEST_LIST = 100 * 1024 * 1024
"""Bytes of a file."""


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
    """What is known of a list.

    `size` is that of its file in bytes; `country` whose its numbers are that do not say it
    themselves. `people` counts the rows that name somebody, `repeated` those of them who stood on
    it before. `columns` are the headings beside the number's; `bad` holds the first bad rows, of
    `bad_rows` in all. `encoding` and `separator` are how the file was found to be written.
    """

    id: str
    name: str
    state: ListState
    created_at: int
    by: str
    size: int = 0
    country: str | None = None
    people: int = 0
    repeated: int = 0
    bad_rows: int = 0
    bad: tuple[BadRow, ...] = ()
    columns: tuple[str, ...] = ()
    preview: tuple[Mapping[str, str], ...] = ()
    encoding: str | None = None
    separator: str | None = None
    trouble: str | None = None

    @property
    def ended(self) -> bool:
        """Whether it was read, with whatever result: it stays as it is."""
        return self.state in (ListState.READY, ListState.REFUSED)
