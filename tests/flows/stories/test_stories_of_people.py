"""Stories of people who stay longer, share a name, want the last seat, or stay over the night of the change.

T11, T12, T13, T27, T33, T35: each from the source's files to a door. T16 is told in `test_people`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flows.acts import ANN, GUS, do, everybody, first_run, fresh, membership_records, said, site, sync_at, tick
from flows.conftest import OpenStage
from flows.doors import by_lock, opened_minutes, slots
from saltoks.flows import access
from saltoks.flows.who import who
from saltoks.sandbox.salto.admin.client import Fault
from stage import Stage

DAY = 24 * 60


def strict(open_stage: OpenStage) -> Stage:
    """A site whose doors take the expiry of a guest seriously: whether they do, no document says."""
    return open_stage(lambda world: world["options"].update(guest_expiry_closes=True))


def written(stage: Stage) -> list[str]:
    """The last words of the routes written since the calls were forgotten."""
    calls = [call for call in stage.sandbox.admin.calls() if call.method != "GET" and call.path.startswith("/v1")]
    return [f"{call.method} {call.route.rsplit('/', 1)[-1]}" for call in calls]


@pytest.mark.parametrize("by", ["group", "lock"])
@pytest.mark.parametrize(("customer", "name"), [("gus", GUS), ("ann", ANN)], ids=["guest", "member"])
def test_t11_whoever_is_inside_stays_the_same_while_their_stay_grows(
    open_stage: OpenStage, by: str, customer: str, name: str
) -> None:
    """T11: longer twice, then shorter; schedule and expiry follow, and no id, alias, slot or membership is another."""
    stage = strict(open_stage)
    if by == "lock":
        by_lock(stage, "Room 1")
    stage.book("b1", customer, "room-1", 15, 45)
    stage.sync()
    before = (everybody(stage), membership_records(stage), slots(stage).keys())
    for minute, ends in ((30, 120), (60, 2 * DAY), (75, 180)):
        stage.book("b1", customer, "room-1", 15, ends)
        stage.sandbox.admin.forget_calls()
        sync_at(stage, minute)
        assert stage.lets_in(name, "Room 1")
        found = written(stage)
        assert found.count("PATCH {time_schedule_id}") == (by == "lock")
        assert set(found) <= {"PATCH {time_schedule_id}"} | ({"PATCH {site_user_id}"} if customer == "gus" else set())
    assert (everybody(stage), membership_records(stage), slots(stage).keys()) == before
    tick(stage, 180)
    assert stage.lets_in(name, "Room 1")
    tick(stage, 195)
    assert not stage.lets_in(name, "Room 1")


def test_t11_a_guest_who_comes_back_finds_the_door_open(open_stage: OpenStage) -> None:
    """T11: the first stay and its expiry are over; the same guest has another one next week."""
    stage = strict(open_stage)
    stage.book("b1", "gus", "room-1", 0, 30)
    stage.sync()
    before = everybody(stage)
    tick(stage, 60)
    stage.book("b2", "gus", "room-1", 7 * DAY, 7 * DAY + 60)
    sync_at(stage, 7 * DAY)
    assert stage.lets_in(GUS, "Room 1")
    assert everybody(stage) == before


def test_t12_two_guests_of_one_name_are_two_guests(stage: Stage) -> None:
    """T12: one after the other in one room; nobody is merged, and no tick adds or takes away without need."""
    same = [(f"sam{n}", "Sam Same", "", "yes", "yes") for n in (1, 2)]
    stage.write("customers", [*stage.tables["customers"], *same])
    first_run(stage)
    stage.book("b1", "sam1", "room-1", 0, 60)
    stage.book("b2", "sam2", "room-1", 60, 120)
    assert fresh(stage, lambda: sync_at(stage, 1))[1] == 2  # one person, who goes in
    first, second = "saltoks desk/sam1", "saltoks desk/sam2"
    assert [fresh(stage, lambda at=minute: sync_at(stage, at))[1] for minute in (15, 30, 45, 60)] == [0, 2, 0, 0]  # type: ignore[misc]
    assert stage.members("Room 1") == {first, second}
    assert stage.user_id(first) != stage.user_id(second)
    assert [fresh(stage, lambda at=minute: sync_at(stage, at))[1] for minute in (75, 90)] == [1, 0]  # type: ignore[misc]
    assert stage.members("Room 1") == {second}


def test_t12_a_name_that_changes_makes_nobody_anew(stage: Stage) -> None:
    """T12: a guest gets another surname; ids, not names, say who is who."""
    stage.book("b1", "gus", "room-1", 0, 120)
    stage.sync()
    before = everybody(stage)
    stage.add("customers", "gus", "Gus Able", "", "yes", "yes")
    sync_at(stage, 15)
    assert (everybody(stage), stage.members("Room 1")) == (before, {GUS})


def test_t13_a_farther_booking_never_puts_out_a_nearer_one(open_stage: OpenStage) -> None:
    """T13: one seat is left; who is inside keeps it, whatever is booked meanwhile, and who has none is named."""
    stage = open_stage(lambda world: world["sites"][0].update(seats=2))
    stage.book("far", "gus", "room-2", 30, 240)
    stage.book("near", "ann", "room-1", 15, 120)
    outcomes = sync_at(stage, 0)
    assert stage.members("Room 1") == {ANN}
    tried = [stage.opens(ANN, "Room 1")]
    for minute in (15, 30, 45):
        outcomes = sync_at(stage, minute)
        tried.append(stage.opens(ANN, "Room 1"))
    assert tried == [True] * 4
    assert "gus" in said(outcomes)
    assert stage.members("Room 2") == set()


def night(stage: Stage, at: datetime) -> None:
    """Puts the stage to the evening before a change of clocks."""
    stage.at = at
    stage.sandbox.admin.set_clock(at)


NIGHTS = {
    "spring, over the missing hour": ("2026-03-29T01:30", "2026-03-29T03:30", (0, 15), (1, 45)),
    "spring, into the missing hour": ("2026-03-29T01:00", "2026-03-29T02:30", (-1, 45), (1, 45)),
    "autumn, over both hours": ("2026-10-25T01:30", "2026-10-25T03:30", (-1, 15), (2, 45)),
    "autumn, into the second": ("2026-10-25T01:00", "2026-10-25T02:30", (-2, 45), (1, 45)),
    "autumn, from the first": ("2026-10-25T02:30", "2026-10-25T04:00", (0, 15), (3, 15)),
}
"""Start and end by the clock on the wall; when the door opens and shuts, in hours and minutes of UTC."""


@pytest.mark.parametrize(("starts", "ends", "opens", "shuts"), NIGHTS.values(), ids=NIGHTS.keys())
def test_t27_a_booking_over_the_change_of_clocks_ends_when_it_ends(
    stage: Stage, starts: str, ends: str, opens: tuple[int, int], shuts: tuple[int, int]
) -> None:
    """T27: not an hour sooner for the guest, and not an hour, let alone a day, longer."""
    day = datetime.fromisoformat(starts[:10]).replace(tzinfo=UTC)
    first, last = (day + timedelta(hours=hours, minutes=minutes) for hours, minutes in (opens, shuts))
    stage.write("bookings", [("b1", "room-1", "ann", starts, ends, "confirmed")])
    night(stage, first - timedelta(minutes=30))
    stage.sync()
    assert stage.members("Room 1") == set()
    found = []
    for at in (first, first + (last - first) / 2, last - timedelta(minutes=15), last, last + timedelta(minutes=60)):
        night(stage, at)
        do(stage, f"tick/{at}", access.plan, access.apply)
        found.append(stage.opens(ANN, "Room 1"))
    assert found == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("day", "begins", "ends"),
    [("2026-03-29", "2026-03-28T23:00", "2026-03-29T22:00"), ("2026-10-25", "2026-10-24T22:00", "2026-10-25T23:00")],
    ids=["23 hours", "25 hours"],
)
def test_t27_a_day_ends_at_the_midnight_of_the_place(stage: Stage, day: str, begins: str, ends: str) -> None:
    """T27: a plan of the day of the change, to the tick."""
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (begins, ends))
    stage.add("memberships", "m1", "ann", "club", day, day, "active")
    night(stage, first - timedelta(minutes=30))
    stage.sync()
    assert stage.members("Club") == set()
    found = []
    for at in (first, last - timedelta(minutes=15), last):
        night(stage, at)
        do(stage, f"tick/{at}", access.plan, access.apply)
        found.append(stage.opens(ANN, "Club"))
    assert found == [True, True, False]


def test_t33_who_still_has_access_and_why_is_on_record(stage: Stage) -> None:
    """T33: one package ended and another runs; the record names the one that runs."""
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "2026-03-31", "active")
    stage.add("memberships", "m2", "ann", "club", "2026-03-01", "2026-03-31", "active")
    stage.sync()
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "2026-03-31", "inactive")
    assert fresh(stage, lambda: sync_at(stage, 15))[1] == 0
    assert stage.opens(ANN, "Club")
    with stage.runtime() as rt:
        [holder] = who(rt, rt.settings.site("house"), stage.at)
    assert (holder.customer_id, holder.reasons, holder.in_group) == ("ann", ("membership m2",), True)


def three_in_a_room(stage: Stage) -> None:
    """Ann and Gus are in Room 1, and a third is in Room 2, all day."""
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0, "max_shrink_percent": 100}})
    stage.add("customers", "eve", "Eve Else", "", "yes", "yes")
    for customer, room in (("ann", "room-1"), ("gus", "room-1"), ("eve", "room-2")):
        stage.book(f"of {customer}", customer, room, 0, DAY)
    stage.sync()
    assert stage.members("Room 1") == {ANN, GUS}


def test_t35_a_room_that_everybody_left_is_empty_after_a_failed_run(stage: Stage) -> None:
    """T35: unknown keeps everybody in; the next run that worked and found nobody takes both out."""
    three_in_a_room(stage)
    rows = stage.tables["bookings"]
    (stage.root / "data" / "bookings.csv").unlink()
    assert sync_at(stage, 15)[-1].state == "failed"
    assert stage.members("Room 1") == {ANN, GUS}
    stage.write("bookings", [row for row in rows if row[1] == "room-2"])
    assert sync_at(stage, 30)[-1].state == "done"
    assert stage.members("Room 1") == set()
    assert len(stage.members("Room 2")) == 1


def test_t35_a_removal_that_salto_refused_is_made_by_the_next_run(stage: Stage) -> None:
    """T35: Salto refuses just when everybody is to leave; nothing is marked as done that is not."""
    three_in_a_room(stage)
    stage.write("bookings", [row for row in stage.tables["bookings"] if row[1] == "room-2"])
    refusals = [Fault("status", route=route, status=403) for route in ("PATCH */users", "DELETE */users/*")]
    stage.sandbox.admin.faults(*refusals)
    assert sync_at(stage, 15)[-1].state == "failed"
    stage.sandbox.admin.faults()
    assert stage.members("Room 1") == {ANN, GUS}
    sync_at(stage, 30)
    assert stage.members("Room 1") == set()
    assert {(group, customer) for group, customer, _ in membership_records(stage)} == {("Room 2", "eve")}


def test_a_window_that_was_promised_is_kept_whatever_else_is_booked(stage: Stage) -> None:
    """T8, T11: two rooms by lock; the second booking's window leaves the first one's alone."""
    by_lock(stage)
    stage.book("b1", "gus", "room-1", 15, 60)
    stage.sync()
    stage.book("b2", "gus", "room-2", 60, 120)
    sync_at(stage, 15)
    assert opened_minutes(stage, GUS, "Room 1", 15, 150) == list(range(15, 75, 15))
    assert opened_minutes(stage, GUS, "Room 2", 30, 150) == list(range(45, 135, 15))
    assert len(site(stage)["users"]) == 2
