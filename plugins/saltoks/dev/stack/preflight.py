"""What this machine must offer before anything is installed or started, each as one clear sentence.

Runs on the system's own Python before the environment exists (``python3 -m saltoks.dev.stack.preflight``), so it
uses the standard library only and syntax that an older Python can still read. No compiler is asked for:
everything in the lock is installed from wheels.
"""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from saltoks.core.errors import FixInput

OLDEST_PYTHON = (3, 11)
TOO_NEW_PYTHON = (3, 14)
GIB = 1024**3
SETUP_GIB = 2.0


def require_python(version: tuple[int, int]) -> None:
    """Refuse a Python that the lock was not made for."""
    if OLDEST_PYTHON <= version < TOO_NEW_PYTHON:
        return
    found = ".".join(str(part) for part in version)
    raise FixInput(
        f"This project needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {found}: "
        "install one of them and name it, for example `make setup PYTHON=python3.12`."
    )


def require_venv() -> None:
    """Refuse a Python that cannot make a virtual environment (Debian and Ubuntu ship that part separately)."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise FixInput(
            f"{sys.executable} cannot make a virtual environment (no {' and no '.join(missing)} module): "
            "on Debian or Ubuntu run `apt install python3-venv`, or install uv."
        )


def require_disk(folder: Path, gib: float) -> None:
    """Refuse a disk with less than `gib` GiB free where `folder` is, or will be."""
    existing = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free / GIB
    if free < gib:
        raise FixInput(
            f"Only {free:.1f} GiB is free on the disk of {folder}, and {gib:.1f} GiB is needed: free some space."
        )


def main(arguments: list[str]) -> int:
    """Check this machine for `make setup`; `--with-venv` when no uv is installed yet."""
    try:
        require_python(sys.version_info[:2])
        if "--with-venv" in arguments:
            require_venv()
        require_disk(Path.cwd(), SETUP_GIB)
    except FixInput as error:
        print(error.message, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
