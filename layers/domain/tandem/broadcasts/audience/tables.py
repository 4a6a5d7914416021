"""Tables in files as people's programs write them: CSV in whatever encoding, however separated.

Understood are UTF-8 with or without a mark, UTF-16 with one, and Windows-1252 or Latin-1 for what
is neither; commas, semicolons and tabs; quoted cells with anything in them. A file is read line by
line: none of it is held but the row at hand.
"""

import codecs
import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, NamedTuple

from tandem.model.errors import Invalid

CHUNK = 1 << 20
LONGEST_LINE = 1_000_000
"""Characters of a line; whatever has a longer one is no table of people."""

SEPARATORS = (",", ";", "\t")
SAMPLE = 65_536
"""Characters in which the headings end."""

_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel workbook or another zipped file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
_SAVE_AS = "save the table as CSV (UTF-8) and upload that"
_NOT_OF_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
"""Bytes that Windows-1252 does not have; Latin-1 has all."""


class Unreadable(Invalid):
    """A file that is no table which can be read: where it is not, and what to do."""


class Record(NamedTuple):
    """A row, and the line of the file in which it begins; `why` says of a broken one what it is."""

    line: int
    cells: tuple[str, ...]
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was recognised: how it is written, its headings, and its rows."""

    encoding: str
    separator: str
    headings: Record
    rows: Iterator[Record]


def table_in(file: IO[bytes], recognises: Callable[[Sequence[str]], bool]) -> Table:
    """The table in a file, which is read from its beginning while the rows are asked for.

    `recognises` says of cells whether they can be the headings: so the separator is found. Raises
    Unreadable, also while rows are read.
    """
    encoding = _encoding_of(file)
    file.seek(0)
    lines = _Lines(io.TextIOWrapper(file, encoding=encoding, newline=""))
    try:
        separator = _separator_in(lines, recognises)
        rows = _records(lines, separator)
        headings = next((row for row in rows if row.why or any(map(str.strip, row.cells))), None)
    except UnicodeDecodeError as error:
        raise lines.undecodable() from error
    if headings is None:
        raise Unreadable(f"the file is empty: {_SAVE_AS}")
    if headings.why:
        raise Unreadable(f"line {headings.line}: {headings.why}")
    return Table(_name_of(encoding), separator, headings, rows)


# ---- its encoding


def _encoding_of(file: IO[bytes]) -> str:
    file.seek(0)
    head = file.read(4)
    for beginning, what in _OTHER_FILES:
        if head.startswith(beginning):
            raise Unreadable(f"this is {what}: {_SAVE_AS}")
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return _without_mark(file)


def _without_mark(file: IO[bytes]) -> str:
    """UTF-8 if every byte of the file is; else what Windows writes in the west."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    encoding, line = "utf-8", 1
    while chunk := file.read(CHUNK):
        if (at := chunk.find(0)) >= 0:
            line += chunk.count(b"\n", 0, at)
            raise Unreadable(f"line {line}: this is no text: {_SAVE_AS}")
        line += chunk.count(b"\n")
        if encoding == "utf-8":
            encoding = "utf-8" if _decodes(decoder, chunk) else "cp1252"
    if encoding == "utf-8" and not _decodes(decoder, b"", final=True):
        encoding = "cp1252"
    return "latin-1" if encoding == "cp1252" and _is_latin_1(file) else encoding


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _is_latin_1(file: IO[bytes]) -> bool:
    file.seek(0)
    return any(not _NOT_OF_1252.isdisjoint(chunk) for chunk in iter(lambda: file.read(CHUNK), b""))


def _name_of(encoding: str) -> str:
    """The encoding as people know it."""
    known = {"cp1252": "Windows-1252", "latin-1": "Latin-1", "utf-16": "UTF-16"}
    return known.get(encoding, "UTF-8")


# ---- its lines and rows


class _Lines:
    """The lines of a text, counted; a line that was read can be put back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._ahead: deque[str] = deque()
        self.read = 0
        self.ended = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._ahead.popleft() if self._ahead else self._next()
        if not line:
            self.ended = True
            raise StopIteration
        self.read += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        self._ahead.extendleft(reversed(lines))
        self.read -= len(lines)
        self.ended = False

    def undecodable(self) -> Unreadable:
        encoding = _name_of(self._text.encoding)
        return Unreadable(
            f"around line {self.read + 1}: this is not the {encoding} that the file begins as: "
            f"{_SAVE_AS}"
        )

    def _next(self) -> str:
        line = self._text.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise Unreadable(
                f"line {self.read + 1} has more than {LONGEST_LINE:,} characters: {_SAVE_AS}"
            )
        return line


def _separator_in(lines: _Lines, recognises: Callable[[Sequence[str]], bool]) -> str:
    """What separates the cells: what a first line `sep=;` says (it is taken away), else what makes
    headings out of the first row, else what makes most cells of it.
    """
    sample: list[str] = []
    letters = 0
    for line in lines:
        said = line.strip().lower()
        if not sample and said.startswith("sep=") and len(said) <= len("sep=;"):
            return said[4:] or "\t"
        sample.append(line)
        letters += len(line)
        if line.strip() and letters > SAMPLE:
            break
    lines.put_back(sample)
    # Of equal ones the first.
    return max(SEPARATORS, key=lambda separator: _worth(sample, separator, recognises))


def _worth(
    sample: list[str], separator: str, recognises: Callable[[Sequence[str]], bool]
) -> tuple[bool, int]:
    try:
        rows = csv.reader(iter(sample), delimiter=separator, strict=True)
        first: list[str] = next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error:
        return False, 0
    return recognises(first), len(first)


def _records(lines: _Lines, separator: str) -> Iterator[Record]:
    """Every row that is not empty, in order."""
    rows = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        begins = lines.read + 1
        try:
            cells = tuple(next(rows))
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            raise lines.undecodable() from error
        except csv.Error as error:
            if lines.ended or "limit" in str(error):
                raise Unreadable(
                    f"line {begins}: a quotation mark is opened and never closed: close it, or "
                    "write it twice if it belongs to the text"
                ) from error
            yield Record(begins, (), _broken(begins, lines.read))
            continue
        if any(map(str.strip, cells)):
            yield Record(begins, cells)


def _broken(begins: int, ends: int) -> str:
    until = f" (this row ends in line {ends})" if ends > begins else ""
    return f"a quotation mark stands inside of a text: write it twice there{until}"
