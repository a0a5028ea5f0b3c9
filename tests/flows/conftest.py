"""Stages with worlds of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mailhouse import MailHouse
from pinstage import keypads, with_pins
from saltoks.sandbox.salto.world import World
from stage import Stage, served

Change = Callable[[dict[str, Any]], object]
OpenStage = Callable[[Change], Stage]


@pytest.fixture
def open_stage(tmp_path: Path, warehouse_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenStage]:
    """Opens the stage on a world that a function has changed: it gets the world as plain values."""
    with ExitStack() as stack:

        def opened(change: Change) -> Stage:
            made = Stage(tmp_path, warehouse_url)
            world = made.world().model_dump()
            change(world)
            made.open(stack.enter_context(served(World.model_validate(world))))
            for name, value in made.environment().items():
                monkeypatch.setenv(name, value)
            return made

        yield opened


@pytest.fixture
def ready(open_stage: OpenStage, mail_house: MailHouse, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A house with keypads that hands out PINs to everyone, by mail."""
    return with_pins(open_stage(keypads), mail_house, monkeypatch)
