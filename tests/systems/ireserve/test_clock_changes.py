"""Tenants of i-Reserve in three cities in the nights in which their clocks change (booking-systems §3.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.time.zones import midnight
from saltoks.systems.ireserve.stand_in.world import SubscriptionSpec
from systems.ireserve.rig import ALL_COLUMNS, Club, bookings, memberships, stay, world

NIGHTS = {
    "Amsterdam, over the missing hour": ("Europe/Amsterdam", "2026-03-29", "01:30", "03:30", "00:30", "01:30"),
    "Amsterdam, from the missing hour": ("Europe/Amsterdam", "2026-03-29", "02:30", "04:00", "01:30", "02:00"),
    "Amsterdam, over both hours": ("Europe/Amsterdam", "2026-10-25", "01:30", "03:30", "-23:30", "02:30"),
    "Amsterdam, from the first": ("Europe/Amsterdam", "2026-10-25", "02:30", "04:00", "00:30", "03:00"),
    "London, over the missing hour": ("Europe/London", "2026-03-29", "00:30", "02:30", "00:30", "01:30"),
    "London, from the missing hour": ("Europe/London", "2026-03-29", "01:30", "03:00", "01:30", "02:00"),
    "London, over both hours": ("Europe/London", "2026-10-25", "00:30", "02:30", "-23:30", "02:30"),
    "London, from the first": ("Europe/London", "2026-10-25", "01:30", "03:00", "00:30", "03:00"),
    "Chicago, over the missing hour": ("America/Chicago", "2026-03-08", "01:30", "03:30", "07:30", "08:30"),
    "Chicago, from the missing hour": ("America/Chicago", "2026-03-08", "02:30", "04:00", "08:30", "09:00"),
    "Chicago, over both hours": ("America/Chicago", "2026-11-01", "00:30", "02:30", "05:30", "08:30"),
    "Chicago, from the first": ("America/Chicago", "2026-11-01", "01:30", "03:00", "06:30", "09:00"),
}
SECOND_HOURS = {
    "Amsterdam": ("Europe/Amsterdam", "2026-10-25", "01:00", "02:30", "-23:00", "01:30"),
    "London": ("Europe/London", "2026-10-25", "00:00", "01:30", "-23:00", "01:30"),
    "Chicago": ("America/Chicago", "2026-11-01", "00:00", "01:30", "05:00", "07:30"),
}
DAYS = [
    *[("Europe/Amsterdam", "2026-03-29", 23), ("Europe/Amsterdam", "2026-10-25", 25)],
    *[("Europe/London", "2026-03-29", 23), ("Europe/London", "2026-10-25", 25)],
    *[("America/Chicago", "2026-03-08", 23), ("America/Chicago", "2026-11-01", 25)],
]


def utc(day: str, clock: str) -> datetime:
    """An instant of a day; with a sign, of the day before."""
    return datetime.fromisoformat(f"{day}T{clock.lstrip('-')}+00:00") - timedelta(days=clock.startswith("-"))


def noon_before(day: str) -> datetime:
    """When the tenant is read."""
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=UTC) - timedelta(days=1)


@pytest.mark.parametrize("columns", [{}, ALL_COLUMNS], ids=["by id", "by filter"])
@pytest.mark.parametrize(("zone", "day", "starts", "ends", "opens", "shuts"), NIGHTS.values(), ids=NIGHTS.keys())
def test_t27_a_reservation_in_the_night(
    zone: str,
    day: str,
    starts: str,
    ends: str,
    opens: str,
    shuts: str,
    columns: dict[str, str],
    clubs: Callable[..., Club],
) -> None:
    """F80, T27: by the offset of the one and the bare seconds of the other, it is the same instants."""
    club = clubs(noon_before(day), timezone=zone)
    club.put(stay(1, f"{day}T{starts}", till=f"{day}T{ends}"))
    extract = club.read(timezone=zone, columns=columns)
    assert extract.problems == ()
    row = bookings(extract)["1"]
    assert (row.starts_at, row.ends_at) == (utc(day, opens), utc(day, shuts))


@pytest.mark.parametrize(
    ("zone", "day", "starts", "ends", "opens", "shuts"), SECOND_HOURS.values(), ids=SECOND_HOURS.keys()
)
def test_t27_an_end_without_an_offset_is_in_the_second_of_the_two_hours(
    zone: str, day: str, starts: str, ends: str, opens: str, shuts: str, clubs: Callable[..., Club]
) -> None:
    """F80, T27: nobody is locked out in the hour that may be theirs."""
    club = clubs(noon_before(day), timezone=zone)
    club.put(stay(1, f"{day}T{starts}", till=f"{day}T{ends}"))
    row = bookings(club.read(timezone=zone, columns=ALL_COLUMNS))["1"]
    assert (row.starts_at, row.ends_at) == (utc(day, opens), utc(day, shuts))


SPOILT = {
    "Amsterdam, the missing hour": ("Europe/Amsterdam", "2026-03-29", "02:00", "03:00", "01:00", "02:00"),
    "Amsterdam, half of it": ("Europe/Amsterdam", "2026-03-29", "02:30", "03:00", "01:30", "02:00"),
    "Amsterdam, a quarter beyond": ("Europe/Amsterdam", "2026-03-29", "02:30", "03:15", "01:30", "02:15"),
    "London, the missing hour": ("Europe/London", "2026-03-29", "01:00", "02:00", "01:00", "02:00"),
    "Chicago, the missing hour": ("America/Chicago", "2026-03-08", "02:00", "03:00", "08:00", "09:00"),
}


@pytest.mark.parametrize("columns", [{}, ALL_COLUMNS], ids=["by id", "by filter"])
@pytest.mark.parametrize(("zone", "day", "starts", "ends", "opens", "shuts"), SPOILT.values(), ids=SPOILT.keys())
def test_t27_a_reservation_that_the_change_leaves_no_time_lets_in(
    zone: str,
    day: str,
    starts: str,
    ends: str,
    opens: str,
    shuts: str,
    columns: dict[str, str],
    clubs: Callable[..., Club],
) -> None:
    """T27: an hour at most, and said with its reason; one that is empty by itself is not."""
    club = clubs(noon_before(day), timezone=zone)
    club.put(stay(1, f"{day}T{starts}", till=f"{day}T{ends}"))
    club.put(stay(2, f"{day}T12:00", till=f"{day}T12:00"))
    extract = club.read(timezone=zone, columns=columns)
    row = bookings(extract)["1"]
    assert (row.starts_at, row.ends_at) == (utc(day, opens), utc(day, shuts))
    [problem] = extract.problems
    assert problem.startswith(f"reservation 1: the change of clocks on {day} leaves it no time at all, so it counts")
    assert [one.source_id for one in extract.rejected] == ["2"]


@pytest.mark.parametrize(("zone", "day", "hours"), DAYS, ids=[f"{zone} {day}" for zone, day, _ in DAYS])
def test_t27_a_subscription_of_the_day_of_the_change_is_that_day(
    zone: str, day: str, hours: int, clubs: Callable[..., Club]
) -> None:
    """F80, T27: its last day is inclusive, so it ends at the midnight after it."""
    club, date = clubs(noon_before(day), timezone=zone), datetime.fromisoformat(day).date()
    one = SubscriptionSpec(id=7, name="Day", valid_from=date, valid_till=date)
    member = world().customers[0].model_copy(update={"subscriptions": (one,)})
    club.admin.put_customer(member)
    [row] = memberships(club.read(timezone=zone, customers=["501"], full=True)).values()
    assert row.starts_at == midnight(date, zone)
    assert row.ends_at is not None
    assert row.ends_at - row.starts_at == timedelta(hours=hours)
