"""A booking that moves to another room: whoever keeps a lock through the move never loses it, second by second."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from typing import Any

import pytest

from flows.acts import ANN, GUS, said, writes
from flows.conftest import OpenStage
from saltoks.core.errors import TryAgain
from saltoks.sandbox.salto.admin.client import Fault, FaultKind
from stage import SITE_UID, Stage, minutes

WRITES = "P* /v1*"
CUTS: tuple[FaultKind, ...] = ("cut_before", "cut_after")
FRONT = "Club door"
MOVE = 31
"""The minute from noon in which the booking has moved."""
BY_LOCK = {
    room: {"item": room.lower().replace(" ", "-"), "locks": [FRONT, f"{room} door"], "door": f"{room} door"}
    for room in ("Room 1", "Room 2")
}
BY_GROUP = {
    room: {"item": room.lower().replace(" ", "-"), "groups": [room], "door": f"{room} door"}
    for room in ("Room 1", "Room 2")
}


def slow_doors(world: dict[str, Any]) -> None:
    """Doors hear of changes as late as was measured, and the groups of both rooms open the front door as well."""
    world["options"] |= {"schedule_delay_seconds": [60, 210], "member_delay_seconds": [5, 45]}
    for group in world["sites"][0]["groups"][:2]:
        group["locks"].append(FRONT)


def run(stage: Stage, minute: int) -> str:
    """One whole run at a minute from noon, broken wires included; what it said."""
    stage.move(minute)
    with contextlib.suppress(TryAgain):
        return said(stage.sync())
    return ""


def house(open_stage: OpenStage, one: dict[str, object], other: dict[str, object], **rules: object) -> Stage:
    """Ann has Room 1 from noon, Gus the whole afternoon in Room 2, so that not everything ends early."""
    stage = open_stage(slow_doors)
    usual = {"before_minutes": 15, "after_minutes": 15}
    stage.configure(mapping=[one, other], rules=usual | rules, limits={"percent_from": 50})
    stage.move(-45)
    stage.book("b1", "ann", "room-1", 0, 180)
    stage.book("b2", "gus", "room-2", 0, 240)
    stage.sync(fully=True)
    run(stage, -15)
    return stage


def seconds(stage: Stage, who: str, since: int, until: int) -> dict[str, list[int]]:
    """The seconds after a minute from noon, up to another one, in which each lock does not open for somebody."""
    user, span = stage.user_id(who), range((until - since) * 60)
    found = stage.sandbox.admin.openings(SITE_UID, [minutes(since) + timedelta(seconds=one) for one in span])
    locks = (FRONT, "Room 1 door", "Room 2 door")
    return {lock: [second for second in span if user not in found[second][lock]] for lock in locks}


KINDS = {
    "lock to lock": (BY_LOCK["Room 1"], BY_LOCK["Room 2"]),
    "lock to group": (BY_LOCK["Room 1"], BY_GROUP["Room 2"]),
    "group to lock": (BY_GROUP["Room 1"], BY_LOCK["Room 2"]),
    "group to group": (BY_GROUP["Room 1"], BY_GROUP["Room 2"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_that_both_rooms_have_stays_open_through_a_move(open_stage: OpenStage, kind: str) -> None:
    """T11: the old way stays until the new one has settled, and is gone at the next run; nobody is warned of it."""
    stage = house(open_stage, *KINDS[kind])
    stage.book("b1", "ann", "room-2", 0, 180)
    assert "stays in" not in run(stage, MOVE)
    shut = seconds(stage, ANN, MOVE, 45)
    assert shut[FRONT] == []
    assert shut["Room 2 door"] == list(range(len(shut["Room 2 door"])))  # until the door has heard, and then no more
    assert len(shut["Room 2 door"]) <= 210 + 45
    assert run(stage, 45) == ""
    shut = seconds(stage, ANN, 45, 60)
    assert shut[FRONT] == shut["Room 2 door"] == []
    assert shut["Room 1 door"] == list(range(900))[-len(shut["Room 1 door"]) :]
    assert len(shut["Room 1 door"]) >= 900 - 45
    assert seconds(stage, GUS, MOVE, 60)[FRONT] == []


def test_the_old_slot_stays_as_long_as_the_site_says(open_stage: OpenStage) -> None:
    """T11: `window_settle_minutes` decides, from when Salto first showed the new slot."""
    stage = house(open_stage, *KINDS["lock to lock"], window_settle_minutes=20)
    stage.book("b1", "ann", "room-2", 0, 180)
    run(stage, MOVE)
    for minute, stays in ((45, True), (50, True), (52, False)):
        run(stage, minute)
        assert (ANN in stage.members("saltoks room-1 #1")) is stays
    assert seconds(stage, ANN, 52, 60)[FRONT] == []


def test_a_window_that_shrinks_for_one_of_two_keeps_the_door_open(open_stage: OpenStage) -> None:
    """T11: within one room too: Ann's booking ends earlier now, so she leaves the slot that she shares with Gus."""
    stage = house(open_stage, *KINDS["lock to lock"])
    stage.book("b3", "gus", "room-1", 0, 180)
    run(stage, -10)
    assert stage.members("saltoks room-1 #1") == {ANN, GUS}
    stage.book("b1", "ann", "room-1", 0, 120)
    run(stage, MOVE)
    assert seconds(stage, ANN, MOVE, 45)["Room 1 door"] == []
    run(stage, 45)
    assert stage.members("saltoks room-1 #1") == {GUS}
    assert seconds(stage, ANN, 45, 60)["Room 1 door"] == []


