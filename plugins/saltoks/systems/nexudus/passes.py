"""Passes that customers hold: good from the moment they are there until they are used up or expire."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from saltoks.core.model.canonical import Pass, PassStatus
from saltoks.core.time.zones import instant, midnight
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.fetch import Fetched
from saltoks.systems.nexudus.places import Places
from saltoks.systems.nexudus.row_collector import Tray

_DAY = timedelta(days=1)
_MOMENT = timedelta(seconds=1)


def passes(fetched: Fetched, places: Places, now: datetime) -> Tray:
    """Every held pass that was read."""
    tray: Tray = Tray("passes")
    kinds = {record.id: record for record in fetched.time_passes.records}
    contracts = {guid: record.id for record in fetched.contracts.records if (guid := record.guid("UniqueId"))}
    tray.fill(fetched.passes.records, _Holder(places, kinds, contracts, now).held)
    return tray


@dataclass(frozen=True, slots=True)
class _Holder:
    """What the passes point at: their kinds by id, and contracts by GUID."""

    places: Places
    kinds: Mapping[int, Record]
    contracts: Mapping[str, int]
    now: datetime

    def held(self, record: Record) -> Pass | None:
        """One pass of a customer; one that ended before it was made is over, and its window still a real one."""
        kind = self.kinds.get(record.needed_id("TimePassId"))
        business = record.id_or_none("BusinessId") or (kind.id_or_none("BusinessId") if kind else None)
        if not self.places.takes(business):
            return None
        zone = self.places.zone(business, "BusinessId")
        expires, used_until = _expiry(record, zone), _used_until(record, zone)
        valid_from = record.needed_instant("CreatedOn")
        valid_until = min((at for at in (expires, used_until) if at), default=None)
        contract = self.contracts.get(record.guid("CoworkerContractUniqueId") or "")
        return Pass(
            source_id=str(record.id),
            customer_id=str(record.needed_id("CoworkerId")),
            item_id=f"pass:{record.needed_id('TimePassId')}",
            valid_from=min(valid_from, valid_until - _MOMENT) if valid_until else valid_from,
            status=self._status(record, kind, expires, used_until),
            status_raw=f"used={int(record.flag('Used') is True)}",
            valid_until=valid_until,
            used_at=record.instant("UsedDate"),
            membership_id=str(contract) if contract else None,
            location_id=str(business),
        )

    def _status(
        self, record: Record, kind: Record | None, expires: datetime | None, used_until: datetime | None
    ) -> PassStatus:
        """How often it can be used decides nothing: the unit of that number is not told (booking-systems §2.6)."""
        used = record.flag("Used")
        if used is None:
            return PassStatus.UNKNOWN
        if expires is not None and expires <= self.now:
            return PassStatus.EXPIRED
        if not used:
            return PassStatus.VALID
        if used_until is None or used_until <= self.now:
            return PassStatus.EXHAUSTED
        if kind is None:
            return PassStatus.UNKNOWN
        is_day_pass = kind.raw.get("MinutesIncluded") is None
        return PassStatus.IN_USE if is_day_pass else PassStatus.EXHAUSTED


def _used_until(record: Record, zone: str) -> datetime | None:
    """Midnight after the day of use: a day pass lets its holder in and out all day."""
    day = record.day("UsedDate", zone) if record.flag("Used") else None
    return midnight(day + _DAY, zone) if day else None


def _expiry(record: Record, zone: str) -> datetime | None:
    """A midnight, of the location or of UTC where no wall clock is given, means until the end of that day."""
    at, wall = record.instant("ExpireDate"), record.wall("ExpireDate")
    local = record.local("ExpireDate", zone)
    clocks = (local, at.replace(tzinfo=None) if at and wall is None else None)
    for clock in clocks:
        if clock is not None and clock.time() == time():
            return midnight(clock.date() + _DAY, zone)
    return at or (instant(local, zone, is_end=True) if local else None)
