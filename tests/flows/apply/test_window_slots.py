"""Slots of window targets over a day: recycled, moved, emptied, and repaired, with few writes (design §4, §9)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from flows.acts import ANN, GUS, by_hand, fresh, membership_records, said, site
from flows.doors import by_lock, opened_minutes, opens_at, slots
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage, minutes

ONE, TWO = "saltoks room-1 #1", "saltoks room-1 #2"
DAY = 24 * 60


def people(stage: Stage) -> int:
    """How many site users there are."""
    return len(site(stage)["users"])


def ann_is_in(stage: Stage, start: int, end: int) -> None:
    """Ann has Room 1 between so many minutes from noon, made ready at noon."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", start, end)
    stage.sync()


def test_a_new_slot_costs_five_writes_once_and_a_free_one_two(stage: Stage) -> None:
    """F46, design §9: group, locks, schedule, member; later the members and the schedule."""
    by_lock(stage)
    stage.book("b0", "gus", "club", 0, 600)
    stage.book("b00", "ann", "club", 0, 600)
    stage.sync()  # both are people at Salto from now on
    stage.book("b1", "ann", "room-1", 15, 30)
    assert fresh(stage, stage.sync)[1] == 4
    stage.move(60)
    assert fresh(stage, stage.sync)[1] == 0  # what is over costs nothing
    stage.book("b2", "gus", "room-1", 120, 180)
    assert fresh(stage, stage.sync)[1] == 2
    assert slots(stage)[ONE].members == {GUS}
    assert opened_minutes(stage, GUS, "Room 1", 0, 240) == [105, 120, 135, 150, 165, 180]
    assert opened_minutes(stage, ANN, "Room 1", 60, 240) == []
    stage.move(75)
    assert fresh(stage, stage.sync) == (2, 0)


def test_a_tick_without_change_reads_twice_however_many_slots_there_are(stage: Stage) -> None:
    """Design §9: schedules and locks are read again once a day only."""
    by_lock(stage)
    for number in range(6):
        stage.book(f"b{number}", "ann", "room-1", 60 * number + 45, 60 * number + 50)
    stage.sync()
    assert len(slots(stage)) == 6
    stage.move(15)
    assert fresh(stage, stage.sync) == (2, 0)
    stage.move(DAY + 15)
    assert fresh(stage, lambda: stage.sync("verify"))[0] >= 2 + 3 * 6


def test_t11_a_longer_stay_is_one_write_and_nobody_is_made_anew(stage: Stage) -> None:
    """T11: the same person in the same slot, while they are inside."""
    ann_is_in(stage, 15, 60)
    before = (people(stage), stage.sandbox.admin.mailbox())
    stage.book("b1", "ann", "room-1", 15, 120)
    stage.move(45)
    assert fresh(stage, stage.sync)[1] == 1
    assert (people(stage), stage.sandbox.admin.mailbox()) == before
    assert opened_minutes(stage, ANN, "Room 1", 15, 240) == list(range(15, 135, 15))
    assert slots(stage).keys() == {ONE}
    stage.move(60)
    assert fresh(stage, stage.sync) == (3, 0)  # groups, users, and the seats, whose last reading is an hour old


def test_t11_a_moved_booking_takes_its_slot_along(stage: Stage) -> None:
    """T11: one write; the records say when it was which."""
    ann_is_in(stage, 60, 120)
    stage.book("b1", "ann", "room-1", 240, 300)
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 1
    assert opened_minutes(stage, ANN, "Room 1", 0, 360) == list(range(225, 315, 15))
    [row] = stage.query("select opens_from, opens_until from report.access_history")
    assert row == {"opens_from": minutes(225), "opens_until": minutes(315)}


def test_the_history_remembers_a_window_that_was_moved_while_it_ran(stage: Stage) -> None:
    """F180: half an hour of the old window had passed when the booking moved to the evening."""
    ann_is_in(stage, 15, 120)
    stage.book("b1", "ann", "room-1", 480, 540)
    stage.move(45)
    stage.sync()
    rows = stage.query("select opens_from, opens_until, removed_because from report.access_history order by 1")
    assert [tuple(row.values()) for row in rows] == [
        (minutes(0), minutes(45), "moved"),
        (minutes(465), minutes(555), None),
    ]


