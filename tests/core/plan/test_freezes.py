"""Freezes that a person made by hand: dated, with author and reason, and only for that long."""

from __future__ import annotations

from typing import Any

from core.worlds import by_key, cases, change, clock, grant
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rules import ChangeLimits, PersonKind
from saltoks.core.plan.freezes import Freeze, FreezeScope, frozen_changes
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.plan import ChangeKind, ObservedAccess, RecordedMembership, calculate_plan

NOW = clock("10:00")


def freeze(stop: FreezeScope, until: str = "11:00", **changes: Any) -> Freeze:
    return Freeze(**{"stop": stop, "until": clock(until), "author": "bob", "reason": "new locks"} | changes)


@cases(
    "rule, held",
    {
        "pushes stop both": (freeze(FreezeScope.PUSHES), {ChangeKind.ADD_MEMBER, ChangeKind.REMOVE_MEMBER}),
        "removals stop one": (freeze(FreezeScope.REMOVALS), {ChangeKind.REMOVE_MEMBER}),
        "it is over": (freeze(FreezeScope.PUSHES, until="10:00"), set()),
        "of this group": (
            freeze(FreezeScope.PUSHES, group="Entrance"),
            {ChangeKind.ADD_MEMBER, ChangeKind.REMOVE_MEMBER},
        ),
        "of another group": (freeze(FreezeScope.PUSHES, group="Gym"), set()),
    },
)
def test_a_freeze_holds_changes_until_its_date(rule: Freeze, held: set[ChangeKind]) -> None:
    changes = [change(ChangeKind.ADD_MEMBER), change(ChangeKind.REMOVE_MEMBER)]
    assert {one.kind for one in frozen_changes(changes, [rule], NOW)} == held


def test_a_freeze_holds_also_what_no_limit_would() -> None:
    """Natural expiries and grants go on by themselves; a freeze is a person's word."""
    over = ObservedAccess(
        known=frozenset({"c1"}),
        members=frozenset({grant().key}),
        records={grant().key: RecordedMembership(window=grant("c1", "Entrance", "08:00", "09:00").window)},
    )
    wanted = by_key(grant("c1", "Gym"))
    what = calculate_plan("s1", NOW, wanted, over, {"c1": PersonKind.SITE_USER})
    done = apply_limits(what, over, ChangeLimits(), Completeness.COMPLETE, [freeze(FreezeScope.PUSHES)])
    assert done.due == ()
    assert {one.held for one in done.held} == {"pushes are frozen until 2026-03-02 11:00 UTC by bob: new locks"}
