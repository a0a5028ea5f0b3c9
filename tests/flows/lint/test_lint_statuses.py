"""What `saltoks config lint --site` finds in the statuses that the source has (F41, F62, F63)."""

from __future__ import annotations

import pytest

from flows.conftest import OpenStage
from flows.lint.lintrig import Case, tell
from stage import Stage


def has_statuses(stage: Stage, *statuses: str) -> None:
    """Bookings of Room 1 one after another, one of each status."""
    for n, status in enumerate(statuses):
        stage.book(f"b{n}", "ann", "room-1", 60 * n, 60 * n + 60, status=status)


CASES: dict[str, Case] = {
    "F62 statuses that nobody gave a meaning": Case(
        (
            (
                "warning",
                "source.tables.bookings.columns.status.map",
                "3 of the bookings have a status that nobody gave a meaning, so they open nothing (F62): 'Perhaps' "
                "(2), 'Hm' (1) — add the words to the map",
            ),
        ),
        act=lambda stage: [
            stage.book(name, "ann", "room-1", 60 * n, 60 * n + 60, status=status)
            for n, (name, status) in enumerate(
                {"b1": "Perhaps", "b2": "Hm", "b3": "Perhaps", "b4": "confirmed"}.items()
            )
        ],
    ),
    "F41 a rule that fits no status of the source": Case(
        (
            ("warning", "rules.status_codes", "'confirmd' opens doors, but nothing says what it means"),
            (
                "warning",
                "rules.status_codes",
                "3 of 4 bookings have a status that is not in the rule, so they open nothing (F41, F62): 'confirmed' "
                "(2), 'tentative' (1) — add those that should open",
            ),
        ),
        act=lambda stage: (
            stage.configure(rules={"status_codes": ["confirmd"]}),
            has_statuses(stage, "confirmed", "confirmed", "tentative", "cancelled"),
        ),
    ),
    "F41 firm bookings outside the rule": Case(
        (("warning", "rules.status_codes", "1 of 2 bookings have a status that is not in the rule"),),
        act=lambda stage: (
            stage.configure(rules={"status_codes": ["checked_in"]}),
            has_statuses(stage, "confirmed", "checked_in"),
        ),
    ),
    "F41 the usual bookings outside the rule are only told": Case(
        (
            (
                "note",
                "rules.booking_statuses",
                "2 of 4 bookings have a status that is not in the rule, so they open nothing (F41, F62): 'completed' "
                "(1), 'tentative' (1)",
            ),
        ),
        act=lambda stage: has_statuses(stage, "confirmed", "tentative", "completed", "cancelled"),
    ),
    "F41 cancelled bookings are no doubt": Case((), act=lambda stage: has_statuses(stage, "cancelled", "rejected")),
    "F63 a code without a meaning that says itself that nobody confirmed it": Case(
        (
            ("warning", "rules.status_codes", "'10' opens doors, but nothing says what it means"),
            (
                "warning",
                "rules.status_codes",
                "1 bookings open doors although nobody confirmed them (F63): '10 Pend",
            ),
        ),
        act=lambda stage: (
            stage.configure(rules={"status_codes": ["confirmed", "10"]}),
            has_statuses(stage, "confirmed", "10 Pending"),
        ),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_world_and_what_is_doubtful_there(open_stage: OpenStage, case: Case) -> None:
    """F144: every doubt, with its place and its words."""
    assert tell(open_stage, case) == list(case.told)
