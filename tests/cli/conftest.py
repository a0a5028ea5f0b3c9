"""Running the terminal's commands, in this process, as a person would type them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from saltoks.cli import main


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
