"""Exceptions that a person made by hand: dated, with author and reason, and only for that long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.worlds import booking, cases, clock, customer, grant, mapping
from saltoks.core.access.desired import desired_access
from saltoks.core.access.grants import Grant
from saltoks.core.access.overrides import ManualException, OverrideAction, apply_exceptions
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import Rules

NOW = clock("10:00")


def exception(verb: OverrideAction, since: str, until: str, **changes: Any) -> ManualException:
    usual: dict[str, Any] = {"customer": "c1", "group": "Entrance", "author": "ann", "reason": "key lost"}
    return ManualException(**{"verb": verb, "since": clock(since), "until": clock(until)} | usual | changes)


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
