"""A booking system that hands over files or SQL views, read into canonical rows (contract booking-systems §4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from saltoks.core.canonical import (
    TABLES,
    Booking,
    CanonicalRow,
    Completeness,
    Customer,
    Extract,
    Membership,
    Rejected,
)
from saltoks.core.errors import SourceError
from saltoks.settings import TabularSource
from saltoks.sources import guards, stand_ins
from saltoks.sources.build import Contact, Desk
from saltoks.sources.cells import CellError
from saltoks.sources.duplicates import Doubles, doubles
from saltoks.sources.notes import Notes
from saltoks.sources.places import Calendar, Places
from saltoks.sources.rawtable import Cells, Query, open_table
from saltoks.sources.rows import Sheet, sheet


def read(
    source: TabularSource,
    *,
    site_zone: str,
    base: Path,
    query: Query,
    now: datetime,
    last_good: Mapping[str, int],
) -> Extract:
    """Everything the source says now. What a source can cause never raises: it is rejected, incomplete or failed.

    `base` is the project root, `last_good` the number of accepted rows by table of the last good snapshot. A table
    that cannot be read at all fails the extract, which then has no rows; a table that looks old or shrunk makes it
    incomplete; a bad cell rejects its row, and a row whose very id is lost makes the extract incomplete too.
    """
    sheets, failures = _opened(source, base, query)
    if failures:
        return Extract(source=source.name, completeness=Completeness.FAILED, rows=_no_rows(), problems=tuple(failures))
    reading = _Reading(source, site_zone, Places(site_zone))
    for name in TABLES:
        if name in sheets:
            reading.take(sheets[name])
    reading.stand_in()
    doubts = list(reading.doubts(sheets, now, last_good))
    return Extract(
        source=source.name,
        completeness=Completeness.INCOMPLETE if doubts else Completeness.COMPLETE,
        rows=reading.rows,
        rejected=tuple(reading.rejected),
        problems=tuple(doubts + reading.problems),
        accepted=reading.accepted,
    )


def _no_rows() -> dict[str, tuple[CanonicalRow, ...]]:
    return {name: () for name in TABLES}


def _opened(source: TabularSource, base: Path, query: Query) -> tuple[dict[str, Sheet], list[str]]:
    sheets: dict[str, Sheet] = {}
    failures: list[str] = []
    for name, spec in source.tables.items():
        try:
            raw = open_table(spec, base, query)
            sheets[name] = sheet(name, spec, raw, may_be_empty=source.guards.min_rows == 0)
        except SourceError as error:
            failures += error.message.splitlines()
    return sheets, failures


@dataclass(slots=True)
class _Reading:
    """One read in the making: the tables that are done, in the order in which they point at each other."""

    source: TabularSource
    site_zone: str
    places: Places
    rows: dict[str, tuple[CanonicalRow, ...]] = field(default_factory=_no_rows)
    rejected: list[Rejected] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    accepted: dict[str, int] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)

    def take(self, page: Sheet) -> None:
        """Read one table."""
        notes = Notes(page.table, page.raw.where)
        desk = Desk(Calendar(page, self.places), notes, self.contacts)
        found = _doubles(page)
        notes.repeated = len(found.repeats)
        rows: list[CanonicalRow] = []
        for line, cells in page.lines:
            if line not in found.repeats:
                self._line(page, desk, line, cells, line in found.conflicts, rows)
        self.rows[page.table] = tuple(rows)
        self.accepted[page.table] = len(rows)
        self.places.learn(page.table, self.rows[page.table])
        self.problems += notes.sentences(len(page.lines))

    def _line(self, page: Sheet, desk: Desk, line: int, cells: Cells, conflict: bool, rows: list[CanonicalRow]) -> None:
        try:
            if conflict:
                raise CellError("source_id", "occurs again with other values — keep one row of this id")
            rows.append(desk.build(page.row(line, cells)))
        except CellError as error:
            self.rejected.append(page.rejected(line, cells, error.field, error.reason))

    def stand_in(self) -> None:
        """Make the rows of tables that the source does not have."""
        bookings = tuple(row for row in self.rows["bookings"] if isinstance(row, Booking))
        memberships = tuple(row for row in self.rows["memberships"] if isinstance(row, Membership))
        customers = tuple(row for row in self.rows["customers"] if isinstance(row, Customer))
        tables = self.source.tables
        if "locations" not in tables:
            self.rows["locations"] = (stand_ins.location(self.source.name, self.site_zone),)
        if "items" not in tables:
            self.rows["items"] = stand_ins.items(bookings, memberships)
        known = frozenset(row.source_id for row in customers) if "customers" in tables else None
        self.rows["customers"] = customers + stand_ins.customers(bookings, self.contacts, known)

    def doubts(self, sheets: Mapping[str, Sheet], now: datetime, last_good: Mapping[str, int]) -> Iterator[str]:
        """Why the tables that were read may not be the whole truth."""
        for name, page in sheets.items():
            nameless = [row for row in self.rejected if row.table == name and not row.source_id]
            yield from guards.nameless(page.raw.where, nameless)
            yield from guards.doubts(
                self.source.guards,
                where=page.raw.where,
                rows=self.accepted[name],
                last_good=last_good.get(name),
                modified_at=page.raw.modified_at,
                now=now,
            )


def _doubles(page: Sheet) -> Doubles:
    used = [slot.index for slot in page.slots if slot.index is not None]
    return doubles(
        (line, page.source_id(cells), tuple(cells[index] for index in used if index < len(cells)))
        for line, cells in page.lines
    )