def test_who_loses_everything_waits_for_nothing(open_stage: OpenStage) -> None:
    """T11: a move to a later day, or to doors that share nothing, frees the old room at once."""
    stage = house(open_stage, *KINDS["lock to lock"])
    stage.book("b1", "ann", "room-2", 1440, 1500)
    run(stage, MOVE)
    assert len(seconds(stage, ANN, MOVE, 45)["Room 1 door"]) >= 14 * 60 - 45
    apart = {**BY_LOCK["Room 2"], "locks": ["Room 2 door"]}
    stage.configure(mapping=[BY_LOCK["Room 1"], apart])
    stage.book("b4", "ann", "room-1", 60, 180)
    run(stage, 45)
    stage.book("b4", "ann", "room-2", 60, 180)
    run(stage, 60)
    assert ANN not in stage.members("saltoks room-1 #1")


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("cut", CUTS)
def test_a_stop_at_any_write_of_a_move_shuts_nothing(open_stage: OpenStage, cut: FaultKind, number: int) -> None:
    """T11, T20: group, locks, schedule, member: wherever it stops, the front door opens in every second."""
    stage = house(open_stage, *KINDS["lock to lock"])
    stage.book("b1", "ann", "room-2", 0, 180)
    stage.sandbox.admin.faults(
        Fault(cut, route=WRITES, skip=number - 1, times=1),
        Fault("status", route=WRITES, skip=number - 1, status=429, retry_after=120),
    )
    run(stage, MOVE)
    assert any(call.status is None for call in stage.sandbox.admin.calls())
    assert seconds(stage, ANN, MOVE, 45)[FRONT] == []
    stage.sandbox.admin.faults()
    for minute in (45, 60, 75):
        run(stage, minute)
        assert seconds(stage, ANN, minute, minute + 15)[FRONT] == []
    assert ANN not in stage.members("saltoks room-1 #1")
    assert seconds(stage, ANN, 75, 90)["Room 2 door"] == []
    stage.sandbox.admin.forget_calls()
    run(stage, 90)
    assert writes(stage) == 0


def test_nobody_comes_in_early_by_the_old_hours_of_a_slot(open_stage: OpenStage) -> None:
    """T11: Ann's booking is cancelled while it runs, and Gus has the room later: he does not open it before."""
    stage = house(open_stage, *KINDS["lock to lock"])
    stage.book("b1", "ann", "room-1", 0, 180, status="cancelled")
    run(stage, MOVE)
    assert stage.members("saltoks room-1 #1") == set()
    stage.book("b3", "gus", "room-1", 75, 120)
    run(stage, 45)
    assert seconds(stage, GUS, 45, 60)["Room 1 door"] == list(range(900))
    run(stage, 60)
    assert seconds(stage, GUS, 60, 75)["Room 1 door"] == []


def test_a_torn_file_does_not_hold_who_only_waited_to_leave(open_stage: OpenStage) -> None:
    """T2, T11: the move was in a whole file; that the next one is not whole keeps nobody in the old room."""
    stage = house(open_stage, *KINDS["lock to lock"])
    stage.book("b1", "ann", "room-2", 0, 180)
    run(stage, MOVE)
    for number in range(3):
        stage.book(f"x{number}", "gus", "room-2", 300, 360, status="misplaced")
    assert "incomplete" in run(stage, 45)
    assert ANN not in stage.members("saltoks room-1 #1")
    assert seconds(stage, ANN, 45, 60)[FRONT] == []


def test_hours_that_move_and_are_open_all_along_keep_nobody_elsewhere(open_stage: OpenStage) -> None:
    """T11: the way by the new room is known at the doors already, though its hours end at another time now."""
    stage = house(open_stage, *KINDS["lock to lock"])
    stage.book("b1", "ann", "room-2", 0, 180)
    run(stage, MOVE)
    stage.book("b1", "ann", "room-2", 0, 150)
    run(stage, 45)
    assert ANN not in stage.members("saltoks room-1 #1")
    assert seconds(stage, ANN, 45, 60)[FRONT] == seconds(stage, ANN, 45, 60)["Room 2 door"] == []
