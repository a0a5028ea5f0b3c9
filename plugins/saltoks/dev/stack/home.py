"""The folder of one local stack, and the lock that lets one process at a time run it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TextIO

from saltoks.core.errors import FixInput


class Home:
    """The stack's folder: what lies where in it, and who holds it.

    The lock ends with the process that holds it, however that ends, so a stale one cannot exist; the id
    written into it is only used while it is held.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self._lock: TextIO | None = None

    @property
    def credentials(self) -> Path:
        """The secrets of this stack."""
        return self.folder / "secrets.json"

    @property
    def postgres(self) -> Path:
        """The data folder of the embedded server."""
        return self.folder / "postgres"

    @property
    def airflow(self) -> Path:
        """Airflow's own folder."""
        return self.folder / "airflow"

    @property
    def running(self) -> Path:
        """The record of the running components."""
        return self.folder / "running.json"

    @property
    def prepared(self) -> Path:
        """The record of what the metadata database was prepared for."""
        return self.folder / "prepared.json"

    @property
    def port(self) -> Path:
        """The remembered port of the web interface."""
        return self.folder / "port"

    def log(self, component: str) -> Path:
        """The log of one component."""
        return self.folder / "logs" / f"{component}.log"

    def make(self) -> None:
        """Make the folder; others may pass through it (the database's account must) but not look into it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.folder.stat().st_uid != os.geteuid():
            raise FixInput(f"{self.folder} was made by another user of this machine: run `make clean` as that user.")
        self.folder.chmod(0o711)
        for folder in (self.airflow, self.log("any").parent):
            folder.mkdir(mode=0o700, exist_ok=True)

    def take(self) -> None:
        """Hold the folder from now on, or say who does."""
        file = self._lock_file.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            raise FixInput(
                f"A stack already runs in {self.folder} (process {self.holder() or 'unknown'}): "
                "use that one, or stop it with `make down`."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        self._lock = file

    def give_back(self) -> None:
        """Let others have the folder."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    @property
    def held_here(self) -> bool:
        """Whether this very object holds the folder."""
        return self._lock is not None

    def holder(self) -> int | None:
        """The process that holds the folder; None when nobody does."""
        if not self._lock_file.exists():
            return None
        with self._lock_file.open("r+", encoding="utf-8") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(file.read() or 0) or None
        return None

    @property
    def _lock_file(self) -> Path:
        return self.folder / "lock"
