"""Rows of a customer's own tables for the tabular source (contract booking-systems §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from saltoks.core.errors import SourceError
from saltoks.warehouse.database import Warehouse


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What a query gave: column names, and rows with every cell as text (None for null)."""

    header: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]


def query(warehouse: Warehouse, statement: str, parameters: Mapping[str, str | int]) -> QueryResult:
    """Runs a read-only query of an admin's; raises `SourceError` when the database refuses it."""
    with warehouse.session() as session:
        try:
            session.connection.exec_driver_sql("set transaction read only")
            found = session.connection.execute(text(statement), dict(parameters))
            return QueryResult(tuple(found.keys()), tuple(tuple(map(_cell, row)) for row in found))
        except ProgrammingError as error:
            reason = str(error.orig).splitlines()[0]
            raise SourceError(f"the database refuses the query: {reason}") from error


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
