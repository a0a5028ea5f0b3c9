"""A booking system that hands over files or SQL views, read into canonical rows (booking-systems §4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from saltoks.core.errors import SourceError
from saltoks.core.model.canonical import (
    TABLES,
    Booking,
    CanonicalRow,
    Completeness,
    Customer,
    Extract,
    RejectedRow,
)
from saltoks.core.people.identity import Identity
from saltoks.systems.protocol import failed
from saltoks.systems.tabular import contacts, control, guards, implied_rows
from saltoks.systems.tabular.build import build_row
from saltoks.systems.tabular.duplicates import Duplicates, find_duplicates
from saltoks.systems.tabular.guards import RowCount, TableAge
from saltoks.systems.tabular.notes import Notes
from saltoks.systems.tabular.places import Calendar, Places
from saltoks.systems.tabular.row_builder import Contact, RowBuilder
from saltoks.systems.tabular.rows import TableRows, table_rows
from saltoks.systems.tabular.selection import loads_of
from saltoks.systems.tabular.settings.tables import TableSource, TablesSource
from saltoks.systems.tabular.text.csv_text import Cells
from saltoks.systems.tabular.text.raw_table import Query, open_loads, open_table
from saltoks.systems.tabular.time_columns import TimeColumns
from saltoks.systems.values.errors import CellError


def read(
    source: TablesSource,
    *,
    site_zone: str,
    base: Path,
    query: Query,
    now: datetime,
    last_good: Mapping[str, int],
) -> Extract:
    """Everything the source says now. What a source can cause never raises: it is rejected, incomplete or failed.

    `base` is the project root, `last_good` are the counts of the last good snapshot, as `Extract.accepted` has them:
    one a file or query, since a small file may vanish inside a large table. A table that cannot be read at all fails
    the extract, which then has no rows; one that looks old, torn or shrunk makes it incomplete; a bad cell rejects its
    row, and a row whose very id is lost makes the extract incomplete too.
    """
    pages, failures = _opened(source, base, query)
    if failures:
        return failed(source.name, *failures)
    reading = _Reading(source, site_zone, now, Places(site_zone))
    for name in TABLES:
        if found := [page for page in pages if page.sheet.table == name]:
            reading.take(name, found)
    reading.stand_in()
    doubts = [text for page in pages for text in reading.doubts(page, base, now, last_good)]
    return Extract(
        source=source.name,
        completeness=Completeness.INCOMPLETE if doubts else Completeness.COMPLETE,
        rows=reading.rows,
        rejected=tuple(reading.rejected),
        problems=tuple(doubts + reading.problems),
        accepted={name: rows for key, count in reading.counts.items() for name, rows in count.under(key).items()},
        ended=reading.ended,
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """One file or query that could be opened; `key` is where it stands in the site's file."""

    key: str
    spec: TableSource
    sheet: TableRows


def _no_rows() -> dict[str, tuple[CanonicalRow, ...]]:
    return {name: () for name in TABLES}


def _opened(source: TablesSource, base: Path, query: Query) -> tuple[list[_Page], list[str]]:
    pages: list[_Page] = []
    failures: list[str] = []
    for table, key, spec in source.parts():
        may_be_empty = source.guards_of(table, spec).min_rows == 0
        try:
            pages.append(_Page(key, spec, _sheet(table, spec, base, query, may_be_empty=may_be_empty)))
        except SourceError as error:
            failures += error.message.splitlines()
    return pages, failures


def _sheet(table: str, spec: TableSource, base: Path, query: Query, *, may_be_empty: bool) -> TableRows:
    """Loads are asked for first: a load that ends in between then counts as not finished, never the other way round."""
    told = open_loads(spec, base, query)
    loads = loads_of(told) if told else None
    return table_rows(table, spec, open_table(spec, base, query), loads, may_be_empty=may_be_empty)


