"""What the warehouse tells of a mapping that is doubtful: items, statuses, and memberships that others ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.statuses import SourceStatus
from saltoks.core.model.canonical import BookingStatus
from saltoks.warehouse.engine.database import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownStatus:
    """A status of the source that nobody gave a meaning, with the number of rows that have it now."""

    table: str
    status: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusCount:
    """A status that bookings have now, with how many."""

    status: SourceStatus
    times: int


def source_items(session: Session, source: str) -> dict[str, str]:
    """Names of all items and plans that the source has, by id; a plan without a row of its own has no name."""
    rows = session.rows("mapping_checks/source_items", source=source)
    return {row["source_id"]: row["name"] for row in sorted(rows, key=lambda row: row["name"])}


def unknown_statuses(session: Session, source: str) -> list[UnknownStatus]:
    """Statuses without a meaning among the rows that the source has now, the most frequent first."""
    return [
        UnknownStatus(table=row["table_name"], status=row["status_raw"], times=row["times"])
        for row in session.rows("mapping_checks/unknown_statuses", source=source)
    ]


def booking_statuses(session: Session, source: str) -> list[StatusCount]:
    """The statuses of all bookings that the source has now, the most frequent first."""
    return [
        StatusCount(status=SourceStatus(BookingStatus(row["status"]), row["status_raw"]), times=row["times"])
        for row in session.rows("mapping_checks/booking_statuses", source=source)
    ]


def ended_by_others(session: Session, site: str, since: datetime) -> dict[str, int]:
    """How many memberships that we made were ended by somebody else, by group."""
    return {
        row["group_name"]: row["times"]
        for row in session.rows("mapping_checks/ended_by_others", site=site, since=since)
    }


def booked_items(session: Session, source: str) -> frozenset[str]:
    """The items of which any booking was ever read."""
    return frozenset(row["item_id"] for row in session.rows("mapping_checks/booked_items", source=source))
