"""How often a tick comes stands once, in saltoks.yaml: DAG files read what the settings read."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from croniter import croniter
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.access.desired import next_effective_tick
from saltoks.core.errors import ConfigError
from saltoks.settings import Project, load_each
from saltoks.tick import DEFAULT_TICK, crons, tick_minutes

ENVIRONMENT = {"TICK": "30", "EMPTY": ""}
MIDNIGHT = datetime(2026, 3, 10, tzinfo=UTC)
NOT_THERE = None


def of_settings(root: Path) -> int:
    """What the whole configuration says, or the default where it is refused."""
    try:
        return load_each(root, ENVIRONMENT).project.tick_minutes
    except ConfigError:
        return DEFAULT_TICK


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        pytest.param("tick_minutes: 30\n", 30, id="number"),
        pytest.param("warehouse: x  # tick_minutes: 5\n", DEFAULT_TICK, id="not said"),
        pytest.param("\ufeff'tick_minutes' : \"20\"   # a comment\n", 20, id="quoted, with a byte order mark"),
        pytest.param("{warehouse: x, tick_minutes: 10}\n", 10, id="in one line"),
        pytest.param("tick_minutes: ${TICK}\n", 30, id="variable"),
        pytest.param("tick_minutes: 1${EMPTY}0\n", DEFAULT_TICK, id="variable that is not set"),
        pytest.param("tick_minutes: 015\n", 15, id="leading zero"),
        pytest.param("tick_minutes: 20.0\n", 20, id="whole number with a point"),
        pytest.param("tick_minutes: 0x1e\n", DEFAULT_TICK, id="hexadecimal"),
        pytest.param("tick_minutes: 0\n", DEFAULT_TICK, id="never"),
        pytest.param("tick_minutes: -5\n", DEFAULT_TICK, id="backwards"),
        pytest.param("tick_minutes: soon\n", DEFAULT_TICK, id="word"),
        pytest.param("tick_minutes:\n", DEFAULT_TICK, id="nothing"),
        pytest.param("tick_minutes: [15]\n", DEFAULT_TICK, id="list"),
        pytest.param("tick_minutes: " + "9" * 5000 + "\n", DEFAULT_TICK, id="endless number"),
        pytest.param("- tick_minutes: 30\n", DEFAULT_TICK, id="list of blocks"),
        pytest.param("tick_minutes: 30\n  x: [\n", DEFAULT_TICK, id="no YAML"),
        pytest.param("[" * 3000, DEFAULT_TICK, id="nested for ever"),
        pytest.param("", DEFAULT_TICK, id="empty"),
        pytest.param(NOT_THERE, DEFAULT_TICK, id="no file"),
    ],
)
def test_a_dag_file_reads_what_the_settings_read(tmp_path: Path, text: str | None, minutes: int) -> None:
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "broken.yaml").write_text("", encoding="utf-8")
    if text is not None:
        (tmp_path / "saltoks.yaml").write_text(text, encoding="utf-8")
    assert tick_minutes(tmp_path, ENVIRONMENT) == minutes
    assert of_settings(tmp_path) == minutes


def test_a_file_that_is_no_text_keeps_the_usual_pace(tmp_path: Path) -> None:
    """Nor does reading wait for a pipe that nobody fills."""
    file = tmp_path / "saltoks.yaml"
    file.write_bytes(b"tick_minutes: 30\xff\n")
    assert tick_minutes(tmp_path) == DEFAULT_TICK
    file.unlink()
    os.mkfifo(file)
    assert tick_minutes(tmp_path) == DEFAULT_TICK
    assert tick_minutes(None) == DEFAULT_TICK == Project().tick_minutes


@pytest.mark.parametrize(
    ("minutes", "expressions"),
    [
        (15, ["*/15 * * * *"]),
        (5, ["*/5 * * * *"]),
        (1, ["*/1 * * * *"]),
        (60, ["0 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23 * * *"]),
        (480, ["0 0,8,16 * * *"]),
        (720 + 90, ["0 0 * * *", "30 13 * * *"]),
        (5000, ["0 0 * * *"]),
    ],
)
def test_ticks_as_cron_expressions(minutes: int, expressions: list[str]) -> None:
    assert crons(minutes) == expressions


def next_run(minutes: int, now: datetime) -> datetime:
    """When Airflow starts the first run after an instant."""
    return min(croniter(one, now).get_next(datetime) for one in crons(minutes))


@given(st.integers(1, 3000), st.integers(0, 1439))
def test_a_run_comes_when_the_plan_before_it_said(minutes: int, minute: int) -> None:
    """Never later, or people would wait at a door; earlier only where midnight begins the count anew."""
    now = MIDNIGHT + timedelta(minutes=minute)
    said = next_effective_tick(now, timedelta(minutes=minutes), timedelta(0))
    assert next_run(minutes, now) == min(said, MIDNIGHT + timedelta(days=1))
