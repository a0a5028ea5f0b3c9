"""Locations and their time zones: Windows names become IANA names by the CLDR table, a site's override comes first.

A location without a known zone has no rows at all (canonical §2): never UTC in place of something unknown.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from saltoks.core.model.canonical import Location
from saltoks.core.time.zones import is_zone
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.row_collector import Tray
from saltoks.systems.nexudus.settings import NexudusSource
from saltoks.systems.values.errors import CellError

TABLE = Path(__file__).with_name("windows_zones.csv")


@cache
def windows_zones() -> Mapping[str, str]:
    """The IANA zone of each Windows zone id, for territory 001."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["windows"]: row["iana"] for row in csv.DictReader(file)}


def iana(name: str) -> str | None:
    """The IANA name of a Windows zone id, or of itself; None when it is neither."""
    return windows_zones().get(name) or (name if is_zone(name) else None)


@dataclass(frozen=True, slots=True)
class Places:
    """The zones of the locations that are read; `wanted` names them, and is empty when all are."""

    wanted: frozenset[int]
    zones: Mapping[int, str]

    def takes(self, business: int | None) -> bool:
        """Whether rows of a location are read at all."""
        return not self.wanted or business is None or business in self.wanted

    def zone(self, business: int | None, field: str) -> str:
        """The zone in which a row's days are read; `field` is where the row names its location."""
        if business is None:
            raise CellError(field, "is empty, so its days have no time zone — fill it in")
        self.check(business, field)
        return self.zones[business]

    def check(self, business: int | None, field: str) -> None:
        """Refuse a row of a location that was refused itself; one without a location passes."""
        if business is not None and business not in self.zones:
            raise CellError(field, "names a location without a known time zone — set it under locations of the source")


def places(source: NexudusSource, businesses: Iterable[Record], zones: Iterable[Record]) -> tuple[Places, Tray]:
    """The locations that are read, and where their rows belong."""
    names = {record.id: record for record in zones}
    tray: Tray = Tray("locations")
    wanted = source.businesses
    ours = [record for record in businesses if not wanted or record.id in wanted]
    tray.fill(ours, lambda record: _location(source, record, names))
    known = (row for row in tray.rows if isinstance(row, Location))
    return Places(wanted, {int(row.source_id): row.timezone for row in known}), tray


def _location(source: NexudusSource, record: Record, names: Mapping[int, Record]) -> Location:
    override = source.locations.get(record.id)
    return Location(
        source_id=str(record.id),
        name=record.text("Name") or str(record.id),
        timezone=override.timezone if override else _zone(record, names),
        active=not record.flag("Suspended"),
    )


def _zone(record: Record, names: Mapping[int, Record]) -> str:
    known = names.get(record.id_or_none("SimpleTimeZoneId") or 0)
    named = known.text("Name") if known else None
    advice = f"set locations.{record.id}.timezone of the source"
    if named is None:
        raise CellError("SimpleTimeZoneId", f"names no time zone — {advice}")
    found = iana(named)
    if found is None:
        raise CellError("SimpleTimeZoneId", f"names the time zone '{named}', which is not known here — {advice}")
    return found
