"""What the demo needs of the stack: a process beside Airflow, late variables, and a scheduler started anew."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.console import Console

from saltoks.core.errors import Unavailable
from saltoks.dev.stack import components, processes
from saltoks.dev.stack.progress import PlainProgress, Progress
from saltoks.dev.stack.stack import Stack

STANDIN = Path(__file__).parents[1] / "stack" / "standin"
PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
BESIDE = "import os, signal, sys, time; print(os.environ['LATE']); sys.stdout.flush(); time.sleep({seconds})"


@pytest.fixture
def progress(tmp_path: Path) -> Progress:
    """Plain lines in a file."""
    return PlainProgress(Console(file=(tmp_path / "said").open("w"), width=200))


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack on a stand-in for Airflow, gone with its database at the end."""
    variables = {"PYTHONPATH": f"{STANDIN}:{PLUGINS}", "STANDIN_CALLS": str(tmp_path / "calls")}
    with Stack(tmp_path / "home", variables=variables, throwaway=True) as made:
        yield made
    made.remove()


def pid_of(stack: Stack, name: str) -> int:
    """The process id of a part."""
    records = components.RECORDS.validate_json(stack.home.running.read_bytes())
    return next(record.pid for record in records if record.name == name)


def test_a_process_beside_airflow_lives_and_ends_with_the_stack(stack: Stack, progress: Progress) -> None:
    """It sees variables added before, is watched and written down like the rest, and is gone afterwards."""
    stack.start_database(progress)
    stack.add_variables({"LATE": "known now"})
    stack.start_beside("helper", (sys.executable, "-c", BESIDE.format(seconds=300)))
    stack.start_airflow(progress)
    stack.check()
    helper = pid_of(stack, "helper")
    assert components.wait_until(lambda: "known now" in stack.home.log("helper").read_text(), 10)
    stack.down(progress)
    assert processes.start_mark(helper) is None


def test_a_process_beside_airflow_that_dies_is_noticed(stack: Stack, progress: Progress) -> None:
    """The message names it and quotes its log."""
    stack.start_database(progress)
    stack.add_variables({"LATE": "last words"})
    stack.start_beside("helper", (sys.executable, "-c", BESIDE.format(seconds=0)))
    with pytest.raises(Unavailable, match=r"(?s)The helper ended with exit code 0; .*last words"):
        stack.watch()


def test_restart_gives_one_part_the_variables_of_now(stack: Stack, tmp_path: Path, progress: Progress) -> None:
    """Only the scheduler is another process afterwards, and all parts are healthy and watched."""
    stack.start_database(progress)
    stack.start_airflow(progress)
    before = {name: pid_of(stack, name) for name in ("api-server", "scheduler", "triggerer")}
    stack.add_variables({"STANDIN_LATE": "yes"})
    stack.restart("scheduler")
    stack.check()
    after = {name: pid_of(stack, name) for name in before}
    assert {name for name in before if before[name] != after[name]} == {"scheduler"}
    assert (tmp_path / "calls").read_text().count("scheduler ended") == 1
    if os.path.exists("/proc"):
        assert b"STANDIN_LATE=yes" in Path(f"/proc/{after['scheduler']}/environ").read_bytes()
