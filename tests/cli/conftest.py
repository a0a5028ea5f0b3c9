"""Running the terminal's commands, in this process, as a person would type them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from saltoks.cli import main
from stage import Stage


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command and gives its exit code and output."""

    def typed(*arguments: str) -> Said:
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        assert isinstance(left.value.code, int)
        return Said(int(left.value.code), printed.out, printed.err)

    return typed


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    """The commands' own words only."""
    caplog.set_level(logging.WARNING, logger="saltoks")


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a command waits between two tries takes a fiftieth of the time: nothing here gets well by it."""
    asleep = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: asleep(seconds / 50))


def now(stage: Stage) -> tuple[str, str]:
    """The stage's instant as an option."""
    return "--as-of", stage.at.isoformat()
