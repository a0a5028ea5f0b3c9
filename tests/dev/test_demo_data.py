"""The demo's source files, read by the product's own reader with the project's own configuration."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from saltoks.core.canonical import Booking, Completeness, Extract
from saltoks.core.entitlements import of_booking
from saltoks.core.errors import FixInput
from saltoks.dev import demo_data
from saltoks.dev.demo_houses import HARBOUR, HOUSES, LOOP, House
from saltoks.settings import Site, load
from saltoks.sources import tabular
from saltoks.sources.rawtable import RawTable

PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 17, 3, 40, tzinfo=UTC)
DAYS = (
    NOW,
    datetime(2026, 1, 1, 0, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 50, tzinfo=UTC),
    datetime(2026, 7, 31, 23, 59, 59, tzinfo=UTC),
)


def no_query(*_: object) -> RawTable:
    """The demo's sites read files only."""
    raise AssertionError


def site_of(house: House, folder: Path) -> Site:
    """The site's configuration, on these files."""
    return load(PROJECT / "config", {"SALTOKS_DATA": str(folder)}).site(house.name)


def read(house: House, folder: Path, now: datetime) -> Extract:
    """What an extract makes of the files."""
    site = site_of(house, folder)
    source, zone = site.source, site.timezone
    return tabular.read(source, site_zone=zone, base=folder, query=no_query, now=now, last_good={})


def bookings(extract: Extract) -> list[Booking]:
    """The bookings of an extract."""
    return [row for row in extract.rows["bookings"] if isinstance(row, Booking)]


def inside(house: House, folder: Path, at: datetime) -> set[str]:
    """The bookings that open a door at an instant."""
    site = site_of(house, folder)
    found = (of_booking(site.rules, one) for one in bookings(read(house, folder, at)))
    return {one.reason for one in found if one and one.window.covers(at)}


def lines(house: House, folder: Path) -> list[list[str]]:
    """The bookings file."""
    with (folder / house.name / "bookings.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize("now", DAYS, ids=lambda at: f"{at:%Y-%m-%d %H:%M}")
def test_first_files_hold_every_kind_of_booking(tmp_path: Path, now: datetime) -> None:
    """Nothing in the files is wrong but the one row that is meant to be."""
    demo_data.write(tmp_path, now)
    harbour, loop = read(HARBOUR, tmp_path, now), read(LOOP, tmp_path, now)
    for extract in (harbour, loop):
        assert extract.completeness is Completeness.COMPLETE
        assert extract.problems == ()
        assert {"tentative", "cancelled", "confirmed"} == {one.status for one in bookings(extract)}
        assert 8 <= len(extract.rows["customers"]) <= 13
        assert any(one.ends_at < now - timedelta(minutes=30) for one in bookings(extract))
        assert any(now < one.starts_at < now + timedelta(minutes=15) for one in bookings(extract))
        assert any(one.starts_at > now + timedelta(minutes=30) for one in bookings(extract))
    assert [(one.source_id, one.field) for one in harbour.rejected] == [("4004", "ends_at")]
    assert loop.rejected == ()
    assert "unit:sauna" in {one.item_id for one in bookings(harbour)}
    assert any(not row.email and not row.reservation_only for row in harbour.rows["customers"])  # type: ignore[union-attr]
    assert any(one.customer_id.startswith("guest:") for one in bookings(loop))


def test_somebody_is_about_to_leave(tmp_path: Path) -> None:
    """One booking of each house closes its door one to two minutes after the files were written."""
    demo_data.write(tmp_path, NOW)
    for house in HOUSES:
        assert len(inside(house, tmp_path, NOW + timedelta(seconds=60))) == len(inside(house, tmp_path, NOW))
        assert len(inside(house, tmp_path, NOW + timedelta(minutes=2))) == len(inside(house, tmp_path, NOW)) - 1


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.name)
def test_a_second_start_keeps_every_line_and_adds_new_ones(tmp_path: Path, house: House) -> None:
    """What was booked stays booked word for word; only the four that open nothing move along with the present."""
    demo_data.write(tmp_path, NOW)
    before, later = lines(house, tmp_path), NOW + timedelta(minutes=3)
    was_inside = inside(house, tmp_path, later)
    demo_data.write(tmp_path, later)
    after = lines(house, tmp_path)
    moving = {slot.number for slot in house.first if slot.number}
    assert [row[0] for row in after[: len(before)]] == [row[0] for row in before]
    assert [row for row in after[: len(before)] if row[0] not in moving] == [
        row for row in before if row[0] not in moving
    ]
    assert len(after) > len(before)
    assert was_inside < inside(house, tmp_path, later)


