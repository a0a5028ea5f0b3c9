"""Rows to what should be true now, and when the next tick's changes reach the doors (F48, F146)."""

from __future__ import annotations

from datetime import timedelta

from core.worlds import TICK, booking, cases, clock, customer, grant, mapping, membership, utc
from saltoks.core.access.desired import desired_access, next_effective_tick
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import EdgeRule, Rules


@cases(
    "edge, in_force",
    {
        "never late": (EdgeRule.NEVER_LATE, ["c1", "c2"]),
        "never early": (EdgeRule.NEVER_EARLY, ["c2"]),
    },
)
def test_f48_f146_rows_become_grants_and_what_opens_nothing_is_counted(edge: EdgeRule, in_force: list[str]) -> None:
    """F48, F146: with the mapping handed over as it streams by, once."""
    found = desired_access(
        Rules(edge=edge),
        iter(mapping(**{"unit:a": ("Entrance",)})),
        SourceRows(
            customers=(customer("c1"), customer("c2")),
            bookings=(booking("1"), booking("2", "09:00", "12:00", customer_id="c2"), booking("3", "15:00", "16:00")),
            memberships=(membership(),),
        ),
        "Europe/Amsterdam",
        now=clock("09:40"),
        next_tick=clock("09:40") + TICK,
    )
    assert found.grants == (
        grant("c1", "Entrance", "09:45", "11:15", "booking 1"),
        grant("c1", "Entrance", "14:45", "16:15", "booking 3"),
        grant("c2", "Entrance", "08:45", "12:15", "booking 2"),
    )
    assert [key.customer_id for key in found.wanted] == in_force
    assert found.unmapped == {"product:gold": 1}


@cases(
    "now, expected",
    {
        "on the tick": ("2026-03-02T10:00:00", "2026-03-02T10:17:00"),
        "just after it": ("2026-03-02T10:00:01", "2026-03-02T10:17:00"),
        "just before the next": ("2026-03-02T10:14:59", "2026-03-02T10:17:00"),
        "over midnight": ("2026-03-02T23:50:00", "2026-03-03T00:02:00"),
    },
)
def test_the_next_push_is_a_full_tick_and_the_time_a_run_takes(now: str, expected: str) -> None:
    assert next_effective_tick(utc(now), TICK, timedelta(minutes=2)) == utc(expected)
