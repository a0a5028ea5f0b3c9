from __future__ import annotations

from collections.abc import Iterator

import pytest

from saltoks.systems.nexudus.stand_in import NexudusSandbox
from systems.nexudus.rig import House


@pytest.fixture(scope="session")
def _running() -> Iterator[NexudusSandbox]:
    with NexudusSandbox("house") as sandbox:
        yield sandbox


@pytest.fixture
def house(_running: NexudusSandbox) -> House:
    """The house as it was shipped."""
    _running.admin.reset()
    return House(_running.url, _running.admin)
