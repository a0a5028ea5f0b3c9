"""In which time zone a row's wall clocks and days are read: its location's, else the site's (canonical §2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from saltoks.core.model.canonical import CanonicalRow, Customer, Item, Location
from saltoks.systems.tabular.rows import Row, TableRows, is_day
from saltoks.systems.tabular.settings.fields import ENDS, STARTS
from saltoks.systems.tabular.text.cells import resolved
from saltoks.systems.tabular.text.moments import Moment
from saltoks.systems.tabular.time_columns import TimeColumns, check_year
from saltoks.systems.values.errors import CellError


@dataclass(slots=True)
class Places:
    """The zones of the locations, and where items and customers are; `zones` is None without a locations table."""

    site_zone: str
    zones: dict[str, str] | None = None
    items: dict[str, str | None] = field(default_factory=dict)
    customers: dict[str, str | None] = field(default_factory=dict)

    def learn(self, table: str, rows: tuple[CanonicalRow, ...]) -> None:
        """Remember where the rows of a table are, for the tables that point at them."""
        if table == "locations":
            self.zones = {row.source_id: row.timezone for row in rows if isinstance(row, Location)}
        for row in rows:
            if isinstance(row, Item):
                self.items[row.source_id] = row.location_id
            elif isinstance(row, Customer):
                self.customers[row.source_id] = row.location_id

    def zone(self, *locations: str | None) -> str:
        """The zone of the first location that is named; one that is unknown has no zone, so CellError."""
        location = next((name for name in locations if name is not None), None)
        if location is None or self.zones is None:
            return self.site_zone
        if location not in self.zones:
            raise CellError("location_id", "names a location without a known time zone — add it to the locations")
        return self.zones[location]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The times of one table: how its columns end, the zones of its rows, the instant of the read, and misfits."""

    sheet: TableRows
    places: Places
    now: datetime
    columns: TimeColumns

    def instant(self, row: Row, name: str, *locations: str | None) -> datetime | None:
        """A time field as UTC, or None when it is open."""
        span = row.span(name)
        if span is not None:
            return self._after(row, name, span, *locations)
        moment = self.moment(row, name)
        if moment is None:
            return None
        aware = isinstance(moment, datetime) and moment.tzinfo is not None
        zone = "UTC" if aware else self.places.zone(*locations)
        try:
            found = resolved(moment, zone, is_end=name in ENDS, inclusive=self._inclusive(name, is_day(moment)))
        except OverflowError:
            raise CellError(name, "is outside the calendar — correct it, or leave it empty if it is open") from None
        check_year(self.sheet.table, name, moment, self.now)
        return found

    def moment(self, row: Row, name: str) -> Moment | None:
        """A time as it is written; an end that shares its day with the start may lie beyond the midnight after it."""
        found, start = row.moment(name), row.moment(STARTS.get(name, name))
        if name not in STARTS or not (isinstance(found, datetime) and isinstance(start, datetime)):
            return found
        ends, starts = self.sheet.slot(name), self.sheet.slot(STARTS[name])
        one_day = ends and starts and ends.column.time and ends.column.header == starts.column.header
        wall, since = found.replace(tzinfo=None), start.replace(tzinfo=None)
        beyond = wall < since or (wall == since and wall.time() == time())
        return found + timedelta(days=1) if one_day and beyond else found

    def _after(self, row: Row, name: str, span: timedelta, *locations: str | None) -> datetime:
        start = self.instant(row, STARTS[name], *locations)
        if start is None:
            raise CellError(name, f"is a duration, and {STARTS[name]} is empty — fill it in")
        try:
            return start + span
        except OverflowError:
            raise CellError(name, "is outside the calendar — correct it") from None

    def _inclusive(self, name: str, day: bool) -> bool:
        slot = self.sheet.slot(name)
        if slot is not None and slot.column.inclusive is not None:
            return slot.column.inclusive
        return day and name in ENDS
