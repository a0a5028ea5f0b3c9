"""A raw table seen through its configured columns: one `Row` of named values a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.errors import SourceError
from saltoks.core.model.canonical import RejectedRow
from saltoks.core.text import code_point_differences
from saltoks.settings.nearest import nearest
from saltoks.systems.tabular.selection import Line, Loads, header_problems, select
from saltoks.systems.tabular.settings.columns import Column
from saltoks.systems.tabular.settings.fields import FIELDS, MAY_BE_UNKNOWN, REQUIRED, TIME_TYPES
from saltoks.systems.tabular.settings.tables import TableSource
from saltoks.systems.tabular.text.cells import Value, raw_text, reader_of
from saltoks.systems.tabular.text.column_readers import ColumnReader
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.tabular.text.moments import Moment
from saltoks.systems.tabular.text.non_rows import RowTest
from saltoks.systems.tabular.text.raw_table import RawTable
from saltoks.systems.values.errors import CellError

_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4}")
_WORDS = re.compile(r"\w+")
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one line by canonical field; a field without a column or value is None."""

    where: str
    values: dict[str, Value]
    status_raw: str = ""

    def text(self, field: str) -> str | None:
        """A text field."""
        found = self.values.get(field)
        return found if isinstance(found, str) else None

    def needed(self, field: str) -> str:
        """A text field that must have a value; raises CellError."""
        found = self.text(field)
        if found is None:
            raise CellError(field, "is empty — fill it in, or give the column a default")
        return found

    def flag(self, field: str, *, default: bool) -> bool:
        """A truth, or the default when the source is silent."""
        found = self.values.get(field)
        return found if isinstance(found, bool) else default

    def moment(self, field: str) -> Moment | None:
        """A time whose zone is still to be found."""
        found = self.values.get(field)
        return None if found is None or isinstance(found, str | bool | timedelta) else found

    def span(self, field: str) -> timedelta | None:
        """A duration."""
        found = self.values.get(field)
        return found if isinstance(found, timedelta) else None


@dataclass(frozen=True, slots=True)
class TableRows:
    """A raw table with its columns found in the header; `passed` are rows that say that they do not count.

    `doubts` say why rows may be missing, `notes` what else was seen.
    """

    table: str
    raw: RawTable
    slots: tuple[ColumnReader, ...]
    lines: tuple[Line, ...]
    passed: tuple[Line, ...]
    loaded_at: datetime | None
    doubts: tuple[str, ...]
    notes: tuple[str, ...] = ()
    gone: tuple[Line, ...] = ()

    def where(self, line: int) -> str:
        """A line as messages name it."""
        return f"{self.raw.where}:{line}"

    def row(self, line: int, cells: Cells) -> Row:
        """The values of a line; raises CellError for the first cell that cannot be read."""
        self._fits(cells)
        values = {slot.field: slot.value(cells) for slot in self.slots}
        status = self.slot("status")
        raw = raw_text(status.column, status.cell(cells)) if status else None
        return Row(self.where(line), values, raw or "")

    def slot(self, field: str) -> ColumnReader | None:
        """The column of a field, if one is configured."""
        return next((slot for slot in self.slots if slot.field == field), None)

    def source_id(self, cells: Cells) -> str:
        """The id of a line as far as it can be read, also of one with too few cells; else no text."""
        slot = self.slot("source_id")
        if slot is None or any(index >= len(cells) for index in slot.indexes):
            return ""
        try:
            found = slot.value(cells)
        except CellError:
            return ""
        return found if isinstance(found, str) else ""

    def swallowed(self) -> Iterator[str]:
        """Why rows may have become part of another's cell: lines inside of a cell that would be rows by themselves."""
        times = [slot for slot in self.slots if slot.needed and slot.kind in TIME_TYPES]
        found = [line for line, cells in self.raw.swallowed if self.source_id(cells) and _are_times(times, cells)]
        if found:
            text = f"{len(found)} lines, this one first, would be rows, but lie inside of a cell over several lines"
            yield f"{self.where(found[0])}: {text} — double the quotation marks that are part of a text"

    def rejected(self, line: int, cells: Cells, field: str, reason: str) -> RejectedRow:
        """A line for quarantine; `payload` keeps it as JSON text by header."""
        payload = json.dumps(dict(zip(self.raw.header, cells, strict=False)), ensure_ascii=False)
        source_id = self.source_id(cells)
        return RejectedRow(
            table=self.table, source_id=source_id, field=field, reason=reason, where=self.where(line), payload=payload
        )

    def _fits(self, cells: Cells) -> None:
        columns = len(self.raw.header)
        if len(cells) < columns or any(cells[columns:]):
            text = f"has {len(cells)} cells where the header has {columns} — put cells with a delimiter in quotes"
            raise CellError("row", text)


