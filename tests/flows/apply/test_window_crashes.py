"""A stop at any write of a slot, and the run after it: all get their own window, and nobody gets another one."""

from __future__ import annotations

import contextlib

import pytest

from flows.acts import ANN, GUS, fresh, membership_records, push, site, writes
from flows.doors import by_lock, opened_minutes, slots
from saltoks.core.errors import TryAgain
from saltoks.sandbox.salto.admin.client import Fault, FaultKind
from stage import Stage

WRITES = "P* /v1*"
EVE = "eve@house.example"
COUNT = 8
"""Slot 1 of Room 1 for Gus: members, schedule; one of Room 2 for Eve: group, locks, schedule, member; Ann moves in the
Club: schedule; Bea is out of it: members."""
CUTS: tuple[FaultKind, ...] = ("cut_before", "cut_after")


def scene(stage: Stage) -> None:
    """Ann had Room 1. At 13:00 Gus books it, Eve books a room without a slot, Ann moves in the Club, Bea cancels.

    Gus and Eve share a window of the Club all the time, so that not everything ends early.
    """
    by_lock(stage)
    stage.write(
        "customers",
        [
            *stage.tables["customers"],
            ("bea", "Bea Bold", "bea@house.example", "yes", "no"),
            ("eve", "Eve Even", EVE, "yes", "no"),
        ],
    )
    stage.book("b0", "gus", "club", 0, 585)
    stage.book("b00", "eve", "club", 0, 585)
    stage.book("b1", "ann", "room-1", 15, 30)
    stage.book("b2", "ann", "club", 300, 360)
    stage.book("b3", "bea", "club", 420, 480)
    stage.sync("r1")
    stage.move(60)
    stage.book("b2", "ann", "club", 240, 300)
    stage.book("b3", "bea", "club", 420, 480, status="cancelled")
    stage.book("b4", "gus", "room-1", 120, 180)
    stage.book("b5", "eve", "room-2", 120, 180)
    stage.sandbox.admin.forget_calls()


def whole_sync(stage: Stage, run_id: str) -> None:
    """Reads the source anew, plans and applies; a broken wire is part of the scene."""
    with contextlib.suppress(TryAgain):
        stage.sync(run_id)


def check_all_is_well(stage: Stage) -> None:
    """The next run, without faults, ends exactly right; the one after it has nothing to do."""
    stage.sandbox.admin.faults()
    stage.move(75)
    assert push(stage, "r3").failures == []
    opened = {
        (who, room): opened_minutes(stage, who, room, 75, 600)
        for who in (ANN, GUS, EVE, "bea@house.example")
        for room in ("Room 1", "Room 2", "Club")
    }
    assert {key: spans for key, spans in opened.items() if spans} == {
        (GUS, "Room 1"): list(range(105, 195, 15)),
        (EVE, "Room 2"): list(range(105, 195, 15)),
        (ANN, "Club"): list(range(225, 315, 15)),
        (GUS, "Club"): list(range(75, 600, 15)),
        (EVE, "Club"): list(range(75, 600, 15)),
    }
    names = [one["customer_reference"] for one in site(stage)["groups"]]
    assert len(names) == len(set(names))
    assert {one for one in membership_records(stage) if one[2] != "ours"} == set()
    stage.move(90)
    assert fresh(stage, lambda: push(stage, "r4"))[1] == 0


def test_the_scene_takes_so_many_writes(stage: Stage) -> None:
    """The cases below stop at each of them."""
    scene(stage)
    whole_sync(stage, "r2")
    assert writes(stage) == COUNT
    check_all_is_well(stage)


@pytest.mark.parametrize("number", range(1, COUNT + 1))
@pytest.mark.parametrize("kind", CUTS)
def test_a_wire_cut_at_any_write_of_a_slot(stage: Stage, kind: FaultKind, number: int) -> None:
    """T20, T22: wherever it stops, nobody but the people above opens anything, then and later."""
    scene(stage)
    stage.sandbox.admin.faults(
        Fault(kind, route=WRITES, skip=number - 1, times=1),
        Fault("status", route=WRITES, skip=number - 1, status=429, retry_after=120),  # so long nobody repeats it
    )
    whole_sync(stage, "r2")
    assert any(call.status is None for call in stage.sandbox.admin.calls())
    assert opened_minutes(stage, ANN, "Room 1", 61, 300) == []
    assert opened_minutes(stage, GUS, "Room 2", 61, 300, 30) == []
    assert all(one.members == frozenset() or one.hours for one in slots(stage).values())
    check_all_is_well(stage)