def test_a_start_on_another_day_fills_the_houses_anew(tmp_path: Path) -> None:
    """Yesterday's bookings are over; today has people inside, people to come, and ids of its own."""
    demo_data.write(tmp_path, NOW)
    tomorrow = NOW + timedelta(days=1, hours=5)
    for house in HOUSES:
        assert inside(house, tmp_path, tomorrow) == set()
    demo_data.write(tmp_path, tomorrow)
    for house in HOUSES:
        assert len(inside(house, tmp_path, tomorrow)) >= 3
        assert any(one.starts_at > tomorrow + timedelta(hours=1) for one in bookings(read(house, tmp_path, tomorrow)))
        assert max(Counter(row[0] for row in lines(house, tmp_path)).values()) == 1


def test_private_rooms_are_never_booked_twice_at_once(tmp_path: Path) -> None:
    """However often the demo is started, one room has one booking at a time unless it is shared."""
    for start in range(12):
        demo_data.write(tmp_path, NOW + timedelta(minutes=25 * start))
    for house in HOUSES:
        shared = {f"unit:{room.code}" for room in house.rooms if room.shared or not room.regulars}
        held = [one for one in bookings(read(house, tmp_path, NOW)) if one.item_id not in shared]
        for one in held:
            others = (other for other in held if other.item_id == one.item_id and other is not one)
            assert not any(one.starts_at < other.ends_at and other.starts_at < one.ends_at for other in others)


def test_what_a_person_writes_into_the_files_stays(tmp_path: Path) -> None:
    """The files are there to be edited: a cancelled booking, a new customer, an odd time."""
    demo_data.write(tmp_path, NOW)
    path = tmp_path / "harbour" / "bookings.csv"
    path.write_text(
        path.read_text().replace("4102,studio-a,1001", "4102,studio-b,1005") + "4999,studio-a,1001,x,y,Booked,Paid\n"
    )
    customers = tmp_path / "harbour" / "customers.csv"
    customers.write_text(customers.read_text() + "1099,New,Comer,,,Active,Day guest\n")
    demo_data.write(tmp_path, NOW + timedelta(minutes=1))
    rows = {row[0]: row for row in lines(HARBOUR, tmp_path)}
    assert rows["4102"][1:3] == ["studio-b", "1005"]
    assert rows["4999"][3:5] == ["x", "y"]
    assert "5000" in rows
    assert customers.read_text().endswith("Day guest\n")
    assert "1099,New,Comer" in customers.read_text()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"Reservation,Space\n1,studio-a\n", "has lost its column Member no"),
        (b"\xff\xfe\x00", "is no CSV file in UTF-8"),
    ],
    ids=["a header is gone", "not UTF-8"],
)
def test_an_unreadable_bookings_file_is_said_and_left_alone(tmp_path: Path, content: bytes, message: str) -> None:
    """The demo does not write over what it cannot read."""
    demo_data.write(tmp_path, NOW)
    path = tmp_path / "harbour" / "bookings.csv"
    path.write_bytes(content)
    with pytest.raises(FixInput, match=message):
        demo_data.write(tmp_path, NOW)
    assert path.read_bytes() == content
