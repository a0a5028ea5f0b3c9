"""What a person must see first is held, and the rest goes on (F166, T1, T2, T35)."""

from __future__ import annotations

from collections import Counter

import pytest

from core.worlds import cases, clock, grant, observed, window
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rules import ChangeLimit, ChangeLimits, PersonKind
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.plan import ChangeCause, ChangeKind, ObservedAccess, Plan, RecordedMembership, calculate_plan

NOW = clock("10:00")
WIDE = ChangeLimit(absolute=10_000, percent=100)


def site(**sizes: int) -> ObservedAccess:
    """A site with so many memberships of ours in each group, all running until noon."""
    keys = [MembershipKey(f"c{number}", group) for group, size in sizes.items() for number in range(size)]
    return observed(keys, {key: RecordedMembership(window=window("09:00", "12:00")) for key in keys})


def ending(seen: ObservedAccess, **ended: int) -> ObservedAccess:
    """The same site, where the first few windows of a group are over."""
    over = {MembershipKey(f"c{number}", group) for group, count in ended.items() for number in range(count)}
    records = {
        key: RecordedMembership(window=window("09:00", "10:00")) if key in over else held
        for key, held in seen.records.items()
    }
    return observed(seen.members, records)


def after_losing(seen: ObservedAccess, **lost: int) -> Plan:
    """The plan when the source has no reason any more for the last few of each group, nor for what is over."""
    gone = {key for group, count in lost.items() for key in _last(seen, group, count)}
    keep = {key for key in seen.members if key not in gone and seen.records[key].window.ends_at > NOW}
    wanted = {key: Grant(key, window("09:00", "12:00"), ("booking 1",)) for key in keep}
    newcomer = grant("new", "Entrance")
    return calculate_plan("s1", NOW, wanted | {newcomer.key: newcomer}, seen, {"new": PersonKind.SITE_USER})


def _last(seen: ObservedAccess, group: str, count: int) -> list[MembershipKey]:
    inside = sorted((key for key in seen.members if key.group == group), key=lambda key: int(key.customer_id[1:]))
    return inside[len(inside) - count :]


def held(what: Plan) -> dict[str, int]:
    return dict(Counter(one.group for one in what.held))


def due(what: Plan) -> dict[str, int]:
    return dict(Counter(one.cause.value for one in what.due))


@pytest.mark.parametrize(
    ("extract", "why"),
    [
        (Completeness.INCOMPLETE, "none of its rows says that the right has ended: it may only be missing"),
        (Completeness.FAILED, "the source could not be read, so nobody knows whether the right is lost"),
    ],
)
def test_t35_without_a_complete_extract_nothing_ends_early(extract: Completeness, why: str) -> None:
    """T35, T2: grants and windows that simply ended go through, however many."""
    seen = ending(site(Entrance=50), Entrance=40)
    what = apply_limits(after_losing(seen, Entrance=1), seen, ChangeLimits(), extract)
    assert due(what) == {"granted": 2, "expired": 40}
    [one] = what.held
    assert str(one.held).endswith(why)


@pytest.mark.parametrize(
    ("extract", "due_now"), [(Completeness.INCOMPLETE, 1), (Completeness.FAILED, 0), (Completeness.COMPLETE, 2)]
)
def test_t35_what_the_source_has_ended_itself_ends_unless_nothing_came(extract: Completeness, due_now: int) -> None:
    """T35: one of two who leave is told by their own row."""
    seen = site(Entrance=50)
    what = apply_limits(
        after_losing(seen, Entrance=2), seen, ChangeLimits(), extract, ended={MembershipKey("c49", "Entrance")}
    )
    assert due(what).get("revoked", 0) == due_now
    assert held(what) == ({"Entrance": 2 - due_now} if due_now < 2 else {})


def test_a_complete_extract_ends_access_early_within_the_limits() -> None:
    seen = ending(site(Entrance=50), Entrance=40)
    what = apply_limits(after_losing(seen, Entrance=1), seen, ChangeLimits(), Completeness.COMPLETE)
    assert due(what) == {"granted": 2, "expired": 40, "revoked": 1}
    assert what == after_losing(seen, Entrance=1)


