"""What is asked of a machine before anything is installed, and how it is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from saltoks.core.errors import FixInput
from saltoks.dev.stack.preflight import require_disk, require_python, require_venv

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)], ids=["oldest", "middle", "newest"])
def test_pythons_of_the_lock_are_taken(version: tuple[int, int]) -> None:
    """Every minor version that the lock was made for."""
    require_python(version)


@pytest.mark.parametrize("version", [(3, 10), (3, 14)], ids=["too old", "too new"])
def test_other_pythons_are_refused_by_name(version: tuple[int, int]) -> None:
    """The sentence names what was found, what is needed, and how to say so."""
    with pytest.raises(FixInput, match=rf"needs Python 3\.11.* is 3\.{version[1]}: .*make setup PYTHON="):
        require_python(version)


def test_a_full_disk_is_refused(tmp_path: Path) -> None:
    """Also for a folder that does not exist yet."""
    require_disk(tmp_path / "not" / "there", 0.0001)
    with pytest.raises(FixInput, match=r"Only .* GiB is free on the disk of .*not/there"):
        require_disk(tmp_path / "not" / "there", 1e9)


def test_this_python_can_make_an_environment() -> None:
    """The check passes where `python -m venv` works."""
    require_venv()


def test_a_python_without_ensurepip_is_refused(tmp_path: Path) -> None:
    """What Debian's python3 without python3-venv looks like: the package to install is named."""
    script = (
        "import sys; sys.modules['ensurepip'] = None\n"
        "from saltoks.dev.stack.preflight import main; sys.exit(main(['--with-venv']))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={"PYTHONPATH": str(PLUGINS)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "apt install python3-venv" in done.stderr


def test_it_runs_before_anything_is_installed(tmp_path: Path) -> None:
    """The standard library is enough: no site-packages are there when `make setup` asks."""
    done = subprocess.run(
        [sys.executable, "-S", "-m", "saltoks.dev.stack.preflight"],
        env={"PYTHONPATH": str(PLUGINS)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
