"""The demo's two houses: how each writes its export, and the tables that do not change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.dev import demo_people as cast
from saltoks.dev.demo_people import Person, Room, Slot

Lines = list[list[str]]
A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a house's bookings file, in this order; `paid` and the last two only where there are such."""

    number: str
    room: str
    who: str
    since: str
    until: str
    state: str
    paid: str = ""
    name: str = ""
    email: str = ""

    @property
    def line(self) -> list[str]:
        """The header line."""
        every = (self.number, self.room, self.who, self.name, self.email, self.since, self.until, self.state, self.paid)
        return [header for header in every if header]


@dataclass(frozen=True, slots=True)
class House:
    """A demo site as its booking system exports it; `after`: how long its doors stay open after a booking."""

    name: str
    zone: str
    clock: str
    booked: str
    first_number: str
    after: timedelta
    headers: Headers
    people: tuple[Person, ...]
    rooms: tuple[Room, ...]
    first: tuple[Slot, ...]
    walk_ins: tuple[str, ...] = ()

    def wall(self, at: datetime) -> str:
        """An instant as this house writes it."""
        return at.astimezone(ZoneInfo(self.zone)).strftime(self.clock)

    def instant(self, text: str) -> datetime:
        """The instant that a cell of this house means; raises ValueError when it is none."""
        return datetime.strptime(text, self.clock).replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


HARBOUR = House(
    name="harbour",
    zone="Europe/Amsterdam",
    clock="%d-%m-%Y %H:%M",
    booked="Booked",
    first_number="4101",
    after=timedelta(minutes=15),
    headers=Headers("Reservation", "Space", "Member no", "From", "Until", "State", paid="Payment"),
    people=cast.HARBOUR_PEOPLE,
    rooms=cast.HARBOUR_ROOMS,
    first=cast.HARBOUR_FIRST,
)
LOOP = House(
    name="loop",
    zone="America/Chicago",
    clock="%m/%d/%Y %I:%M %p",
    booked="CONFIRMED",
    first_number="B-7101",
    after=timedelta(minutes=20),
    headers=Headers(
        "BOOKING_ID",
        "UNIT_CODE",
        "CUSTOMER_ID",
        "START_LOCAL",
        "END_LOCAL",
        "STATUS",
        name="GUEST_NAME",
        email="GUEST_EMAIL",
    ),
    people=cast.LOOP_PEOPLE,
    rooms=cast.LOOP_ROOMS,
    first=cast.LOOP_FIRST,
    walk_ins=cast.WALK_INS,
)
HOUSES = (HARBOUR, LOOP)


def fixed_tables(house: House, now: datetime) -> dict[str, Lines]:
    """The lines of every table but the bookings, header first."""
    return _harbour_tables(now) if house is HARBOUR else _loop_tables(now)


def _harbour_tables(now: datetime) -> dict[str, Lines]:
    people, since = HARBOUR.people, HARBOUR.wall(now - A_MONTH).partition(" ")[0]
    kinds = {True: "Day guest", False: "Member"}
    return {
        "customers": [
            ["Member no", "First name", "Surname", "E-mail", "Mobile", "State", "Kind"],
            *([one.number, one.first, one.last, one.email, "", "Active", kinds[one.guest]] for one in people),
        ],
        "items": [["Code", "Label", "In use"], *([room.code, room.label, "yes"] for room in HARBOUR.rooms)],
        "memberships": [
            ["Contract", "Member no", "Plan", "First day", "Last day", "State"],
            *([f"M-{one.number}", one.number, "member", since, "", one.plan] for one in people if one.plan),
        ],
    }


def _loop_tables(now: datetime) -> dict[str, Lines]:
    people, since = LOOP.people, LOOP.wall(now - A_MONTH).partition(" ")[0]
    return {
        "customers": [
            ["CUSTOMER_ID", "FULL_NAME", "EMAIL_ADDRESS", "PHONE", "IS_ACTIVE"],
            *([one.number, f"{one.first} {one.last}", one.email, "", "true"] for one in people),
        ],
        "items": [["UNIT_CODE", "UNIT_NAME"], *([room.code, room.label] for room in LOOP.rooms)],
        "memberships": [
            ["MEMBERSHIP_ID", "CUSTOMER_ID", "PLAN", "START_DATE", "END_DATE", "STATUS"],
            *([f"M-{one.number}", one.number, "loop-member", since, "", one.plan] for one in people if one.plan),
        ],
    }
