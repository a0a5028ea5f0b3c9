"""What the system says about a process id, so that a recorded id is never mistaken for a stranger."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

PROC = Path("/proc")


def start_mark(pid: int) -> str | None:
    """A text that differs between two processes that had the same id; None when there is no such process."""
    stat = PROC / str(pid) / "stat"
    if not _has_proc():
        return _ps(pid, "lstart")
    try:
        fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields[19]


def program(pid: int) -> str | None:
    """The name of the program that runs as `pid`; None when there is no such process."""
    if start_mark(pid) is None:
        return None
    if not _has_proc():
        name = _ps(pid, "comm")
        return Path(name).name if name else None
    try:
        return (PROC / str(pid) / "comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return None


def folder(pid: int) -> Path | None:
    """The folder `pid` works in, where the system tells; None where it does not."""
    try:
        return (PROC / str(pid) / "cwd").readlink()
    except OSError:
        return None


def session_members(session: int) -> list[int]:
    """The processes of a session, its leader included if it still lives."""
    return [pid for pid in _all() if _session(pid) == session]


def _all() -> list[int]:
    if _has_proc():
        return [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    listing = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=False).stdout
    return [int(word) for word in listing.split()]


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _has_proc() -> bool:
    return PROC.joinpath("self").exists()


def _ps(pid: int, field: str) -> str | None:
    answer = subprocess.run(["ps", "-o", f"{field}=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None
