"""Windows are half-open, and those that overlap or touch are one run (T7, T27)."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.worlds import cases, clock, law, window, windows
from saltoks.core.time.windows import ALWAYS, FOREVER, Window, union

TEN_TO_ELEVEN = window("10:00", "11:00")
MICROSECOND = timedelta(microseconds=1)


@cases(
    "at, inside",
    {
        "just before the start": (clock("10:00") - MICROSECOND, False),
        "at the start": (clock("10:00"), True),
        "just before the end": (clock("11:00") - MICROSECOND, True),
        "at the end": (clock("11:00"), False),
    },
)
def test_a_window_holds_its_start_and_not_its_end(at: datetime, inside: bool) -> None:
    assert TEN_TO_ELEVEN.covers(at) is inside


@cases(
    "what, real",
    {
        "an hour": (TEN_TO_ELEVEN, True),
        "a microsecond": (Window(clock("10:00"), clock("10:00") + MICROSECOND), True),
        "without start and end": (Window(ALWAYS, FOREVER), True),
        "empty": (window("10:00", "10:00"), False),
        "turned around": (window("11:00", "10:00"), False),
    },
)
def test_a_window_is_real_when_an_instant_lies_inside(what: Window, real: bool) -> None:
    assert what.is_real is real


@cases(
    "parts, runs",
    {
        "nothing": ([], []),
        "one": ([("10:00", "11:00")], [1]),
        "apart by a minute": ([("10:00", "11:00"), ("11:01", "12:00")], [1, 1]),
        "adjacent": ([("10:00", "11:00"), ("11:00", "12:00")], [2]),
        "overlapping": ([("10:00", "11:00"), ("10:30", "12:00")], [2]),
        "the second ends first": ([("10:00", "12:00"), ("10:15", "10:30"), ("11:59", "13:00")], [3]),
        "a long first one reaches over a gap": ([("10:00", "13:00"), ("10:15", "10:30"), ("12:00", "12:30")], [3]),
        "later ones first": ([("12:00", "13:00"), ("10:00", "11:00")], [1, 1]),
        "the same twice": ([("10:00", "11:00"), ("10:00", "11:00")], [2]),
    },
)
def test_t7_overlapping_and_adjacent_windows_are_one_run(parts: list[tuple[str, str]], runs: list[int]) -> None:
    """T7."""
    assert [len(run) for run in union(window(*part) for part in parts)] == runs


def test_a_window_without_start_swallows_what_follows() -> None:
    assert len(union([TEN_TO_ELEVEN, Window(ALWAYS, FOREVER)])) == 1


@law
@given(st.lists(windows))
def test_runs_keep_every_window_and_never_touch(parts: list[Window]) -> None:
    runs = union(parts)
    ends = [max(one.ends_at for one in run) for run in runs]
    assert sorted(one for run in runs for one in run) == sorted(parts)
    assert all(end < run[0].starts_at for end, run in zip(ends, runs[1:], strict=False))


@law
@given(st.lists(windows), st.randoms(use_true_random=False))
def test_the_order_of_windows_changes_nothing(parts: list[Window], chance: Random) -> None:
    shuffled = list(parts)
    chance.shuffle(shuffled)
    assert union(shuffled) == union(parts)


@pytest.mark.parametrize("bound", [ALWAYS, FOREVER], ids=["always", "forever"])
def test_bounds_are_utc(bound: datetime) -> None:
    assert bound.utcoffset() == timedelta(0)
