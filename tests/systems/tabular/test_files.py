"""Files as other programs write them: what swallows rows, what is no row, delimiters and encodings."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from saltoks.core.model.canonical import Completeness, Extract
from saltoks.systems.tabular.settings.tables import TableSource
from systems.folder import COLUMNS, GOOD, HEADERS, Folder

HEAD = HEADERS["bookings"] + ",Note"


def booking(name: str, note: str = "ok") -> str:
    """A row of a table with a last column of notes, written as it stands there."""
    return f"{GOOD.replace('b1', name)},{note}"


def taken(folder: Folder, lines: list[str] | bytes, **spec: Any) -> Extract:
    """A read of bookings from a file of those lines."""
    content = lines if isinstance(lines, bytes) else "\n".join([*lines, ""]).encode()
    (folder.base / "b.csv").write_bytes(content)
    return folder.read_specs({"bookings": {"csv": "b.csv", "columns": COLUMNS["bookings"]} | spec})


def ids(extract: Extract) -> list[str]:
    """The bookings that were read."""
    return [row.source_id for row in extract.rows["bookings"]]


SWALLOWED: dict[str, list[str]] = {
    "one row": [booking("b1", '"two tables'), booking("b2", 'monitor 24"')],
    "several rows": [booking("b1", '"two tables'), booking("b2"), booking("b3"), booking("b4", '24"')],
    "from an earlier column": [
        'b1,studio-a,"m1,2026-06-01T09:00,2026-06-01T10:00,Booked,ok',
        'b2,studio-a,m2",2026-06-01T09:00,2026-06-01T10:00,Booked,ok',
    ],
    "into another column": [booking("b1", '"two tables'), 'b2,studio 24",m1,2026-06-01T09:00,2026-06-01T10:00,B,ok'],
    "with line ends of Windows": [booking("b1", '"two\r'), booking("b2", '24"\r')],
    "an empty line between": [booking("b1", '"two tables'), "", booking("b2", '24"')],
    "rows with quotes of their own": [booking("b1", '"two tables'), booking("b2", '""a, b""'), booking("b3", '24"')],
}


@pytest.mark.parametrize("lines", SWALLOWED.values(), ids=SWALLOWED.keys())
def test_rows_inside_of_a_cell_make_the_read_incomplete(lines: list[str], folder: Folder) -> None:
    extract = taken(folder, [HEAD, *lines, *(booking(f"c{n}") for n in range(20))])
    assert extract.completeness is Completeness.INCOMPLETE
    assert any("b.csv:" in text and "over several lines" in text for text in extract.problems), extract.problems


@pytest.mark.parametrize("way", ['="{}"', '"=""{}"""', ' ="{}"'], ids=["bare", "quoted", "after a space"])
def test_a_text_that_is_kept_from_excel_is_that_text(way: str, folder: Folder) -> None:
    """Exports write `="001"` so that Excel leaves the zeros; the id is 001, as in the file beside it."""
    cells = GOOD.replace("b1", "001").split(",")
    extract = taken(folder, [HEADERS["bookings"], ",".join(way.format(cell) for cell in cells)])
    assert ids(extract) == ["001"]
    assert extract.rejected == ()


@pytest.mark.parametrize("cell", ['="a"&"b"', '"=""a""&""b"""', "=1+1"])
def test_a_formula_is_no_text(cell: str, folder: Folder) -> None:
    extract = taken(folder, [HEADERS["bookings"], GOOD.replace("b1", cell)])
    assert ids(extract)[0].startswith("=")


NOT_SWALLOWED: dict[str, list[str]] = {
    "a note of three lines": [booking("b1", '"Hello, Ann,\nbring a, b, c, d, e, f and g,\nthanks"')],
    "a note with as many commas as a row": [booking("b1", '"a,b,c,d,e,f,g\nh,i,j,k,l,m,n"')],
    "a note that quotes": [booking("b1", '"she said ""hi"",\nand left"')],
    "an address in the first column": ['"b\n1",studio-a,m1,2026-06-01T09:00,2026-06-01T10:00,Booked,ok'],
}


@pytest.mark.parametrize("lines", NOT_SWALLOWED.values(), ids=NOT_SWALLOWED.keys())
def test_a_text_of_several_lines_is_no_trouble(lines: list[str], folder: Folder) -> None:
    extract = taken(folder, [HEAD, *lines, booking("b2")])
    assert (extract.completeness, len(ids(extract)), extract.problems) == (Completeness.COMPLETE, 2, ())