def test_a_cancelled_booking_loses_its_window_at_once(stage: Stage) -> None:
    """T10: one write; the next booking of the slot sets its own window before anybody is let in."""
    ann_is_in(stage, 60, 120)
    stage.book("b1", "ann", "room-1", 60, 120, status="cancelled")
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 1
    assert slots(stage)[ONE].members == frozenset()
    assert membership_records(stage) == set()
    stage.book("b2", "gus", "room-1", 180, 240)
    stage.move(30)
    stage.sandbox.admin.forget_calls()
    stage.sync()
    done = [call.route for call in stage.sandbox.admin.calls() if call.method == "PATCH"]
    assert [route.rsplit("/", 1)[-1] for route in done] == ["{time_schedule_id}", "users"]
    assert opened_minutes(stage, GUS, "Room 1", 30, 300) == list(range(165, 255, 15))


def test_a_recycled_slot_changes_hands_before_it_gets_its_window(stage: Stage) -> None:
    """Design §5.5: whoever was in it before never gets the new window, whatever happens in between."""
    ann_is_in(stage, 15, 30)
    stage.book("b2", "gus", "room-1", 120, 180)
    stage.move(60)
    stage.sandbox.admin.forget_calls()
    stage.sync()
    done = [call.route for call in stage.sandbox.admin.calls() if call.method == "PATCH"]
    assert [route.rsplit("/", 1)[-1] for route in done] == ["users", "{time_schedule_id}"]


def test_a_slot_whose_member_cannot_be_taken_out_gets_no_new_window(stage: Stage) -> None:
    """The members' write is refused, for both of them: so the schedule stays, and the next run goes on."""
    ann_is_in(stage, 15, 30)
    stage.book("b2", "gus", "room-1", 120, 180)
    stage.move(60)
    stage.sandbox.admin.faults(
        Fault("status", route="PATCH */access_groups/*/users", status=400),
        Fault("status", route="DELETE */access_groups/*/users/*", status=400),
    )
    outcomes = stage.sync()
    assert "somebody who had the window before is still in the group" in said(outcomes)
    assert opened_minutes(stage, ANN, "Room 1", 60, 240) == []
    assert slots(stage)[ONE].hours == (("2026-03-10T13:00:00", "2026-03-10T13:45:00"),)
    stage.sandbox.admin.faults()
    stage.move(75)
    assert said(stage.sync()) == ""
    assert slots(stage)[ONE].members == {GUS}
    assert opened_minutes(stage, GUS, "Room 1", 60, 240) == list(range(105, 195, 15))


def test_what_is_over_for_a_day_is_cleaned_up(stage: Stage) -> None:
    ann_is_in(stage, 15, 30)
    stage.move(45 + DAY - 1)
    stage.sync()
    assert slots(stage)[ONE].members == {ANN}
    stage.move(45 + DAY)
    assert fresh(stage, stage.sync)[1] == 1
    assert slots(stage)[ONE].members == frozenset()
    assert stage.query("select removed_because from access.group_memberships") == [{"removed_because": "expired"}]


