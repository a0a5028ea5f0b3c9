"""Times as exports write them: midnight as 24:00, infinity, offsets, weekdays, and numbers that are ids."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.model.canonical import Booking, Completeness, Extract, Membership
from saltoks.systems.tabular.settings.columns import Column
from saltoks.systems.tabular.text.cells import reader_of
from saltoks.systems.values.errors import CellError
from systems.folder import Folder


def ending(cell: str, folder: Folder, **column: Any) -> Extract:
    """A read of one booking from the first of June until what a cell says."""
    line = f"b1,studio-a,m1,2026-06-01T09:00,{cell},Booked"
    return folder.read(bookings=[line], columns={"bookings": {"ends_at": {"from": "Until", **column}}})


MIDNIGHTS = {
    "ISO": ("2026-06-10T24:00", {}),
    "with seconds": ("2026-06-10 24:00:00", {}),
    "with parts of a second": ("2026-06-10T24:00:00.000", {}),
    "basic": ("20260610T240000", {}),
    "with an offset": ("2026-06-10T24:00+02:00", {}),
    "own format": ("10/06/2026 24:00", {"format": "%d/%m/%Y %H:%M"}),
    "dots": ("10.06.2026 24.00", {"format": "%d.%m.%Y %H.%M"}),
    "hour first": ("24:00 10/06/2026", {"format": "%H:%M %d/%m/%Y"}),
    "second format": ("10/06/2026 24:00", {"format": ["%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M"]}),
}


@pytest.mark.parametrize(("cell", "column"), MIDNIGHTS.values(), ids=MIDNIGHTS.keys())
def test_24_is_the_midnight_after_that_day(cell: str, column: dict[str, Any], folder: Folder) -> None:
    (row,) = ending(cell, folder, **column).rows["bookings"]
    assert isinstance(row, Booking)
    assert row.ends_at.isoformat() == "2026-06-10T22:00:00+00:00"


@pytest.mark.parametrize("cell", ["2026-06-10T24:30", "2026-06-10T25:00", "9999-12-31T24:00", "24-00-2026"])
def test_no_other_hour_is_beyond_23(cell: str, folder: Folder) -> None:
    assert [one.field for one in ending(cell, folder).rejected] == ["ends_at"]


@pytest.mark.parametrize("cell", ["infinity", "Infinity", "+infinity", "12026-03-10", "+10000-01-01T00:00:00Z"])
@pytest.mark.parametrize("start", ["-infinity", "0044-03-10 13:00:00 BC"])
def test_infinity_is_an_open_end(start: str, cell: str, folder: Folder) -> None:
    """So is a year that no calendar of ours has."""
    extract = folder.read(customers=["m1,Ann,Lee,"], memberships=[f"c1,m1,gold,{start},{cell},Active"])
    (row,) = extract.rows["memberships"]
    assert isinstance(row, Membership)
    assert (row.starts_at, row.ends_at) == (None, None)


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [
        ("infinity", "", "starts_at"),
        ("9999-12-31", "", "starts_at"),
        ("2026-01-01", "-infinity", "ends_at"),
    ],
)
def test_what_never_begins_is_not_open(start: str, end: str, field: str, folder: Folder) -> None:
    extract = folder.read(customers=["m1,Ann,Lee,"], memberships=[f"c1,m1,gold,{start},{end},Active"])
    assert extract.rows["memberships"] == ()
    assert [(one.field, "all time" in one.reason) for one in extract.rejected] == [(field, True)]


def test_an_offset_in_a_format_is_that_instant(folder: Folder) -> None:
    (row,) = ending("10/06/2026 14:30 -0500", folder, format="%d/%m/%Y %H:%M %z").rows["bookings"]
    assert isinstance(row, Booking)
    assert row.ends_at.isoformat() == "2026-06-10T19:30:00+00:00"


def test_a_weekday_that_is_not_the_date_s_own_rejects_the_row(folder: Folder) -> None:
    form = "%a %d/%m/%Y %H:%M"
    assert ending("Wed 10/06/2026 14:30", folder, format=form).rows["bookings"]
    assert [one.field for one in ending("Tue 10/06/2026 14:30", folder, format=form).rejected] == ["ends_at"]


FIGURES = {
    "an hour without its zero": ("10/06/2026 930", "%d/%m/%Y %H%M", "2026-06-10T07:30:00+00:00"),
    "ten past one, not eleven": ("10/06/2026 110", "%d/%m/%Y %H%M", "2026-06-09T23:10:00+00:00"),
    "half an hour after midnight": ("10/06/2026 30", "%d/%m/%Y %H%M", "2026-06-09T22:30:00+00:00"),
    "midnight": ("10/06/2026 0", "%d/%m/%Y %H%M", "2026-06-09T22:00:00+00:00"),
    "midnight as 2400": ("10/06/2026 2400", "%d/%m/%Y %H%M", "2026-06-10T22:00:00+00:00"),
    "a day without its zero": ("1072026 0930", "%d%m%Y %H%M", "2026-07-01T07:30:00+00:00"),
    "with PM": ("10/06/2026 230 PM", "%d/%m/%Y %I%M %p", "2026-06-10T12:30:00+00:00"),
    "in full": ("20260610 0930", "%Y%m%d %H%M", "2026-06-10T07:30:00+00:00"),
    "one figure of 14": ("20260610093000", "%Y%m%d%H%M%S", "2026-06-10T07:30:00+00:00"),
    "apart without zeros": ("1/7/2026 9:5", "%d/%m/%Y %H:%M", "2026-07-01T07:05:00+00:00"),
    "parts of a second": ("20260610T093000.5", "%Y%m%dT%H%M%S.%f", "2026-06-10T07:30:00.500000+00:00"),
}


@pytest.mark.parametrize(("cell", "form", "meant"), FIGURES.values(), ids=FIGURES.keys())
def test_figures_that_run_together_are_read_at_full_width(cell: str, form: str, meant: str, folder: Folder) -> None:
    """Spreadsheets take zeros from the front of a number; `strptime` then reads 110 as eleven."""
    line = f"b1,studio-a,m1,2026-06-01T09:00,{cell},Booked"
    extract = folder.read(bookings=[line], columns={"bookings": {"ends_at": {"from": "Until", "format": form}}})
    (row,) = extract.rows["bookings"]
    assert isinstance(row, Booking)
    assert row.ends_at.isoformat() == meant


@pytest.mark.parametrize("cell", ["2026111 0930", "202661 0930", "2026 0930"])
def test_a_day_of_too_few_figures_may_be_two_days(cell: str, folder: Folder) -> None:
    assert [one.field for one in ending(cell, folder, format="%Y%m%d %H%M").rejected] == ["ends_at"]


@pytest.mark.parametrize("cell", ["46183.40625", "46183,5", "1781078400", "1781078400000"])
def test_a_bare_number_is_named(cell: str, folder: Folder) -> None:
    line = f'b1,studio-a,m1,2026-06-01T09:00,"{cell}",Booked'
    (one,) = folder.read(bookings=[line]).rejected
    assert "is a bare number" in one.reason


def test_for_ever_where_an_end_is_needed_is_not_called_empty(folder: Folder) -> None:
    (one,) = ending("infinity", folder).rejected
    assert one.reason == "stands for no time at all, and one is needed — write the time"


NO_NUMBERS = [
    "1_2",
    "+12",
    "-12",
    "१२",
    "１２",
    "²",
    "1.000",
    "1,000",
    "1.234,00",
    "1 2",
    "1e3",
    "12.5",
    "0x1f",
    "12.00.0",
]


@pytest.mark.parametrize("cell", NO_NUMBERS)
def test_a_number_is_written_in_digits_only(cell: str) -> None:
    """Whatever else a reader of numbers skips would make one person's id of another's."""
    read = reader_of("customer_id", Column.model_validate({"from": "Id"}), "int")
    with pytest.raises(CellError, match="digits only"):
        read(cell)


@pytest.mark.parametrize("cell", ["12", "0012", "12.0", "12,00", " 12 ", "12."])
def test_a_whole_number_may_be_kept_as_a_fraction(cell: str) -> None:
    read = reader_of("customer_id", Column.model_validate({"from": "Id", "prefix": "p:"}), "int")
    assert read(cell) == "p:12"


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_law_two_numbers_are_one_id_only_if_their_digits_are(one: str, two: str) -> None:
    read = reader_of("customer_id", Column.model_validate({"from": "Id"}), "int")

    def digits(cell: str) -> object:
        try:
            return read(cell)
        except CellError:
            return cell, "refused"

    written = [cell.strip().replace(",", ".").partition(".")[0].lstrip("0") for cell in (one, two)]
    assert digits(one) != digits(two) or one == two or written[0] == written[1]


def test_an_id_of_thousands_of_digits_is_an_id(folder: Folder) -> None:
    column = {"bookings": {"customer_id": {"from": "Member", "type": "int"}}}
    line = f"b1,studio-a,{'9' * 5000},2026-06-01T09:00,2026-06-01T10:00,Booked"
    assert folder.read(bookings=[line], columns=column).completeness is Completeness.COMPLETE
