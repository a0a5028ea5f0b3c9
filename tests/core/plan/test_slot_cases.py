"""What a slot needs in the few cases that a person would ask about (design §4)."""

from __future__ import annotations

from core.slotworld import POOLS, granted, hours, timing
from core.worlds import CUSTOMERS, cases, minute
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.pools import Slot
from saltoks.core.model.rules import ChangeLimits
from saltoks.core.plan.freezes import Freeze, FreezeScope
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.plan import ObservedAccess, Plan, RecordedMembership
from saltoks.core.plan.slots import plan_slots, still_running
from saltoks.core.time.windows import Window

ROOM = POOLS[0]
ONE, TWO = f"{ROOM} #1", f"{ROOM} #2"


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
    changes = plan_slots(live, slots, timing(minute(now), **more)).changes
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
        "an empty slot whose other hours still run at the door": (
            [granted("c1", 60, 120)],
            [slot(1, (-60, 240))],
            30,
            [("set_window", "", "#2", "granted"), ("add_member", "c1", "#2", "granted")],
        ),
        "a slot that moves to the hours of somebody else": (
            [granted("c1", 120, 180), granted("c2", 120, 180)],
            [slot(1, (0, 60), "c1")],
            30,
            [
                ("set_window", "", "#1", "revoked"),
                ("set_window", "", "#2", "granted"),
                ("add_member", "c2", "#2", "granted"),
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
        "of two who shared, one moves to where the other may not be": (
            [granted("c1", 30, 90), granted("c2", 60, 180)],
            [slot(1, (60, 120), "c1", "c2")],
            0,
            [
                ("set_window", "", "#1", "revoked"),
                ("remove_member", "c2", "#1", "revoked"),
                ("set_window", "", "#2", "granted"),
                ("add_member", "c2", "#2", "granted"),
            ],
        ),
        "a slot that is emptied before its time is free from the next plan on": (
            [granted("c2", 60, 180)],
            [slot(1, (60, 120), "c1")],
            70,
            [
                ("remove_member", "c1", "#1", "revoked"),
                ("set_window", "", "#2", "granted"),
                ("add_member", "c2", "#2", "granted"),
            ],
        ),
        "a move at the very end takes nothing away": (
            [granted("c1", 300, 360)],
            [slot(1, (60, 120), "c1")],
            110,
            [("set_window", "", "#1", "granted")],
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
    """salto-ks §2.8: only a window that a new schedule must open within the settling time."""
    found = [granted("c1", 64, 120), granted("c2", 65, 120), granted("c3", 0, 180)]
    notes = plan_slots(found, [slot(1, (0, 120), "c3")], timing(minute(60))).notes
    assert ["customer c1 may open" in one for one in notes] == [True]


def test_limits_do_not_count_windows_that_are_over() -> None:
    records = {
        MembershipKey("c1", ONE): RecordedMembership(window=Window(minute(0), minute(60))),
        MembershipKey("c2", TWO): RecordedMembership(window=Window(minute(0), minute(90))),
        MembershipKey("c3", "Entrance"): RecordedMembership(window=Window(minute(0), minute(60))),
    }
    seen = ObservedAccess(known=frozenset(CUSTOMERS), members=frozenset(records), records=records)
    assert still_running(seen, minute(60)).records.keys() == {MembershipKey("c2", TWO), MembershipKey("c3", "Entrance")}


def crowd() -> tuple[Plan, ObservedAccess]:
    """Twelve people with a slot each, of whom eight cancel and one moves to a later hour."""
    records = {
        MembershipKey(f"c{number}", f"{ROOM} #{number}"): RecordedMembership(window=Window(minute(60), minute(120)))
        for number in range(1, 13)
    }
    seen = ObservedAccess(known=frozenset(), members=frozenset(records), records=records)
    slots = [slot(number, (60, 120), f"c{number}") for number in range(1, 13)]
    left = [granted(f"c{number}", 60, 120) for number in range(1, 4)] + [granted("c4", 180, 240)]
    changes = plan_slots(left, slots, timing(minute(0))).changes
    return Plan(site="s1", at=minute(0), changes=changes), seen


def test_t2_limits_count_a_pool_as_one_group() -> None:
    """T2, T35: cancellations and moves that take time away, all of them one to a slot."""
    what, seen = crowd()
    held = apply_limits(what, seen, ChangeLimits(), Completeness.COMPLETE).held
    assert len(held) == len(what.changes) == 9
    assert apply_limits(what, seen, ChangeLimits(percent_from=13), Completeness.COMPLETE).held == ()
    assert len(apply_limits(what, seen, ChangeLimits(), Completeness.INCOMPLETE).held) == 9


def test_a_freeze_names_the_pool() -> None:
    """What it stops are removals, and windows that take time away."""
    what, seen = crowd()
    for group, count in ((ROOM, 9), (POOLS[1], 0), (None, 9)):
        freeze = Freeze(stop=FreezeScope.REMOVALS, until=minute(60), author="gea", reason="audit", group=group)
        found = apply_limits(what, seen, ChangeLimits(percent_from=13), Completeness.COMPLETE, [freeze])
        assert len(found.held) == count
