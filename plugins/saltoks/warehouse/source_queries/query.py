"""Rows of a customer's own tables for the tabular source (booking-systems §6)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import psycopg
from psycopg.pq import TransactionStatus

from saltoks.core.errors import SourceError
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.source_queries.parameters import numbered
from saltoks.warehouse.source_queries.refusals import refusal

_READING = (
    "set transaction read only; set local datestyle to 'ISO'; set local intervalstyle to 'iso_8601'; "
    "set local client_encoding to 'UTF8'"
)
_BOOLEAN = 16
_TRUTHS = {"t": "true", "f": "false"}


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query gave: column names, and rows with every cell as PostgreSQL writes it (None for null).

    So times are ISO 8601, or `infinity`, and may lie outside the years that Python has; truths are true and false.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def query(warehouse: Warehouse, statement: str, parameters: Mapping[str, str | int]) -> QueryResult:
    """Runs a read-only query of an admin's; raises `SourceError` for whatever keeps it from giving rows.

    `:name` is a parameter where it is one of `parameters` and stands outside texts, comments and casts.
    """
    numbered_query = numbered(statement, parameters)
    with warehouse.session() as session:
        driver = session.connection.connection.driver_connection
        if not isinstance(driver, psycopg.Connection):
            raise TypeError(f"psycopg is expected, not {type(driver)}")
        began = time.monotonic()
        try:
            with psycopg.RawCursor(driver) as cursor:
                cursor.execute(_READING)
                cursor.execute(
                    numbered_query.text.encode(), [parameters[name] for name in numbered_query.names] or None
                )
                tables = list(_tables(cursor))
        except psycopg.Error as error:
            if driver.closed or driver.info.transaction_status is TransactionStatus.ACTIVE:
                session.connection.invalidate()
            raise SourceError(refusal(error, numbered_query, time.monotonic() - began), code=error.sqlstate) from error
    if len(tables) != 1:
        raise SourceError(f"the query gives {len(tables) or 'no'} tables where one is needed — write one select")
    return tables[0]


def _tables(cursor: psycopg.RawCursor[tuple[object, ...]]) -> Iterator[QueryResult]:
    """What the statements of a query gave, without those that give no rows."""
    while True:
        if cursor.pgresult is not None and cursor.description is not None:
            yield _table(cursor.pgresult, [column.type_code for column in cursor.description])
        if not cursor.nextset():
            return


def _table(result: psycopg.pq.abc.PGresult, types: list[int]) -> QueryResult:
    names = tuple((result.fname(n) or b"").decode() for n in range(result.nfields))
    rows = tuple(tuple(_cell(result, line, n, kind) for n, kind in enumerate(types)) for line in range(result.ntuples))
    return QueryResult(names, rows)


def _cell(result: psycopg.pq.abc.PGresult, line: int, column: int, kind: int) -> str | None:
    value = result.get_value(line, column)
    if value is None:
        return None
    try:
        text = bytes(value).decode()
    except UnicodeDecodeError:
        name = (result.fname(column) or b"").decode(errors="replace")
        raise SourceError(f"row {line + 1}, column '{name}' is not UTF-8 text — convert it in the query") from None
    return _TRUTHS[text] if kind == _BOOLEAN else text