def test_people_with_the_very_same_window_share_a_slot(stage: Stage) -> None:
    """A class of two: one schedule; when one of them leaves, the other one stays."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", 60, 120)
    stage.book("b2", "gus", "room-1", 60, 120)
    stage.sync()
    assert {name: one.members for name, one in slots(stage).items()} == {ONE: {ANN, GUS}}
    stage.book("b2", "gus", "room-1", 60, 180)
    stage.move(75)
    stage.sync()
    assert opened_minutes(stage, GUS, "Room 1", 75, 300) == list(range(75, 195, 15))
    assert opened_minutes(stage, ANN, "Room 1", 75, 300) == [75, 90, 105, 120]
    stage.move(90)
    assert fresh(stage, stage.sync) == (2, 0)


def test_a_schedule_changed_by_hand_is_set_again(stage: Stage) -> None:
    """F162: seen when the slot is verified; a second schedule goes, too."""
    ann_is_in(stage, 60, 120)
    house = site(stage)["id"]
    group = next(one for one in site(stage)["groups"] if one["customer_reference"] == ONE)
    path = f"/v1.1/sites/{house}/access_groups/{group['id']}/time_schedules"
    week = dict.fromkeys(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True)
    with by_hand(stage) as client:
        client.post(path, json=week | {"start_time": "00:00", "end_time": "23:59"}).raise_for_status()
    assert opens_at(stage, ANN, "Room 1", 300)
    stage.move(15)
    stage.sync(fully=True)
    assert opened_minutes(stage, ANN, "Room 1", 15, 300) == list(range(45, 135, 15))
    assert len(slots(stage)[ONE].hours) == 1


def test_a_stranger_in_a_slot_is_said_and_gets_no_window(stage: Stage) -> None:
    """F156: somebody put the account itself into a slot whose window is over; the next booking gets another slot."""
    ann_is_in(stage, 15, 30)
    account = next(one["user_id"] for one in site(stage)["users"] if one["email"] == "pipeline@house.example")
    stage.sandbox.admin.set_members(SITE_UID, ONE, add=[account])
    stage.book("b2", "gus", "room-1", 120, 180)
    stage.move(60)
    assert "“saltoks room-1 #1” has 1 member(s) that are no customers of ours" in said(stage.sync())
    assert slots(stage)[TWO].members == {GUS}
    assert opened_minutes(stage, "pipeline@house.example", "Room 1", 60, 240) == []


def test_a_slot_that_somebody_deleted_is_made_again(stage: Stage) -> None:
    ann_is_in(stage, 60, 120)
    house = site(stage)["id"]
    group = next(one for one in site(stage)["groups"] if one["customer_reference"] == ONE)
    with by_hand(stage) as client:
        client.delete(f"/v1.2/sites/{house}/access_groups/{group['id']}").raise_for_status()
    stage.move(15)
    assert said(stage.sync()) == ""
    assert opened_minutes(stage, ANN, "Room 1", 15, 300) == list(range(45, 135, 15))
    stage.move(30)
    assert fresh(stage, stage.sync) == (2, 0)


def test_an_item_that_is_taken_out_of_the_mapping_opens_no_more(stage: Stage) -> None:
    """Promise 1: our own groups are emptied; groups of others are not even looked into."""
    ann_is_in(stage, 60, 120)
    others = {one["customer_reference"]: one for one in site(stage)["groups"] if one["customer_reference"] != ONE}
    by_lock(stage, "Room 2", "Club")
    stage.move(15)
    stage.sync()
    assert slots(stage)[ONE].members == frozenset()
    after = {one["customer_reference"]: one for one in site(stage)["groups"] if one["customer_reference"] != ONE}
    assert others | {"Room 1": after["Room 1"]} == after


def test_an_incomplete_extract_takes_no_window_away_and_makes_what_is_known(stage: Stage) -> None:
    """T1, promise 2: the moved booking has both windows until the source is whole again."""
    ann_is_in(stage, 60, 120)
    stage.book("b1", "ann", "room-1", 240, 300)
    items = stage.tables["items"]
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0, "max_shrink_percent": 0}})
    stage.write("items", items[:1])  # fewer items than last time: the extract is incomplete
    stage.move(15)
    outcomes = stage.sync()
    assert outcomes[0].ids["completeness"] == "incomplete"
    both = [*range(45, 135, 15), *range(225, 315, 15)]
    assert opened_minutes(stage, ANN, "Room 1", 15, 360) == both
    assert len(outcomes[-1].held) == 1
    stage.write("items", items)
    stage.move(30)
    assert stage.sync()[-1].held == []
    assert opened_minutes(stage, ANN, "Room 1", 30, 360) == both[6:]


@pytest.mark.parametrize("stop", ["removals", "pushes"])
def test_a_freeze_leaves_every_window_as_it_is(stage: Stage, stop: str) -> None:
    """While removals are frozen a used slot is not emptied, so the next booking gets one of its own."""
    ann_is_in(stage, 15, 30)
    until = datetime(2026, 3, 11, tzinfo=UTC).isoformat()
    stage.configure(freezes=[{"stop": stop, "until": until, "author": "gea", "reason": "audit"}])
    stage.book("b2", "gus", "room-1", 120, 180)
    stage.move(60)
    stage.sync()
    assert slots(stage)[ONE].members == {ANN}
    assert slots(stage)[ONE].hours == (("2026-03-10T13:00:00", "2026-03-10T13:45:00"),)
    assert (TWO in slots(stage)) is (stop == "removals")


def test_a_customer_without_an_email_gets_no_slot_and_is_said(stage: Stage) -> None:
    """F95: nobody can be invited, so no group is made for them."""
    by_lock(stage)
    stage.add("customers", "eve", "Eve Even", "", "yes", "no")
    stage.book("b1", "eve", "room-1", 60, 120)
    assert "customer eve has no e-mail, so Salto cannot invite them" in said(stage.sync())
    assert slots(stage) == {}
