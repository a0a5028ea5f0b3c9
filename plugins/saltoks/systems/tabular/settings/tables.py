"""The tabular source in a site's file: which file or query fills which table (booking-systems §4.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_validator,
)

from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.core.access.statuses import stated_status
from saltoks.core.model.canonical import BookingStatus
from saltoks.settings.frozen import Frozen
from saltoks.settings.problems import Loc, refuse
from saltoks.settings.source import OPENERS, Meanings, Source
from saltoks.systems.tabular.settings.columns import AnyColumn, Column, Findings, column_findings
from saltoks.systems.tabular.settings.fields import ONE_OF, REQUIRED, SPAN_TYPES, STARTS, TableName
from saltoks.systems.tabular.settings.loaders import AnyLoader, Guards, guards_for


def _words(value: object) -> object:
    if value == "present":
        return ()
    if not isinstance(value, list) or not value:
        refuse([((), "is neither present nor a list of words — write present, or [one, another]")])
    return value


def _mark(value: str | None) -> str | None:
    if value is not None and (len(value) != 1 or value.isalnum() or value in '"\r\n '):
        refuse([((), 'is not one mark between cells — write one such as ";" or "\\t"')])
    return value


def _codec(value: str | None) -> str | None:
    try:
        "x".encode(value or "utf-8")
    except (LookupError, ValueError):
        refuse([((), "is not an encoding of text — write one such as cp1252, iso-8859-15 or utf-16")])
    return value


class TableSource(Frozen):
    """One canonical table, or a part of it: a CSV file or a SQL file, and its columns.

    Paths are relative to the project root. A query runs on `connection`, which `load` sets to the warehouse when the
    file names none.

    `delimiter` and `encoding` are those of a CSV file; without them a comma, or what a first line `sep=` names, and
    UTF-8.

    `only_where` names headers and what must stand there for a row to belong to the table; other rows are passed over.
    `present`: any text; a row without it says itself that it is none of this table's, so its absence is never taken for
    a shrunken file. A list: one of these words, exactly so written; how many rows have one is guarded like rows.

    `control` is a JSON file that came with a CSV file and tells its `rows` (without the header), its `sha256`, or both:
    a CSV file that does not agree with it is a torn copy, so the extract is incomplete. One control file may tell both
    for several CSV files, by their names: `{"files": {"bookings.csv": {"rows": 12}}}`.
    """

    csv: str | None = Field(default=None, min_length=1)
    sql: str | None = Field(default=None, min_length=1)
    connection: str | None = None
    parameters: dict[str, str | int] = Field(default_factory=dict)
    delimiter: Annotated[str | None, AfterValidator(_mark)] = None
    encoding: Annotated[str | None, AfterValidator(_codec)] = None
    control: str | None = Field(default=None, min_length=1)
    only_where: dict[str, Annotated[tuple[str, ...], BeforeValidator(_words)]] = Field(default_factory=dict)
    loader: AnyLoader | None = None
    guards: Guards | None = None
    columns: dict[str, AnyColumn]

    def path(self, base: Path) -> Path:
        """The file with the rows or with the query."""
        return base / (self.csv or self.sql or "")

    @property
    def headers(self) -> frozenset[str]:
        """The headers that the file or query must have for its columns and conditions."""
        named = {header for column in self.columns.values() for header in column.headers}
        return frozenset(named | set(self.only_where))

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
        of_files = {"control": self.control, "delimiter": self.delimiter, "encoding": self.encoding}
        if self.sql is not None:
            refuse(((key,), "belongs to csv — take it out") for key, value in of_files.items() if value is not None)
        if self.csv is not None and self.loader is not None and self.loader.kind != "own":
            refuse([(("loader",), f"{self.loader.kind} keeps tables, not files — use own, or take it out")])
        return self


def _one_or_more(value: object, whole: ValidatorFunctionWrapHandler) -> object:
    """A single block is the only part; its problems are told without a number."""
    if value == []:
        refuse([((), "lists no file and no query — add one, or take the table out")])
    return (TableSource.model_validate(value),) if isinstance(value, dict) else whole(value)


Parts = Annotated[tuple[TableSource, ...], WrapValidator(_one_or_more)]
"""The files or queries that make up one table."""


def _table_findings(table: str, columns: dict[str, Column]) -> Findings:
    for name in REQUIRED[table]:
        if name not in columns:
            yield (name,), "is missing — name the header it comes from"
    if table in ONE_OF and not set(ONE_OF[table]) & set(columns):
        yield (), f"needs a column for one of: {', '.join(ONE_OF[table])} — add it"
    for name, column in columns.items():
        if column.type in SPAN_TYPES and name in STARTS and STARTS[name] not in columns:
            yield (name, "type"), f"counts from {STARTS[name]}, which has no column — add it"
        yield from column_findings(table, name, column)


Tables = dict[TableName, Parts]

_CONTACT = frozenset({"customer_name", "customer_email"})
"""Columns by which a booking names somebody who has no customer id."""
_NEEDS = {"memberships": "customers", "passes": "customers", "assignments": "memberships"}


def _checked(tables: Tables) -> Tables:
    found = list(_part_findings(tables))
    if not OPENERS & set(tables):
        found.append(((), f"has none of {', '.join(sorted(OPENERS))}, so no door ever opens — add one of them"))
    for table, needed in _NEEDS.items():
        if table in tables and needed not in tables:
            found.append(((table,), f"needs the table {needed}, which its rows point at — add it"))
    refuse(found)
    return tables


def _part_findings(tables: Tables) -> Findings:
    for table, parts in tables.items():
        for n, part in enumerate(parts):
            place: Loc = (table, n, "columns") if len(parts) > 1 else (table, "columns")
            yield from (((*place, *loc), text) for loc, text in _table_findings(table, part.columns))


class TablesSource(Source):
    """What is read as tables, whatever the system is called; a table may come from several files or queries.

    `control` is the control file of every CSV file that names none of its own.
    """

    rows_key: ClassVar[str] = "source.tables"

    tables: Annotated[Tables, AfterValidator(_checked)]
    guards: Guards = Guards()
    control: str | None = Field(default=None, min_length=1)

    @property
    def opens_by(self) -> frozenset[str]:
        """The tables that there are."""
        return frozenset(self.tables)

    def control_of(self, part: TableSource) -> str | None:
        """The control file that tells of one file; a query has none."""
        return (part.control or self.control) if part.csv else None

    def parts(self) -> Iterator[tuple[TableName, str, TableSource]]:
        """Every file or query: its table, the key under which it stands in `tables`, and itself."""
        for table, parts in self.tables.items():
            for n, part in enumerate(parts):
                yield table, table if len(parts) == 1 else f"{table}.{n}", part

    def booking_parts(self) -> list[tuple[str, TableSource]]:
        """The files and queries with bookings, each with its key under `tables`."""
        return [(key, part) for table, key, part in self.parts() if table == "bookings"]

    def guards_of(self, table: str, part: TableSource) -> Guards:
        """The guards that hold for one file or query."""
        return guards_for(table, part.loader, self.guards, part.guards)

    def is_offline(self) -> bool:
        """Where no table is a query."""
        return all(part.csv for _, _, part in self.parts())

    def is_bookable(self, item: str) -> bool:
        """By the prefixes that the columns of bookings and memberships give to ids."""
        if item == VISITORS_ITEM:
            return False
        if not any(item.startswith(part.columns["item_id"].prefix) for part in self.tables.get("bookings", ())):
            return False
        plans = {part.columns["plan_id"].prefix for part in self.tables.get("memberships", ())} - {""}
        return not item.startswith(tuple(plans))

    def settled(self, warehouse: str, site_zone: str) -> Self:  # noqa: ARG002 - the zone is asked for row by row
        """The same source; queries without a connection run on the warehouse."""
        tables = {name: tuple(part.on(warehouse) for part in parts) for name, parts in self.tables.items()}
        return self.model_copy(update={"tables": tables})

    def meanings(self) -> Meanings:
        """The words of ours, and over them what the maps say."""
        mapped: dict[str, set[BookingStatus]] = defaultdict(set)
        for _, part in self.booking_parts():
            status = part.columns.get("status")
            for raw, word in (status.map if status else {}).items():
                mapped[raw.partition(" ")[0]].add(stated_status(word))
        return {**super().meanings(), **{code: frozenset(words) for code, words in mapped.items()}}

    def how_to_explain(self, code: str) -> str:  # noqa: ARG002 - whatever the code is
        """By the map of the column."""
        return "add its word to the map of the status column"

    def status_map_of(self, table: str) -> tuple[str, str]:
        """The map of the column of a table."""
        return f"source.tables.{table}.columns.status.map", "add the words to the map"

    def guests(self) -> tuple[str, ...]:
        """Who is a guest by a column of customers, and whom only a booking names."""
        flags = [part.columns.get("reservation_only") for part in self.tables.get("customers", ())]
        found = ["customers who are reservation_only"] if any(flag and flag.may_be_yes for flag in flags) else []
        booked = self.tables.get("bookings", ())
        if booked and ("customers" not in self.tables or any(_CONTACT & part.columns.keys() for part in booked)):
            found.append("people whom only a booking names")
        return tuple(found)


class TabularSource(TablesSource):
    """Any booking system that hands over files or SQL views."""

    system: Literal["tabular"]
