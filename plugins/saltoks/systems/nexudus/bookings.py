"""Bookings, and what became of those that were cancelled: they leave their list and turn up in another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.model.canonical import Booking, BookingStatus, PaymentStatus
from saltoks.core.time.clock_changes import corrected_window
from saltoks.core.time.windows import Window
from saltoks.systems.nexudus.api.known import Known
from saltoks.systems.nexudus.api.record import Record
from saltoks.systems.nexudus.fetch import Fetched
from saltoks.systems.nexudus.people import CALENDAR
from saltoks.systems.nexudus.places import Places
from saltoks.systems.nexudus.row_collector import Tray
from saltoks.systems.values.errors import CellError

_SLACK = timedelta(minutes=1)


def bookings(fetched: Fetched, places: Places, known: Known) -> Tray:
    """The bookings of the window, and every cancelled one that was read."""
    desk = _Desk(fetched, places, known)
    tray: Tray = Tray("bookings")
    tray.fill((record for record in fetched.bookings.records if record.id not in desk.ended), desk.standing)
    tray.fill(fetched.cancelled.records, desk.cancelled, "cancelled:")
    tray.notes += desk.notes
    return tray


def zone_doubts(fetched: Fetched, places: Places) -> list[str]:
    """Where the wall clocks of bookings disagree with the zone that is assumed for their location."""
    homes = _homes(fetched)
    wrong: dict[int, list[str]] = {}
    for record in fetched.bookings.records:
        business = homes.get(record.peek_id("ResourceId") or 0)
        zone = places.zones.get(business or 0)
        if business and zone and (words := _disagreement(record, zone)):
            wrong.setdefault(business, []).append(words)
    advice = "set its right zone under locations of the source, or correct it in Nexudus"
    return [
        f"spaces/bookings: location {one} counts as {places.zones[one]}, but {len(found)} bookings say otherwise, "
        f"the first one that {found[0]} — {advice}"
        for one, found in wrong.items()
    ]


class _Desk:
    """What the builders of bookings share: where resources are, and which bookings are cancelled."""

    def __init__(self, fetched: Fetched, places: Places, known: Known) -> None:
        self._places = places
        self.notes: list[str] = []
        self._homes = _homes(fetched)
        by_guid = {guid: int(one) for guid, one in known.booking_uids.items() if one.isdecimal()}
        by_guid |= {guid: record.id for record in fetched.bookings.records if (guid := record.guid("UniqueId"))}
        changed = {record.id: record.peek_instant("UpdatedOn") for record in fetched.bookings.records}
        self._originals = {one.id: _original(one, by_guid) for one in fetched.cancelled.records}
        """By the id of a cancelled booking, the one that it was; None when nobody can tell."""
        self.ended = {
            number
            for one in fetched.cancelled.records
            if (number := self._originals[one.id]) is not None
            and not _is_later(changed.get(number), one.peek_instant("CancelledOn"))
        }

    def standing(self, record: Record) -> Booking | None:
        """A booking that is in the calendar."""
        found = self._booking(record, str(record.id), _status(record), _raw_status(record), None)
        return replace(found, source_uid=record.guid("UniqueId")) if found else None

    def cancelled(self, record: Record) -> Booking | None:
        """A booking that left the calendar; one that came back since is in the other list."""
        original = self._originals[record.id]
        if original is not None and original not in self.ended:
            return None
        source_id = f"cancelled:{record.id}" if original is None else str(original)
        return self._booking(
            record, source_id, BookingStatus.CANCELLED, "cancelled", record.needed_instant("CancelledOn")
        )

    def _booking(
        self, record: Record, source_id: str, status: BookingStatus, raw: str, cancelled_at: datetime | None
    ) -> Booking | None:
        resource = record.id_or_none("ResourceId")
        home = self._homes.get(resource or 0)
        if not self._places.takes(home):
            return None
        self._places.check(home, "ResourceId")
        window = self._window(record, home)
        customer = record.id_or_none("CoworkerId")
        return Booking(
            source_id=source_id,
            item_id=f"resource:{resource}" if resource else f"desk:{record.needed_id('FloorPlanDeskId')}",
            customer_id=str(customer) if customer else CALENDAR.source_id,
            starts_at=window.starts_at,
            ends_at=window.ends_at,
            status=status,
            status_raw=raw,
            location_id=str(home) if home else None,
            payment_status=_payment(record),
            cancelled_at=cancelled_at,
            checked_in_at=record.instant("CheckedInAt"),
            created_at=record.instant("CreatedOn") if cancelled_at is None else None,
        )

    def _window(self, record: Record, home: int | None) -> Window:
        """From its start to its end; a change of clocks may have left nothing in between."""
        window = Window(record.needed_instant("FromTime"), record.needed_instant("ToTime"))
        if window.is_real:
            return window
        zone = self._places.zones.get(home or 0)
        found = corrected_window(window, zone) if zone else None
        if found is None:
            raise CellError("ToTime", "is not after FromTime — correct one of them")
        self.notes.append(f"booking {record.id}: {found.sentence}")
        return found.window


def _status(record: Record) -> BookingStatus:
    """booking-systems §2.6; there is no status field. One that waits for approval stays shut whatever else it says."""
    tentative = record.flag("Tentative")
    if record.id_or_none("CoworkerId") is None:
        return BookingStatus.BLOCKED
    if tentative is None:
        return BookingStatus.UNKNOWN
    if tentative:
        return BookingStatus.TENTATIVE
    return BookingStatus.CHECKED_IN if record.instant("CheckedInAt") else BookingStatus.CONFIRMED


def _raw_status(record: Record) -> str:
    return (
        f"tentative={int(record.flag('Tentative') is True)};checkedin={int(record.instant('CheckedInAt') is not None)}"
    )


def _payment(record: Record) -> PaymentStatus:
    if record.flag("CoworkerInvoicePaid"):
        return PaymentStatus.PAID
    return PaymentStatus.UNPAID if record.id_or_none("CoworkerInvoiceId") else PaymentStatus.UNKNOWN


def _original(record: Record, by_guid: Mapping[str, int]) -> int | None:
    """Which booking a cancelled one was: the vendor does not say whether it gives the number or the GUID."""
    number = record.peek_id("OriginalBookingId")
    guid = record.guid("OriginalBookingId")
    return number or (by_guid.get(guid) if guid else None)


def _is_later(changed: datetime | None, cancelled: datetime | None) -> bool:
    return changed is not None and cancelled is not None and changed > cancelled


def _disagreement(record: Record, zone: str) -> str | None:
    try:
        at, wall = record.instant("FromTime"), record.wall("FromTime")
    except CellError:
        return None
    if at is None or wall is None:
        return None
    said = wall - at.astimezone(UTC).replace(tzinfo=None)
    meant = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    if abs(said - meant) < _SLACK:
        return None
    return f"its clock is {_hours(said)} h from UTC and not {_hours(meant)} h ({record.id})"


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:+g}"


def _homes(fetched: Fetched) -> dict[int, int]:
    found = {record.id: record.peek_id("BusinessId") for record in fetched.resources.records}
    return {resource: business for resource, business in found.items() if business}
