"""A booking system of somebody else's package, installed beside the product: nothing of the house names it.

The package is the one that docs/add-a-booking-system.md walks through.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from stage import Stage

PROJECT = Path(__file__).resolve().parents[2]
OUTSIDE = Path(__file__).with_name("outside")
WALK = PROJECT / "docs" / "add-a-booking-system.md"
SHOWN = re.compile(r"^`(\S+)`\n\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A file of the walk: its name, and what is in it."""
ANN = "ann@house.example"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built as its own pyproject.toml says, and unpacked as an installer does."""
    folder = tmp_path_factory.mktemp("outside")
    shutil.copytree(OUTSIDE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=folder / "source", check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(folder / "site-packages")
    return folder / "site-packages"


@pytest.fixture
def studio(stage: Stage) -> Stage:
    """The stage with the site and the file of the walk in place of its own."""
    (stage.root / "config" / "sites" / "house.yaml").unlink()
    shutil.copy(OUTSIDE / "studio.yaml", stage.root / "config" / "sites")
    shutil.copy(OUTSIDE / "data" / "kiln.json", stage.root / "data")
    return stage


def saltoks(*arguments: str, beside: Path | None = None) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with what is installed in a folder beside the product."""
    folders = [str(PROJECT / "plugins"), *([str(beside)] if beside else [])]
    return subprocess.run(
        [sys.executable, "-c", "from saltoks.cli import main; main()", *arguments],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_package_of_somebody_else_opens_a_door(studio: Stage, installed: Path) -> None:
    checked = saltoks("check", "--json", beside=installed)
    found = {one["what"]: (one["level"], one["message"]) for one in json.loads(checked.stdout)}
    assert found["source"] == ("ok", "was read: locations 1, customers 1, items 1, bookings 1")
    assert [one for one in found.values() if one[0] == "error"] == []
    done = saltoks("sync", "--as-of", studio.at.isoformat(), beside=installed)
    assert done.returncode == 0, done.stdout + done.stderr
    assert studio.opens(ANN, "Room 1")


def test_its_rules_are_those_of_its_own_preset(studio: Stage, installed: Path) -> None:
    """Half an hour before, a booking opens; the default is none."""
    studio.move(-25)
    saltoks("sync", "--as-of", studio.at.isoformat(), beside=installed)
    assert studio.opens(ANN, "Room 1")
    shown = saltoks("config", "show", "--json", beside=installed)
    assert '"presets/kiln.yaml' in shown.stdout


def test_what_it_cannot_read_takes_no_access_away(studio: Stage, installed: Path) -> None:
    saltoks("sync", "--as-of", studio.at.isoformat(), beside=installed)
    (studio.root / "data" / "kiln.json").write_text('{"people": {}, "wheels"', encoding="utf-8")
    studio.move(15)
    done = saltoks("sync", "--as-of", studio.at.isoformat(), beside=installed)
    assert done.returncode == 2
    assert "data/kiln.json cannot be read" in done.stderr
    assert studio.opens(ANN, "Room 1")


def test_without_the_package_its_site_says_what_there_is(studio: Stage) -> None:
    done = saltoks("config", "lint", "--offline", "--json")
    assert done.returncode == 2
    problem = "'kiln' is not allowed — use one of: deskworks, ireserve, nexudus, tabular"
    assert ("config/sites/studio.yaml:7: source.system", problem) in [
        (found["where"], found["message"]) for found in json.loads(done.stdout)
    ]


def test_the_walk_shows_the_package_as_it_is() -> None:
    shown = dict(SHOWN.findall(WALK.read_text(encoding="utf-8")))
    there = {str(file.relative_to(OUTSIDE)): file for file in OUTSIDE.rglob("*") if file.is_file()}
    files = {name: file.read_text(encoding="utf-8") for name, file in there.items() if "__pycache__" not in file.parts}
    assert shown == files
