"""Exports that need more than one cell for a value: day and time of day apart, durations, and rows without an id."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from saltoks.core.model.canonical import Booking, Completeness, Extract
from saltoks.systems.tabular.settings.tables import TableSource, TabularSource
from saltoks.systems.tabular.text.spans import duration
from systems.folder import Folder

COLUMNS: dict[str, Any] = {
    "source_id": {"parts": ["Date", "Start", "Room"]},
    "item_id": "Room",
    "customer_id": "Who",
    "starts_at": {"from": "Date", "time": "Start", "format": "%d-%m-%Y %H:%M"},
    "ends_at": {"from": "Date", "time": "End", "format": "%d-%m-%Y %H:%M"},
}
HEADER = "Date,Start,End,Room,Who"


def taken(folder: Folder, *lines: str, header: str = HEADER, **columns: Any) -> Extract:
    """A read of bookings with changed columns."""
    (folder.base / "b.csv").write_text("\n".join([header, *lines, ""]))
    return folder.read_specs({"bookings": {"csv": "b.csv", "columns": COLUMNS | columns}})


def window(extract: Extract) -> tuple[str, str]:
    """The only booking, in UTC."""
    (row,) = extract.rows["bookings"]
    assert isinstance(row, Booking)
    return f"{row.starts_at:%d %H:%M}", f"{row.ends_at:%d %H:%M}"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("09:00", "10:30", ("10 08:00", "10 09:30")),
        ("22:00", "02:00", ("10 21:00", "11 01:00")),
        ("22:00", "00:00", ("10 21:00", "10 23:00")),
        ("22:00", "24:00", ("10 21:00", "10 23:00")),
        ("00:00", "00:00", ("09 23:00", "10 23:00")),
    ],
)
def test_a_day_and_a_time_of_day_are_one_time(start: str, end: str, expected: tuple[str, str], folder: Folder) -> None:
    assert window(taken(folder, f"10-03-2026,{start},{end},room-1,ann")) == expected


def test_without_a_format_both_are_iso(folder: Folder) -> None:
    plain = {name: {"from": "Date", "time": clock} for name, clock in (("starts_at", "Start"), ("ends_at", "End"))}
    assert window(taken(folder, "2026-03-10,09:00,10:30:00,room-1,ann", **plain)) == ("10 08:00", "10 09:30")


def test_an_end_with_a_day_of_its_own_is_on_that_day(folder: Folder) -> None:
    ends = {"from": "Until", "time": "End", "format": "%d-%m-%Y %H:%M"}
    header = HEADER + ",Until"
    later = taken(folder, "10-03-2026,09:00,08:00,room-1,ann,11-03-2026", header=header, ends_at=ends)
    assert window(later) == ("10 08:00", "11 07:00")
    wrong = taken(folder, "10-03-2026,09:00,08:00,room-1,ann,10-03-2026", header=header, ends_at=ends)
    assert [one.field for one in wrong.rejected] == ["ends_at"]


@pytest.mark.parametrize(
    ("line", "field"), [("10-03-2026,,10:00,room-1,ann", "source_id"), ("10-03-2026,9:00,,r,a", "ends_at")]
)
def test_half_a_time_is_none(line: str, field: str, folder: Folder) -> None:
    (rejected,) = taken(folder, line).rejected
    assert (rejected.field, "is empty — fill it in" in rejected.reason) == (field, True)


DURATIONS: dict[str, tuple[str, str, int]] = {
    "minutes": ("minutes", "90", 90),
    "minutes as a fraction": ("minutes", "90,00", 90),
    "hours": ("hours", "1.5", 90),
    "hours with a decimal comma": ("hours", "1,5", 90),
    "a quarter": ("hours", "0,25", 15),
    "a clock": ("hours", "1:30", 90),
    "a clock with seconds": ("minutes", "01:30:00", 90),
    "ISO 8601": ("minutes", "PT1H30M", 90),
    "ISO 8601 with a day": ("hours", "P1DT2H", 26 * 60),
    "words": ("minutes", "1 h 30 min", 90),
    "words of minutes": ("hours", "90 minutes", 90),
}


@pytest.mark.parametrize(("kind", "cell", "minutes"), DURATIONS.values(), ids=DURATIONS.keys())
def test_an_end_may_be_a_duration(kind: str, cell: str, minutes: int, folder: Folder) -> None:
    ends = {"from": "End", "type": kind}
    (row,) = taken(folder, f'10-03-2026,09:00,"{cell}",room-1,ann', ends_at=ends).rows["bookings"]
    assert isinstance(row, Booking)
    assert row.ends_at - row.starts_at == timedelta(minutes=minutes)


@pytest.mark.parametrize("cell", ["1,000", "1.500", "-90", "1e3", "ninety", "P", "PT", "h", "1:75"])
def test_what_is_no_duration_or_two_rejects_its_row(cell: str, folder: Folder) -> None:
    extract = taken(folder, f'10-03-2026,09:00,"{cell}",room-1,ann', ends_at={"from": "End", "type": "hours"})
    assert [one.field for one in extract.rejected] == ["ends_at"]


def test_minutes_and_seconds_are_not_taken_for_hours_and_minutes() -> None:
    assert duration("minutes", "90:00") is None
    assert duration("hours", "90:00") == timedelta(hours=90)


def test_a_duration_is_time_that_passes(folder: Folder) -> None:
    """T27: two hours over the hour that happens twice end an hour earlier on the clock."""
    ends = {"value": "120", "type": "minutes"}
    assert window(taken(folder, "25-10-2026,01:30,,room-1,ann", ends_at=ends)) == ("24 23:30", "25 01:30")


def test_a_row_without_an_id_has_a_stable_one(folder: Folder) -> None:
    lines = ["10-03-2026,09:00,10:00,room-1,ann", "10-03-2026,10:00,11:00,room-1,bob"]
    first = [row.source_id for row in taken(folder, *lines).rows["bookings"]]
    assert first == ["10-03-2026|09:00|room-1", "10-03-2026|10:00|room-1"]
    assert [row.source_id for row in taken(folder, *reversed(lines)).rows["bookings"]] == first[::-1]


def test_a_total_among_rows_without_ids_is_no_row(folder: Folder) -> None:
    extract = taken(folder, "10-03-2026,09:00,10:00,room-1,ann", "Total,,60,,1", ",,,,1")
    assert (extract.completeness, len(extract.rows["bookings"])) == (Completeness.COMPLETE, 1)
    assert taken(folder, "10-03-2026,09:00,10:00,,ann").completeness is Completeness.INCOMPLETE


CELLS = st.text("ab|\\ ", min_size=1, max_size=5).filter(str.strip)


@given(st.tuples(CELLS, CELLS), st.tuples(CELLS, CELLS))
def test_law_rows_have_one_id_only_if_all_its_parts_are_the_same(one: tuple[str, str], two: tuple[str, str]) -> None:
    parts = {"source_id": {"parts": ["Room", "Who"]}}
    lines = [f'10-03-2026,09:00,10:00,"{room}","{who}"' for room, who in (one, two)]
    with TemporaryDirectory() as base:
        rows = [taken(Folder(Path(base)), line, **parts).rows["bookings"][0] for line in lines]
    same = [text.strip() for text in one] == [text.strip() for text in two]
    assert (rows[0].source_id == rows[1].source_id) is same


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.times(), st.sampled_from(["%d.%m.%Y", "%m/%d/%Y", "%Y%m%d"]))
def test_law_a_time_in_two_cells_is_the_same_time_in_one(day: date, clock: time, form: str) -> None:
    wall = datetime.combine(day, clock.replace(second=0, microsecond=0))
    hour = wall.strftime("%H:%M")
    shape = {"format": f"{form} %H:%M"}
    ends = {"value": "60", "type": "minutes"}
    with TemporaryDirectory() as base:
        folder = Folder(Path(base))
        apart = taken(
            folder, f"{wall:{form}},{hour},,r,a", starts_at={"from": "Date", "time": "Start"} | shape, ends_at=ends
        )
        whole = taken(folder, f"{wall:{form}} {hour},x,,r,a", starts_at={"from": "Date"} | shape, ends_at=ends)
    assert window(apart) == window(whole)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "from and parts": ({"source_id": {"from": "A", "parts": ["B"]}}, "needs exactly one of from and value, or parts"),
    "parts of something else": ({"item_id": {"parts": ["A", "B"]}}, "makes ids of source_id only"),
    "a part twice": ({"source_id": {"parts": ["A", "A"]}}, "names a header twice"),
    "time of a text": ({"item_id": {"from": "A", "time": "B"}}, "is the time of day beside the day in from"),
    "time of a day": ({"starts_at": {"from": "A", "time": "B", "type": "date"}}, "is the time of day beside the day"),
    "time alone": ({"starts_at": {"value": "2026-03-10", "time": "B"}}, "is the time of day beside the day"),
    "duration of a start": ({"starts_at": {"from": "A", "type": "minutes"}}, "does not suit starts_at"),
    "format of a duration": ({"ends_at": {"from": "A", "type": "hours", "format": "%H"}}, "a hours column has no"),
}


@pytest.mark.parametrize(("columns", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_keys_that_do_not_belong_together_are_refused(columns: dict[str, Any], sentence: str) -> None:
    tables = {"bookings": {"csv": "b.csv", "columns": COLUMNS | columns}}
    with pytest.raises(ValidationError, match=sentence):
        TabularSource.model_validate({"system": "tabular", "name": "desk", "tables": tables})


def test_the_headers_of_a_table_are_those_of_all_its_cells() -> None:
    spec = TableSource.model_validate({"csv": "b.csv", "columns": COLUMNS, "only_where": {"State": "present"}})
    assert spec.headers == {"Date", "Start", "End", "Room", "Who", "State"}
