"""After the mapping changed: who is left in a group that it names no more, and groups of our own it needs no more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.acts import ANN, GUS, by_hand, do, fresh, judge, membership_records, said, site, sync_at, writes
from flows.doors import by_lock, slots
from saltoks.flows import access
from saltoks.flows.lint import lint
from saltoks.flows.sync import dry_run
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

DAY = 24 * 60
ONE = "saltoks room-1 #1"
LEFT = "“Room 1” is mapped no more, and 1 person(s) whom we put in have access through it"


def without_room_1(stage: Stage, **more: Any) -> None:
    """Takes Room 1 out of the mapping."""
    stage.configure(mapping=[one for one in stage.site["mapping"] if one["item"] != "room-1"], **more)


@pytest.fixture
def house(stage: Stage) -> Stage:
    """Ann is in Room 1 by a booking, Gus by hand; both are in the club, so that Ann's is one of three memberships."""
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "", "active")
    stage.add("memberships", "m2", "gus", "club", "2026-03-01", "", "active")
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.configure(limits={"removals_per_site": {"absolute": 1, "percent": 100}})
    stage.sync("first")
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", add=[stage.user_id(GUS)])
    stage.sandbox.admin.forget_calls()
    return stage


def doubts(stage: Stage) -> list[str]:
    """What lint says of groups that are mapped no more."""
    with stage.runtime() as rt:
        return [one.message for one in lint(rt, rt.settings.site("house")) if "mapped no more" in one.message]


def test_who_is_left_in_a_group_that_was_taken_out_of_the_mapping(house: Stage) -> None:
    """T4, T10: told before anything happens, written by the run after; who came without us stays (F155)."""
    house.careful = True
    house.configure()
    without_room_1(house)
    fix = "to leave them in, map it again or list it under unmanaged"
    assert doubts(house) == [f"{LEFT}: they are taken out (T4) — {fix}"]
    with house.runtime() as rt:
        plan = dry_run(rt, rt.settings.site("house"), "look").plan
    assert [one.sentence[:34] for one in plan.changes] == ["Remove customer ann from “Room 1”:"]
    outcomes = sync_at(house, 15)
    assert f"{LEFT}: they are taken out" in said(outcomes)
    assert "1 change(s) wait for the next run" in said(outcomes)
    assert writes(house) == 0
    sync_at(house, 30)
    assert house.members("Room 1") == {GUS}
    assert membership_records(house) == {("Club", "ann", "ours"), ("Club", "gus", "ours")}
    assert "mapped no more" not in said(sync_at(house, 45))
    assert doubts(house) == []


def test_many_at_once_wait_for_a_person(house: Stage) -> None:
    """F166: a slip in the mapping is held by the limits as a slip in the source is."""
    for n in range(3):
        house.add("customers", f"c{n}", f"C {n}", f"c{n}@house.example", "yes", "no")
        house.book(f"c{n}", f"c{n}", "room-1", 0, 600)
    sync_at(house, 15)
    without_room_1(house)
    outcomes = sync_at(house, 30)
    assert len(outcomes[-1].held) == 4
    assert len(house.members("Room 1")) == 5


def test_mapped_again_in_time_nobody_has_noticed_anything(house: Stage) -> None:
    house.careful = True
    house.configure()
    right = house.site["mapping"]
    without_room_1(house)
    sync_at(house, 15)
    house.configure(mapping=right)
    sync_at(house, 30)
    sync_at(house, 45)
    assert writes(house) == 0


def unmanaged(stage: Stage) -> None:
    """The group is left to others from now on."""
    stage.configure(unmanaged=["room 1"])


def twice(stage: Stage) -> None:
    """Somebody made a group of the same name."""
    with by_hand(stage) as client:
        client.post(f"/v1.2/sites/{site(stage)['id']}/access_groups", json={"customer_reference": "Room 1"})


KEPT: dict[str, tuple[Callable[[Stage], None], str]] = {
    "unmanaged": (unmanaged, "the group is unmanaged"),
    "twice": (twice, "2 groups have that name, and nobody knows which is meant"),
}


@pytest.mark.parametrize(("change", "why"), KEPT.values(), ids=KEPT.keys())
def test_a_group_of_others_is_not_written_but_not_silent_either(
    change: Callable[[Stage], None], why: str, house: Stage
) -> None:
    """T5, F142: Ann keeps her access through it, until a person takes it away."""
    without_room_1(house)
    change(house)
    house.sandbox.admin.forget_calls()
    outcomes = sync_at(house, 15)
    assert f"{LEFT}: they stay in it, as {why}" in said(outcomes)
    assert doubts(house) == [f"{LEFT}: they stay in it, as {why} (T4) — take them out in Salto KS"]
    assert writes(house) == 0


def test_who_is_protected_stays_and_is_not_counted(house: Stage) -> None:
    """Design §5.4: nobody promises to take out whom nobody may touch."""
    without_room_1(house, people={"protected": [ANN]})
    assert "mapped no more" not in said(sync_at(house, 15))
    assert ANN in house.members("Room 1")


