"""Stories of tools that went wrong, told again with this one: T1 to T10, each from the source's files to a door.

More of them are in `test_stories_of_people`.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from flows.acts import ANN, GUS, everybody, first_run, fresh, membership_records, said, site, sync_at, tick
from flows.conftest import OpenStage
from flows.doors import ROOMS, by_lock, opened_minutes
from stage import Stage

DAY = 24 * 60
CROWD = 12

Harm = Callable[[Stage], object]


def says_nothing(stage: Stage) -> None:
    """The source answers, and has no booking."""
    stage.write("bookings", [])


def answers_with_nothing(stage: Stage) -> None:
    """The answer has no body."""
    (stage.root / "data" / "bookings.csv").write_text("", encoding="utf-8")


def is_gone(stage: Stage) -> None:
    """The source does not answer."""
    (stage.root / "data" / "bookings.csv").unlink()


def guarded(stage: Stage, **guards: int) -> None:
    """The source is trusted so far and no further."""
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0} | guards})


def trusted(stage: Stage) -> None:
    """Whatever the source says is the whole truth."""
    guarded(stage, max_shrink_percent=100)


@pytest.mark.parametrize(
    ("harm", "floor"),
    [(says_nothing, 0), (says_nothing, 1), (answers_with_nothing, 0), (is_gone, 0)],
    ids=["says nothing, and is believed", "says nothing, below the floor", "no body", "no answer"],
)
def test_t1_one_user_in_three_groups_outlives_a_source_that_says_nothing(stage: Stage, harm: Harm, floor: int) -> None:
    """T1: nobody is deleted and made anew, nobody gets a second invitation, no membership is lost in between."""
    guarded(stage, min_rows=floor, max_shrink_percent=100)
    for room in ("room-1", "room-2", "club"):
        stage.book(f"in {room}", "ann", room, 0, DAY)
    stage.add("memberships", "m1", "gus", "club", "2026-04-01", "", "active")
    stage.sync()
    before, rows = (everybody(stage), len(stage.sandbox.admin.mailbox())), list(stage.tables["bookings"])
    harm(stage)
    for minute in (15, 30):
        assert fresh(stage, lambda at=minute: sync_at(stage, at))[1] == 0  # type: ignore[misc]
        assert all(stage.opens(ANN, room) for room in ROOMS)
    stage.write("bookings", rows)
    assert fresh(stage, lambda: sync_at(stage, 45))[1] == 0
    assert (everybody(stage), len(stage.sandbox.admin.mailbox())) == before
    assert all(stage.opens(ANN, room) for room in ROOMS)


def crowd(stage: Stage) -> None:
    """Twelve guests in one room, and each in one of two others, all day."""
    guests = [(f"c{n}", f"Club {n}", "", "yes", "yes") for n in range(CROWD)]
    stage.write("customers", [*stage.tables["customers"], *guests])
    for n in range(CROWD):
        stage.book(f"b{n}", f"c{n}", "room-1", 0, DAY)
        stage.book(f"d{n}", f"c{n}", "room-2" if n % 2 else "club", 0, DAY)
    stage.sync()


def test_t2_whoever_a_partial_answer_forgets_stays_in(stage: Stage) -> None:
    """T2: another random half is missing in each of three runs; nobody leaves, nobody comes back."""
    guarded(stage, max_shrink_percent=30)
    crowd(stage)
    before, rows, chance = everybody(stage), list(stage.tables["bookings"]), Random(1)
    inside = {room: stage.members(room) for room in ROOMS}
    for minute in (15, 30, 45):
        stage.write("bookings", chance.sample(rows, len(rows) // 2))
        assert fresh(stage, lambda at=minute: sync_at(stage, at))[1] == 0  # type: ignore[misc]
    stage.write("bookings", rows)
    assert fresh(stage, lambda: sync_at(stage, 60))[1] == 0
    assert {room: stage.members(room) for room in ROOMS} == inside
    assert everybody(stage) == before


def test_t2_a_half_that_no_guard_notices_stops_at_the_limits(stage: Stage) -> None:
    """T2: without a guard the answer counts as whole; what it would take away waits for a person."""
    trusted(stage)
    crowd(stage)
    rows = list(stage.tables["bookings"])
    stage.write("bookings", rows[::2])
    outcomes = sync_at(stage, 15)
    assert [len(stage.members(room)) for room in ROOMS] == [CROWD, CROWD // 2, CROWD // 2]
    assert "early removals are more than" in said(outcomes)
    stage.write("bookings", rows)
    assert fresh(stage, lambda: sync_at(stage, 30))[1] == 0


def test_t3_a_feed_that_is_blank_every_other_run_rotates_nobody(stage: Stage) -> None:
    """T3: blank in one way or another; the guest keeps ids, slot and window, and the door never notices."""
    by_lock(stage, "Room 1")
    stage.book("b1", "gus", "room-1", 15, 240)
    stage.sync()
    before, rows = (everybody(stage), membership_records(stage)), list(stage.tables["bookings"])
    for minute, harm in ((15, says_nothing), (45, answers_with_nothing), (75, is_gone)):
        harm(stage)
        assert fresh(stage, lambda at=minute: sync_at(stage, at))[1] == 0  # type: ignore[misc]
        stage.write("bookings", rows)
        assert fresh(stage, lambda at=minute: sync_at(stage, at + 15))[1] == 0  # type: ignore[misc]
    assert (everybody(stage), membership_records(stage)) == before
    assert opened_minutes(stage, GUS, "Room 1", 90, 300) == list(range(90, 255, 15))


def with_groups_of_others(open_stage: OpenStage) -> Stage:
    """Groups that nobody mapped: of the staff, of another integration, and some that only look like ours."""
    zoe = {"first_name": "Zoe", "last_name": "Zane", "email": "zoe@elsewhere.example"}
    ann = {"first_name": "Ann", "last_name": "Able", "email": ANN}
    others = [
        {"customer_reference": name, "members": [zoe["email"], ANN], "locks": ["Club door"]}
        for name in ("Staff", "Nexudus #7", "Room 10", "saltoks-room-2 #1")
    ]

    def change(world: dict[str, Any]) -> None:
        world["sites"][0].update(users=[zoe, ann], groups=[*world["sites"][0]["groups"], *others])

    return open_stage(change)


def test_t5_groups_that_nobody_mapped_are_never_touched(open_stage: OpenStage) -> None:
    """T5: not while bookings come and go, not where every mapped group is ours alone, not by a full check."""
    stage = with_groups_of_others(open_stage)
    theirs = {one["id"]: one for one in site(stage)["groups"] if one["customer_reference"] not in ROOMS}
    assert len(theirs) == 4
    by_lock(stage, "Room 2")
    stage.configure(exclusive_groups=["Room 1", "Club"])
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 15, 60)
    stage.sandbox.admin.forget_calls()
    for minute in (0, 15, 75, 90):
        stage.move(minute)
        stage.sync(fully=minute == 90)
    now = {one["id"]: one for one in site(stage)["groups"]}
    assert {name: now[name] for name in theirs} == theirs
    written = [call.path for call in stage.sandbox.admin.calls() if call.method != "GET"]
    assert len(written) > 5
    assert not [path for path in written if any(name in path for name in theirs)]


CHAINS = {
    "back to back": ((0, 60), (60, 120), {0, 60, 75, 120}, 3),
    "tails that touch": ((0, 60), (90, 150), {0, 60, 75, 120, 150}, 3),
    "nested": ((0, 120), (30, 60), {0, 60, 75, 120}, 3),
    "less than a tick apart": ((0, 60), (105, 120), {0, 60, 75, 120}, 3),
    "apart": ((0, 60), (135, 150), {0, 60, 120, 150}, 5),
}
"""Two bookings, the ticks at which the door opens, and writes: the person, and in and out for each stay."""


@pytest.mark.parametrize(("first", "second", "opened", "count"), CHAINS.values(), ids=CHAINS.keys())
def test_t7_the_end_of_one_session_takes_nothing_from_the_next(
    stage: Stage, first: tuple[int, int], second: tuple[int, int], opened: set[int], count: int
) -> None:
    """T7: the door is tried at each tick; what touches is one stay, with one write in and one out."""
    first_run(stage, -60)
    stage.book("b1", "ann", "room-1", *first)
    stage.book("b2", "ann", "room-1", *second)
    writes = fresh(stage, lambda: sync_at(stage, -30))[1]
    found = set()
    for minute in (0, 60, 75, 120, 150, 180):
        writes += fresh(stage, lambda at=minute: tick(stage, at))[1]  # type: ignore[misc]
        found |= {minute} if stage.opens(ANN, "Room 1") else set()
    assert (found, writes) == (opened, count)


def test_t8_a_second_booking_for_the_same_door_needs_nobody(stage: Stage) -> None:
    """T8: two items, one door; one of both is cancelled, and the other still opens it."""
    stage.configure(mapping=[*stage.site["mapping"], {"item": "kit", "groups": ["Room 1"]}])
    stage.add("items", "kit", "Kit")
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.book("b2", "ann", "kit", 15, 120)
    assert said(stage.sync()) == ""
    [row] = stage.query("select reasons from access.group_memberships")
    assert row["reasons"] == ["booking b1", "booking b2"]
    stage.book("b1", "ann", "room-1", 0, 120, status="cancelled")
    assert fresh(stage, lambda: sync_at(stage, 30))[1] == 0
    assert stage.opens(ANN, "Room 1")
    [row] = stage.query("select reasons from access.group_memberships")
    assert row["reasons"] == ["booking b2"]
    stage.book("b2", "ann", "kit", 15, 120, status="cancelled")
    sync_at(stage, 45)
    assert not stage.opens(ANN, "Room 1")


@pytest.mark.parametrize("by", ["group", "lock"])
def test_t9_the_tail_of_one_guest_outlives_the_start_of_the_next(stage: Stage, by: str) -> None:
    """T9: around the change of guests both may open, and neither is made anew."""
    if by == "lock":
        by_lock(stage, "Room 1")
    stage.book("b1", "gus", "room-1", 0, 60)
    stage.book("b2", "ann", "room-1", 60, 120)
    sync_at(stage, 15)
    found = []
    for minute in (45, 60, 74, 75, 120, 135):
        tick(stage, minute)
        found.append((minute, stage.lets_in(GUS, "Room 1"), stage.opens(ANN, "Room 1")))
    assert found == [
        (45, True, True),
        (60, True, True),
        (74, True, True),
        (75, False, True),
        (120, False, True),
        (135, False, False),
    ]
    assert len(site(stage)["users"]) == 3  # both, and the account itself


ENDS: dict[str, Harm] = {
    "moved to another day": lambda stage: stage.book("b1", "ann", "room-1", DAY, DAY + 60),
    "cancelled": lambda stage: stage.book("b1", "ann", "room-1", 0, 120, status="cancelled"),
    "deleted": lambda stage: stage.unbook("b1"),
    "given to somebody else": lambda stage: stage.book("b1", "gus", "room-1", 0, 120),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_t10_a_booking_that_is_off_opens_nothing_any_more(stage: Stage, end: Harm) -> None:
    """T10: what counts is what is wanted now, not what was once added; the same dates elsewhere stay open."""
    trusted(stage)
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.book("b2", "ann", "room-2", 0, 120)
    stage.sync()
    assert stage.opens(ANN, "Room 1")
    end(stage)
    sync_at(stage, 15)
    assert not stage.opens(ANN, "Room 1")
    assert stage.opens(ANN, "Room 2")
