"""What keeps a whole table away fails the extract: nothing is lost and nothing is believed (T1, T2, T35)."""

from __future__ import annotations

import pytest

from saltoks.core.model.canonical import Completeness
from systems.folder import COLUMNS, GOOD, Folder

HEADER = b"Id,Space,Member,From,Until,State\n"
LINE = b"b1,studio-a,m1,2026-06-01T09:00,2026-06-01T10:00,Booked\n"

UNREADABLE = {
    "empty (T1)": (b"", "bookings.csv:1: the file is empty"),
    "blank lines only (T1)": (b"\n  \n", "bookings.csv:1: the file is empty"),
    "header only (T1)": (HEADER, "bookings.csv:1: holds a header but no row"),
    "latin-1": (HEADER + "b1,Zürich,m1,,,\n".encode("latin-1"), "bookings.csv: the file is not UTF-8 text (line 2)"),
    "utf-16": (
        (HEADER + LINE).decode().encode("utf-16"),
        "bookings.csv: the file is not UTF-8 text, it begins with the mark of UTF-16 — export it as CSV UTF-8, or",
    ),
    "zero bytes": (HEADER + b"\0\0", "bookings.csv: the file holds zero bytes"),
    "open quotation mark (T2)": (HEADER + LINE + b'"b2,studio-a\n' + LINE, "bookings.csv:3: a quotation mark is open"),
    "header missing": (HEADER.replace(b"Until", b"until") + LINE, "is it 'until'? there are: Id, Space, Member"),
    "header double": (HEADER.replace(b"Member", b"Id") + LINE, "the header 'Id' occurs 2 times"),
    "no header at all": (LINE.replace(b"m1", b"a@example.com"), "line 1 looks like a row"),
    "semicolons": ((HEADER + LINE).replace(b",", b";"), "the delimiter is another one: every header is there with it"),
    "tabs": ((HEADER + LINE).replace(b",", b"\t"), r'write delimiter: "\t"'),
    "bars, and a text in quotes": (b'"Total, all"|\n' + (HEADER + LINE).replace(b",", b"|"), 'write delimiter: "|"'),
    "a workbook": (b"PK\x03\x04" + LINE, "bookings.csv: the file is a ZIP archive, as Excel's workbooks are, not CSV"),
    "a page to sign in": (b"\n<!DOCTYPE html><title>Sign in</title>", "bookings.csv: the file is a web page, not CSV"),
    "a page in small letters": (
        b"\xef\xbb\xbf<!doctype html><p>Sign in",
        "bookings.csv: the file is a web page, not CSV",
    ),
    "a table of a page": (b"<TABLE><tr><td>Id</td></tr></TABLE>", "bookings.csv: the file is a web page, not CSV"),
    "an answer of an API": (b'{"error": "no rights"}', "bookings.csv: the file is JSON, not CSV"),
    "carets": ((HEADER + LINE).replace(b",", b"^"), 'write delimiter: "^"'),
    "tildes": ((HEADER + LINE).replace(b",", b"~"), 'write delimiter: "~"'),
    "rows without headers": (LINE, "none of the headers of bookings is there, 'Id' and 'Space' for two — line 1 looks"),
    "whole lines in quotes": (b'"Id,Space,Member,From,Until,State"\n', "line 1 is one cell: name what stands between"),
    "a sentence": (b"ERROR: permission denied\n", "it is: ERROR: permission denied"),
    "a cell without end": (HEADER + b'"b1' + b"x" * 200_000, "bookings.csv:2: a cell is longer than 131072 letters"),
    "a quotation mark inside": (HEADER + b'"b1"x,' + LINE, "bookings.csv:2: a quotation mark is misplaced"),
}


@pytest.mark.parametrize(("content", "sentence"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_believed_fails(content: bytes, sentence: str, folder: Folder) -> None:
    extract = folder.read(bookings=content)
    assert extract.completeness is Completeness.FAILED
    assert any(sentence in problem for problem in extract.problems), extract.problems
    assert not any(extract.rows.values())
    assert "a@example.com" not in "".join(extract.problems)


@pytest.mark.parametrize("name", ["carets", "rows without headers", "whole lines in quotes", "a sentence"])
def test_what_holds_no_header_is_one_sentence(name: str, folder: Folder) -> None:
    assert len(folder.read(bookings=UNREADABLE[name][0]).problems) == 1


def test_a_file_that_no_memory_bears_fails_at_once(folder: Folder) -> None:
    with (folder.base / "bookings.csv").open("wb") as file:
        file.truncate(300_000_000)
    extract = folder.read_specs({"bookings": {"csv": "bookings.csv", "columns": COLUMNS["bookings"]}})
    assert extract.completeness is Completeness.FAILED
    assert "bookings.csv: the file is larger than 256 MB — export a shorter time" in extract.problems


def test_a_missing_header_says_where_and_for_what(folder: Folder) -> None:
    extract = folder.read(bookings=HEADER.replace(b"Until", b"Til") + LINE)
    assert extract.problems[0].startswith("bookings.csv:1: the header 'Until' for bookings.ends_at is missing — ")


def test_every_failed_table_is_named(folder: Folder) -> None:
    extract = folder.read(bookings=b"", items=b"", customers=["m1,Ann,Lee,a@example.com"])
    assert extract.completeness is Completeness.FAILED
    assert len(extract.problems) == 2


def test_a_missing_file_fails(folder: Folder) -> None:
    extract = folder.read_specs({"bookings": {"csv": "none.csv", "columns": COLUMNS["bookings"]}})
    assert extract.completeness is Completeness.FAILED
    assert extract.problems[0].startswith("none.csv: the file is not there — ")


def test_a_folder_in_place_of_a_file_fails(folder: Folder) -> None:
    (folder.base / "b.csv").mkdir()
    extract = folder.read_specs({"bookings": {"csv": "b.csv", "columns": COLUMNS["bookings"]}})
    assert extract.completeness is Completeness.FAILED
    assert "cannot be read" in extract.problems[0]


def test_a_default_that_is_no_time_fails(folder: Folder) -> None:
    extract = folder.read(bookings=[GOOD], columns={"bookings": {"starts_at": {"from": "From", "default": "noon"}}})
    assert extract.completeness is Completeness.FAILED
    assert "the default or value of bookings.starts_at is not a time" in extract.problems[0]
