"""Running sandboxes for the tests: one per module for rules, a fresh one where a test changes the world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World
from sandbox.rig import Rig, house


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    """A sandbox shared by the tests of a module; each makes its own users and groups."""
    with SandboxServer(house()) as running:
        yield running


@pytest.fixture(scope="module")
def rig(server: SandboxServer) -> Rig:
    """The house's administrator on the shared sandbox."""
    return Rig(server)


@pytest.fixture
def fresh() -> Iterator[Callable[[World], Rig]]:
    """Starts a sandbox of one's own."""
    with ExitStack() as stack:
        yield lambda world: Rig(stack.enter_context(SandboxServer(world)))
