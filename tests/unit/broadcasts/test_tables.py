"""Tables in files: any table, written in any dialect and encoding, comes back."""

import codecs
import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tandem.broadcasts.audience.tables import LONGEST_LINE, Unreadable, table_in

WESTERN = st.characters(codec="cp1252", exclude_characters="\0")
ANY = st.characters(exclude_characters="\0\ufeff", exclude_categories=("Cs",))


def recognises(cells: object) -> bool:
    return "phone" in cells  # type: ignore[operator]


def read(content: bytes) -> tuple[str, str, list[tuple[str, ...]]]:
    """How a file is written, and its rows, the headings first."""
    table = table_in(io.BytesIO(content), recognises)
    rows = [table.headings, *table.rows]
    assert not [row.why for row in rows if row.why]
    return table.encoding, table.separator, [row.cells for row in rows]


def tables(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    """Some rows of one width; none of them is empty."""
    cells = st.text(letters, max_size=12)
    return st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(cells, min_size=width, max_size=width).filter(
                lambda row: any(cell.strip() for cell in row)
            ),
            max_size=6,
        ).map(lambda rows: [["phone", *(f"c{n}" for n in range(1, width))], *rows])
    )


def written(rows: list[list[str]], separator: str, end: str, *, all_quoted: bool) -> str:
    # Headings of one column show no separator, so nobody can tell which it would be.
    separator = separator if len(rows[0]) > 1 else ","
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


separators = st.sampled_from([",", ";", "\t"])
ends = st.sampled_from(["\n", "\r\n", "\r"])


@settings(max_examples=300)
@given(
    tables(ANY),
    separators,
    ends,
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_table_comes_back_from_any_unicode(
    rows: list[list[str]], separator: str, end: str, all_quoted: bool, encoding: str
) -> None:
    content = written(rows, separator, end, all_quoted=all_quoted).encode(encoding)

    _, found, cells = read(content)

    assert cells == [tuple(row) for row in rows]
    assert found == separator or len(rows[0]) == 1


@given(tables(WESTERN), separators, ends)
def test_any_western_table_comes_back_from_windows(
    rows: list[list[str]], separator: str, end: str
) -> None:
    # In UTF-8 no text ends in half a letter, so this file cannot be any.
    rows = [*rows, ["caf\u00e9"] + [""] * (len(rows[0]) - 1)]

    encoding, _, cells = read(written(rows, separator, end, all_quoted=False).encode("cp1252"))

    assert encoding == "Windows-1252"
    assert cells == [tuple(row) for row in rows]


def test_bytes_that_windows_does_not_have_are_latin_1() -> None:
    encoding, _, cells = read(b"phone,name\n1,caf\xe9\x81\n")

    assert (encoding, cells[1]) == ("Latin-1", ("1", "caf\u00e9\x81"))


def test_a_letter_on_the_seam_of_two_reads_stays_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tandem.broadcasts.audience.tables.CHUNK", 13)

    encoding, _, cells = read("phone,name\n1,é\n".encode())

    assert (encoding, cells[1]) == ("UTF-8", ("1", "é"))


def test_what_a_spreadsheet_says_of_its_separator_is_believed_and_counted() -> None:
    table = table_in(io.BytesIO(b"sep=;\r\nphone;a,b,c,d\r\n1;2\r\n"), recognises)

    assert (table.separator, table.headings.line) == (";", 2)
    assert [(row.line, row.cells) for row in table.rows] == [(3, ("1", "2"))]


def test_rows_know_their_line_whatever_is_quoted_and_empty() -> None:
    table = table_in(io.BytesIO(b'\nphone,note\n1,"a\nb"\n\n,\n2,c\n'), recognises)

    assert table.headings.line == 2
    assert [(row.line, row.cells[0]) for row in table.rows] == [(3, "1"), (7, "2")]


def test_a_quotation_mark_in_a_text_spoils_its_row_alone() -> None:
    table = table_in(io.BytesIO(b'phone,note\n1,"a"b"\n2,c\n'), recognises)

    broken, whole = table.rows

    assert (broken.line, broken.cells) == (2, ())
    assert "write it twice" in (broken.why or "")
    assert whole.cells == ("2", "c")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0rest", "Excel workbook"),
        (b"%PDF-1.7", "PDF"),
        (b"phone\n1\n\0", "line 3: this is no text"),
        ("phone\n1\n".encode("utf-16-le"), "line 1: this is no text"),
        (b'phone,note\n1,x\n2,"never closed\n3,y\n', "line 3: a quotation mark is opened"),
        (b'phone,note\n2,"' + b"long\n" * 40_000, "line 2: a quotation mark is opened"),
        (codecs.BOM_UTF8 + b"phone\n\xff\n", "around line 1: this is not the UTF-8"),
        (codecs.BOM_UTF16_LE + "phone\n".encode("utf-16-le") + b"\x00\xd8\x41", "UTF-16"),
        (b"phone," + b"x" * LONGEST_LINE, "line 1 has more than"),
    ],
)
def test_what_is_no_table_says_where_and_what_to_do(content: bytes, says: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(content)

    assert says in str(refusal.value)
