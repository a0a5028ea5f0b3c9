"""Keeps the state in a file: loaded at start, written whole and atomically shortly after changes."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from saltoks.sandbox.salto.state import State

SHORTEST = 0.1


class Store:
    """One state file; writes are gathered so that their cost stays a small share of the time."""

    def __init__(self, path: Path, state: State) -> None:
        self._path = path
        self._state = state
        self._dirty = asyncio.Event()

    def mark(self) -> None:
        """Note that something changed."""
        self._dirty.set()

    async def keep(self) -> None:
        """Write after changes, until cancelled."""
        pause = SHORTEST
        while True:
            await self._dirty.wait()
            await asyncio.sleep(pause)
            started = time.monotonic()
            self.save()
            pause = max(SHORTEST, 20 * (time.monotonic() - started))

    def save(self) -> None:
        """Write now: to a file beside it, then renamed over it."""
        self._dirty.clear()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(self._path.name + ".new")
        beside.write_text(self._state.model_dump_json(), encoding="utf-8")
        os.replace(beside, self._path)


def load_state(path: Path) -> State | None:
    """The saved state, or None when there is none yet."""
    if not path.exists():
        return None
    return State.model_validate_json(path.read_text(encoding="utf-8"))
