"""The demo's house in London: coworking with bookings, a pass, an office and visitors, all in Nexudus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from saltoks.sandbox.bookings import Diary, Entry, Planned, Room, Stay, address
from saltoks.systems.nexudus.stand_in.admin import NexudusAdmin
from saltoks.systems.nexudus.stand_in.world import Values
from saltoks.systems.stand_in import ServedHouse

NAME = "wharf"
BOOKINGS, CANCELLED = "spaces/bookings", "spaces/cancelledbookings"
PASSES, VISITORS, VISITS = "billing/coworkertimepasses", "spaces/visitors", "spaces/bookingvisitors"
BUSINESS, DAY_PASS = 10, 7
BOOKED, TENTATIVE, GONE = "booked", "tentative", "cancelled"
BOARDROOM, WORKSHOP, PHONE_BOX, ROOF = "201", "202", "203", "204"
HOLD = 4
"""A visitor with this approval waits at the desk for the host."""

DIARY = Diary(
    rooms=(
        Room(BOARDROOM, ("2001", "2002", "2007")),
        Room(WORKSHOP, ("2008", "2009", "2010"), shared=True),
        Room(PHONE_BOX, ("2002", "2005"), lead=12),
    ),
    first=(
        Planned(WORKSHOP, "2007", -10, 50, TENTATIVE, 7001),
        Planned(WORKSHOP, "2004", -15, 45, GONE, 7002),
        Planned(ROOF, "2004", -10, 50, BOOKED, 7003),
        Planned(WORKSHOP, "2010", 190, 10, BOOKED, 7004),  # ends hours before it starts: goes to quarantine
        Planned(BOARDROOM, "2007", -105, -45, BOOKED),
        Planned(BOARDROOM, "2001", -45, 50, BOOKED),
        Planned(BOARDROOM, "2002", 50, 140, BOOKED),
        Planned(WORKSHOP, "2011", -20, 60, BOOKED),
    ),
    booked=BOOKED,
    first_number=7101,
    after=timedelta(minutes=15),
)
WITH_A_BOOKING, AT_THE_DESK, FIRST_WALK_IN = 801, 802, 803
WALK_INS = ("Priya Nair", "Oscar Lund", "Mei Tanaka", "Rory Walsh", "Sofia Costa", "Tomás Vega")


def nexudus_house(url: str, _folder: Path) -> ServedHouse[NexudusAdmin]:
    """The house in a sandbox at this address; it needs no files."""
    return ServedHouse(NexudusAdmin(url), write, lambda number: f"curl -X POST {url}/_sandbox/bookings/{number}/cancel")


def write(admin: NexudusAdmin, now: datetime) -> None:
    """Bring bookings, the used pass and the visitors of the account up to `now`."""
    was_empty = not admin.records(BOOKINGS)
    originals = {int(str(row["OriginalBookingId"])): int(str(row["Id"])) for row in admin.records(CANCELLED)}
    for entry in DIARY.due(_entries(admin), now):
        _put(admin, entry, originals.get(entry.number), now)
    admin.put(PASSES, 602, CoworkerId=2005, TimePassId=DAY_PASS, BusinessId=BUSINESS, Used=True, UsedDate=_text(now))
    if was_empty:
        _visitor(admin, WITH_A_BOOKING, "Nina Frost", now, host=2001)
        admin.put(VISITS, 851, BookingId=_of(admin, "2001"), VisitorId=WITH_A_BOOKING)
    _visitor(admin, AT_THE_DESK, "Gil Stone", now, host=2001, approval=HOLD)
    _walk_in(admin, now)


def _entries(admin: NexudusAdmin) -> list[Entry]:
    standing = [_entry(row, TENTATIVE if row["Tentative"] else BOOKED, "Id") for row in admin.records(BOOKINGS)]
    return [*standing, *(_entry(row, GONE, "OriginalBookingId") for row in admin.records(CANCELLED))]


def _entry(row: Values, state: str, number: str) -> Entry:
    since, until = (datetime.fromisoformat(str(row[name])) for name in ("FromTime", "ToTime"))
    return Entry(int(str(row[number])), Stay(str(row["ResourceId"]), str(row["CoworkerId"]), since, until), state)


def _put(admin: NexudusAdmin, entry: Entry, copy: int | None, now: datetime) -> None:
    """Write a booking; one that is cancelled leaves the calendar, and its `copy` moves along later."""
    stay = entry.stay
    times = {"FromTime": _text(stay.since), "ToTime": _text(stay.until)}
    if copy:
        admin.put(CANCELLED, copy, **times, CancelledOn=_text(now))
        return
    who = {"ResourceId": int(stay.room), "CoworkerId": int(stay.who)}
    admin.put(BOOKINGS, entry.number, **who, **times, Tentative=entry.state == TENTATIVE)
    if entry.state == GONE:
        admin.cancel(entry.number)


def _of(admin: NexudusAdmin, who: str) -> int:
    return next(entry.number for entry in _entries(admin) if entry.stay.who == who)


def _walk_in(admin: NexudusAdmin, now: datetime) -> None:
    """One visitor more who comes for no booking, once a name is free again."""
    there = admin.records(VISITORS)
    today = {row["FullName"] for row in there if str(row["ExpectedArrival"])[:10] == _text(now)[:10]}
    number = max([FIRST_WALK_IN - 1, *(int(str(row["Id"])) for row in there)]) + 1
    for name in [name for name in WALK_INS if name not in today][:1]:
        _visitor(admin, number, name, now - timedelta(minutes=2), host=2003)


def _visitor(admin: NexudusAdmin, number: int, name: str, at: datetime, *, host: int, approval: int = 1) -> None:
    facts: Values = {"FullName": name, "Email": address(name), "CoworkerId": host, "BusinessId": BUSINESS}
    admin.put(VISITORS, number, **facts, ExpectedArrival=_text(at), HostApprovalStatus=approval)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat()
