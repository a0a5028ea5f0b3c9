"""The tabular source in a site's file: which file or query fills which table (contract booking-systems §4.3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from saltoks.settings.fields import BOOL_WORDS, FIELDS, ONE_OF, REQUIRED, TIME_TYPES, ColumnType, TableName
from saltoks.settings.nearest import did_you_mean
from saltoks.settings.problems import Loc, refuse

Findings = Iterator[tuple[Loc, str]]
_PROBE = datetime(2031, 11, 29, 13, 47)  # noqa: DTZ001 - a wall clock to try formats on, never an instant


class Frozen(BaseModel):
    """Base of all settings: read-only, and a key that is not named is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Column(Frozen):
    """Where the value of one canonical field comes from: a header of the source (`from`) or a constant (`value`).

    Cells are stripped, lower-cased if `lower`, looked up in `map`, then prefixed. `default` stands for an empty
    cell; `default` and `value` are canonical already. `type` is that of the canonical field when omitted; a
    `datetime` with an offset is that instant, one without is a wall clock of the row's location, else of the site.
    `inclusive` says that access lasts until the end of that day; by default it does for an `ends_at` of type `date`.
    """

    header: str | None = Field(default=None, alias="from", min_length=1)
    value: str | None = None
    type: ColumnType | None = None
    format: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()
    default: str | None = None
    map: dict[str, str] = Field(default_factory=dict)
    required: bool = False
    strip: bool = True
    lower: bool = False
    prefix: str = ""
    inclusive: bool | None = None


def _short_form(value: object) -> object:
    return {"from": value} if isinstance(value, str | int) else value


AnyColumn = Annotated[Column, BeforeValidator(_short_form)]


class TableSource(Frozen):
    """One canonical table: a CSV file or a SQL file, and its columns. Paths are relative to the project root.

    A query runs on `connection`, which `load` sets to the warehouse when the file names none.
    """

    csv: str | None = Field(default=None, min_length=1)
    sql: str | None = Field(default=None, min_length=1)
    connection: str | None = None
    parameters: dict[str, str | int] = Field(default_factory=dict)
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    columns: dict[str, AnyColumn]

    def path(self, base: Path) -> Path:
        """The file with the rows or with the query."""
        return base / (self.csv or self.sql or "")

    def on(self, warehouse: str) -> TableSource:
        """The same table; a query without a connection runs on the warehouse."""
        if self.sql is None or self.connection is not None:
            return self
        return self.model_copy(update={"connection": warehouse})

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.csv is None) == (self.sql is None):
            refuse([((), "needs exactly one of csv and sql — keep one of them")])
        if self.csv is not None and (self.connection is not None or self.parameters):
            refuse([((), "connection and parameters belong to sql — take them out")])
        return self


class Guards(Frozen):
    """When a snapshot is too old or too small to be the whole truth (T1, T2).

    `min_rows: 0` says that a table may really be empty (T35); without it, a header alone is a failed read.
    """

    max_age_minutes: int | None = Field(default=None, ge=1)
    max_shrink_percent: int = Field(default=30, ge=0, le=100)
    min_rows: int = Field(default=1, ge=0)


def _column_findings(table: str, name: str, column: Column) -> Findings:
    known = FIELDS[table].get(name)
    if known is None:
        yield (name,), f"is not a field of {table} — {did_you_mean(name, FIELDS[table])}"
        return
    if (column.header is None) == (column.value is None):
        yield (name,), "needs exactly one of from and value — keep one of them"
    kind = column.type or known.default_type
    if kind not in known.types:
        yield (name, "type"), f"'{kind}' does not suit {name} — use one of: {', '.join(sorted(known.types))}"
    yield from _word_findings(name, column, known.words or (tuple(BOOL_WORDS) if kind == "bool" else ()))
    yield from _format_findings(name, column, kind)


def _word_findings(name: str, column: Column, words: tuple[str, ...]) -> Findings:
    if not words:
        return
    written: dict[Loc, str | None] = {("default",): column.default, ("value",): column.value}
    written |= {("map", key): word for key, word in column.map.items()}
    for loc, word in written.items():
        if word is not None and word.casefold() not in words:
            yield (name, *loc), f"'{word}' is not a word of {name} — use one of: {', '.join(words)}"


def _format_findings(name: str, column: Column, kind: ColumnType) -> Findings:
    for n, form in enumerate(column.format):
        if kind not in TIME_TYPES:
            yield (name, "format", n), f"a {kind} column has no format — take it out"
        elif not _carries(form, whole=kind != "date"):
            parts = "year, month and day" if kind == "date" else "year, month, day and the hour of 24 (or with %p)"
            yield (name, "format", n), f"'{form}' does not carry {parts} — write it like %d-%m-%Y %H:%M"


def _carries(form: str, *, whole: bool) -> bool:
    try:
        back = datetime.strptime(_PROBE.strftime(form), form)  # noqa: DTZ007 - only its parts are compared
    except ValueError:
        return False
    return back.date() == _PROBE.date() and (back.hour == _PROBE.hour or not whole)


def _table_findings(table: str, columns: dict[str, Column]) -> Findings:
    for name in REQUIRED[table]:
        if name not in columns:
            yield (name,), "is missing — name the header it comes from"
    if table in ONE_OF and not set(ONE_OF[table]) & set(columns):
        yield (), f"needs a column for one of: {', '.join(ONE_OF[table])} — add it"
    for name, column in columns.items():
        yield from _column_findings(table, name, column)


Tables = dict[TableName, TableSource]


def _checked(tables: Tables) -> Tables:
    found: list[tuple[Loc, str]] = []
    for table, source in tables.items():
        found += [((table, "columns", *loc), text) for loc, text in _table_findings(table, source.columns)]
    if "bookings" not in tables and "memberships" not in tables:
        found.append(((), "has neither bookings nor memberships, so no door ever opens — add one of them"))
    if "memberships" in tables and "customers" not in tables:
        found.append((("memberships",), "needs the table customers, which says who its members are — add it"))
    refuse(found)
    return tables


class TabularSource(Frozen):
    """A booking system that hands over files or SQL views."""

    system: Literal["tabular"]
    name: str = Field(min_length=1)
    tables: Annotated[Tables, AfterValidator(_checked)]
    guards: Guards = Guards()

    def settled(self, warehouse: str, site_zone: str) -> TabularSource:  # noqa: ARG002 - as every source is asked
        """The same source; queries without a connection run on the warehouse."""
        tables = {name: table.on(warehouse) for name, table in self.tables.items()}
        return self.model_copy(update={"tables": tables})
