"""What the demo books at its three houses, read back through the product's own sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dev.demo.demo_rig import Harbour, House, Loop, Wharf, bookings, houses, inside
from saltoks.core.errors import FixInput
from saltoks.core.model.canonical import Booking, Completeness, Visitor
from saltoks.systems.ireserve.stand_in.world import load_world

NOW = datetime(2026, 11, 22, 17, 3, 40, tzinfo=UTC)
DAYS = (
    NOW,
    datetime(2027, 1, 1, 0, 30, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 50, tzinfo=UTC),
    datetime(2026, 7, 31, 23, 59, 59, tzinfo=UTC),
)
BROKEN = {"harbour": ("4004", "date_till"), "wharf": ("7004", "ToTime"), "loop": ("9004", "ends_at")}
NAMES = ("harbour", "wharf", "loop")


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Harbour, Wharf, Loop]]:
    with houses(tmp_path_factory.mktemp("exports")) as found:
        yield found


@pytest.fixture
def three(_running: tuple[Harbour, Wharf, Loop], tmp_path: Path) -> tuple[Harbour, Wharf, Loop]:
    """The houses as they are before the first start."""
    harbour, wharf, _ = _running
    harbour.server.admin.load(load_world("demo"))
    wharf.server.admin.reset()
    return harbour, wharf, Loop(tmp_path)


@pytest.fixture(params=NAMES)
def house(three: tuple[Harbour, Wharf, Loop], request: pytest.FixtureRequest) -> House:
    """One of them."""
    return three[NAMES.index(request.param)]


def rows(house: House, at: datetime) -> dict[str, Booking]:
    """Its bookings by number."""
    return {one.source_id: one for one in bookings(house.read(at))}


@pytest.mark.parametrize("now", DAYS, ids=lambda at: f"{at:%Y-%m-%d %H:%M}")
def test_a_first_start_books_every_kind_of_booking(house: House, now: datetime) -> None:
    """Nothing is wrong with what is read but the one row that is meant to be."""
    house.write(now)
    extract = house.read(now)
    assert extract.completeness is Completeness.COMPLETE
    assert [(one.source_id, one.field) for one in extract.rejected] == [BROKEN[house.name]]
    assert {"tentative", "cancelled", "confirmed"} == {one.status for one in bookings(extract)}
    assert any(one.ends_at < now - timedelta(minutes=30) for one in bookings(extract))
    assert any(now < one.starts_at < now + timedelta(minutes=15) for one in bookings(extract))
    assert any(one.starts_at > now + timedelta(minutes=30) for one in bookings(extract))
    assert len(inside(house, now)) >= 4


def test_somebody_is_about_to_leave(house: House) -> None:
    """One booking closes its door two to three minutes after it was made."""
    house.write(NOW)
    first = inside(house, NOW)
    assert inside(house, NOW + timedelta(minutes=2)) == first
    assert len(first - inside(house, NOW + timedelta(minutes=3))) == 1


def test_each_house_has_what_its_system_knows_beside_bookings(three: tuple[Harbour, Wharf, Loop]) -> None:
    """Subscriptions; a pass, a used one, offices and visitors; billings, an office and a co-member."""
    for house in three:
        house.write(NOW)
    harbour, wharf, loop = (house.read(NOW).rows for house in three)
    assert Counter(row.status for row in harbour["memberships"]) == {"active": 3}  # type: ignore[union-attr]
    assert [row.status for row in wharf["passes"]] == ["valid", "in_use"]  # type: ignore[union-attr]
    assert [row.item_id for row in wharf["assignments"]] == ["desk:33", "desk:34"]  # type: ignore[union-attr]
    visitors = [row for row in wharf["visitors"] if isinstance(row, Visitor)]
    assert [(one.approval, bool(one.booking_id)) for one in visitors] == [
        ("not_required", True),
        ("hold", False),
        ("not_required", False),
    ]
    assert [row.timezone for row in wharf["locations"]] == ["Europe/London"]  # type: ignore[union-attr]
    assert {row.status for row in loop["memberships"]} == {"active", "inactive"}  # type: ignore[union-attr]
    assert [row.item_id for row in loop["assignments"]] == ["unit:corner-office"]  # type: ignore[union-attr]
    assert [row.parent_customer_id for row in loop["customers"] if row.source_id == "210"] == ["209"]  # type: ignore[union-attr]


def test_people_walk_in_from_the_street(three: tuple[Harbour, Wharf, Loop]) -> None:
    """A reservation of nobody's, twice; and a visitor who comes for no booking."""
    for house in three:
        house.write(NOW)
        house.write(NOW + timedelta(minutes=3))
    harbour, wharf, loop = (house.read(NOW + timedelta(minutes=3)).rows for house in three)
    for found in (harbour, loop):
        guests = {row.customer_id for row in found["bookings"] if row.customer_id.startswith("guest:")}  # type: ignore[union-attr]
        assert len(guests) == 2
    assert [row.full_name for row in wharf["visitors"]][2:] == ["Priya Nair", "Oscar Lund"]  # type: ignore[union-attr]


