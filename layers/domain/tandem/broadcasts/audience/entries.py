"""The rows of an uploaded list as people: which column is their number, and what the others say."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from tandem.broadcasts.audience.tables import Record, Unreadable
from tandem.insights.written_numbers import number_in
from tandem.model.broadcast import Addressee
from tandem.model.contact import ATTRIBUTES, KEY_LIMIT, VALUE_LIMIT
from tandem.model.errors import Invalid
from tandem.model.identity import NOBODY, why_unreachable

_PHONE = """
    phone, phone number, whatsapp, whatsapp number, whatsapp phone, wa id, mobile, mobile number,
    mobile phone, cell, cell phone, cellphone, msisdn, telephone, tel, number, contact number,
    celular, movil, telefono, telefono movil, numero, numero de telefono, numero de celular,
    telefone, numero de telefone, telemovel, fone, numero do whatsapp, numero de whatsapp,
    portable, numero de portable, gsm, cellulare, numero di telefono, numero di cellulare,
    handy, handynummer, mobilnummer, telefon, telefonnummer, rufnummer, nummer,
    telefoonnummer, mobiel, telefon numarasi, cep telefonu, nomor, nomor hp, no hp, nomor telepon
"""
_BSUID = "bsuid, user id, whatsapp user id, business scoped user id"
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Headings:
    """What the columns of a list are: `phone` and `bsuid` by their place, the others by name."""

    phone: int | None
    bsuid: int | None
    others: tuple[tuple[int, str], ...]
    width: int

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which a person's attributes are found."""
        return tuple(name for _, name in self.others)


def _plain(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return _NOT_WORDS.sub("", bare)


def _listed(names: str) -> tuple[str, ...]:
    return tuple(_plain(name) for name in names.split(","))


_PHONES, _BSUIDS = _listed(_PHONE), _listed(_BSUID)


def recognises(cells: Sequence[str]) -> bool:
    """Whether cells can be the headings of a list: one of them says where numbers or ids are."""
    return _place(cells, _PHONES) is not None or _place(cells, _BSUIDS) is not None


def headings_in(record: Record) -> Headings:
    """The columns that a first row names. Raises Unreadable for one that names nobody's address."""
    cells = record.cells
    phone, bsuid = _place(cells, _PHONES), _place(cells, _BSUIDS)
    if phone is None and bsuid is None:
        raise Unreadable(
            f"line {record.line}: no column is called phone or bsuid: name the one with the "
            f"numbers so, in the first row. There are: {', '.join(cells)[:200]}"
        )
    addresses = [cells[place].strip() for place in (phone, bsuid) if place is not None]
    others: list[tuple[int, str]] = []
    for place, cell in enumerate(cells):
        if place in (phone, bsuid):
            continue
        name = cell.strip() or f"column {place + 1}"
        if len(name) > KEY_LIMIT:
            raise Unreadable(
                f"line {record.line}: the heading of column {place + 1} has more than {KEY_LIMIT} "
                "characters: shorten it"
            )
        if name in {*addresses, *(known for _, known in others)}:
            raise Unreadable(
                f"line {record.line}: two columns are called {name}: rename one of them"
            )
        others.append((place, name))
    if len(others) > ATTRIBUTES:
        raise Unreadable(
            f"line {record.line}: at most {ATTRIBUTES} columns beside the number are kept, here "
            f"are {len(others)}: leave some out"
        )
    return Headings(phone, bsuid, tuple(others), len(cells))


def entry_of(record: Record, headings: Headings, *, country: str | None) -> Addressee:
    """The person of a row; cells are text, whatever a spreadsheet would make of them. Raises
    Invalid for a row that names nobody, with why.
    """
    if record.why:
        raise Invalid(record.why)
    cells = record.cells
    if any(map(str.strip, cells[headings.width :])):
        raise Invalid(
            f"there are {len(cells)} cells and {headings.width} headings: a text with the "
            "separator in it needs quotation marks"
        )
    phone, bsuid = _cell(cells, headings.phone), _cell(cells, headings.bsuid)
    if not phone and not bsuid:
        raise Invalid(NOBODY)
    if bsuid and (wrong := why_unreachable(None, bsuid)):
        raise Invalid(f"{bsuid[:40]!r}: {wrong}")
    attributes = {name: text for place, name in headings.others if (text := _cell(cells, place))}
    for name, text in attributes.items():
        if len(text) > VALUE_LIMIT:
            raise Invalid(f"{name} has more than {VALUE_LIMIT} characters")
    digits = number_in(phone, country) if phone else None
    return Addressee(digits, bsuid or None, attributes=attributes)


def _place(cells: Sequence[str], names: Sequence[str]) -> int | None:
    """The column that is called by the first of these names that any is called by."""
    there = [_plain(cell) for cell in cells]
    return next((there.index(name) for name in names if name in there), None)


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