@cases(
    "sizes, lost, limits, expected",
    {
        "absolute, at the limit": (
            {"Gym": 100},
            {"Gym": 5},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=5, percent=100), removals_per_group=WIDE),
            {},
        ),
        "absolute, one more": (
            {"Gym": 100},
            {"Gym": 6},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=5, percent=100), removals_per_group=WIDE),
            {"Gym": 6},
        ),
        "percent, at the limit": (
            {"Gym": 50},
            {"Gym": 5},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=99, percent=10), removals_per_group=WIDE),
            {},
        ),
        "percent, one more": (
            {"Gym": 50},
            {"Gym": 6},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=99, percent=10), removals_per_group=WIDE),
            {"Gym": 6},
        ),
        "a site limit holds every group": (
            {"Gym": 20, "Floor": 20},
            {"Gym": 4, "Floor": 4},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=7, percent=100), removals_per_group=WIDE),
            {"Gym": 4, "Floor": 4},
        ),
        "T2 a group limit holds that group alone": (
            {"Gym": 20, "Floor": 20},
            {"Gym": 11, "Floor": 10},
            ChangeLimits(removals_per_site=WIDE, removals_per_group=ChangeLimit(absolute=99, percent=50)),
            {"Gym": 11},
        ),
        "T2 absolute in a group": (
            {"Gym": 20, "Floor": 20},
            {"Gym": 4, "Floor": 3},
            ChangeLimits(removals_per_site=WIDE, removals_per_group=ChangeLimit(absolute=3, percent=100)),
            {"Gym": 4},
        ),
        "small site, one of three leaves": ({"Gym": 3}, {"Gym": 1}, ChangeLimits(), {}),
        "small site, two of three leave": ({"Gym": 3}, {"Gym": 2}, ChangeLimits(), {}),
        "small site below ten, percent is silent": ({"Gym": 9}, {"Gym": 8}, ChangeLimits(), {}),
        "ten members, percent speaks": ({"Gym": 10}, {"Gym": 2}, ChangeLimits(), {"Gym": 2}),
        "small site, absolute still counts": (
            {"Gym": 9},
            {"Gym": 4},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=3, percent=100)),
            {"Gym": 4},
        ),
        "T1 all of a small site": ({"Gym": 5}, {"Gym": 5}, ChangeLimits(), {"Gym": 5}),
        "T1 one person in five groups": (
            {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1},
            {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1},
            ChangeLimits(),
            {"A": 1, "B": 1, "C": 1, "D": 1, "E": 1},
        ),
        "all of two": ({"Gym": 2}, {"Gym": 2}, ChangeLimits(), {"Gym": 2}),
        "T35 the only member leaves": ({"Gym": 1}, {"Gym": 1}, ChangeLimits(), {}),
        "nobody leaves": ({"Gym": 5}, {}, ChangeLimits(removals_per_site=ChangeLimit(absolute=0, percent=0)), {}),
        "nothing may leave": (
            {"Gym": 5},
            {"Gym": 1},
            ChangeLimits(removals_per_site=ChangeLimit(absolute=0, percent=0)),
            {"Gym": 1},
        ),
        "wide limits do not cover everybody": (
            {"Gym": 50},
            {"Gym": 50},
            ChangeLimits(removals_per_site=WIDE, removals_per_group=WIDE),
            {"Gym": 50},
        ),
        "T1 everybody, by the usual limits": ({"Gym": 50}, {"Gym": 50}, ChangeLimits(), {"Gym": 50}),
    },
)
def test_f166_a_breach_holds_early_removals_and_lets_grants_through(
    sizes: dict[str, int], lost: dict[str, int], limits: ChangeLimits, expected: dict[str, int]
) -> None:
    """F166, T1, T2."""
    seen = site(**sizes)
    what = apply_limits(after_losing(seen, **lost), seen, limits, Completeness.COMPLETE)
    assert held(what) == expected
    assert what.count(ChangeKind.ADD_MEMBER) == 1
    assert what.count(ChangeKind.REMOVE_MEMBER) == sum(lost.values()) - sum(expected.values())


def test_f166_windows_that_end_are_no_surprise() -> None:
    """F166: a whole site may empty by time alone."""
    seen = ending(site(Gym=50), Gym=50)
    what = apply_limits(after_losing(seen), seen, ChangeLimits(), Completeness.COMPLETE)
    assert (held(what), due(what)) == ({}, {"granted": 2, "expired": 50})


@cases(
    "size, over, lost, expected",
    {
        "T1 all that still run would end early": (5, 1, 4, {"Gym": 4}),
        "percent counts what still runs": (50, 40, 2, {"Gym": 2}),
        "the last that runs leaves alone": (5, 4, 1, {}),
    },
)
def test_t1_windows_that_end_do_not_hide_a_mass_removal(
    size: int, over: int, lost: int, expected: dict[str, int]
) -> None:
    """T1: an emptied source is noticed although some windows end in the same tick."""
    seen = ending(site(Gym=size), Gym=over)
    what = apply_limits(after_losing(seen, Gym=lost), seen, ChangeLimits(), Completeness.COMPLETE)
    assert held(what) == expected
    assert due(what)["expired"] == over


def test_memberships_of_others_do_not_widen_a_limit() -> None:
    mine = site(Gym=20)
    seen = observed(mine.members | {MembershipKey(f"x{number}", "Gym") for number in range(100)}, mine.records)
    what = apply_limits(after_losing(mine, Gym=3), seen, ChangeLimits(), Completeness.COMPLETE)
    assert held(what) == {"Gym": 3}


@cases(
    "limits, lost, reason",
    {
        "absolute, site": (
            ChangeLimits(removals_per_site=ChangeLimit(absolute=2, percent=100)),
            3,
            "3 early removals are more than the 2 allowed at once at this site",
        ),
        "percent, site": (
            ChangeLimits(removals_per_site=ChangeLimit(absolute=99, percent=12.5)),
            3,
            "3 of 20 early removals are more than 12.5 % at this site",
        ),
        "everybody": (
            ChangeLimits(removals_per_site=WIDE, removals_per_group=WIDE),
            20,
            "all 20 memberships would end early at this site",
        ),
        "absolute, group": (
            ChangeLimits(removals_per_site=WIDE, removals_per_group=ChangeLimit(absolute=2, percent=100)),
            3,
            "3 early removals are more than the 2 allowed at once in “Gym”",
        ),
        "percent, group": (
            ChangeLimits(removals_per_site=WIDE, removals_per_group=ChangeLimit(absolute=99, percent=10)),
            3,
            "3 of 20 early removals are more than 10 % in “Gym”",
        ),
        "both, the site speaks": (
            ChangeLimits(
                removals_per_site=ChangeLimit(absolute=2, percent=100),
                removals_per_group=ChangeLimit(absolute=1, percent=1),
            ),
            3,
            "3 early removals are more than the 2 allowed at once at this site",
        ),
    },
)
def test_f166_a_held_change_says_which_limit_holds_it(limits: ChangeLimits, lost: int, reason: str) -> None:
    """F166."""
    seen = site(Gym=20)
    what = apply_limits(after_losing(seen, Gym=lost), seen, limits, Completeness.COMPLETE)
    assert {one.held for one in what.held} == {reason}
    assert {one.cause for one in what.held} == {ChangeCause.REVOKED}
