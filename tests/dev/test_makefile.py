"""The Makefile and the lock as a newcomer meets them."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TARGETS = ("setup", "demo", "replay", "check", "test", "lock", "wheel", "up", "down", "clean")


def make(*arguments: str) -> str:
    """What `make` prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_help_names_every_target() -> None:
    """`make` alone tells what there is."""
    listed = re.findall(r"^  make (\w+)  +\S", make(), re.MULTILINE)
    assert set(TARGETS) <= set(listed)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (("demo",), "-m saltoks.dev.demo.run"),
        (("demo", "ONCE=1"), "-m saltoks.dev.demo.run --once"),
        (
            ("replay", "DATA=my file.csv", "DAY=2017-01-31"),
            '-m saltoks.dev.replay.run --data "my file.csv" --day "2017-01-31"',
        ),
    ],
    ids=["demo", "demo once", "replay"],
)
def test_variables_arrive_as_options(call: tuple[str, ...], expected: str) -> None:
    """What a command would be run, without running it."""
    assert make("--dry-run", "--assume-old=.venv/.ready", *call).rstrip().endswith(expected)


def test_the_lock_names_hashes_and_no_host() -> None:
    """Every package is pinned with hashes; where it comes from is the user's own setting."""
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    assert not re.search(r"https?://|--index-url", lock)
    pinned = re.split(r"\n(?=\w)", lock)
    assert len(pinned) > 100
    assert [each.partition(" ")[0] for each in pinned if "==" in each and "--hash=sha256:" not in each] == []
