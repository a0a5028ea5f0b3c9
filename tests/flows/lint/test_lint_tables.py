"""Lint and check read files and queries as they are now: what a run would doubt or refuse is told before it runs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flows.stories.test_cases_of_files import ask, columns, hand_over
from saltoks.flows.check import check
from saltoks.flows.lint import lint
from stage import Stage

FORM = "%d/%m/%Y %H:%M"


def swapped(stage: Stage) -> None:
    """An export whose locale has turned."""
    hand_over(stage, "day-and-month-swapped")
    for table, missing in (("customers", ("active", "reservation_only")), ("bookings", ("status",))):
        columns(stage, table, **dict.fromkeys(missing))
    columns(stage, "bookings", **{name: {"from": name, "format": FORM} for name in ("starts_at", "ends_at")})


def gone(stage: Stage) -> None:
    """A file that nobody exported."""
    (stage.root / "data" / "bookings.csv").unlink()


CASES: dict[str, tuple[Callable[[Stage], object], str, str]] = {
    "days that turned": (swapped, "warning", "is a time only with day and month swapped"),
    "another delimiter": (
        lambda stage: hand_over(stage, "other-delimiter", bookings="semicolons.csv"),
        "error",
        'write delimiter: ";"',
    ),
    "no file": (gone, "error", "the file is not there"),
    "a query that is cancelled": (
        lambda stage: ask(stage, "bookings", "sql-statement-timeout"),
        "error",
        "make it faster, or raise statement_timeout",
    ),
}


@pytest.mark.parametrize(("change", "level", "text"), CASES.values(), ids=CASES.keys())
def test_what_a_run_would_not_believe_is_told_before_it(
    stage: Stage, change: Callable[[Stage], object], level: str, text: str
) -> None:
    change(stage)
    with stage.runtime() as rt:
        house = rt.settings.site("house")
        linted = [one for one in lint(rt, house) if one.where.endswith("house.yaml: source.tables")]
        checked = [one for one in check(rt, house) if one.where == "source"]
    for found in (linted, checked):
        assert [(one.level, text in one.message) for one in found] == [(level, True)]


def test_sound_tables_are_nothing_to_talk_about(stage: Stage) -> None:
    with stage.runtime() as rt:
        house = rt.settings.site("house")
        assert not [one for one in lint(rt, house) if one.where.endswith("source.tables")]
        assert {one.level for one in check(rt, house) if one.where == "source"} == {"ok"}