@pytest.fixture
def slot(stage: Stage) -> Stage:
    """Two days ago Ann had Room 1 by a group of our own; since then the room is mapped to its access group."""
    by_lock(stage, "Room 1")
    stage.book("b1", "ann", "room-1", 15, 60)
    stage.sync()
    by_lock(stage, "Room 2")
    stage.book("b2", "ann", "room-2", 2 * DAY + 15, 2 * DAY + 60)
    stage.move(2 * DAY)
    stage.sync("emptied")
    assert slots(stage).keys() == {ONE, "saltoks room-2 #1"}
    assert slots(stage)[ONE].members == frozenset()
    stage.sandbox.admin.forget_calls()
    return stage


def night(stage: Stage) -> str:
    """A full run a quarter of an hour later; gives what it said."""
    stage.move(2 * DAY + 15)
    return said(stage.sync("night", fully=True))


def test_an_empty_group_of_our_own_goes_at_night(slot: Stage) -> None:
    """F144, T5: named in the plan; the group of a room that is still mapped to its lock stays, and so do theirs."""
    slot.move(2 * DAY + 5)
    assert fresh(slot, lambda: slot.sync("tick"))[1] == 0
    assert night(slot) == ""
    assert slots(slot).keys() == {"saltoks room-2 #1"}
    assert {"Room 1", "Room 2", "Club"} <= {one["customer_reference"] for one in site(slot)["groups"]}
    assert writes(slot) == 1
    [row] = slot.query("select sentence, state from access.changes where kind = 'delete_group'")
    assert row["state"] == "confirmed"
    assert row["sentence"].startswith(f"Delete “{ONE}”: we made it for an item that is mapped to its locks no more")
    slot.move(3 * DAY)
    assert fresh(slot, lambda: slot.sync("next night", fully=True))[1] == 0


def by_others(stage: Stage) -> None:
    """The warehouse knows of no window that we set in it."""
    stage.query("with gone as (delete from access.changes where kind = 'set_window' returning 1) select 1")


LEFT_ALONE: dict[str, Callable[[Stage], object]] = {
    "made by others": by_others,
    "the item is unmanaged": lambda stage: unmapped(stage, "Room-1"),
    "the lock is unmanaged": lambda stage: unmapped(stage, "Room 1 door"),
    "mapped again": lambda stage: by_lock(stage, "Room 1", "Room 2"),
    "frozen": lambda stage: stage.configure(freezes=[FREEZE]),
}
FREEZE = {
    "stop": "pushes",
    "group": "saltoks room-1",
    "author": "Vera",
    "reason": "fair",
    "until": "2026-04-01T12:00:00+00:00",
}


def unmapped(stage: Stage, name: str) -> None:
    """Takes Room 1 out of the mapping and leaves something of it to others."""
    mapping = [{k: v for k, v in one.items() if k != "door"} for one in stage.site["mapping"]]
    stage.configure(mapping=[one for one in mapping if one["item"] != "room-1"], unmanaged=[name])


@pytest.mark.parametrize("change", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_a_group_that_is_not_ours_to_delete_stays(change: Callable[[Stage], object], slot: Stage) -> None:
    """T5: by its name and by what we know of having made it."""
    change(slot)
    night(slot)
    assert ONE in slots(slot)
    assert not any(one.method == "DELETE" for one in slot.sandbox.admin.calls())


def test_somebody_who_came_between_plan_and_write_keeps_the_group(slot: Stage) -> None:
    """T20: looked at again at the very last moment."""
    slot.move(2 * DAY + 15)
    judge(slot, "night")
    with slot.runtime() as rt:
        access.plan(rt, rt.settings.site("house"), "night", fully=True)
    slot.sandbox.admin.set_members(SITE_UID, ONE, add=[slot.user_id(ANN)])
    [outcome] = do(slot, "night", access.apply)
    assert [text.split("Failed: ")[1] for text in outcome.failures] == ["somebody was put in by hand since"]
    assert slots(slot)[ONE].members == {ANN}


@pytest.mark.parametrize(
    ("fault", "gone"),
    [
        (Fault("status", route="DELETE */access_groups/*", status=403, times=1), False),
        (Fault("cut_after", route="DELETE */access_groups/*", times=1), True),
    ],
    ids=["not permitted", "cut after the effect"],
)
def test_a_deletion_that_goes_wrong_is_told_and_made_good(fault: Fault, gone: bool, slot: Stage) -> None:
    """T20, T22: the next night finds what is so."""
    slot.sandbox.admin.faults(fault)
    slot.move(2 * DAY + 15)
    assert ("Delete" in said(slot.sync("night", fully=True))) is not gone
    assert (ONE not in slots(slot)) is gone
    slot.move(3 * DAY)
    assert said(slot.sync("next night", fully=True)) == ""
    assert ONE not in slots(slot)
