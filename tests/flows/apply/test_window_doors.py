"""Window targets: the door itself keeps the window, made ahead of time and kept without us (design §4)."""

from __future__ import annotations

import pytest

from flows.acts import ANN, GUS, by_hand, fresh, said, site
from flows.conftest import OpenStage
from flows.doors import SECOND, by_lock, opened_minutes, opens_at, slots
from saltoks.flows.sync import dry_run
from saltoks.flows.who import who
from stage import SITE_UID, Stage, minutes


def test_a_door_opens_and_closes_to_the_second_with_the_sync_switched_off(stage: Stage) -> None:
    """F46, F59, F86: booked 14:00 to 15:00 UTC, made ready at noon; nothing runs from then on."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", 120, 180)
    outcomes = stage.sync()
    assert said(outcomes) == ""
    start, end = minutes(105), minutes(195)
    assert not opens_at(stage, ANN, "Room 1", start - SECOND)
    assert opens_at(stage, ANN, "Room 1", start)
    assert opens_at(stage, ANN, "Room 1", end - SECOND)
    assert not opens_at(stage, ANN, "Room 1", end)
    assert not opens_at(stage, ANN, "Room 2", minutes(150))  # the paired lock and no other
    assert slots(stage)["saltoks room-1 #1"].locks == ("Room 1 door",)
    assert slots(stage)["saltoks room-1 #1"].hours == (("2026-03-10T14:45:00", "2026-03-10T16:15:00"),)


def test_a_door_keeps_the_window_while_its_iq_is_offline(stage: Stage) -> None:
    """F59, S0: what the IQ has heard of it goes on keeping, also the end."""
    by_lock(stage)
    stage.book("b1", "gus", "room-1", 120, 180)
    stage.sync()
    stage.move(60)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    assert opened_minutes(stage, GUS, "Room 1", 90, 240) == [105, 120, 135, 150, 165, 180]


def test_windows_of_one_person_are_kept_apart(stage: Stage) -> None:
    """F59: two bookings of a day are two windows, with a closed door in between."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", 60, 90)
    stage.book("b2", "ann", "room-1", 240, 270)
    stage.sync()
    assert opened_minutes(stage, ANN, "Room 1", 0, 360) == [45, 60, 75, 90, 240 - 15, 240, 255, 270]
    assert len(slots(stage)) == 2


def test_a_window_is_made_ready_at_its_lead_and_not_before(stage: Stage) -> None:
    by_lock(stage, window_lead_minutes=60)
    stage.book("b1", "ann", "room-1", 120, 180)
    stage.sync()
    assert slots(stage) == {}
    assert stage.sandbox.admin.mailbox() == []
    stage.move(60)
    stage.sync()
    assert opened_minutes(stage, ANN, "Room 1", 90, 240) == [105, 120, 135, 150, 165, 180]


@pytest.mark.parametrize("edge", ["never_late", "never_early"])
def test_the_edge_does_not_matter_where_the_door_keeps_time(stage: Stage, edge: str) -> None:
    by_lock(stage, edge=edge)
    stage.book("b1", "ann", "room-1", 20, 50)
    stage.sync()
    assert opened_minutes(stage, ANN, "Room 1", 0, 90, 5) == list(range(5, 65, 5))


def test_a_booking_made_too_late_for_a_new_schedule_is_said(stage: Stage) -> None:
    """F154: the window is set all the same, and may come late."""
    by_lock(stage, before_minutes=0)
    stage.book("b1", "ann", "room-1", 3, 60)
    stage.book("b2", "gus", "room-2", 5, 60)
    said_then = said(stage.sync())
    assert "customer ann may open “saltoks room-1” from 2026-03-10 13:03 until 2026-03-10 14:15" in said_then
    assert "up to 5 minutes late" in said_then
    assert "gus" not in said_then
    assert opens_at(stage, ANN, "Room 1", 3)


def test_a_new_schedule_takes_its_time_to_the_door(open_stage: OpenStage) -> None:
    """T15: with the delays that were measured, a window made five minutes ahead opens on the minute."""
    stage = open_stage(
        lambda world: world["options"].update(schedule_delay_seconds=[210, 210], member_delay_seconds=[45, 45])
    )
    by_lock(stage, before_minutes=0)
    stage.book("b1", "ann", "room-1", 5, 60)
    stage.sync()
    assert opens_at(stage, ANN, "Room 1", minutes(5))
    assert not opens_at(stage, ANN, "Room 1", minutes(5) - SECOND)


