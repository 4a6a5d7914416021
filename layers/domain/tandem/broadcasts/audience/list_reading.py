"""Reading an uploaded list: from the file as it came to people in parts, row by row.

The file is copied to the worker's disk and read there, so no slow row can cost the connection, and
memory holds one part and eight bytes for each name. Reading it again writes the same parts, so a
worker that dies is simply followed by another.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from tempfile import TemporaryFile
from typing import IO

from tandem.broadcasts.audience.entries import Headings, entry_of, headings_in, recognises
from tandem.broadcasts.audience.fingerprints import fingerprint, packed
from tandem.broadcasts.audience.tables import Record, Unreadable, table_in
from tandem.model.broadcast import PLAN_LIMIT, Addressee
from tandem.model.errors import Invalid
from tandem.model.identity import Person
from tandem.model.uploaded import LARGEST_LIST, BadRow, ListState, UploadedList
from tandem.store.lists import PART_SIZE, Lists

BAD_ROWS_SHOWN, PREVIEWED = 100, 5

LONGEST_SHOWN = 100
"""Characters of a cell in the preview, and twice of them in what is wrong with a row."""

PARTS_BETWEEN_NOTES = 20


@dataclass(slots=True)
class _Found:
    """What was found in the rows so far."""

    people: int = 0
    repeated: int = 0
    names: set[int] = field(default_factory=set)
    bad_rows: int = 0
    bad: list[BadRow] = field(default_factory=list)
    preview: list[dict[str, str]] = field(default_factory=list)

    def take(self, entry: Addressee) -> None:
        person = Person(phone=entry.phone, bsuid=entry.bsuid)
        fingerprints = {fingerprint(alias) for alias in person.aliases}
        self.people += 1
        self.repeated += not fingerprints.isdisjoint(self.names)
        self.names |= fingerprints
        if len(self.preview) < PREVIEWED:
            self.preview.append(_shown(entry))

    def pass_over(self, line: int, why: str) -> None:
        self.bad_rows += 1
        if len(self.bad) < BAD_ROWS_SHOWN:
            self.bad.append(BadRow(line, why[: 2 * LONGEST_SHOWN]))

    def noted(self, told: UploadedList) -> UploadedList:
        return replace(
            told,
            people=self.people,
            repeated=self.repeated,
            bad_rows=self.bad_rows,
            bad=tuple(self.bad),
            preview=tuple(self.preview),
        )


class ListReading:
    """The verb of the lists queue."""

    def __init__(self, *, lists: Lists) -> None:
        self._lists = lists

    def read(self, tenant: str, name: str) -> UploadedList | None:
        """Read a list, unless that has been done; the list as it is now, None for one of nobody."""
        known = self._lists.get(tenant, name)
        if known is not None and not known.ended:
            with TemporaryFile() as file:
                told = self._told(tenant, known, file)
            if self._lists.note(tenant, told):
                return told
            known = self._lists.get(tenant, name)
        if known is None:
            # Deleted while it was read: nobody else would come back to what was kept of it since.
            self._lists.delete_files(tenant, name)
        return known

    def _told(self, tenant: str, known: UploadedList, file: IO[bytes]) -> UploadedList:
        size = self._lists.uploaded(tenant, known.id)
        if size is None:
            return _refused(known, "no file came: upload one")
        if size > LARGEST_LIST:
            return _refused(
                known, f"the file has more than {LARGEST_LIST >> 20} MB: split it into several"
            )
        self._lists.fetch_upload(tenant, known.id, file)
        found = _Found()
        try:
            told = self._read(tenant, known, file, found)
        except Unreadable as unreadable:
            return _refused(found.noted(known), str(unreadable))
        if not told.people:
            return _refused(told, "no row names anybody who can be written to")
        self._lists.keep_names(tenant, known.id, packed(found.names))
        return replace(told, state=ListState.READY)

    def _read(
        self, tenant: str, known: UploadedList, file: IO[bytes], found: _Found
    ) -> UploadedList:
        """Keep the people of every row, in parts."""
        table = table_in(file, recognises)
        headings = headings_in(table.headings)
        told = replace(
            known, columns=headings.names, encoding=table.encoding, separator=table.separator
        )
        part: list[Addressee] = []
        number = 0
        for entry in _entries(table.rows, headings, known.country, found):
            part.append(entry)
            if len(part) == PART_SIZE:
                self._lists.keep_part(tenant, known.id, number, part)
                part, number = [], number + 1
                if number % PARTS_BETWEEN_NOTES == 0:
                    self._lists.note(tenant, found.noted(told))
        if part:
            self._lists.keep_part(tenant, known.id, number, part)
        return found.noted(told)


def _entries(
    rows: Iterator[Record], headings: Headings, country: str | None, found: _Found
) -> Iterator[Addressee]:
    """Whom the rows name; what they come to is counted in `found`."""
    for row in rows:
        try:
            entry = entry_of(row, headings, country=country)
        except Invalid as wrong:
            found.pass_over(row.line, str(wrong))
            continue
        if found.people == PLAN_LIMIT:
            raise Unreadable(
                f"line {row.line}: a list has at most {PLAN_LIMIT:,} people: split it into several"
            )
        found.take(entry)
        yield entry


def _refused(known: UploadedList, trouble: str) -> UploadedList:
    return replace(known, state=ListState.REFUSED, trouble=trouble)


def _shown(entry: Addressee) -> dict[str, str]:
    named = {"phone": entry.phone, "bsuid": entry.bsuid}
    said = {name: text for name, text in named.items() if text} | dict(entry.attributes)
    return {
        name: text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
        for name, text in said.items()
    }
