"""The long-running processes of the stack: started in sessions of their own, watched, stopped for sure.

A request to end goes to the leader of each only: Airflow's scheduler ends its own workers, and hangs when they
get the signal too. What is left of the session after that is killed: the whole session, because every running
task makes a process group of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from saltoks.dev.stack import processes

GRACE_SECONDS = 40.0
LOG_LIMIT_BYTES = 20_000_000


class Record(BaseModel):
    """What is written down about a running component, to find it again from another process."""

    model_config = ConfigDict(frozen=True)

    name: str
    pid: int
    mark: str
    grace: float


RECORDS = TypeAdapter(tuple[Record, ...])


class Component:
    """One process of ours, started here (`process` is set) or found again from its record."""

    def __init__(self, record: Record, process: subprocess.Popen[bytes] | None = None) -> None:
        self.record = record
        self._process = process

    @property
    def name(self) -> str:
        """What it is called, in logs and messages."""
        return self.record.name

    def alive(self) -> bool:
        """Whether its leader still runs."""
        if self._process is not None:
            return self._process.poll() is None
        return processes.start_mark(self.record.pid) == self.record.mark

    def ending(self) -> str:
        """How it ended, for a sentence."""
        code = self._process.poll() if self._process else None
        if code is None:
            return "for an unknown reason"
        return f"with exit code {code}" if code >= 0 else f"by signal {signal.Signals(-code).name}"

    def ask_to_end(self) -> None:
        """Ask its leader to end in order."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.kill(self.record.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End whatever is left of its session, unless its number belongs to a stranger by now."""
        if processes.start_mark(self.record.pid) in (None, self.record.mark):
            for member in processes.session_members(self.record.pid):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(member, signal.SIGKILL)
        if self._process is not None:
            self._process.wait()


def launch(
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    log: Path,
    *,
    grace: float = GRACE_SECONDS,
) -> Component:
    """Start a component, which may take `grace` seconds to end; what it prints is added to `log`."""
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_suffix(".old.log"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(environment),
            cwd=log.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    mark = processes.start_mark(process.pid) or ""
    return Component(Record(name=name, pid=process.pid, mark=mark, grace=grace), process)


def stop(components: Sequence[Component]) -> None:
    """End all of them: in order while their grace lasts, by force afterwards or at a second interrupt."""
    begun = time.monotonic()

    def over() -> bool:
        waited = time.monotonic() - begun
        return not any(each.record.grace > waited and each.alive() for each in components)

    try:
        for component in components:
            component.ask_to_end()
        wait_until(over, GRACE_SECONDS)
    finally:
        for component in components:
            component.kill()


def wait_until(done: Callable[[], bool], timeout: float, *, pause: float = 0.1) -> bool:
    """Whether `done` came true within `timeout` seconds."""
    end = time.monotonic() + timeout
    while not done():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    if not log.exists():
        return ""
    with log.open(encoding="utf-8", errors="replace") as file:
        return "".join(deque(file, maxlen=lines))