@dataclass(slots=True)
class _Reading:
    """One read in the making: the tables that are done, in the order in which they point at each other."""

    source: TablesSource
    site_zone: str
    now: datetime
    places: Places
    rows: dict[str, tuple[CanonicalRow, ...]] = field(default_factory=_no_rows)
    rejected: list[RejectedRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    counts: dict[str, RowCount] = field(default_factory=dict)
    contacts: dict[str, Contact] = field(default_factory=dict)
    ended: dict[str, tuple[str, ...]] = field(default_factory=dict)
    people: dict[str, Identity] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    times: dict[str, TimeColumns] = field(default_factory=dict)

    def take(self, table: str, pages: list[_Page]) -> None:
        """Read one table from all its files and queries."""
        found = _doubles(pages)
        if table == "bookings":
            self.people = {
                one.source_id: Identity.of(one) for one in self.rows["customers"] if isinstance(one, Customer)
            }
            self.shared = contacts.ids_of_several_people((page.sheet for page in pages), self.people)
        self.ended[table] = _ended(pages)
        rows: list[CanonicalRow] = []
        for n, page in enumerate(pages):
            rows += self._page(n, page, found)
        self.rows[table] = tuple(rows)
        self.places.learn(table, self.rows[table])

    def _page(self, n: int, page: _Page, found: Duplicates) -> list[CanonicalRow]:
        one = page.sheet
        notes = Notes(one.table, one.raw.where)
        notes.repeated = sum(spot[0] == n for spot in found.repeats)
        times = self.times[page.key] = TimeColumns(one)
        calendar = Calendar(one, self.places, self.now, times)
        builder = RowBuilder(calendar, notes, self.contacts, self.people, self.shared)
        rows: list[CanonicalRow] = []
        for line, cells in one.lines:
            if (n, line) not in found.repeats:
                self._line(one, builder, line, cells, (n, line) in found.conflicts, rows)
        self.problems += [*one.notes, *notes.sentences(len(one.lines))]
        self.counts[page.key] = RowCount(len(rows), _passed(one))
        return rows

    def _line(
        self, page: TableRows, builder: RowBuilder, line: int, cells: Cells, conflict: bool, rows: list[CanonicalRow]
    ) -> None:
        try:
            if conflict:
                raise CellError("source_id", "occurs again with other values — keep one row of this id")
            rows.append(build_row(builder, page.row(line, cells)))
        except CellError as error:
            builder.times.columns.note(line, error)
            self.rejected.append(page.rejected(line, cells, error.field, error.reason))

    def stand_in(self) -> None:
        """Make the rows of tables that the source does not have."""
        bookings = tuple(row for row in self.rows["bookings"] if isinstance(row, Booking))
        customers = tuple(row for row in self.rows["customers"] if isinstance(row, Customer))
        tables = self.source.tables
        if "locations" not in tables:
            self.rows["locations"] = (implied_rows.implied_location(self.source.name, self.site_zone),)
        if "items" not in tables:
            self.rows["items"] = implied_rows.implied_items(row for rows in self.rows.values() for row in rows)
        if "customer_links" not in tables:
            self.rows["customer_links"] = implied_rows.implied_links(customers)
            self._tell_orphans(implied_rows.orphans(customers))
        if count := contacts.shared_addresses(self.contacts.values()):
            text = f"bookings: {count} e-mail(s) stand with the names of several people, who count as one guest each"
            self.problems.append(f"{text} — give each person an e-mail of their own")
        known = frozenset(row.source_id for row in customers) if "customers" in tables else None
        self.rows["customers"] = customers + implied_rows.implied_customers(bookings, self.contacts, known)

    def _tell_orphans(self, count: int) -> None:
        if count:
            text = f"customers: {count} rows have a parent_customer_id that is no customer's, so they share nothing"
            self.problems.append(f"{text} — add those customers, or correct the ids")

    def doubts(self, page: _Page, base: Path, now: datetime, last_good: Mapping[str, int]) -> Iterator[str]:
        """Why the rows of one file or query may not be the whole truth."""
        one, loader = page.sheet, page.spec.loader
        by_loader = loader is not None and loader.tells_age
        nameless = [row for row in self.rejected if not row.source_id and _is_of(row, one)]
        yield from one.doubts
        yield from one.swallowed()
        yield from self.times[page.key].doubts()
        yield from control.control_checks(self.source.control_of(page.spec), one.raw, base)
        yield from guards.nameless(one.raw.where, nameless, page.spec.columns["source_id"].header)
        yield from guards.sanity_checks(
            self.source.guards_of(one.table, page.spec),
            where=one.raw.where,
            key=page.key,
            count=self.counts[page.key],
            last_good=last_good,
            age=TableAge(one.loaded_at if by_loader else one.raw.modified_at, loader=by_loader),
            now=now,
        )


def _is_of(row: RejectedRow, page: TableRows) -> bool:
    return row.table == page.table and row.where.rpartition(":")[0] == page.raw.where


def _passed(page: TableRows) -> int:
    """How many ids say themselves that they do not count (any more)."""
    if not page.passed:
        return 0
    live = {page.source_id(cells) for _, cells in page.lines}
    return len({page.source_id(cells) for _, cells in page.passed} - live - {""})


def _ended(pages: list[_Page]) -> tuple[str, ...]:
    """Ids that are deleted by their own word, in every file and query that has them."""
    live = {page.sheet.source_id(cells) for page in pages for _, cells in page.sheet.lines}
    gone = {page.sheet.source_id(cells) for page in pages for _, cells in page.sheet.gone}
    return tuple(sorted(gone - live - {""}))


def _doubles(pages: list[_Page]) -> Duplicates:
    """Equal cells say the same only where the columns are read in the same way."""
    ways = [next(n for n, one in enumerate(pages) if one.spec.columns == page.spec.columns) for page in pages]
    return find_duplicates(
        ((n, line), page.sheet.source_id(cells), (ways[n], _said(page.sheet, cells)))
        for n, page in enumerate(pages)
        for line, cells in page.sheet.lines
    )


def _said(page: TableRows, cells: Cells) -> tuple[str | None, ...]:
    slots = sorted(page.slots, key=lambda slot: slot.field)
    return tuple(cells[index] for slot in slots for index in slot.indexes if index < len(cells))
