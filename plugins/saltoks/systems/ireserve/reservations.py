"""What the filter and `booking/{id}` say about a reservation, as one value (booking-systems §3.2, §3.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.model.canonical import Booking, BookingStatus, PaymentStatus
from saltoks.core.time.clock_changes import WallClocks, corrected_window
from saltoks.core.time.windows import Window
from saltoks.systems.ireserve import values
from saltoks.systems.ireserve.record import Record
from saltoks.systems.ireserve.settings import Columns, IReserveSource
from saltoks.systems.values.errors import CellError
from saltoks.systems.values.guests import guest_id

READ_FIELDS = (
    "id",
    "booking_id",
    "object_id",
    "object",
    "object_desc",
    "date_from",
    "date_till",
    "status_code",
    "status",
    "customer_id",
    "customer",
    "email",
    "location_id",
    "location",
)
"""Everything that is kept of a reservation; remarks and the tenant's own fields are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """One reservation; without a customer, whoever it names is known by the e-mail or by the reservation alone.

    `clock_change` says what was put right of a window that a change of clocks had spoilt.
    """

    number: str
    object_id: str
    starts_at: datetime
    ends_at: datetime
    status_code: int | None
    status_name: str
    object_name: str | None = None
    customer_number: str | None = None
    customer_name: str | None = None
    email: str | None = None
    location_id: str | None = None
    location_name: str | None = None
    clock_change: str | None = None

    @property
    def customer_id(self) -> str:
        """The id of its customer; ours where the tenant has none."""
        if self.customer_number:
            return self.customer_number
        return guest_id(self.email) if self.email else f"guest:{self.number}"


def number_of(row: Record, columns: Columns) -> str | None:
    """The id in a row of the filter, None when it has none."""
    try:
        found = row.whole(f"{columns.id}_raw", columns.id)
    except CellError:
        return None
    return None if found is None else str(found)


def wall_start(row: Record, columns: Columns) -> datetime:
    """The wall clock at which a row of the filter starts."""
    return _wall(row, columns.from_date, columns.from_time)


def of_row(row: Record, source: IReserveSource) -> Reservation:
    """A reservation from a row of the filter that tells all; raises CellError."""
    columns = source.columns
    start, end = wall_start(row, columns), _wall(row, columns.till_date or "", columns.till_time or "")
    return _checked(
        Reservation(
            number=str(row.whole(*_raw(columns.id))),
            object_id=str(_must(row.whole(*_raw(columns.object_id)), columns.object_id)),
            starts_at=values.resolved(start, source.timezone, columns.from_date, is_end=False),
            ends_at=values.resolved(end, source.timezone, columns.till_date or "", is_end=True),
            status_code=row.whole(*_raw(columns.status)),
            status_name=row.text(columns.status or "") or "",
            customer_number=_customer(row.whole(*_raw(columns.customer_id))),
            customer_name=row.text(*_raw(columns.customer)),
            email=values.email(row.text(*_raw(columns.email))),
        ),
        source.timezone,
        walls=WallClocks(start, end),
    )


def of_record(record: Record, source: IReserveSource) -> Reservation:
    """A reservation from `booking/{id}`; raises CellError."""
    starts_at = values.resolved(record.moment("date_from"), source.timezone, "date_from", is_end=False)
    ends_at = values.resolved(record.moment("date_till"), source.timezone, "date_till", is_end=True)
    found = Reservation(
        number=str(_must(record.whole("id", "booking_id"), "id")),
        object_id=str(_must(record.whole("object_id"), "object_id")),
        starts_at=starts_at,
        ends_at=ends_at,
        status_code=record.whole("status_code"),
        status_name=record.text("status") or "",
        object_name=record.text("object_desc", "object"),
        customer_number=_customer(record.whole("customer_id")),
        customer_name=record.text("customer"),
        email=values.email(record.text("email")),
        location_id=record.text("location_id"),
        location_name=record.text("location"),
    )
    return _checked(found, source.timezone, walls=None)


def booking(found: Reservation, source: IReserveSource) -> Booking:
    """The canonical booking; a code that nobody mapped never opens."""
    code = found.status_code
    status = BookingStatus.UNKNOWN if code is None else source.status_map.get(code, BookingStatus.UNKNOWN)
    return Booking(
        source_id=found.number,
        item_id=f"object:{found.object_id}",
        customer_id=found.customer_id,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        status=status,
        status_raw=f"{'' if code is None else code} {found.status_name}".strip(),
        location_id=found.location_id,
        payment_status=_payment(code, source),
    )


def _payment(code: int | None, source: IReserveSource) -> PaymentStatus:
    if code in source.paid_codes:
        return PaymentStatus.PAID
    return PaymentStatus.UNPAID if code in source.unpaid_codes else PaymentStatus.UNKNOWN


def _checked(found: Reservation, zone: str, *, walls: WallClocks | None) -> Reservation:
    """What a change of clocks had spoilt is put right; else an end before its start on one day is on the next.

    `walls` are the clock times of the filter; an instant of `booking/{id}` has its own offset.
    """
    changed = corrected_window(Window(found.starts_at, found.ends_at), zone, walls)
    if changed:
        window = changed.window
        return replace(found, starts_at=window.starts_at, ends_at=window.ends_at, clock_change=changed.sentence)
    start, end = _as_walls(found, zone) if walls is None else (walls.starts, walls.ends)
    if found.ends_at < found.starts_at and end < start and end.date() == start.date():
        later = values.resolved(end + timedelta(days=1), zone, "date_till", is_end=True)
        return replace(found, ends_at=later)
    if found.ends_at <= found.starts_at:
        raise CellError("date_till", "is not after date_from — correct one of them")
    return found


def _as_walls(found: Reservation, zone: str) -> tuple[datetime, datetime]:
    there = ZoneInfo(zone)
    return (
        found.starts_at.astimezone(there).replace(tzinfo=None),
        found.ends_at.astimezone(there).replace(tzinfo=None),
    )


def _wall(row: Record, day: str, seconds: str) -> datetime:
    return values.wall(row.day(f"{day}_raw"), row.whole(f"{seconds}_raw"), seconds)


def _raw(column: str | None) -> tuple[str, str]:
    return f"{column or ''}_raw", column or ""


def _customer(number: int | None) -> str | None:
    return str(number) if number else None


def _must(number: int | None, field: str | None) -> int:
    if number is None:
        raise CellError(field or "", "is missing — check the rights of the user and the name of the column")
    return number
