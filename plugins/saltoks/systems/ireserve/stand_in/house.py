"""The demo's house in Amsterdam: rehearsal studios, booked in i-Reserve."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from saltoks.sandbox.bookings import Diary, Entry, Planned, Room, Stay, address
from saltoks.systems.ireserve.stand_in.admin import IReserveAdmin
from saltoks.systems.ireserve.stand_in.world import BookingSpec, CustomerSpec
from saltoks.systems.stand_in import ServedHouse

NAME = "harbour"
ZONE = ZoneInfo("Europe/Amsterdam")
NEW, OPEN, PAID, CANCELLED = "10", "20", "30", "70"
STUDIO_A, STUDIO_B, PODCAST = "1", "2", "3"

DIARY = Diary(
    rooms=(
        Room(STUDIO_A, ("1001", "1008", "1002")),
        Room(STUDIO_B, ("1004", "1006", "1011"), shared=True),
        Room(PODCAST, ("1003", "1012", "1005"), lead=10),
    ),
    first=(
        Planned(STUDIO_B, "1007", -10, 50, NEW, 4001),
        Planned(STUDIO_B, "1012", -15, 45, CANCELLED, 4002),
        Planned(STUDIO_B, "1010", -10, 50, OPEN, 4003),
        Planned(STUDIO_B, "1011", 20, -1600, PAID, 4004),  # ends a day before it starts: goes to quarantine
        Planned(STUDIO_A, "1002", -100, -40, PAID),
        Planned(STUDIO_A, "1001", -40, 50, PAID),
        Planned(STUDIO_A, "1008", 50, 140, PAID),
        Planned(STUDIO_B, "1009", -20, 60, PAID),
        Planned(PODCAST, "1003", 10, 70, PAID),
    ),
    booked=PAID,
    first_number=4101,
    after=timedelta(),
    walk_ins=("Anouk Vermeer", "Bilal Haddad", "Coen de Graaf", "Daphne Mulder", "Emre Kaya", "Floor Jansen"),
)


def ireserve_house(url: str, _folder: Path) -> ServedHouse[IReserveAdmin]:
    """The house in a sandbox at this address; it needs no files."""
    return ServedHouse(IReserveAdmin(url), write, lambda number: f"curl -X DELETE {url}/_sandbox/bookings/{number}")


def write(admin: IReserveAdmin, now: datetime) -> None:
    """Bring the reservations of the tenant up to `now`."""
    world = admin.world()
    names = {str(one.id): _name(one) for one in world.customers}
    emails = {str(one.id): one.email for one in world.customers}
    for entry in DIARY.due([_entry(row) for row in world.bookings], now):
        who = entry.stay.who
        walk_in = entry.stay.walk_in
        admin.put_booking(_row(entry, names.get(who, walk_in), emails.get(who) if who else address(walk_in)))


def _name(row: CustomerSpec) -> str:
    return f"{row.fields.get('firstname', '')} {row.fields.get('lastname', '')}".strip()


def _entry(row: BookingSpec) -> Entry:
    who = str(row.customer_id or "")
    stay = Stay(str(row.object_id), who, _instant(row.date_from), _instant(row.date_till), _walk_in(row))
    return Entry(row.id, stay, str(row.status_code))


def _walk_in(row: BookingSpec) -> str:
    return "" if row.customer_id else row.customer or ""


def _row(entry: Entry, name: str, email: str | None) -> BookingSpec:
    stay = entry.stay
    return BookingSpec(
        id=entry.number,
        object_id=int(stay.room),
        customer_id=int(stay.who) if stay.who else None,
        customer=name,
        email=email,
        date_from=_wall(stay.since),
        date_till=_wall(stay.until),
        status_code=int(entry.state),
    )


def _wall(at: datetime) -> datetime:
    return at.astimezone(ZONE).replace(tzinfo=None)


def _instant(wall: datetime) -> datetime:
    return wall.replace(tzinfo=ZONE).astimezone(UTC)
