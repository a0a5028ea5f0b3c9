"""Dates and wall clocks of cells as instants, on ordinary days and when the clock changes (T27)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from saltoks.core.model.canonical import Booking, Membership
from systems.folder import Folder

TIMES: dict[str, tuple[Any, str, str]] = {
    "local in summer": ("From", "2026-06-01T09:00", "2026-06-01T07:00"),
    "local in winter": ("From", "2026-01-15 09:00:00", "2026-01-15T08:00"),
    "offset": ("From", "2026-06-01T09:00-05:00", "2026-06-01T14:00"),
    "Z": ("From", "2026-06-01T09:00Z", "2026-06-01T09:00"),
    "hour that happens twice": ("From", "2026-10-25T02:30", "2026-10-25T00:30"),
    "hour that never happens": ("From", "2026-03-29T02:30", "2026-03-29T01:30"),
    "utc without offset": ({"from": "From", "type": "datetime_utc"}, "2026-06-01T09:00", "2026-06-01T09:00"),
    "utc with offset": ({"from": "From", "type": "datetime_utc"}, "2026-06-01T09:00+02:00", "2026-06-01T07:00"),
    "declared local": ({"from": "From", "type": "datetime_local"}, "2026-06-01T09:00", "2026-06-01T07:00"),
    "own format": ({"from": "From", "format": "%m/%d/%Y %I:%M %p"}, "06/01/2026 09:00 PM", "2026-06-01T19:00"),
    "second format": (
        {"from": "From", "format": ["%d-%m-%Y %H:%M", "%d.%m.%Y %H:%M"]},
        "01.06.2026 09:00",
        "2026-06-01T07:00",
    ),
    "day": ({"from": "From", "type": "date"}, "2026-06-01", "2026-05-31T22:00"),
    "day with midnight": ({"from": "From", "type": "date"}, "2026-06-01 00:00:00", "2026-05-31T22:00"),
}


@pytest.mark.parametrize(("column", "cell", "expected"), TIMES.values(), ids=TIMES.keys())
def test_a_start_is_this_instant(column: Any, cell: str, expected: str, folder: Folder) -> None:
    line = f"b1,studio-a,m1,{cell},2026-12-31T10:00,Booked"
    (row,) = folder.read(bookings=[line], columns={"bookings": {"starts_at": column}}).rows["bookings"]
    assert isinstance(row, Booking)
    assert row.starts_at.isoformat() == f"{expected}:00+00:00"


def test_an_end_in_the_hour_that_happens_twice_is_the_later_one(folder: Folder) -> None:
    line = "b1,studio-a,m1,2026-10-25T02:30,2026-10-25T02:30,Booked"
    (row,) = folder.read(bookings=[line]).rows["bookings"]
    assert isinstance(row, Booking)
    assert (row.ends_at - row.starts_at).total_seconds() == 3600


SPOILT: dict[str, tuple[str, str, str, str, str]] = {
    "walls": ("datetime", "2026-03-29T02:00", "2026-03-29T03:00", "2026-03-29T01:00", "2026-03-29T02:00"),
    "half an hour": ("datetime", "2026-03-29T02:30", "2026-03-29T03:00", "2026-03-29T01:30", "2026-03-29T02:00"),
    "offsets": ("datetime", "2026-03-29T02:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T01:00", "2026-03-29T02:00"),
    "utc": ("datetime_utc", "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-29T02:00"),
    "autumn": ("datetime", "2026-10-25T02:30+01:00", "2026-10-25T02:45+02:00", "2026-10-25T00:30", "2026-10-25T01:45"),
}


@pytest.mark.parametrize(("kind", "starts", "ends", "opens", "shuts"), SPOILT.values(), ids=SPOILT.keys())
def test_t27_a_row_that_a_change_of_clocks_leaves_no_time_lets_in(
    kind: str, starts: str, ends: str, opens: str, shuts: str, folder: Folder
) -> None:
    """T27: an hour at most, and said with line and reason; the read stays complete."""
    times = {"starts_at": {"from": "From", "type": kind}, "ends_at": {"from": "Until", "type": kind}}
    lines = [f"b1,studio-a,m1,{starts},{ends},Booked", "b2,studio-a,m1,2026-03-29T12:00,2026-03-29T12:00,Booked"]
    extract = folder.read(bookings=lines, columns={"bookings": times})
    (row,) = extract.rows["bookings"]
    assert isinstance(row, Booking)
    assert (row.starts_at.isoformat(), row.ends_at.isoformat()) == (f"{opens}:00+00:00", f"{shuts}:00+00:00")
    [problem] = extract.problems
    assert "bookings.csv:2: the change of clocks on 2026-" in problem
    assert [one.source_id for one in extract.rejected] == ["b2"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ({"from": "From", "type": "datetime_local"}, "2026-06-01T09:00+02:00"),
        ({"from": "From", "type": "date"}, "2026-06-01T09:00"),
        ({"from": "From", "type": "date"}, "2026-06-01T00:00Z"),
    ],
    ids=["local with offset", "day with an hour", "day with offset"],
)
def test_a_time_of_another_kind_rejects_its_row(column: Any, cell: str, folder: Folder) -> None:
    line = f"b1,studio-a,m1,{cell},2026-12-31T10:00,Booked"
    extract = folder.read(bookings=[line], columns={"bookings": {"starts_at": column}})
    assert [one.field for one in extract.rejected] == ["starts_at"]


ENDS: dict[str, tuple[Any, str, str | None]] = {
    "last day counts": ("Until", "2026-06-30", "2026-06-30T22:00:00+00:00"),
    "into winter time": ("Until", "2026-10-25", "2026-10-25T23:00:00+00:00"),
    "day on which access ends": ({"from": "Until", "inclusive": False}, "2026-06-30", "2026-06-29T22:00:00+00:00"),
    "own instant": ({"from": "Until", "type": "datetime"}, "2026-06-30T12:00", "2026-06-30T10:00:00+00:00"),
    "open": ("Until", "", None),
    "for ever": ("Until", "9999-12-31", None),
}


@pytest.mark.parametrize(("column", "cell", "expected"), ENDS.values(), ids=ENDS.keys())
def test_a_membership_ends_at(column: Any, cell: str, expected: str | None, folder: Folder) -> None:
    extract = folder.read(
        customers=["m1,Ann,Lee,"],
        memberships=[f"c1,m1,gold,2026-02-01,{cell},Active"],
        columns={"memberships": {"ends_at": column}},
    )
    (row,) = extract.rows["memberships"]
    assert isinstance(row, Membership)
    assert row.starts_at is not None
    assert row.starts_at.isoformat() == "2026-01-31T23:00:00+00:00"
    assert (row.ends_at.isoformat() if row.ends_at else None) == expected


def test_a_membership_of_one_day_lasts_that_day(folder: Folder) -> None:
    extract = folder.read(customers=["m1,Ann,Lee,"], memberships=["c1,m1,gold,2026-03-29,2026-03-29,Active"])
    (row,) = extract.rows["memberships"]
    assert isinstance(row, Membership)
    assert row.starts_at is not None
    assert row.ends_at is not None
    assert (row.ends_at - row.starts_at).total_seconds() == 23 * 3600


def test_a_membership_that_ends_before_it_starts_is_rejected(folder: Folder) -> None:
    extract = folder.read(customers=["m1,Ann,Lee,"], memberships=["c1,m1,gold,2026-03-29,2026-03-28,Active"])
    assert [one.field for one in extract.rejected] == ["ends_at"]


NIGHTS = {
    "Amsterdam, over the missing hour": ("Europe/Amsterdam", "2026-03-29", "01:30", "03:30", "00:30", "01:30"),
    "Amsterdam, from the missing hour": ("Europe/Amsterdam", "2026-03-29", "02:30", "04:00", "01:30", "02:00"),
    "Amsterdam, into the missing hour": ("Europe/Amsterdam", "2026-03-29", "01:00", "02:30", "00:00", "01:30"),
    "Amsterdam, over both hours": ("Europe/Amsterdam", "2026-10-25", "01:30", "03:30", "23:30", "02:30"),
    "Amsterdam, from the first": ("Europe/Amsterdam", "2026-10-25", "02:30", "04:00", "00:30", "03:00"),
    "Amsterdam, into the second": ("Europe/Amsterdam", "2026-10-25", "01:00", "02:30", "23:00", "01:30"),
    "London, over the missing hour": ("Europe/London", "2026-03-29", "00:30", "02:30", "00:30", "01:30"),
    "London, from the missing hour": ("Europe/London", "2026-03-29", "01:30", "03:00", "01:30", "02:00"),
    "London, from the first": ("Europe/London", "2026-10-25", "01:30", "03:00", "00:30", "03:00"),
    "London, into the second": ("Europe/London", "2026-10-25", "00:30", "01:30", "23:30", "01:30"),
    "Chicago, over the missing hour": ("America/Chicago", "2026-03-08", "01:30", "03:30", "07:30", "08:30"),
    "Chicago, from the missing hour": ("America/Chicago", "2026-03-08", "02:30", "04:00", "08:30", "09:00"),
    "Chicago, from the first": ("America/Chicago", "2026-11-01", "01:30", "03:00", "06:30", "09:00"),
    "Chicago, into the second": ("America/Chicago", "2026-11-01", "00:30", "01:30", "05:30", "07:30"),
}


@pytest.mark.parametrize("by_location", [False, True], ids=["zone of the site", "zone of the location"])
@pytest.mark.parametrize(("zone", "day", "starts", "ends", "opens", "shuts"), NIGHTS.values(), ids=NIGHTS.keys())
def test_t27_wall_clocks_of_the_night_in_which_clocks_change(
    zone: str, day: str, starts: str, ends: str, opens: str, shuts: str, by_location: bool, folder: Folder
) -> None:
    """F80, T27: a start in the hour that happens twice is the first, an end the second; a missing hour moves on."""
    line = f"b1,studio-a,m1,{day}T{starts},{day}T{ends},Booked"
    places = {"locations": [f"here,Here,{zone}"], "items": ["studio-a,Studio A,here"]} if by_location else {}
    extract = folder.read(bookings=[line], zone="Asia/Tokyo" if by_location else zone, **places)
    (row,) = extract.rows["bookings"]
    assert isinstance(row, Booking)
    assert (f"{row.starts_at:%H:%M}", f"{row.ends_at:%H:%M}") == (opens, shuts)
    assert row.ends_at.date().isoformat() == day
    assert row.ends_at - row.starts_at < timedelta(hours=4)


DAYS = {
    "Amsterdam, 23 hours": ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00", 23),
    "Amsterdam, 25 hours": ("Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00", 25),
    "London, 23 hours": ("Europe/London", "2026-03-29", "2026-03-29T00:00", 23),
    "London, 25 hours": ("Europe/London", "2026-10-25", "2026-10-24T23:00", 25),
    "Chicago, 23 hours": ("America/Chicago", "2026-03-08", "2026-03-08T06:00", 23),
    "Chicago, 25 hours": ("America/Chicago", "2026-11-01", "2026-11-01T05:00", 25),
}


@pytest.mark.parametrize(("zone", "day", "begins", "hours"), DAYS.values(), ids=DAYS.keys())
def test_t27_a_plan_of_the_day_of_the_change_is_that_day(
    zone: str, day: str, begins: str, hours: int, folder: Folder
) -> None:
    """F80, T27: an inclusive last day ends at the midnight after it, of the place."""
    extract = folder.read(customers=["m1,Ann,Lee,"], memberships=[f"c1,m1,gold,{day},{day},Active"], zone=zone)
    (row,) = extract.rows["memberships"]
    assert isinstance(row, Membership)
    assert row.starts_at is not None
    assert row.ends_at is not None
    assert row.starts_at.isoformat() == f"{begins}:00+00:00"
    assert row.ends_at - row.starts_at == timedelta(hours=hours)