def test_t15_a_slot_is_never_without_its_schedule(stage: Stage) -> None:
    """T15: a schedule that somebody took away is set again at the next full check, and the PIN works again."""
    by_lock(stage)
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.sync()
    house = site(stage)["id"]
    group = next(one for one in site(stage)["groups"] if one["customer_reference"] == "saltoks room-1 #1")
    schedule = group["schedules"][0]["id"]
    with by_hand(stage) as client:
        client.delete(f"/v1.1/sites/{house}/access_groups/{group['id']}/time_schedules/{schedule}").raise_for_status()
    assert not opens_at(stage, GUS, "Room 1", 30)
    stage.move(15)
    stage.sync(fully=True)
    assert opens_at(stage, GUS, "Room 1", 30)
    stage.move(30)
    assert fresh(stage, lambda: stage.sync(fully=True))[1] == 0


def test_f60_hours_that_salto_has_are_never_widened(stage: Stage) -> None:
    """F60: a group that is not ours keeps its own schedule, and the narrower of the two windows wins."""
    by_lock(stage, "Room 1")
    house = site(stage)["id"]
    group = next(one for one in site(stage)["groups"] if one["customer_reference"] == "Room 2")
    path = f"/v1.1/sites/{house}/access_groups/{group['id']}/time_schedules/{group['schedules'][0]['id']}"
    with by_hand(stage) as client:
        client.patch(path, json={"start_time": "14:00:00", "end_time": "14:59:59"}).raise_for_status()
    stage.book("b1", "ann", "room-2", 0, 180)
    stage.sync()
    stage.move(15)
    stage.sync(fully=True)
    assert opened_minutes(stage, ANN, "Room 2", 0, 180) == [60, 75, 90, 105]  # 14:00 to 15:00 on the wall


def test_several_locks_are_the_doors_on_the_way(stage: Stage) -> None:
    """F57: one slot holds the whole route."""
    by_lock(stage)
    stage.configure(mapping=[{"item": "room-1", "locks": ["Room 1 door", "Club door"], "door": "Room 1 door"}])
    stage.book("b1", "ann", "room-1", 60, 120)
    stage.sync()
    for room, opens in {"Room 1": True, "Club": True, "Room 2": False}.items():
        assert opens_at(stage, ANN, room, 90) is opens
    stage.configure(mapping=[{"item": "room-1", "locks": ["Room 1 door"], "door": "Room 1 door"}])
    stage.move(15)
    stage.sync()
    assert not opens_at(stage, ANN, "Club", 90)
    assert opens_at(stage, ANN, "Room 1", 90)


def test_a_lock_that_is_not_there_stops_nothing_else(stage: Stage) -> None:
    """F47: it is said with the fix, and the other rooms open."""
    by_lock(stage)
    mapping = [*stage.site["mapping"], {"item": "attic", "locks": ["Attic door"], "door": "Attic door"}]
    stage.configure(mapping=mapping)
    stage.add("items", "attic", "Attic")
    stage.book("b1", "ann", "attic", 60, 120)
    stage.book("b2", "ann", "room-1", 60, 120)
    outcomes = stage.sync()
    assert "not exactly one lock of the site is called Attic door: correct the mapping (F47)" in said(outcomes)
    assert opens_at(stage, ANN, "Room 1", 60)
    assert slots(stage)["saltoks attic #1"].members == frozenset()


def test_who_and_the_history_tell_windows(stage: Stage) -> None:
    """F180: who could open at any instant is known, ahead of time too; a member outside the window is nobody."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", 120, 180)
    stage.sync()
    with stage.runtime() as rt:
        house = rt.settings.site("house")
        assert who(rt, house, minutes(60)) == []
        [holder] = who(rt, house, minutes(150))
    assert (holder.group, holder.customer_id, holder.in_group) == ("saltoks room-1", "ann", True)
    [row] = stage.query("select target, opens_from, opens_until, reasons from report.access_history")
    assert row == {
        "target": "saltoks room-1",
        "opens_from": minutes(105),
        "opens_until": minutes(195),
        "reasons": ["booking b1"],
    }


def test_f165_a_plan_of_windows_is_read_before_anything_is_written(stage: Stage) -> None:
    """F165: people, then members, then windows; with a sentence each, in the wall clock of the site."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", 120, 180)
    stage.sandbox.admin.forget_calls()
    with stage.runtime() as rt:
        plan = dry_run(rt, rt.settings.site("house"), "dry").plan
    assert all(call.method == "GET" or call.path == "/connect/token" for call in stage.sandbox.admin.calls())
    assert [change.sentence for change in plan.changes] == [
        "Make customer ann a site user, because of booking b1.",
        "Add customer ann to “saltoks room-1 #1” from 2026-03-10 14:45 until 2026-03-10 16:15, because of booking b1.",
        "Open “saltoks room-1 #1” from 2026-03-10 14:45 until 2026-03-10 16:15, because of booking b1.",
    ]
