"""Extracts of bookings on their way into the warehouse, as tests need them again and again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from saltoks.core.model.canonical import (
    Booking,
    BookingStatus,
    CanonicalRow,
    Completeness,
    Extract,
    PaymentStatus,
    RejectedRow,
)
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.src import extracts

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
SOURCE = "desk"


def booking(source_id: str, **changes: Any) -> Booking:
    """A booking of Room 1 by Ann for the next hour."""
    values: dict[str, Any] = {
        "item_id": "room-1",
        "customer_id": "ann",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
        "status": BookingStatus.CONFIRMED,
        "status_raw": "Booked \t \\N \\. \n“ok”",
        "payment_status": PaymentStatus.PAID,
    }
    return Booking(source_id=source_id, **values | changes)


def extract(*bookings: Booking, completeness: str = "complete", rejected: tuple[RejectedRow, ...] = ()) -> Extract:
    """An extract of bookings alone."""
    rows: dict[str, tuple[CanonicalRow, ...]] = {"bookings": bookings}
    accepted = {"bookings": len(bookings)}
    return Extract(
        source=SOURCE,
        completeness=Completeness(completeness),
        rows=rows,
        rejected=rejected,
        problems=("one thing",),
        accepted=accepted,
    )


def run(
    warehouse: Warehouse, number: int, what: Extract, *checks: ExpectationResult, missing_runs: int = 1
) -> dict[str, int]:
    """Stages and loads an extract, so many minutes after noon; gives the rows that count though they are missing."""
    at, extract_id = NOON + timedelta(minutes=number), f"run-{number:03}/{SOURCE}"
    with warehouse.session() as session:
        extracts.stage(session, extract_id, f"run-{number:03}", what, at)
    with warehouse.session() as session:
        found = extracts.staged(session, extract_id)
        return extracts.load(session, extract_id, found, checks, at, missing_runs=missing_runs)


def rows(warehouse: Warehouse, columns: str = "source_id, is_deleted") -> list[tuple[Any, ...]]:
    """Bookings in the warehouse."""
    with warehouse.session() as session:
        found = session.connection.execute(text(f"select {columns} from src.bookings order by source_id"))  # noqa: S608
        return [tuple(row) for row in found]
