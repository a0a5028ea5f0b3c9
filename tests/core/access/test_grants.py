"""Reasons become grants: who may be in which group, when, and because of what (F48, F57, F75, T7, T9, T12)."""

from __future__ import annotations

import random

import pytest

from core.worlds import TICK, cases, clock, grant, mapping, window
from saltoks.core.access.entitlements import Entitlement
from saltoks.core.access.grants import Grant, MembershipKey, grants, grants_in_force, is_in_force, unmapped_items
from saltoks.core.model.rules import EdgeRule, ItemMapping

ROOM = mapping(room=("Room",))


def entitlement(reason: str, starts: str, ends: str, who: str = "c1", item: str = "room") -> Entitlement:
    return Entitlement(who, item, window(starts, ends), reason)


@cases(
    "parts, expected",
    {
        "one": ([("a", "10:00", "11:00")], [("10:00", "11:00", ("a",))]),
        "overlapping": ([("a", "10:00", "11:00"), ("b", "10:30", "12:00")], [("10:00", "12:00", ("a", "b"))]),
        "adjacent": ([("a", "10:00", "11:00"), ("b", "11:00", "12:00")], [("10:00", "12:00", ("a", "b"))]),
        "inside": ([("a", "10:00", "12:00"), ("b", "10:30", "11:00")], [("10:00", "12:00", ("a", "b"))]),
        "the same twice": ([("b", "10:00", "11:00"), ("a", "10:00", "11:00")], [("10:00", "11:00", ("a", "b"))]),
        "apart": (
            [("b", "11:01", "12:00"), ("a", "10:00", "11:00")],
            [("10:00", "11:00", ("a",)), ("11:01", "12:00", ("b",))],
        ),
        "a chain and one apart": (
            [("c", "11:00", "12:00"), ("a", "10:00", "10:30"), ("d", "13:00", "14:00"), ("b", "10:30", "11:00")],
            [("10:00", "12:00", ("a", "b", "c")), ("13:00", "14:00", ("d",))],
        ),
    },
)
def test_t7_overlapping_and_adjacent_reasons_are_one_grant(
    parts: list[tuple[str, str, str]], expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    """T7: the end of a first session takes nothing from a second one that needs the same door."""
    found = grants([entitlement(*part) for part in parts], ROOM)
    assert found == [Grant(MembershipKey("c1", "Room"), window(starts, ends), why) for starts, ends, why in expected]


def test_f57_a_room_opens_every_door_on_its_route() -> None:
    """F57: sorted, however the route was written down."""
    route = mapping(room=("Room", "Entrance", "Floor 1"))
    found = grants([entitlement("booking 1", "10:00", "11:00")], route)
    assert [one.key.group for one in found] == ["Entrance", "Floor 1", "Room"]


def test_f75_several_plans_give_the_union_of_their_groups() -> None:
    """F75: and a shared group has both as reasons."""
    plans = mapping(silver=("Entrance", "Gym"), gold=("Entrance", "Sauna"))
    found = grants(
        [
            entitlement("membership 1", "10:00", "11:00", item="silver"),
            entitlement("membership 2", "10:30", "12:00", item="gold"),
        ],
        plans,
    )
    assert [(one.key.group, one.reasons) for one in found] == [
        ("Entrance", ("membership 1", "membership 2")),
        ("Gym", ("membership 1",)),
        ("Sauna", ("membership 2",)),
    ]


def test_f48_an_item_without_mapping_opens_nothing_and_is_counted() -> None:
    """F48."""
    found = [
        entitlement("a", "10:00", "11:00", item="studio"),
        entitlement("b", "10:00", "11:00", item="attic"),
        entitlement("c", "12:00", "13:00", item="studio"),
        entitlement("d", "12:00", "13:00"),
    ]
    assert [one.reasons for one in grants(found, ROOM)] == [("d",)]
    assert list(unmapped_items(found, ROOM).items()) == [("attic", 1), ("studio", 2)]


def test_f48_an_item_mapped_to_no_group_is_known_and_opens_nothing() -> None:
    """F48: an empty list is a decision."""
    closed = [ItemMapping(item="room", groups=())]
    found = [entitlement("a", "10:00", "11:00")]
    assert (grants(found, closed), unmapped_items(found, closed)) == ([], {})


def test_t9_the_tail_of_one_guest_outlives_the_lead_of_the_next() -> None:
    """T9: each has a grant of their own."""
    found = grants(
        [entitlement("booking 1", "09:45", "11:15"), entitlement("booking 2", "10:45", "12:15", who="c2")], ROOM
    )
    now = grants_in_force(found, clock("11:00"), clock("11:00") + TICK, EdgeRule.NEVER_LATE)
    assert list(now) == [MembershipKey("c1", "Room"), MembershipKey("c2", "Room")]


@cases(
    "starts, ends, late, early",
    {
        "whole tick inside": ("09:00", "11:00", True, True),
        "exactly the tick": ("10:00", "10:15", True, True),
        "starts in the tick": ("10:01", "11:00", True, False),
        "starts as the next tick comes": ("10:15", "11:00", False, False),
        "ends in the tick": ("09:00", "10:14", True, False),
        "ends as the next tick comes": ("09:00", "10:15", True, True),
        "ends as the tick comes": ("09:00", "10:00", False, False),
        "ends just after the tick came": ("09:00", "10:01", True, False),
        "starts and ends in the tick": ("10:05", "10:10", True, False),
        "long over": ("08:00", "09:00", False, False),
        "far ahead": ("12:00", "13:00", False, False),
    },
)
def test_the_edge_rule_says_which_side_errs(starts: str, ends: str, late: bool, early: bool) -> None:
    tick = (clock("10:00"), clock("10:15"))
    assert is_in_force(window(starts, ends), *tick, EdgeRule.NEVER_LATE) is late
    assert is_in_force(window(starts, ends), *tick, EdgeRule.NEVER_EARLY) is early


@pytest.mark.parametrize("seed", range(4))
def test_of_two_grants_in_one_tick_the_later_is_the_promise(seed: int) -> None:
    """Whatever the order they come in: its end is when access is over."""
    both = [grant("c1", "Room", "09:00", "10:05"), grant("c1", "Room", "10:10", "11:00"), grant("c2", "Room")]
    random.Random(seed).shuffle(both)
    found = grants_in_force(both, clock("10:00"), clock("10:15"), EdgeRule.NEVER_LATE)
    assert found[MembershipKey("c1", "Room")].window == window("10:10", "11:00")
    assert list(found) == [MembershipKey("c1", "Room"), MembershipKey("c2", "Room")]
