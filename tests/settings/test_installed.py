"""Booking systems that packages bring: one that is broken, or claimed twice, stops only the sites that name it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PROBE = """
import json, sys
from pathlib import Path
from saltoks.core.errors import ConfigError
from saltoks.settings import load_each
try:
    found = load_each(Path(sys.argv[1]), {})
except ConfigError as error:
    print(json.dumps([[], error.message]))
else:
    print(json.dumps([[one.name for one in found.sites], "\\n".join(one.message for one in found.unreadable)]))
"""
Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Puts a package with one module and one entry point into a folder, as an installer does."""

    def put(package: str, name: str, code: str) -> Path:
        folder, module = tmp_path / "site-packages", f"of_{package}"
        info = folder / f"{package}-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[saltoks.systems]\n{name} = {module}:SYSTEM\n", encoding="utf-8")
        (folder / f"{module}.py").write_text(code, encoding="utf-8")
        return folder

    return put


@pytest.fixture
def root(write: Callable[..., Path], site: str) -> Path:
    """A site of tables, and one whose system is `till`."""
    other = site.replace("NL0000000001", "NL0000000002").replace("name: harbour", "name: quay")
    till = other.replace("system: tabular", "system: till")
    return write(harbour=site, quay=till)


def loaded(root: Path, beside: Path) -> tuple[list[str], str]:
    """The sites that can be read with these packages installed, and what is wrong with the others."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(root)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(PLUGINS), str(beside)])},
        capture_output=True,
        text=True,
        check=True,
    )
    sites, wrong = json.loads(done.stdout)
    return sites, wrong


@pytest.mark.parametrize(
    ("code", "says"),
    [
        pytest.param(
            "import no_such_module",
            "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module' — repair that package, or",
            id="lacks a module",
        ),
        pytest.param("SYSTEM = (", "cannot be loaded: SyntaxError: ", id="is no Python"),
        pytest.param("def f():\n  pass", "cannot be loaded: AttributeError: ", id="lacks the object"),
        pytest.param(
            "SYSTEM = 'till'", "is no BookingSystem but of type str — repair that package, or", id="is a text"
        ),
    ],
)
def test_a_broken_package_stops_its_own_sites_alone(root: Path, install: Install, code: str, says: str) -> None:
    sites, wrong = loaded(root, install("tills", "till", code))
    assert sites == ["harbour"]
    assert wrong.startswith(
        "config/sites/quay.yaml:6: source.system: 'till' of package tills (entry point of_tills:SYSTEM)"
    )
    assert says in wrong
    assert "\n" not in wrong


def test_a_name_that_two_packages_claim_stops_its_sites_alone(root: Path, install: Install) -> None:
    install("tills", "till", "")
    sites, wrong = loaded(root, install("counters", "till", ""))
    assert sites == ["harbour"]
    assert wrong == (
        "config/sites/quay.yaml:6: source.system: 'till' is brought by 2 packages, package counters (entry point "
        "of_counters:SYSTEM) and package tills (entry point of_tills:SYSTEM), so nobody knows which is meant — "
        "uninstall all but one"
    )


def test_a_package_that_nobody_names_is_not_even_imported(root: Path, install: Install, tmp_path: Path) -> None:
    folder = install("tills", "kasse", f"open({str(tmp_path / 'imported')!r}, 'w').close()")
    sites, wrong = loaded(root, folder)
    assert sites == ["harbour"]
    assert "source.system: 'till' is not allowed — use one of: " in wrong
    assert not (tmp_path / "imported").exists()


def test_an_environment_of_an_older_version_says_what_to_do(root: Path, tmp_path: Path) -> None:
    """What is installed of the product itself is older than this: it names no booking system."""
    info = tmp_path / "older" / "saltoks-0.0.1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: saltoks\nVersion: 0.0.1\n", encoding="utf-8")
    sites, wrong = loaded(root, info.parent)
    assert sites == []
    assert wrong.count("source.system: no booking system is installed, as this environment was made for an older") == 2
    assert "run `make setup`, or install the package saltoks anew" in wrong
