"""Who gets which slot: laws that hold in every world, at every write (design §4, §8)."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core.slotworld import POOLS, ZONE, House, houses, may, moments, sets, timing, wants
from core.worlds import law, minute
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.plan.plan import ChangeCause, ChangeKind
from saltoks.core.plan.slots import plan_slots
from saltoks.core.time.local_window import local_window
from saltoks.core.time.windows import Window

ROOM = POOLS[0]
ONE, TWO = f"{ROOM} #1", f"{ROOM} #2"
long_law = settings(law, max_examples=60)


@long_law
@given(houses, wants, moments)
def test_nobody_is_ever_let_into_a_window_that_is_not_theirs(house: House, found: list[Grant], now: datetime) -> None:
    """At every write of every plan; who is in a wrong place beforehand is not let into another one."""
    before = house.inside()
    for _ in house.carry_out(house.plan(found, now), now):
        for name, who, when in house.inside() - before:
            over = when is not None and when.over(now, ZONE)
            assert over or may(who, when, found, house.slots[name].pool, now)


@long_law
@given(houses, wants, moments)
def test_nobody_comes_in_by_hours_that_the_doors_still_keep(house: House, found: list[Grant], now: datetime) -> None:
    """T11: a door hears of a member sooner than of other hours, so those of before must be theirs as well till then."""
    before, clock, inside = deepcopy(house.slots), timing(now), house.inside()
    for _ in house.carry_out(house.plan(found, now), now):
        pass
    there = {(name, who) for name, who, _ in inside}
    for name, who in {(name, who) for name, who, _ in house.inside()} - there:
        hours = before[name].hours if name in before else None
        own = [one.window for one in found if one.key == MembershipKey(who, house.slots[name].pool)]
        for second in range(0, int(clock.settle.total_seconds()), 15):
            at = now + timedelta(seconds=second)
            assert hours is None or not hours.open_at(at, ZONE) or any(one.covers(at) for one in own)


@long_law
@given(houses, wants, moments)
def test_a_plan_gives_everybody_their_window_and_nobody_else_anything(
    house: House, found: list[Grant], now: datetime
) -> None:
    """And the next one has nothing to do: no slot has two windows, and d to d is empty."""
    live = [one for one in found if one.window.ends_at > now]
    changes = house.plan(found, now)
    assert len({one.group for one in sets(changes)}) == len(sets(changes))
    for _ in house.carry_out(changes, now):
        pass
    for grant in live:
        when = local_window(grant.window, ZONE)
        assert any(when == hours and who == grant.key.customer_id for _, who, hours in house.inside())
    for name, who, when in house.inside():
        over = when is not None and when.over(now, ZONE)
        assert over or may(who, when, found, house.slots[name].pool, now)
    assert house.plan(found, now) == ()


@long_law
@given(houses, wants, moments, st.integers(0, 12))
def test_a_stop_after_any_write_is_made_good(house: House, found: list[Grant], now: datetime, writes: int) -> None:
    """T20: what the next plan leaves behind is what one whole plan would have left for people."""
    whole = deepcopy(house)
    for _ in whole.carry_out(whole.plan(found, now), now):
        pass
    for number, _ in enumerate(house.carry_out(house.plan(found, now), now)):
        if number == writes:
            break
    for _ in house.carry_out(house.plan(found, now), now):
        pass
    assert house.plan(found, now) == ()
    assert _opens(house, now) == _opens(whole, now)


def _opens(house: House, now: datetime) -> set[tuple[str, str, object]]:
    """Who opens which pool by which hours that are not over."""
    return {
        (house.slots[name].pool, who, when)
        for name, who, when in house.inside()
        if when is not None and not when.over(now, ZONE)
    }


@long_law
@given(houses, wants, moments, st.sets(st.sampled_from([ONE, TWO, f"{POOLS[1]} #1"])))
def test_a_stuck_slot_keeps_its_window(house: House, found: list[Grant], now: datetime, stuck: set[str]) -> None:
    """And whoever needs a window gets it elsewhere."""
    changes = house.plan(found, now, stuck)
    moved = {
        one.group
        for one in sets(changes)
        if one.group in house.slots and house.slots[one.group].hours != local_window(one.window, ZONE)
    }
    assert moved.isdisjoint(stuck)
    due = [one for one in changes if one.kind is not ChangeKind.REMOVE_MEMBER or one.group not in stuck]
    for _ in house.carry_out(due, now):
        pass
    for grant in (one for one in found if one.window.ends_at > now):
        when = local_window(grant.window, ZONE)
        assert any(when == hours and who == grant.key.customer_id for _, who, hours in house.inside())


@long_law
@given(houses, wants, moments, st.integers(0, 2**32).map(Random))
def test_f146_the_order_of_inputs_changes_nothing(
    house: House, found: list[Grant], now: datetime, chance: Random
) -> None:
    """F146."""
    slots = list(house.slots.values())
    live = [one for one in found if one.window.ends_at > now]
    other = plan_slots(chance.sample(live, len(live)), chance.sample(slots, len(slots)), timing(now))
    assert other == plan_slots(live, slots, timing(now))


@long_law
@given(wants)
def test_a_day_takes_few_writes_and_few_slots(found: list[Grant]) -> None:
    """Two writes a window once a slot is there, four to make one; no more slots than windows run side by side."""
    house = House()
    for tick in range(0, 780, 15):
        now = minute(tick)
        live = [one for one in found if one.window.starts_at < minute(tick + 15)]
        changes = house.plan(live, now)
        assert ChangeCause.REVOKED not in {one.cause for one in changes}
        for _ in house.carry_out(changes, now):
            pass
    windows = {(one.key.group, one.window) for one in found}
    assert house.writes <= 2 * len(windows) + 2 * len(house.slots) + len(found)
    for pool in POOLS:
        runs = [window for name, window in windows if name == pool]
        peak = max((_side_by_side(runs, minute(tick)) for tick in range(0, 780, 15)), default=0)
        assert sum(one.pool == pool for one in house.slots.values()) <= peak


def _side_by_side(runs: list[Window], at: datetime) -> int:
    """How many windows run at a tick, or start before the next one."""
    return sum(one.starts_at < at + (minute(15) - minute(0)) and one.ends_at > at for one in runs)
