"""Bars of a day: where extracts lie in it, what joins, and days on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from saltoks.core.model.canonical import Completeness
from saltoks.core.model.validation_report import ExtractOutcome
from saltoks.pages.timeline import WIDTH, Bar, Day, days

COMPLETE, INCOMPLETE, FAILED = Completeness.COMPLETE, Completeness.INCOMPLETE, Completeness.FAILED
ZONE = "Europe/Amsterdam"
DAY = datetime(2026, 6, 10, tzinfo=UTC) - timedelta(hours=2)
"""Midnight of a quiet day in Amsterdam."""


def runs(*quarters: tuple[float, Completeness]) -> list[ExtractOutcome]:
    """Extracts so many quarters of an hour after midnight."""
    return [ExtractOutcome(DAY + timedelta(minutes=15 * at), kind) for at, kind in quarters]


def today(found: list[ExtractOutcome]) -> Day:
    """The day as it is drawn in the evening."""
    [drawn] = days(found, ZONE, DAY + timedelta(hours=23), 1)
    return drawn


@pytest.mark.parametrize(
    ("quarters", "bars"),
    [
        pytest.param([(0, COMPLETE)], [Bar(0, 1, COMPLETE)], id="one at midnight"),
        pytest.param([(0, COMPLETE), (1, COMPLETE), (2, COMPLETE)], [Bar(0, 3, COMPLETE)], id="one after another"),
        pytest.param([(0, COMPLETE), (3, COMPLETE)], [Bar(0, 4, COMPLETE)], id="two left out"),
        pytest.param([(0, COMPLETE), (4, COMPLETE)], [Bar(0, 1, COMPLETE), Bar(4, 1, COMPLETE)], id="a gap"),
        pytest.param(
            [(0, COMPLETE), (1, FAILED), (2, COMPLETE)],
            [Bar(0, 1, COMPLETE), Bar(1, 1, FAILED), Bar(2, 1, COMPLETE)],
            id="one that failed",
        ),
        pytest.param([(1, INCOMPLETE), (0, INCOMPLETE)], [Bar(0, 2, INCOMPLETE)], id="in any order"),
        pytest.param([(95.99, FAILED)], [Bar(95, 1, FAILED)], id="just before midnight stays inside"),
    ],
)
def test_bars(quarters: list[tuple[float, Completeness]], bars: list[Bar]) -> None:
    assert list(today(runs(*quarters)).bars) == bars


def test_the_worst_of_a_day() -> None:
    assert today(runs((0, COMPLETE), (1, INCOMPLETE), (2, FAILED))).worst is FAILED
    assert today(runs((0, COMPLETE), (1, INCOMPLETE))).worst is INCOMPLETE
    assert today(runs((0, COMPLETE))).worst is COMPLETE
    assert today([]).worst is None


def test_days_are_those_of_the_zone_and_the_newest_comes_first() -> None:
    """Half past eleven in the evening in UTC is the next day in Amsterdam, and the same day in Chicago."""
    late = datetime(2026, 6, 10, 23, 30, tzinfo=UTC)
    found = [ExtractOutcome(late, COMPLETE)]
    assert [one.day for one in days(found, ZONE, late, 3)] == [date(2026, 6, n) for n in (11, 10, 9)]
    assert [len(one.bars) for one in days(found, ZONE, late, 3)] == [1, 0, 0]
    assert days(found, "America/Chicago", late, 1)[0].day == date(2026, 6, 10)


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
    ids=["an hour short", "an hour long"],
)
def test_days_on_which_clocks_change_fill_their_width(day: date, hours: int) -> None:
    """T28: a run every quarter of an hour is one bar from midnight to midnight, and each of them is counted."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=1 if hours == 23 else 2)
    found = [ExtractOutcome(midnight + timedelta(minutes=15 * n), COMPLETE) for n in range(hours * 4)]
    [drawn] = days(found, ZONE, midnight + timedelta(hours=hours, minutes=-1), 1)
    assert drawn.day == day
    assert drawn.counts == {COMPLETE: hours * 4}
    [bar] = drawn.bars
    assert (bar.x, bar.width) == (0, pytest.approx(WIDTH, abs=0.1))
