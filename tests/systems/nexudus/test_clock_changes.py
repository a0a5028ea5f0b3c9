"""Nexudus on the days on which clocks change in three cities: instants stay, and days are those of the location."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from saltoks.core.model.canonical import Completeness, Extract, PassStatus
from saltoks.systems.nexudus.stand_in import NexudusSandbox
from saltoks.systems.nexudus.stand_in.world import NexudusWorld
from systems.nexudus.rig import BOOKINGS, CONTRACTS, PASSES, House, by_id

PLACES = {
    1: ("Amsterdam", "Europe/Amsterdam", "W. Europe Standard Time"),
    2: ("London", "Europe/London", "GMT Standard Time"),
    3: ("Chicago", "America/Chicago", "Central Standard Time"),
}
DAYS = {
    "Amsterdam, 23 hours": (1, "2026-03-28T23:00", "2026-03-29T01:00", "2026-03-29T22:00"),
    "Amsterdam, 25 hours": (1, "2026-10-24T22:00", "2026-10-25T01:00", "2026-10-25T23:00"),
    "London, 23 hours": (2, "2026-03-29T00:00", "2026-03-29T01:00", "2026-03-29T23:00"),
    "London, 25 hours": (2, "2026-10-24T23:00", "2026-10-25T01:00", "2026-10-26T00:00"),
    "Chicago, 23 hours": (3, "2026-03-08T06:00", "2026-03-08T08:00", "2026-03-09T05:00"),
    "Chicago, 25 hours": (3, "2026-11-01T05:00", "2026-11-01T07:00", "2026-11-02T06:00"),
}
"""Location, and in UTC: when the day begins, when its clocks change, when it ends."""


def world() -> NexudusWorld:
    """Three houses with a room and a day pass each, and one customer."""
    ids = list(PLACES)
    return NexudusWorld.model_validate(
        {
            "users": [{"username": "pipeline@house.example", "password": "house-password"}],
            "zones": {one: PLACES[one][1] for one in ids},
            "records": {
                "sys/simpletimezones": [{"Id": one, "Name": PLACES[one][2]} for one in ids],
                "sys/businesses": [{"Id": one, "Name": PLACES[one][0], "SimpleTimeZoneId": one} for one in ids],
                "spaces/resources": [{"Id": 10 + one, "Name": "Room", "BusinessId": one} for one in ids],
                "billing/timepasses": [{"Id": 70 + one, "Name": "Day", "BusinessId": one} for one in ids],
                "billing/tariffs": [{"Id": 5, "Name": "Flex"}],
                "spaces/coworkers": [
                    {"Id": 9, "FullName": "Ada Lime", "Email": "ada@lime.example", "InvoicingBusinessId": 1}
                ],
            },
        }
    )


@pytest.fixture(scope="module")
def running() -> Iterator[NexudusSandbox]:
    with NexudusSandbox(world()) as sandbox:
        yield sandbox


@pytest.fixture
def houses(running: NexudusSandbox) -> House:
    """All three, as they were."""
    running.admin.reset()
    return House(running.url, running.admin)


def at(text: str, minutes: int = 0) -> datetime:
    """An instant, so many minutes from one in UTC."""
    return datetime.fromisoformat(f"{text}+00:00") + timedelta(minutes=minutes)


def read(houses: House, change: str) -> Extract:
    """A whole read a minute after the change, without a doubt."""
    extract = houses.read(full=True, at=at(change, 1))
    assert (extract.problems, extract.rejected) == ((), ())
    return extract


EVERY_DAY = pytest.mark.parametrize(("place", "begins", "change", "ends"), DAYS.values(), ids=DAYS.keys())


@EVERY_DAY
def test_t27_a_booking_is_its_instants_whatever_the_clock_on_the_wall_shows(
    houses: House, place: int, begins: str, change: str, ends: str
) -> None:
    """F80, T27: back to back through the change, a quarter of an hour each; walls that happen twice raise no doubt."""
    starts = [at(change, minute) for minute in range(-75, 90, 15)]
    for number, start in enumerate(starts, 900):
        times = {"FromTime": start.isoformat(), "ToTime": (start + timedelta(minutes=15)).isoformat()}
        houses.admin.put(BOOKINGS, number, ResourceId=10 + place, CoworkerId=9, **times)
    rows = by_id(read(houses, change), "bookings")
    assert [rows[str(number)].starts_at for number in range(900, 900 + len(starts))] == starts
    assert {row.ends_at - row.starts_at for row in rows.values()} == {timedelta(minutes=15)}


SPOILT = {
    "Amsterdam, the missing hour": (1, "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T02:00"),
    "Amsterdam, half of it": (1, "2026-03-29T01:30", "2026-03-29T01:00", "2026-03-29T01:30", "2026-03-29T02:00"),
    "Amsterdam, turned in autumn": (1, "2026-10-25T01:30", "2026-10-25T00:45", "2026-10-25T00:30", "2026-10-25T01:45"),
    "London, the missing hour": (2, "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T02:00"),
    "Chicago, the missing hour": (3, "2026-03-08T08:00", "2026-03-08T08:00", "2026-03-08T08:00", "2026-03-08T09:00"),
    "Chicago, turned in autumn": (3, "2026-11-01T07:30", "2026-11-01T06:45", "2026-11-01T06:30", "2026-11-01T07:45"),
}


@pytest.mark.parametrize(("place", "starts", "ends", "opens", "shuts"), SPOILT.values(), ids=SPOILT.keys())
def test_t27_a_booking_that_the_change_leaves_no_time_lets_in(
    houses: House, place: int, starts: str, ends: str, opens: str, shuts: str
) -> None:
    """T27: an hour at most, said with its reason, and the read stays complete."""
    times = {"FromTime": at(starts).isoformat(), "ToTime": at(ends).isoformat()}
    houses.admin.put(BOOKINGS, 900, ResourceId=10 + place, CoworkerId=9, **times)
    extract = houses.read(full=True, at=at(starts, -60))
    row = by_id(extract, "bookings")["900"]
    assert (row.starts_at, row.ends_at) == (at(opens), at(shuts))
    assert extract.completeness is Completeness.COMPLETE
    [problem] = extract.problems
    assert problem.startswith(f"booking 900: the change of clocks on {starts[:10]} leaves it no time at all")


def day_pass(place: int, **fields: Any) -> dict[str, Any]:
    """A pass of the customer, there for long."""
    return {
        "CoworkerId": 9,
        "TimePassId": 70 + place,
        "BusinessId": place,
        "CreatedOn": "2026-01-05T12:00:00Z",
    } | fields


@EVERY_DAY
def test_f73_t27_a_day_pass_in_use_opens_until_midnight_of_its_place(
    houses: House, place: int, begins: str, change: str, ends: str
) -> None:
    """F73, T27: used as the day began, used just now, and one that expires with the day."""
    houses.admin.put(PASSES, 601, **day_pass(place, Used=True, UsedDate=at(begins).isoformat()))
    houses.admin.put(PASSES, 602, **day_pass(place, Used=True, UsedDate=at(change).isoformat()))
    houses.admin.put(PASSES, 603, **day_pass(place, ExpireDate=at(begins).isoformat()))
    houses.admin.put(PASSES, 604, **day_pass(place, Used=True, UsedDate=at(begins, -1).isoformat()))
    rows = by_id(read(houses, change), "passes")
    assert [(rows[name].status, rows[name].valid_until) for name in ("601", "602", "603", "604")] == [
        (PassStatus.IN_USE, at(ends)),
        (PassStatus.IN_USE, at(ends)),
        (PassStatus.VALID, at(ends)),
        (PassStatus.EXHAUSTED, at(begins)),
    ]


@EVERY_DAY
def test_f65_t27_a_contract_of_the_day_of_the_change_is_that_day(
    houses: House, place: int, begins: str, change: str, ends: str
) -> None:
    """F65, F74, T27: from midnight of its place until the day of cancellation begins."""
    dates = {"StartDate": at(begins).isoformat(), "CancellationDate": at(ends).isoformat()}
    houses.admin.put(CONTRACTS, 501, CoworkerId=9, TariffId=5, IssuedById=place, **dates)
    row = by_id(read(houses, change), "memberships")["501"]
    assert (row.starts_at, row.ends_at) == (at(begins), at(ends))