def table_rows(table: str, spec: TableSource, raw: RawTable, loads: Loads | None, *, may_be_empty: bool) -> TableRows:
    """The table behind its columns; raises SourceError when a header is missing or double, or no row is there."""
    problems = [*_header_problems(table, spec, raw), *header_problems(spec, raw)]
    if problems:
        raise SourceError("\n".join(problems))
    slots = tuple(_slot(table, name, column, raw) for name, column in spec.columns.items())
    if not raw.rows and not may_be_empty:
        text = "holds a header but no row — export it again, or set min_rows: 0 if it may really be empty"
        raise SourceError(f"{raw.where}:1: {text}")
    found = select(spec, raw, loads)
    test = RowTest.of(table, slots, raw.header)
    none = {line for line, cells in found.lines if test.is_none(cells)}
    lines = tuple(one for one in found.lines if one[0] not in none)
    notes = (*raw.notes, *_none_told(raw, none))
    doubts = (*raw.doubts, *found.doubts)
    return TableRows(table, raw, slots, lines, found.passed, found.loaded_at, doubts, notes, found.gone)


def _none_told(raw: RawTable, none: set[int]) -> Iterator[str]:
    if none:
        text = f"{len(none)} lines, this one first, hold a total or a heading: they are no rows and do not count"
        yield f"{raw.where}:{min(none)}: {text}"


def _slot(table: str, name: str, column: Column, raw: RawTable) -> ColumnReader:
    known = FIELDS[table][name]
    needed = column.required or (name in REQUIRED[table] and name not in MAY_BE_UNKNOWN)
    kind = column.type or known.default_type
    indexes = tuple(raw.header.index(header) for header in column.headers)
    try:
        return ColumnReader(name, column, kind, indexes, needed, reader_of(name, column, kind))
    except CellError as error:
        raise SourceError(f"the default or value of {table}.{name} {error.reason}") from error


def _header_problems(table: str, spec: TableSource, raw: RawTable) -> list[str]:
    found = []
    wanted = [header for column in spec.columns.values() for header in column.headers]
    if len(set(wanted)) > 1 and not any(header in raw.header or nearest(header, raw.header) for header in wanted):
        text = f"none of the headers of {table} is there, '{wanted[0]}' and '{wanted[1]}' for two"
        return [f"{raw.where}:1: {text} — {_headers(wanted[0], raw)}"]
    for name, header in ((name, header) for name, column in spec.columns.items() for header in column.headers):
        times = raw.header.count(header)
        if times > 1:
            found.append(f"{raw.where}:1: the header '{header}' occurs {times} times — keep one")
        elif not times:
            missing = f"{raw.where}:1: the header '{header}' for {table}.{name} is missing"
            found.append(f"{missing} — {_headers(header, raw)}")
    return found


def _headers(wanted: str, raw: RawTable) -> str:
    """What helps against a header that is missing; only a file has a delimiter, and a first line that may be a row."""
    header = raw.header
    is_file = bool(raw.digest)
    if is_file and any("@" in name or name.isdigit() or _DATE.search(name) for name in header):
        return "line 1 looks like a row, not a header: export it with headers"
    if is_file and len(header) == 1 and len(_WORDS.findall(header[0])) > 1:
        fix = "name what stands between its words as delimiter, or export it without marks around whole lines"
        return f"line 1 is one cell: {fix}; it is: {header[0][:_SHOWN]}"
    close = nearest(wanted, header)
    unlike = code_point_differences(wanted, close) if close else ""
    shown = f" (it has {unlike})" if unlike else ""
    hint = f"is it '{close}'?{shown} " if close else "add it, or correct the column; "
    return f"{hint}there are: {', '.join(header)}"


def _are_times(slots: list[ColumnReader], cells: Cells) -> bool:
    try:
        return all(slot.value(cells) is not None for slot in slots)
    except CellError:
        return False


def is_day(moment: Moment | None) -> bool:
    """Whether a time is a whole day."""
    return moment is not None and not isinstance(moment, datetime)
