"""The hour that a day without one is given (`at`)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from saltoks.settings import load
from saltoks.systems.tabular.settings.tables import TabularSource

DAYS = "ends_at: {{from: Until, type: date, at: {}}}"


@pytest.mark.parametrize("written", ["11:00", '"11:00"'])
def test_an_hour_is_a_wall_clock_quoted_or_not(written: str, write: Callable[..., Path], site: str) -> None:
    root = write(harbour=site.replace("ends_at: Until", DAYS.format(written)))
    source = load(root, {}).site("harbour").source
    assert isinstance(source, TabularSource)
    assert source.tables["bookings"][0].columns["ends_at"].at == time(11)


BAD = {
    "no wall clock": (DAYS.format("11"), "ends_at.at: '11' is no wall clock — write it like 15:00"),
    "a zone": (DAYS.format('"11:00Z"'), "ends_at.at: '11:00Z' is no wall clock"),
    "no day": ('ends_at: {from: Until, at: "11:00"}', "ends_at.at: gives days their hour, and ends_at is a datetime"),
    "no longer a whole day": (
        'ends_at: {from: Until, type: date, inclusive: true, at: "11:00"}',
        "ends_at.inclusive: says nothing about a day that has its hour",
    ),
}


@pytest.mark.parametrize(("column", "complaint"), BAD.values(), ids=BAD.keys())
def test_an_hour_that_cannot_be_meant_is_refused(
    column: str,
    complaint: str,
    write: Callable[..., Path],
    site: str,
    complaints: Callable[..., list[str]],
) -> None:
    [line] = complaints(write(harbour=site.replace("ends_at: Until", column)))
    assert complaint in line
    assert "harbour.yaml:" in line
