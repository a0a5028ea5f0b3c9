"""Columns of times that are written otherwise than they are read: one cell may fit by chance, all of them tell."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.model.canonical import Completeness, Extract
from systems.folder import Folder

DAY_FIRST = {"starts_at": {"from": "From", "format": "%d/%m/%Y %H:%M"}}


def starting(folder: Folder, *cells: str, **columns: Any) -> Extract:
    """A read of bookings that start at what the cells say and end in 2027."""
    lines = [f"b{n},studio-a,m1,{cell},2027-06-01T10:00,Booked" for n, cell in enumerate(cells)]
    return folder.read(bookings=lines, columns={"bookings": columns})


def days(form: str, count: int, since: date = date(2026, 3, 1)) -> list[str]:
    """So many days one after another, in a format."""
    return [(since + timedelta(days=n)).strftime(form) for n in range(count)]


def test_one_row_that_fits_only_swapped_throws_doubt_on_all(folder: Folder) -> None:
    extract = starting(folder, *days("%m/%d/%Y 12:00", 13), **DAY_FIRST)
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems == (
        "bookings.csv:14: starts_at of 1 of 13 rows, this one first, is a time only with day and month swapped "
        "(%m/%d/%Y %H:%M), so all days of the column are in doubt and no access ends early — correct its format, or "
        "export it as before",
    )


def test_so_it_is_in_an_iso_date(folder: Folder) -> None:
    extract = starting(folder, *days("%Y-%d-%mT12:00", 13))
    assert extract.completeness is Completeness.INCOMPLETE
    assert "day and month swapped (YYYY-DD-MM)" in extract.problems[0]


def test_a_slip_among_many_rows_that_fit_one_way_only_is_a_slip(folder: Folder) -> None:
    extract = starting(folder, *days("%d/%m/%Y 12:00", 28), "03/13/2026 12:00", **DAY_FIRST)
    assert extract.completeness is Completeness.COMPLETE
    assert [one.field for one in extract.rejected] == ["starts_at"]


@given(st.dates(date(2026, 1, 1), date(2026, 11, 1)), st.integers(20, 60), st.booleans())
def test_law_a_column_that_turns_is_never_believed(since: date, count: int, iso: bool) -> None:
    """Three weeks of days hold one beyond the twelfth, which gives the order away."""
    turned, columns = ("%Y-%d-%mT12:00", {}) if iso else ("%m/%d/%Y 12:00", DAY_FIRST)
    right = "%Y-%m-%dT12:00" if iso else "%d/%m/%Y 12:00"
    with TemporaryDirectory() as base:
        folder = Folder(Path(base))
        assert starting(folder, *days(turned, count, since), **columns).completeness is Completeness.INCOMPLETE
        assert starting(folder, *days(right, count, since), **columns).completeness is Completeness.COMPLETE


MIXED: dict[str, tuple[list[str], int]] = {
    "another format": (["2026-03-10 12:00"] * 3, 7),
    "numbers of days": (["46091.5"] * 2, 8),
    "a year of two digits": (["10/03/26 12:00"] * 9, 1),
    "words": (["soon", "later"], 18),
}


@pytest.mark.parametrize(("cells", "good"), MIXED.values(), ids=MIXED.keys())
def test_a_column_that_fits_in_part_only_is_in_doubt(cells: list[str], good: int, folder: Folder) -> None:
    extract = starting(folder, *days("%d/%m/%Y 12:00", good), *cells, **DAY_FIRST)
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems[0].startswith(
        f"bookings.csv:{2 + good}: starts_at of {len(cells)} of {good + len(cells)} rows, this one first, is not a time"
    )
    assert len(extract.rows["bookings"]) == good


def test_one_slip_or_two_among_many_hold_nothing(folder: Folder) -> None:
    assert starting(folder, "soon", *days("%d/%m/%Y 12:00", 2), **DAY_FIRST).completeness is Completeness.COMPLETE
    many = starting(folder, "soon", "later", *days("%d/%m/%Y 12:00", 28), **DAY_FIRST)
    assert many.completeness is Completeness.COMPLETE


ABSURD: dict[str, tuple[str, str]] = {
    "a year of two digits as four": ("0026-03-10T12:00", "lies 2000 years back"),
    "Buddhist era": ("2569-03-10T12:00", "lies 543 years ahead"),
    "Persian era": ("1404-12-19T12:00", "lies 622 years back"),
    "the beginning of time": ("1970-01-01T00:00", "lies 56 years back"),
    "a slip": ("2206-03-10T12:00", "lies 180 years ahead"),
}


@pytest.mark.parametrize(("cell", "reason"), ABSURD.values(), ids=ABSURD.keys())
def test_a_year_that_nobody_means_is_no_time(cell: str, reason: str, folder: Folder) -> None:
    sound = days("%Y-%m-%dT12:00", 9)
    one = starting(folder, cell, *sound)
    assert one.completeness is Completeness.COMPLETE
    assert [reason in row.reason for row in one.rejected] == [True]
    several = starting(folder, cell, cell, *sound)
    assert several.completeness is Completeness.INCOMPLETE
    assert reason in several.problems[0]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("1975-03-10", "2026-12-31", None),
        ("2026-03-10", "2099-12-31", None),
        ("2026-03-10", "2999-12-31", None),
        ("2026-03-10", "3000-01-01", None),
        ("2026-03-10", "2060-06-30", None),
        ("2026-03-10", "2569-06-30", "ends_at"),
        ("0026-03-10", "2026-12-31", "starts_at"),
        ("2569-03-10", "2569-12-31", "starts_at"),
        ("", "0001-01-01", "ends_at"),
    ],
)
def test_a_membership_may_be_old_and_end_far_away(start: str, end: str, field: str | None, folder: Folder) -> None:
    extract = folder.read(customers=["m1,Ann,Lee,"], memberships=[f"c1,m1,gold,{start},{end},Active"])
    assert [one.field for one in extract.rejected] == ([field] if field else [])
