"""Tables that a query gives: the caller runs it, a failure of it fails the extract."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from saltoks.core.errors import NotPermitted, SaltoksError, SourceError, Unavailable
from saltoks.core.model.canonical import Completeness
from saltoks.systems.tabular.text.raw_table import RawTable
from systems.folder import COLUMNS, GOOD, HEADERS, Folder

SPEC = {"bookings": {"sql": "b.sql", "connection": "wh", "parameters": {"days": 7}, "columns": COLUMNS["bookings"]}}


def test_a_query_gets_connection_text_and_parameters(folder: Folder) -> None:
    asked: list[tuple[str, str, dict[str, str | int]]] = []

    def query(connection: str, sql: str, parameters: Mapping[str, str | int]) -> RawTable:
        asked.append((connection, sql, dict(parameters)))
        rows = [(1, tuple(GOOD.split(","))), (2, ("b2", None, "m1", "2026-06-01T09:00", None, None))]
        written = datetime(2026, 6, 1, tzinfo=UTC)
        return RawTable(where="x", header=tuple(HEADERS["bookings"].split(",")), rows=rows, modified_at=written)

    (folder.base / "b.sql").write_text("select 1")
    extract = folder.read_specs(SPEC, query=query)
    assert asked == [("wh", "select 1", {"days": 7})]
    assert [row.source_id for row in extract.rows["bookings"]] == ["b1"]
    assert [one.where for one in extract.rejected] == ["b.sql:2"]
    assert extract.completeness is Completeness.COMPLETE


@pytest.mark.parametrize(
    "error",
    [SourceError("bad column"), Unavailable("no route"), NotPermitted("no right")],
    ids=lambda e: type(e).__name__,
)
def test_a_query_that_fails_fails_the_extract(error: SaltoksError, folder: Folder) -> None:
    def query(connection: str, sql: str, parameters: Mapping[str, str | int]) -> RawTable:
        raise error

    (folder.base / "b.sql").write_text("select 1")
    extract = folder.read_specs(SPEC, query=query)
    assert extract.completeness is Completeness.FAILED
    assert error.message in extract.problems[0]


def test_a_query_file_that_is_not_there_fails_the_extract(folder: Folder) -> None:
    extract = folder.read_specs(SPEC)
    assert extract.completeness is Completeness.FAILED
    assert extract.problems[0].startswith("b.sql: the file is not there")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"select 1,\n'caf\xe9'", "b.sql:2: the query is not UTF-8 text — save it as UTF-8"),
        ("select 1".encode("utf-16"), "b.sql:1: the query is not UTF-8 text — save it as UTF-8"),
        (b"select 1 \0 from x", "b.sql: the query holds zero bytes, so it is not UTF-8 text — save it as UTF-8"),
    ],
)
def test_a_query_that_is_no_text_is_never_asked(content: bytes, sentence: str, folder: Folder) -> None:
    (folder.base / "b.sql").write_bytes(content)
    assert folder.read_specs(SPEC).problems == (sentence,)


def test_a_result_has_no_delimiter_to_correct(folder: Folder) -> None:
    def query(connection: str, sql: str, parameters: Mapping[str, str | int]) -> RawTable:
        return RawTable(where="x", header=("QUERY PLAN",), rows=[(1, ("Result",))], modified_at=None)

    (folder.base / "b.sql").write_text("explain select 1")
    (problem,) = folder.read_specs(SPEC, query=query).problems
    assert "there are: QUERY PLAN" in problem
    assert "delimiter" not in problem