@given(st.data())
def test_law_a_stray_pair_of_quotation_marks_never_loses_a_row_in_silence(data: st.DataObject) -> None:
    """Wherever a cell begins with one and another ends with one: the row is read, rejected by name, or doubted."""
    rows = [[f"b{n}", "studio-a", "m1", "2026-06-01T09:00", "2026-06-01T10:00", "Booked", "ok"] for n in range(6)]
    first = data.draw(st.integers(0, 4))
    last = data.draw(st.integers(first + 1, 5))
    opened, shut = data.draw(st.integers(0, 6)), data.draw(st.integers(0, 6))
    rows[first][opened] = f'"{rows[first][opened]}'
    rows[last][shut] = f'{rows[last][shut]}"'
    with TemporaryDirectory() as base:
        extract = taken(Folder(Path(base)), [HEAD, *(",".join(row) for row in rows)])
    named = {*ids(extract), *(row.source_id for row in extract.rejected)}
    assert extract.completeness is not Completeness.COMPLETE or named >= {f"b{n}" for n in range(6)}


NO_ROWS: dict[str, str] = {
    "a total": ",,,Total,21,",
    "a total in the first column": "Total,,,,,21",
    "a grand total": "Grand total:,,,,,€ 1.234,00".replace("1.234,00", "1234.00"),
    "a total in another language": ",,,Totaal,,21 bookings",
    "a number alone": ",,,,,21",
    "a footer in a later column": ",,,,,Page 1 of 2",
    "a footer in the column of members": ",,Page 1 of 2,,,",
    "the header again": HEADERS["bookings"],
}


@pytest.mark.parametrize("line", NO_ROWS.values(), ids=NO_ROWS.keys())
def test_what_is_plainly_no_row_is_told_and_holds_nothing(line: str, folder: Folder) -> None:
    extract = taken(folder, [HEADERS["bookings"], *(GOOD.replace("b1", f"b{n}") for n in range(3)), line])
    assert extract.completeness is Completeness.COMPLETE
    assert (ids(extract), extract.rejected) == (["b0", "b1", "b2"], ())
    assert extract.problems == (
        "b.csv:5: 1 lines, this one first, hold a total or a heading: they are no rows and do not count",
    )


STILL_ROWS: dict[str, str] = {
    "all but the id": GOOD.replace("b1", ""),
    "times alone": ",,,2026-06-01T09:00,2026-06-01T10:00,",
    "one time": ",,,,2026-06-01T10:00,",
    "a day as a number": ",,,20260601T0900,,",
    "an item": ",studio-a,,,,",
    "cut off": ",studio-a",
}


@pytest.mark.parametrize("line", STILL_ROWS.values(), ids=STILL_ROWS.keys())
def test_a_row_that_lost_its_id_is_still_a_row(line: str, folder: Folder) -> None:
    extract = taken(folder, [HEADERS["bookings"], *(GOOD.replace("b1", f"b{n}") for n in range(9)), line])
    assert extract.completeness is Completeness.INCOMPLETE
    assert "only_where: {Id: present}" in extract.problems[0]


def test_a_customer_without_an_id_is_still_a_customer(folder: Folder) -> None:
    people = ["m1,Ann,Lee,", ",Bob,Bay,"]
    assert folder.read(bookings=[GOOD], customers=people).completeness is Completeness.INCOMPLETE
    total = ["m1,Ann,Lee,", ",Total,1,"]
    assert folder.read(bookings=[GOOD], customers=total).completeness is Completeness.COMPLETE


def test_what_stands_above_the_header_is_no_row(folder: Folder) -> None:
    extract = taken(folder, ["Bookings of June", "", "Made by,Ann", HEADERS["bookings"], GOOD])
    assert (extract.completeness, ids(extract)) == (Completeness.COMPLETE, ["b1"])
    assert extract.problems == ("b.csv:1: the header is in line 4, and what stands above it is no row",)
    late = taken(folder, ["Bookings of June", HEADERS["bookings"], GOOD, GOOD.replace("T09", "T9").replace("b1", "b2")])
    assert [one.where for one in late.rejected] == ["b.csv:4"]


