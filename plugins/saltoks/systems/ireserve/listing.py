"""The filter of the back office, page by page (booking-systems §3.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from saltoks.core.errors import SaltoksError
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.reservations import number_of
from saltoks.systems.ireserve.settings import Columns, Days, IReserveSource
from saltoks.systems.ireserve.tenant import Tenant
from saltoks.systems.values.errors import CellError

MOST_PAGES = 2000


@dataclass(slots=True)
class Listing:
    """Rows by the id of their reservation; joins repeat it, and `contested` are those repeated with other values."""

    rows: dict[str, Record] = field(default_factory=dict)
    contested: set[str] = field(default_factory=set)
    nameless: int = 0
    doubts: list[str] = field(default_factory=list)

    def take(self, page: Iterable[Record], columns: Columns) -> bool:
        """Add a page; whether it held a reservation that was not seen before."""
        before = len(self.rows)
        for row in page:
            number = number_of(row, columns)
            if number is None:
                self.nameless += 1
            elif self.rows.setdefault(number, row).fields != row.fields:
                self.contested.add(number)
        return len(self.rows) > before


def listed(tenant: Tenant, source: IReserveSource, days: Days, objects: Iterable[str], today: date) -> Listing:
    """Every reservation of these days; raises SaltoksError when not even the first page can be read.

    There is no total, and a server may cut pages short: so the end is a page that brings nothing new.
    """
    found, start, full = Listing(), 0, False
    wanted = sorted(objects, key=int)
    for _ in range(MOST_PAGES):
        try:
            page = tenant.page(days, wanted, start)
        except SaltoksError as error:
            if not found.rows:
                raise
            found.doubts.append(f"{error.message} The first {start} rows were read, the rest is not known.")
            break
        if not found.take(page, source.columns):
            found.doubts += _repeated(page, full)
            break
        start, full = start + len(page), len(page) >= source.page_length
    found.doubts += _nameless(found, source.columns)
    found.doubts += _strays(found, source.columns, today + timedelta(days.first), today + timedelta(days.last))
    return found


def first(tenant: Tenant, source: IReserveSource, days: Days, objects: Iterable[str], today: date) -> Listing:
    """The first page alone; raises SaltoksError when it cannot be read."""
    found = Listing()
    found.take(tenant.page(days, sorted(objects, key=int), 0), source.columns)
    found.doubts += _nameless(found, source.columns)
    found.doubts += _strays(found, source.columns, today + timedelta(days.first), today + timedelta(days.last))
    return found


def _repeated(page: list[Record], full: bool) -> list[str]:
    if not page or not full:
        return []
    return ["booking/filter answers the same page again, so it ignores `start` — raise page_length above its rows"]


def _nameless(found: Listing, columns: Columns) -> list[str]:
    if not found.nameless:
        return []
    return [f"booking/filter: {found.nameless} rows have no id in {columns.id} — check the name of that column"]


def _strays(found: Listing, columns: Columns, first: date, last: date) -> list[str]:
    """Rows far from the days that were asked for: then the search did not reach the tenant."""
    strays = sum(not _near(row, columns, first, last) for row in found.rows.values())
    if not strays:
        return []
    return [f"booking/filter: {strays} rows are outside the days that were asked for — check the words of search"]


def _near(row: Record, columns: Columns, first: date, last: date) -> bool:
    """A day of grace on both sides, as the tenant's midnight may not be ours."""
    try:
        day = row.day(f"{columns.from_date}_raw")
    except CellError:
        return True
    return first - timedelta(days=1) <= day <= last + timedelta(days=1)
