"""Contracts become memberships, and the desks and offices on them assignments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.model.canonical import Assignment, ExtractScope, Membership, MembershipStatus
from saltoks.core.time.zones import midnight
from saltoks.systems.nexudus import seats
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.fetch import Fetched
from saltoks.systems.nexudus.places import Places
from saltoks.systems.nexudus.row_collector import Tray
from saltoks.systems.nexudus.settings import NexudusSource

_STATUS_FLAGS = ("Active", "Cancelled", "InPausedPeriod")


def memberships(source: NexudusSource, fetched: Fetched, places: Places, now: datetime) -> Tray:
    """Every contract that was read."""
    tray: Tray = Tray("memberships")
    tray.fill(fetched.contracts.records, _Terms(source, places, now).membership)
    return tray


def assignments(fetched: Fetched, held: Tray, known: Known) -> Tray:
    """Every desk of every contract: what either side says counts, what both deny is gone (canonical §5).

    A contract that was not read now, or could not be, has the terms that it had before.
    """
    terms = _terms_of_before(fetched, held, known)
    terms |= {row.source_id: row for row in held.rows if isinstance(row, Membership)}
    tray: Tray = Tray("assignments")
    tray.doubt(fetched.desks.records, "CoworkerContractIds")
    tray.doubt(fetched.contracts.records, "FloorPlanDeskIds", "Desks")
    desks = seats.together(fetched.contracts.records, fetched.desks, known, fetched.confirmed)
    for contract, ids in sorted(desks.items()):
        if membership := terms.get(str(contract)):
            tray.rows += [_assignment(membership, f"desk:{one}") for one in sorted(ids)]
    return tray


def _terms_of_before(fetched: Fetched, held: Tray, known: Known) -> dict[str, Membership]:
    if fetched.reach["memberships"].scope is ExtractScope.DELTA:
        return dict(known.memberships)
    broken = {one.source_id for one in held.rejected}
    return {name: row for name, row in known.memberships.items() if name in broken}


def _assignment(membership: Membership, item_id: str) -> Assignment:
    return Assignment(
        source_id=f"{membership.source_id}:{item_id}",
        membership_id=membership.source_id,
        customer_id=membership.customer_id,
        item_id=item_id,
        starts_at=membership.starts_at,
        ends_at=membership.ends_at,
        location_id=membership.location_id,
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """How this site understands a contract."""

    source: NexudusSource
    places: Places
    now: datetime

    def membership(self, record: Record) -> Membership | None:
        """A contract from the day it starts to the day it is cancelled; `ContractTerm` is no end.

        One that ends by its own start never held: it has no start, so that its window is still a real one.
        """
        business = record.id_or_none("IssuedById")
        if not self.places.takes(business):
            return None
        zone = self.places.zone(business, "IssuedById")
        starts_at, ends_at = self._start(record, zone), self._end(record, zone)
        never = starts_at is not None and ends_at is not None and ends_at <= starts_at
        return Membership(
            source_id=str(record.id),
            customer_id=str(record.needed_id("CoworkerId")),
            plan_id=f"product:{record.needed_id('TariffId')}",
            status=MembershipStatus.ENDED if never else self._status(record, starts_at, ends_at),
            status_raw=";".join(f"{name.lower()}={int(record.flag(name) is True)}" for name in _STATUS_FLAGS),
            starts_at=None if never else starts_at,
            ends_at=ends_at,
            location_id=str(business),
            paused_from=record.instant("InPausedPeriodFrom"),
            paused_until=record.instant("InPausedPeriodUntil"),
        )

    def _start(self, record: Record, zone: str) -> datetime | None:
        day = record.day("StartDate", zone)
        return midnight(day, zone) if day else None

    def _end(self, record: Record, zone: str) -> datetime | None:
        """Access ends as the day of cancellation begins; as it ends where the site says so."""
        day = record.day("CancellationDate", zone)
        if day is None:
            return None
        return midnight(day + timedelta(days=1) if self.source.cancellation_inclusive else day, zone)

    def _status(self, record: Record, starts_at: datetime | None, ends_at: datetime | None) -> MembershipStatus:
        """booking-systems §2.6, the strictest first."""
        active, cancelled = record.flag("Active"), record.flag("Cancelled") is True
        if ends_at is not None and ends_at <= self.now:
            return MembershipStatus.ENDED
        if active is None:
            return MembershipStatus.UNKNOWN
        if not active:
            return MembershipStatus.INACTIVE
        if cancelled and ends_at is None:
            return MembershipStatus.CANCELLED
        return self._running(record, starts_at)

    def _running(self, record: Record, starts_at: datetime | None) -> MembershipStatus:
        if record.flag("InPausedPeriod"):
            return MembershipStatus.PAUSED
        scheduled = starts_at is not None and starts_at > self.now
        return MembershipStatus.SCHEDULED if scheduled else MembershipStatus.ACTIVE