@pytest.mark.parametrize("mark", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_excel_s_first_line_names_the_delimiter(mark: str, folder: Folder) -> None:
    lines = "\r\n".join([mark, HEADERS["bookings"].replace(",", ";"), GOOD.replace(",", ";"), ""])
    extract = taken(folder, b"\xef\xbb\xbf" + lines.encode())
    assert (extract.completeness, ids(extract)) == (Completeness.COMPLETE, ["b1"])
    assert extract.problems == ("b.csv:1: is Excel's sep=, not a row; the delimiter is ';'",)


def test_a_delimiter_that_is_named_and_not_there_is_told(folder: Folder) -> None:
    extract = taken(folder, [HEADERS["bookings"], GOOD], delimiter=";")
    assert extract.completeness is Completeness.FAILED
    assert extract.problems[0].endswith(
        'the delimiter is another one: every header is there with it — write delimiter: ","'
    )


def test_a_header_that_is_missing_is_not_blamed_on_the_delimiter(folder: Folder) -> None:
    extract = taken(folder, [HEADERS["bookings"].replace("Until", "Til").replace(",", ";"), GOOD.replace(",", ";")])
    assert extract.completeness is Completeness.FAILED
    assert ["every header is there" in text or 'delimiter: ";"' in text for text in extract.problems] == [False]


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-15", "utf-16", "utf-16-le", "mac-roman", "utf-8"])
def test_an_encoding_that_is_named_is_read(encoding: str, folder: Folder) -> None:
    text = "\n".join([HEADERS["bookings"], GOOD.replace("m1", "Zoë Müller"), ""])
    (row,) = taken(folder, text.encode(encoding), encoding=encoding).rows["bookings"]
    assert getattr(row, "customer_id", "") == "Zoë Müller"


def test_utf_8_that_is_named_otherwise_is_in_doubt(folder: Folder) -> None:
    """Ids with such letters would be others, and their owners would be put out."""
    text = "\n".join([HEADERS["bookings"], GOOD.replace("m1", "Zoë"), ""]).encode()
    extract = taken(folder, text, encoding="cp1252")
    assert extract.completeness is Completeness.INCOMPLETE
    assert "sound UTF-8" in extract.problems[0]
    assert taken(folder, [HEADERS["bookings"], GOOD], encoding="cp1252").completeness is Completeness.COMPLETE


def test_a_file_in_another_encoding_than_named_fails_with_its_line(folder: Folder) -> None:
    text = "\n".join([HEADERS["bookings"], GOOD.replace("m1", "Zoë"), ""]).encode("cp1252")
    assert taken(folder, text, encoding="utf-8").problems == (
        "b.csv: the file is not utf-8 text in line 2 — correct encoding, or export it so",
    )


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"encoding": "latin-one"}, "is not an encoding of text"),
        ({"encoding": "base64"}, "is not an encoding of text"),
        ({"encoding": "undefined"}, "is not an encoding of text"),
        ({"delimiter": ";;"}, "is not one mark between cells"),
        ({"delimiter": '"'}, "is not one mark between cells"),
        ({"delimiter": "\n"}, "is not one mark between cells"),
        ({"delimiter": "a"}, "is not one mark between cells"),
        ({"csv": None, "sql": "b.sql", "encoding": "utf-8"}, "belongs to csv"),
        ({"csv": None, "sql": "b.sql", "delimiter": ";"}, "belongs to csv"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(spec: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        TableSource.model_validate({"csv": "b.csv", "columns": COLUMNS["bookings"]} | spec)


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), max_size=8)


@given(
    st.lists(TEXTS, min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_law_a_file_says_the_same_in_every_spelling(
    notes: list[str], delimiter: str, encoding: str, quoting: Any, line_end: str
) -> None:
    with TemporaryDirectory() as base:
        folder, out = Folder(Path(base)), io.StringIO()
        rows = [[f"b{n}", "studio-a", f"m{note}", *GOOD.split(",")[3:]] for n, note in enumerate(notes)]
        writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=line_end)
        writer.writerows([HEADERS["bookings"].split(","), *rows])
        extract = taken(folder, out.getvalue().encode(encoding), delimiter=delimiter, encoding=encoding)
        plain = io.StringIO()
        csv.writer(plain).writerows([HEADERS["bookings"].split(","), *rows])
        assert extract.rows == taken(folder, plain.getvalue().encode()).rows
        assert (extract.completeness, len(ids(extract))) == (Completeness.COMPLETE, len(notes))
