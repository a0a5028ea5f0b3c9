"""Exceptions and freezes that a person made by hand: dated, with author and reason, and only for that long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.worlds import booking, by_key, cases, change, clock, customer, grant, mapping
from saltoks.core.access.desired import desired_access
from saltoks.core.access.grants import Grant
from saltoks.core.access.overrides import (
    Freeze,
    FreezeScope,
    ManualException,
    OverrideAction,
    apply_exceptions,
    frozen_changes,
)
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ChangeLimits, PersonKind, Rules
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.plan import ChangeKind, ObservedAccess, RecordedMembership, calculate_plan

NOW = clock("10:00")


def exception(verb: OverrideAction, since: str, until: str, **changes: Any) -> ManualException:
    usual: dict[str, Any] = {"customer": "c1", "group": "Entrance", "author": "ann", "reason": "key lost"}
    return ManualException(**{"verb": verb, "since": clock(since), "until": clock(until)} | usual | changes)


def freeze(stop: FreezeScope, until: str = "11:00", **changes: Any) -> Freeze:
    return Freeze(**{"stop": stop, "until": clock(until), "author": "bob", "reason": "new locks"} | changes)


ALLOWED = "exception by ann: key lost"


@cases(
    "found, rule, expected",
    {
        "an allowance is a grant": (
            [],
            exception(OverrideAction.ALLOW, "09:00", "10:00"),
            [("09:00", "10:00", (ALLOWED,))],
        ),
        "an allowance joins what it touches": (
            [grant()],
            exception(OverrideAction.ALLOW, "11:00", "12:00"),
            [("10:00", "12:00", ("booking 1", ALLOWED))],
        ),
        "a denial is cut out": (
            [grant()],
            exception(OverrideAction.DENY, "10:15", "10:30"),
            [("10:00", "10:15", ("booking 1",)), ("10:30", "11:00", ("booking 1",))],
        ),
        "a denial wins over every reason": ([grant()], exception(OverrideAction.DENY, "09:00", "12:00"), []),
        "somebody else's denial": (
            [grant()],
            exception(OverrideAction.DENY, "09:00", "12:00", customer="c2"),
            [("10:00", "11:00", ("booking 1",))],
        ),
    },
)
def test_an_exception_lets_in_or_keeps_out_for_its_time(
    found: list[Grant], rule: ManualException, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert apply_exceptions(found, [rule]) == [
        grant("c1", "Entrance", since, until, *why) for since, until, why in expected
    ]


def test_an_exception_for_one_of_two_customers_of_a_person_is_for_the_person() -> None:
    twins = (customer("c1"), customer("c2", email="ann@example.org"))
    found = desired_access(
        Rules(),
        mapping(**{"unit:a": ("Entrance",)}),
        SourceRows(customers=twins, bookings=(booking(),)),
        "UTC",
        now=NOW,
        next_tick=NOW + timedelta(minutes=15),
        exceptions=[exception(OverrideAction.DENY, "00:00", "23:00", customer="c2")],
    )
    assert found.wanted == {}


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


@pytest.mark.parametrize("verb", OverrideAction)
@pytest.mark.parametrize("who", ["c0", "c1", "c2", "c3"], ids=["a stranger", "the first", "one between", "the last"])
def test_an_exception_changes_nothing_for_anybody_else(verb: OverrideAction, who: str) -> None:
    """Whatever their place among the others, whose grants stay as they are and in order."""
    rows = SourceRows(
        customers=tuple(customer(one) for one in ("c0", "c1", "c2", "c3")),
        bookings=tuple(booking(one, customer_id=f"c{one}") for one in ("1", "2", "3")),
    )
    rule = exception(verb, "10:15", "18:00", customer=who)
    places, times = mapping(**{"unit:a": ("Entrance", "Studio A")}), {"now": NOW, "next_tick": clock("10:15")}
    usual, changed = (
        desired_access(Rules(), places, rows, "Europe/Amsterdam", exceptions=rules, **times).grants
        for rules in ([], [rule])
    )
    assert [one for one in changed if one.key != rule.key] == [one for one in usual if one.key != rule.key]
    assert list(changed) == sorted(changed)
    nothing_to_deny = verb is OverrideAction.DENY and who == "c0"
    assert (changed == usual) is nothing_to_deny
