"""The house stays in its layers: the import contracts of pyproject.toml hold, and each of them can break."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "plugins" / "saltoks"
LINTER = Path(sys.executable).with_name("lint-imports")
CONTRACTS = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]

PLANTED = {
    "core/plan/plan.py": ["import pydantic", "from saltoks.settings import load"],
    "core/access/overrides.py": ["from saltoks.core.plan import plan"],
    "warehouse/access/plans.py": [
        "from saltoks.salto import client",
        "from saltoks.settings import load",
        "import httpx",
    ],
    "warehouse/engine/database.py": ["from saltoks.warehouse.src import extracts"],
    "sandbox/salto/app.py": ["from saltoks.net import pace"],
    "flows/run/clock.py": ["from saltoks.flows import access"],
    "flows/apply/changes.py": [
        "import psycopg",
        "import airflow",
        "import great_expectations",
        "from saltoks import sandbox",
        "import smtplib",
        "from saltoks.systems import nexudus",
    ],
    "systems/nexudus/system.py": ["from saltoks import sandbox", "from saltoks.systems import tabular"],
}
"""One violation of every contract, by file."""

FLOORS = {
    "run.clock": "plan.current.naming",
    "plan.current.naming": "apply.members",
    "apply.members": "credentials.stays",
    "credentials.stays": "iq.one_time_codes",
    "iq.one_time_codes": "lint.hours",
    "lint.hours": "who",
    "who": "pages",
    "access": "sync",
    "nightly": "holds",
    "holds": "tasks",
    "tasks": "operations",
}
"""Of every floor of the flows a module, and one that it must not know: a floor up, or beside it."""


CORE_FLOORS = {
    "secrecy": "errors",
    "errors": "text",
    "text": "retries",
    "retries": "time.zones",
    "time.zones": "model.rules",
    "model.rules": "people.site_users",
    "people.site_users": "access.grants",
    "access.overrides": "plan.plan",
    "plan.plan": "devices.entries",
    "devices.entries": "credentials.pins",
}
"""The same of the core."""

WAREHOUSE_FLOORS = {
    "engine.database": "ops.runs",
    "ops.runs": "src.extracts",
    "src.extracts": "audit.entries",
    "audit.entries": "device.readings",
    "device.readings": "source_queries.query",
    "source_queries.query": "access.plans",
}
"""The same of the warehouse."""


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    """Checks the contracts of a tree."""
    return subprocess.run(
        [LINTER, "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "plugins"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_inward_only() -> None:
    done = lint(PROJECT)
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


def planted(root: Path, violations: Mapping[str, Sequence[str]]) -> subprocess.CompletedProcess[str]:
    """Checks the contracts of a copy of the tree with more lines at the ends of its files."""
    shutil.copytree(PACKAGE, root / "plugins" / "saltoks", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", root)
    for name, lines in violations.items():
        file = root / "plugins" / "saltoks" / name
        file.write_text("\n".join([file.read_text(encoding="utf-8"), *lines]), encoding="utf-8")
    return lint(root)


def test_every_contract_can_break(tmp_path: Path) -> None:
    done = planted(tmp_path, PLANTED)
    assert done.returncode == 1
    assert f"Contracts: 0 kept, {len(CONTRACTS)} broken." in done.stdout


@pytest.mark.parametrize(
    ("house", "floors"),
    [("flows", FLOORS), ("core", CORE_FLOORS), ("warehouse", WAREHOUSE_FLOORS)],
    ids=["flows", "core", "warehouse"],
)
def test_every_floor_can_break(tmp_path: Path, house: str, floors: Mapping[str, str]) -> None:
    """Each arrow that must not be is found, not one for all of them."""
    imports = {f"{house}/{name.replace('.', '/')}.py": [f"import saltoks.{house}.{to}"] for name, to in floors.items()}
    done = planted(tmp_path, imports)
    rooms = {name.split(".")[0]: to.split(".")[0] for name, to in floors.items()}
    missed = {
        name: to
        for name, to in rooms.items()
        if f"saltoks.{house}.{name} is not allowed to import saltoks.{house}.{to}" not in done.stdout
    }
    assert missed == {}


def imported(file: Path) -> set[str]:
    """Top-level names of all packages that a file imports, wherever in the file."""
    nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


@pytest.mark.parametrize("file", sorted((PACKAGE / "core").glob("**/*.py")), ids=lambda file: file.stem)
def test_the_core_imports_only_the_standard_library_and_what_asks_nobody(file: Path) -> None:
    """The contract forbids libraries by name; this finds those that nobody thought of."""
    foreign = {name.split(".")[0] for name in imported(file) if not f"{name}.".startswith("saltoks.core.")}
    assert foreign <= sys.stdlib_module_names | {"numpy", "pandas", "email_validator"}
