"""A format in which something would be ignored or confused is refused before a row is read."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from saltoks.systems.tabular.settings.formats import findings
from saltoks.systems.tabular.settings.tables import TabularSource
from saltoks.systems.tabular.text.moments import parsed


def at(day: int, hour: int, minute: int, zone: tzinfo | None = None) -> datetime:
    """A time in March 2026, on a wall clock unless it has an offset."""
    return datetime(2026, 3, day, hour, minute, tzinfo=zone)


REFUSED: dict[str, tuple[str, str]] = {
    "clock of 24 with AM or PM": ("%d/%m/%Y %H:%M %p", "write %I in place of %H"),
    "AM or PM before the clock": ("%p %H:%M %d/%m/%Y", "write %I in place of %H"),
    "PM written out": ("%d/%m/%Y %H:%M PM", "write %I and %p"),
    "a.m. written out": ("%d/%m/%Y %H:%M a.m.", "write %I and %p"),
    "name of a zone": ("%d/%m/%Y %H:%M %Z", "write %z"),
    "Z written out": ("%Y-%m-%dT%H:%M:%SZ", "datetime_utc"),
    "UTC written out": ("%Y-%m-%d %H:%M:%S UTC", "datetime_utc"),
    "CET written out": ("%Y-%m-%d %H:%M:%S CET", "write %z"),
    "offset written out": ("%Y-%m-%d %H:%M:%S +0100", "write %z"),
    "locale's own": ("%c", "differs from machine to machine"),
    "a part twice": ("%d %d %m %Y %H:%M", "has %d more than once"),
    "no such part": ("%d-%m-%Y %H:%M %k?", "does not carry"),
    "half a part": ("%d-%m-%Y %H:%M%", "does not carry"),
    "half a letter": ("%d-%m-%Y \ud800%H:%M", "does not carry"),
    "no hour": ("%d-%m-%Y", "does not carry"),
    "no year": ("%d-%m %H:%M", "does not carry"),
    "hour of 12 alone": ("%d-%m-%Y %I:%M", "does not carry"),
}


@pytest.mark.parametrize(("form", "fix"), REFUSED.values(), ids=REFUSED.keys())
def test_a_format_that_ignores_something_is_refused(form: str, fix: str) -> None:
    ((place, sentence),) = findings([form], "datetime")
    assert place == 0
    assert fix in sentence
    assert " — " in sentence


KEPT: dict[str, tuple[str, str, datetime]] = {
    "clock of 12": ("%d/%m/%Y %I:%M %p", "10/03/2026 02:30 PM", at(10, 14, 30)),
    "offset": (
        "%d/%m/%Y %H:%M %z",
        "10/03/2026 14:30 +0100",
        at(10, 14, 30, timezone(timedelta(hours=1))),
    ),
    "letters between": ("%Y-%m-%dT%H:%M", "2026-03-10T14:30", at(10, 14, 30)),
    "name of the month": ("%d %b %Y at %H:%M", "10 Mar 2026 at 14:30", at(10, 14, 30)),
    "two digits of the year": ("%d.%m.%y %H.%M", "10.03.26 14.30", at(10, 14, 30)),
    "weekday": ("%A %d/%m/%Y %H:%M", "Tuesday 10/03/2026 14:30", at(10, 14, 30)),
}


@pytest.mark.parametrize(("form", "text", "meant"), KEPT.values(), ids=KEPT.keys())
def test_a_sound_format_is_kept_and_read(form: str, text: str, meant: datetime) -> None:
    assert list(findings([form], "datetime")) == []
    assert parsed([form], "datetime", text) == meant


def test_a_zone_written_out_is_what_a_column_in_utc_has() -> None:
    assert list(findings(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S UTC"], "datetime_utc")) == []
    assert "write %z" in next(findings(["%Y-%m-%d %H:%M:%S +0100"], "datetime_utc"))[1]


@pytest.mark.parametrize("kind", ["date", "datetime_local"])
def test_an_offset_belongs_to_an_instant(kind: str) -> None:
    ((_, sentence),) = findings(["%Y-%m-%d %H:%M %z"], kind)  # type: ignore[arg-type]
    assert "set the column's type to datetime" in sentence


@pytest.mark.parametrize(
    ("forms", "bad"),
    [
        (["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"], [1]),
        (["%y/%m/%d %H:%M", "%d/%m/%Y %H:%M", "%d/%m/%y %H:%M"], [2]),
        (["%Y%m%d%H%M", "%Y%m%d%M%H"], [1]),
        (["%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%d/%m/%Y %I:%M %p"], []),
    ],
    ids=["day and month", "year and day", "hour and minute", "sound"],
)
def test_formats_that_read_one_text_in_two_ways_are_refused(forms: list[str], bad: list[int]) -> None:
    found = list(findings(forms, "datetime"))
    assert [n for n, _ in found] == bad
    assert all("read the same text as two different times" in text for _, text in found)


def test_a_site_with_such_a_format_does_not_load() -> None:
    columns = {"source_id": "Id", "item_id": "Room", "customer_id": "Who", "ends_at": "Until"}
    starts = {"starts_at": {"from": "From", "format": "%d/%m/%Y %H:%M %p"}}
    tables = {"bookings": {"csv": "b.csv", "columns": columns | starts}}
    with pytest.raises(ValidationError, match="write %I in place of %H"):
        TabularSource.model_validate({"system": "tabular", "name": "desk", "tables": tables})


EXTRAS = ["%p", "%z", "%Z", "%b", "%a", "%y", "%I", "%S", "Z", "PM", "UTC", "+01:00", "T", "at"]
FORMS = st.permutations(["%d", "%m", "%Y"]).flatmap(
    lambda date: st.lists(st.sampled_from(EXTRAS), max_size=3).map(lambda more: " ".join([*date, *more]))
)
CLOCKS = st.sampled_from(["%H:%M", "%I:%M", "%I:%M %p", "%H:%M %p", "%H:%M %z"])


@given(FORMS, CLOCKS, st.integers(1, 31), st.integers(0, 23), st.integers(0, 59))
def test_law_a_format_is_refused_or_keeps_every_instant(
    form: str, clock: str, day: int, hour: int, minute: int
) -> None:
    """Whatever a zone and a half of the day say, they are refused or part of what is read."""
    whole = f"{clock} {form}"
    meant = at(day, hour, minute, timezone(timedelta(hours=-3)))
    if not list(findings([whole], "datetime")):
        back = parsed([whole], "datetime", meant.strftime(whole))
        assert back == (meant if "%z" in whole else meant.replace(tzinfo=None))
