"""The demo's house in Chicago: lofts that run on Deskworks, which hands over files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from saltoks.sandbox.bookings import Diary, Entry, Planned, Room, Stay, address
from saltoks.systems.deskworks.stand_in import FILES, DeskworksExport
from saltoks.systems.deskworks.stand_in.files import Line
from saltoks.systems.protocol import Asked

NAME = "loop"
ZONE = "America/Chicago"
CENTER = "1"
CONFIRMED, PENDING, CANCELLED = "Confirmed", "Pending", "Cancelled"
LOFT_1, LOFT_2, ROOF, CELLAR, OFFICE = "loft-1", "loft-2", "roof", "cellar", "corner-office"
MEMBER, OFFICE_PLAN = "loop-member", "private-office"
A_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the members; `plan` and `office` come with a recurring billing, `of` is whom a co-member belongs to."""

    number: str
    first: str
    last: str
    email: str = ""
    plan: str = ""
    office: str = ""
    of: str = ""


PEOPLE = (
    Person("201", "Lee", "Park", "lee@loop.example", plan=MEMBER),
    Person("202", "Maya", "Torres", "maya@loop.example", plan=MEMBER),
    Person("203", "Noah", "Kim", "noah@loop.example", plan=MEMBER),
    Person("204", "Olivia", "Brooks", "olivia@loop.example"),
    Person("205", "Priya", "Shah", "priya@loop.example"),
    Person("206", "Quentin", "Hale", "quentin@loop.example"),
    Person("207", "Rosa", "Díaz", "rosa@loop.example"),
    Person("208", "Sam", "Okafor", "sam@loop.example"),
    Person("209", "Tess", "Moreau", "tess@loop.example", plan=OFFICE_PLAN, office=OFFICE),
    Person("210", "Theo", "Moreau", "theo@loop.example", of="209"),
    Person("211", "Vic", "Stone"),
    Person("212", "Wes", "Young", "wes@loop.example", plan=MEMBER),
)
ENDED = "B-212"
"""The billing that is inactive."""
UNITS = {LOFT_1: "Loft 1", LOFT_2: "Loft 2, shared", ROOF: "Roof room", CELLAR: "Cellar", OFFICE: "Corner office"}
PLANS = {MEMBER: "Loop member", OFFICE_PLAN: "Private office"}

DIARY = Diary(
    rooms=(
        Room(LOFT_1, ("202", "203", "201")),
        Room(LOFT_2, ("205", "204", "208"), shared=True),
        Room(ROOF, ("206", "209"), lead=8),
    ),
    first=(
        Planned(LOFT_2, "207", -10, 80, PENDING, 9001),
        Planned(LOFT_2, "208", -15, 75, CANCELLED, 9002),
        Planned(CELLAR, "207", -10, 50, CONFIRMED, 9003),
        Planned(LOFT_2, "207", 190, 10, CONFIRMED, 9004),  # ends hours before it starts: goes to quarantine
        Planned(LOFT_1, "201", -110, -45, CONFIRMED),
        Planned(LOFT_1, "202", -45, 60, CONFIRMED),
        Planned(LOFT_1, "203", 60, 150, CONFIRMED),
        Planned(LOFT_2, "211", -20, 60, CONFIRMED),
        Planned(ROOF, "206", 8, 98, CONFIRMED),
    ),
    booked=CONFIRMED,
    first_number=9101,
    after=timedelta(minutes=15),
    walk_ins=("Uma Reyes", "Victor Lindgren", "Wanda Petit", "Xavier Ng", "Yara Haddad", "Zoë Baptiste"),
)


class DeskworksHouse:
    """The house whose export lies in a folder of these files; nothing is served."""

    def __init__(self, _url: str, folder: Path) -> None:
        self._folder = folder / NAME

    def fill(self, now: datetime) -> None:
        """Write an export as of `now`."""
        write(self._folder, now)

    def asked(self) -> Asked:
        """How many files it handed over."""
        return Asked(sum((self._folder / f"{name}.csv").exists() for name in FILES), "files")

    def to_try(self, _booking: str) -> str:
        """People edit the file of its reservations."""
        path = self._folder / "reservations.csv"
        return f"edit {path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}"

    def close(self) -> None:
        """Nothing is open."""


def write(folder: Path, now: datetime) -> None:
    """Bring the export up to `now`; raises `FixInput` when a file of it is there and cannot be read."""
    export = DeskworksExport(folder, ZONE, control=True)
    if not export.rows("members"):
        _fill(export, now)
    lines = export.rows("reservations")
    last = max((int(one["reservation_id"]) for one in lines if one["reservation_id"].isdecimal()), default=0)
    for entry in DIARY.due(list(_entries(lines)), now, last=last):
        _reserve(export, entry, now)
    export.write(now)


def _fill(export: DeskworksExport, now: datetime) -> None:
    """What does not change: the center, its units and products, and the members with their billings."""
    export.center(CENTER, "Loop Lofts", zone=ZONE, site_uid="US0000000001")
    for unit, name in UNITS.items():
        export.unit(unit, name, center=CENTER, kind="Office" if unit == OFFICE else "Meeting room")
    for plan, name in PLANS.items():
        export.product(plan, name, center=CENTER)
    since = (now - A_MONTH).astimezone(ZoneInfo(ZONE)).date()
    for one in PEOPLE:
        if one.of:
            export.co_member(one.number, one.first, one.last, one.email, of=one.of, center=CENTER)
        else:
            export.member(one.number, one.first, one.last, one.email, center=CENTER)
        if one.plan:
            export.billing(f"B-{one.number}", one.number, one.plan, start=since, unit=one.office)
    export.inactivate_billing(ENDED)


def _entries(lines: Sequence[Line]) -> Iterator[Entry]:
    """The reservations; one that somebody has broken by hand is passed over."""
    for line in lines:
        with suppress(ValueError):
            since, until = _instant(line["start"]), _instant(line["end"])
            walk_in = "" if line["member_id"] else line["customer_name"]
            stay = Stay(line["unit_id"], line["member_id"], since, until, walk_in)
            yield Entry(int(line["reservation_id"]), stay, line["status"])


def _reserve(export: DeskworksExport, entry: Entry, now: datetime) -> None:
    stay = entry.stay
    export.reserve(
        str(entry.number),
        stay.room,
        stay.since,
        stay.until,
        member=stay.who,
        name=stay.walk_in,
        email=address(stay.walk_in) if stay.walk_in else "",
        status=entry.state,
        made=now,
    )


def _instant(wall: str) -> datetime:
    """The instant that a cell means; raises ValueError when it is none."""
    found = datetime.fromisoformat(wall)
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(ZONE))).astimezone(UTC)
