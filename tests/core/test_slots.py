"""Who gets which slot: laws in every world, and the few cases that a person would ask about (design §4)."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from core.slotworld import POOLS, ZONE, House, granted, hours, houses, may, moments, sets, timing, wants
from core.worlds import CUSTOMERS, cases, law, minute
from saltoks.core.grants import Grant, Key
from saltoks.core.hours import hours_of
from saltoks.core.plan import Cause, Held, Kind, Observed
from saltoks.core.pools import Slot
from saltoks.core.slots import arrange, still_running
from saltoks.core.windows import Window

ROOM = POOLS[0]
ONE, TWO = f"{ROOM} #1", f"{ROOM} #2"
long_law = settings(law, max_examples=60)


def slot(number: int = 1, when: tuple[int, int] | None = None, /, *who: str, **more: object) -> Slot:
    """A sound slot of room 1 whose members were promised its window."""
    promise = Window(minute(when[0]), minute(when[1])) if when else None
    usual: dict[str, object] = {
        "pool": ROOM,
        "number": number,
        "hours": hours(*when) if when else None,
        "members": dict.fromkeys(who, promise),
    }
    return Slot(**usual | more)  # type: ignore[arg-type]


def outline(found: list[Grant], slots: list[Slot], now: int, **more: int) -> list[tuple[str, str, str, str]]:
    """The changes of a plan in the order of their slots: kind, customer, slot, cause."""
    live = [one for one in found if one.window.ends_at > minute(now)]
    changes = arrange(live, slots, timing(minute(now), **more)).changes
    return [(one.kind.value, one.customer_id, one.group[-2:], one.cause.value) for one in changes]


@cases(
    "found, slots, now, expected",
    {
        "a slot that has the window": ([granted("c1", 60, 120)], [slot(1, (60, 120), "c1")], 0, []),
        "the first slot of a pool": (
            [granted("c1", 60, 120)],
            [],
            0,
            [("set_window", "", "#1", "granted"), ("add_member", "c1", "#1", "granted")],
        ),
        "a slot whose window is over": (
            [granted("c1", 180, 240)],
            [slot(1, (0, 60), "c2")],
            60,
            [
                ("set_window", "", "#1", "granted"),
                ("add_member", "c1", "#1", "granted"),
                ("remove_member", "c2", "#1", "expired"),
            ],
        ),
        "an empty slot that has the window": (
            [granted("c1", 60, 120)],
            [slot(1, (60, 120))],
            0,
            [("add_member", "c1", "#1", "granted")],
        ),
        "a slot in use is left alone": (
            [granted("c1", 60, 120), granted("c2", 60, 180)],
            [slot(1, (60, 120), "c1")],
            0,
            [("set_window", "", "#2", "granted"), ("add_member", "c2", "#2", "granted")],
        ),
        "T11: a longer stay": (
            [granted("c1", 60, 180)],
            [slot(1, (60, 120), "c1")],
            90,
            [("set_window", "", "#1", "granted")],
        ),
        "T11: a later stay takes time away": (
            [granted("c1", 180, 240)],
            [slot(1, (60, 120), "c1")],
            0,
            [("set_window", "", "#1", "revoked")],
        ),
        "a cancelled stay": ([], [slot(1, (60, 120), "c1")], 0, [("remove_member", "c1", "#1", "revoked")]),
        "a window that ends soon anyway": (
            [],
            [slot(1, (60, 120), "c1")],
            110,
            [("remove_member", "c1", "#1", "expired")],
        ),
        "an ended window costs nothing": ([], [slot(1, (60, 120), "c1")], 120, []),
        "until it has been over for a day": (
            [],
            [slot(1, (60, 120), "c1")],
            120 + 1440,
            [("remove_member", "c1", "#1", "expired")],
        ),
        "several people with the very same window share": (
            [granted("c1", 60, 120), granted("c2", 60, 120)],
            [slot(1, (60, 120), "c1")],
            0,
            [("add_member", "c2", "#1", "granted")],
        ),
        "of two who shared, one stays longer": (
            [granted("c1", 60, 120), granted("c2", 60, 180)],
            [slot(1, (60, 120), "c1", "c2")],
            70,
            [("set_window", "", "#2", "granted"), ("add_member", "c2", "#2", "granted")],
        ),
        "of two who shared, one leaves": (
            [granted("c1", 60, 120)],
            [slot(1, (60, 120), "c1", "c2")],
            70,
            [("remove_member", "c2", "#1", "revoked")],
        ),
        "a schedule changed by hand is set again": (
            [granted("c1", 60, 120)],
            [slot(1, (60, 120), "c1", hours=hours(0, 600))],
            0,
            [("set_window", "", "#1", "granted")],
        ),
        "locks changed by hand are put back": (
            [granted("c1", 60, 120)],
            [slot(1, (60, 120), "c1", sound=False)],
            0,
            [("set_window", "", "#1", "granted")],
        ),
        "who came by hand goes": (
            [],
            [slot(1, (60, 120), members={"c1": None})],
            0,
            [("remove_member", "c1", "#1", "expired")],
        ),
        "who came by hand to a window of their own stays": (
            [granted("c1", 60, 120)],
            [slot(1, (60, 120), members={"c1": None})],
            0,
            [],
        ),
        "a slot with a stranger gets no new window": (
            [granted("c1", 180, 240)],
            [slot(1, (0, 60), strangers=1)],
            60,
            [("set_window", "", "#2", "granted"), ("add_member", "c1", "#2", "granted")],
        ),
        "what is not due yet is not made": ([granted("c1", 1440, 1500)], [], 0, []),
    },
)
def test_what_a_slot_needs(
    found: list[Grant], slots: list[Slot], now: int, expected: list[tuple[str, str, str, str]]
) -> None:
    assert outline(found, slots, now) == expected


def test_who_is_late_and_who_is_not() -> None:
    """Contract §2.8: only a window that a new schedule must open within the settling time."""
    found = [granted("c1", 64, 120), granted("c2", 65, 120), granted("c3", 0, 180)]
    notes = arrange(found, [slot(1, (0, 120), "c3")], timing(minute(60))).notes
    assert ["customer c1 may open" in one for one in notes] == [True]


def test_limits_do_not_count_windows_that_are_over() -> None:
    books = {
        Key("c1", ONE): Held(window=Window(minute(0), minute(60))),
        Key("c2", TWO): Held(window=Window(minute(0), minute(90))),
        Key("c3", "Entrance"): Held(window=Window(minute(0), minute(60))),
    }
    seen = Observed(known=frozenset(CUSTOMERS), members=frozenset(books), books=books)
    assert still_running(seen, minute(60)).books.keys() == {Key("c2", TWO), Key("c3", "Entrance")}


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
        when = hours_of(grant.window, ZONE)
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
        if one.group in house.slots and house.slots[one.group].hours != hours_of(one.window, ZONE)
    }
    assert moved.isdisjoint(stuck)
    due = [one for one in changes if one.kind is not Kind.REMOVE_MEMBER or one.group not in stuck]
    for _ in house.carry_out(due, now):
        pass
    for grant in (one for one in found if one.window.ends_at > now):
        when = hours_of(grant.window, ZONE)
        assert any(when == hours and who == grant.key.customer_id for _, who, hours in house.inside())


@long_law
@given(houses, wants, moments, st.integers(0, 2**32).map(Random))
def test_f146_the_order_of_inputs_changes_nothing(
    house: House, found: list[Grant], now: datetime, chance: Random
) -> None:
    """F146."""
    slots = list(house.slots.values())
    live = [one for one in found if one.window.ends_at > now]
    other = arrange(chance.sample(live, len(live)), chance.sample(slots, len(slots)), timing(now))
    assert other == arrange(live, slots, timing(now))


@long_law
@given(wants)
def test_a_day_takes_few_writes_and_few_slots(found: list[Grant]) -> None:
    """Two writes a window once a slot is there, four to make one; no more slots than windows run side by side."""
    house = House()
    for tick in range(0, 780, 15):
        now = minute(tick)
        live = [one for one in found if one.window.starts_at < minute(tick + 15)]
        changes = house.plan(live, now)
        assert Cause.REVOKED not in {one.cause for one in changes}
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
