"""What `saltoks config lint --site` finds in groups and schedules: worlds that have a doubt, and one that has none."""

from __future__ import annotations

import pytest

from flows.conftest import OpenStage
from flows.doors import by_lock
from flows.lint.lintrig import (
    GROUP,
    Case,
    books,
    by_hand_group,
    ended_before,
    entrance,
    entry,
    fought_over,
    group,
    hours_of_item,
    mapped,
    no_longer_by_lock,
    office_hours,
    stranger_in,
    tell,
)

GROUPS_THERE = ("note", "mapping", "access groups of the site: Club, Room 1, Room 2 (F49)")
OFFICE = "Mon–Fri 10:00–17:00"
ONLY_OFFICE = ("note", GROUP, f"“Room 1” opens {OFFICE} only, whatever the mapping gives (F60)")


CASES: dict[str, Case] = {
    "nothing": Case(()),
    "F55 group with a slip in its name": Case(
        (("error", GROUP, "“Rom 1” is no access group of the site (F55) — did you mean 'Room 1'?"), GROUPS_THERE),
        act=lambda stage: mapped(stage, entry("Room 1", groups=["Rom 1"])),
    ),
    "F55 group with a slip, more like one that is mapped already": Case(
        (("error", GROUP, "“Room 22” is no access group of the site (F55) — did you mean 'Room 1'?"), GROUPS_THERE),
        act=lambda stage: mapped(stage, entry("Room 1", groups=["Room 22"])),
    ),
    "F55 group like no other": Case(
        (("error", GROUP, "“Attic” is no access group of the site (F55) — create it in Salto KS"), GROUPS_THERE),
        act=lambda stage: mapped(stage, entry("Room 1", groups=["Attic"])),
    ),
    "F55 group that is there twice": Case(
        (("error", GROUP, "“Room 1” is the name of 2 access groups, so nobody knows which is meant (F55)"),),
        act=lambda stage: by_hand_group(stage, "Room 1"),
    ),
    "T15 group without schedule": Case(
        (("error", GROUP, "“Room 1” has no time schedule, so it lets nobody in, by PIN, tag or app (T15, F59)"),),
        world=group(schedule="none"),
    ),
    "F46 a group of several locks, where one object is one lock": Case(
        (
            (
                "error",
                GROUP,
                "the groups of 'room-1' hold 2 locks, but one object is linked to one lock (F46) — keep one",
            ),
        ),
        world=lambda house: (
            house["locks"].append({"customer_reference": "Closet"}),
            group(locks=["Room 1 door", "Closet"])(house),
        ),
        act=lambda stage: stage.configure(rules={"one_target": True}),
    ),
    "F57 group without lock": Case(
        (("error", GROUP, "“Room 1” holds no lock, so it opens nothing (F57)"),),
        world=group(locks=[]),
    ),
    "F57 F144 group without the street door": Case(
        (("warning", GROUP, "“Room 1” lacks the lock “Street door”, which 2 of the 2 others hold (F57)"),),
        world=entrance,
    ),
    "F57 locks without the street door": Case(
        (("warning", "mapping.0.locks", "'room-1' lacks the lock “Street door”"),),
        world=entrance,
        act=lambda stage: by_lock(stage, "Room 1"),
    ),
    "F47 door that the group does not hold": Case(
        (
            (
                "error",
                "mapping.0.door",
                "“Room 2 door” is the door of 'room-1', but nothing that it opens holds this lock",
            ),
        ),
        act=lambda stage: mapped(stage, entry("Room 1", door="Room 2 door")),
    ),
    "F59 schedule that is over": Case(
        (("error", GROUP, "the schedule of “Room 1” ended on 2026-03-01, so it opens no more (F59)"),),
        world=group(schedule={"end_date": "2026-03-01T12:00:00"}),
    ),
    "F59 one schedule of two is over": Case(
        (("warning", GROUP, "1 of the 2 schedules of “Room 1” are over (F59)"),), act=ended_before
    ),
    "F59 schedule that begins later": Case(
        (("warning", GROUP, "“Room 1” opens from 2026-04-01 on, when its schedule begins (F59)"),),
        world=group(schedule={"start_date": "2026-04-01T00:00:00"}),
    ),
    "F60 group with hours": Case((ONLY_OFFICE,), world=office_hours()),
    "F60 item and group": Case(
        (
            ONLY_OFFICE,
            (
                "warning",
                "mapping.0.hours",
                f"'room-1' has daily 09:00–17:00, “Room 1” {OFFICE}: the narrower wins, so it opens {OFFICE} (F60)",
            ),
        ),
        world=office_hours(),
        act=hours_of_item("09:00", "17:00"),
    ),
    "F60 item within its group": Case(
        (ONLY_OFFICE,), world=office_hours(), act=hours_of_item("11:00", "12:00", days=["mon"])
    ),
    "F60 item and group leave nothing": Case(
        (ONLY_OFFICE, ("error", "mapping.0.hours", f"“Room 1” {OFFICE}: the narrower wins, so it opens never (F60)")),
        world=office_hours(),
        act=hours_of_item("18:00", "22:00"),
    ),
    "F60 booking within the schedule": Case((ONLY_OFFICE,), world=office_hours(), act=books(("b1", 0, 200))),
    "F60 bookings that the schedule cuts": Case(
        (
            ONLY_OFFICE,
            (
                "warning",
                GROUP,
                f"“Room 1” opens {OFFICE}, which cuts 2 booking(s) of the next 7 days (F60): booking b1 should open "
                "from 2026-03-10 14:45 until 2026-03-10 17:16 — widen the schedule",
            ),
        ),
        world=office_hours(),
        act=books(("b1", 120, 241), ("b2", 1440 + 120, 1440 + 300), ("b3", 0, 60), ("far", 12 * 1440, 12 * 1440 + 700)),
    ),
    "F60 booking that the schedule shuts out": Case(
        (ONLY_OFFICE, ("error", GROUP, "cuts 2 booking(s) of the next 7 days, 1 of them to nothing (F60): booking b1")),
        world=office_hours(),
        act=books(("b1", 120, 270), ("b2", 300, 360)),
    ),
    "F144 group of our own without its item": Case(
        (
            (
                "warning",
                "mapping",
                "“saltoks room-1 #1” was made for an item that is mapped to its locks no more, and has 1 member(s)",
            ),
        ),
        act=no_longer_by_lock,
    ),
    "F66 shared group with a stranger": Case(
        (("warning", "mapping.2.groups", "“Club” has 1 member(s) that are not on our record"),), act=stranger_in("Club")
    ),
    "F66 exclusive group with a stranger is drift, not a doubt": Case(
        (), act=lambda stage: (stranger_in("Club")(stage), stage.configure(exclusive_groups=["Club"]))
    ),
    "T6 F139 somebody else takes people out": Case(
        (("warning", GROUP, "in 7 days somebody else took 1 member(s) of ours out of “Room 1” (T6, F139)"),),
        act=fought_over,
    ),
    "T6 F139 somebody else takes people out of a group of ours": Case(
        (
            (
                "warning",
                "mapping",
                "in 7 days somebody else took 1 member(s) of ours out of “saltoks room-1 #1” (T6, F139)",
            ),
        ),
        act=lambda stage: (by_lock(stage, "Room 1"), fought_over(stage, "saltoks room-1 #1")),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_world_and_what_is_doubtful_there(open_stage: OpenStage, case: Case) -> None:
    """F144: every doubt, with its place and its words."""
    assert tell(open_stage, case) == list(case.told)