def test_a_second_start_keeps_every_booking_and_adds_new_ones(house: House) -> None:
    """What was booked stays booked; only those that open nothing move along with the present."""
    house.write(NOW)
    before, later = rows(house, NOW), NOW + timedelta(minutes=3)
    was_inside = inside(house, later)
    house.write(later)
    after = rows(house, later)
    moving = {str(one.number) for one in house.diary.first if one.number}
    assert {name: one for name, one in after.items() if name in before.keys() - moving} == {
        name: one for name, one in before.items() if name not in moving
    }
    assert all(after[one].starts_at == before[one].starts_at + timedelta(minutes=3) for one in moving & before.keys())
    assert len(after) > len(before)
    assert was_inside < inside(house, later)


def test_a_start_on_another_day_fills_the_house_anew(house: House) -> None:
    """Yesterday's bookings are over; today has people inside, people to come, and numbers of its own."""
    house.write(NOW)
    tomorrow = NOW + timedelta(days=1, hours=5)
    assert inside(house, tomorrow) == set()
    house.write(tomorrow)
    assert len(inside(house, tomorrow)) >= 3
    found = rows(house, tomorrow)
    assert any(one.starts_at > tomorrow + timedelta(hours=1) for one in found.values())


def test_private_rooms_are_never_booked_twice_at_once(house: House) -> None:
    """However often the demo is started, one room has one booking at a time unless it is shared."""
    for start in range(6):
        house.write(NOW + timedelta(minutes=25 * start))
    rooms = [room.code for room in house.diary.rooms if not room.shared]
    held = [one for one in rows(house, NOW).values() if one.item_id.partition(":")[2] in rooms]
    assert len(held) >= 7
    for one in held:
        others = (other for other in held if other.item_id == one.item_id and other is not one)
        assert not any(one.starts_at < other.ends_at and other.starts_at < one.ends_at for other in others)


def test_what_a_person_changes_in_a_booking_system_stays(three: tuple[Harbour, Wharf, Loop]) -> None:
    """The demo tells how to delete and cancel a booking, and to edit the file: the next start respects it."""
    harbour, wharf, loop = three
    for house in three:
        house.write(NOW)
    harbour.server.admin.drop_booking(4102)
    wharf.server.admin.cancel(7102)
    text = loop.reservations.read_text(encoding="utf-8")
    loop.reservations.write_text(
        text.replace("9102,loft-1,202", "9102,loft-2,203") + "9999,loft-1,201,,,,x,y,Confirmed,\n", encoding="utf-8"
    )
    later = NOW + timedelta(minutes=1)
    for house in three:
        house.write(later)
    assert "4102" not in rows(harbour, later)
    assert rows(wharf, later)["7102"].status == "cancelled"
    assert (rows(loop, later)["9102"].item_id, rows(loop, later)["9102"].customer_id) == ("unit:loft-2", "203")
    lines = loop.reservations.read_text(encoding="utf-8").splitlines()
    assert "9999,loft-1,201,,,,x,y,Confirmed," in lines
    assert any(line.startswith("10000,") for line in lines)


def test_an_unreadable_file_is_said_and_left_alone(tmp_path: Path) -> None:
    """The demo does not write over what it cannot read."""
    loop = Loop(tmp_path)
    loop.write(NOW)
    loop.reservations.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FixInput, match="is no CSV file in UTF-8"):
        loop.write(NOW)
    assert loop.reservations.read_bytes() == b"\xff\xfe\x00"
