"""What a DAG file costs Airflow's DAG processor, which parses it again and again (design §9)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

from airflow_home import DAGS, PROJECT

BUDGET_SECONDS = 0.15
NAMES = sorted(file.stem for file in DAGS.glob("*.py"))
HEAVY = {
    "cryptography",
    "great_expectations",
    "httpx",
    "numpy",
    "pandas",
    "psycopg",
    "pydantic_settings",
    "sqlalchemy",
    "stamina",
    "typer",
    "yaml",
}
LIGHT = {
    "saltoks.airflow_defaults",
    "saltoks.approval",
    "saltoks.core",
    "saltoks.core.errors",
    "saltoks.core.retries",
    "saltoks.core.secrecy",
    "saltoks.core.variables",
    "saltoks.package_data",
    "saltoks.provider",
    "saltoks.tick",
}
"""All that a DAG file may bring of this product: importing the flows costs seconds."""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of several parses, and the modules that a parse brings beyond `airflow.sdk`."""

    seconds: list[float]
    modules: set[str]


def costs(*files: Path, repeats: int) -> dict[str, Cost]:
    """What each file costs in a fresh interpreter."""
    probe = Path(__file__).with_name("parse_probe.py")
    done = subprocess.run(
        [sys.executable, str(probe), str(repeats), *map(str, files)],
        env={**os.environ, "PYTHONPATH": str(PROJECT / "plugins")},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout.splitlines()[-1])
    return {Path(file).stem: Cost(one["seconds"], set(one["modules"])) for file, one in found.items()}


@pytest.fixture(scope="module")
def parsed() -> dict[str, Cost]:
    """The project's DAG files."""
    return costs(*(DAGS / f"{name}.py" for name in NAMES), repeats=5)


@pytest.mark.parametrize("name", NAMES)
def test_parse_time_is_within_the_budget(parsed: dict[str, Cost], name: str) -> None:
    assert median(parsed[name].seconds) < BUDGET_SECONDS


@pytest.mark.parametrize("name", NAMES)
def test_nothing_heavy_is_imported_at_module_level(parsed: dict[str, Cost], name: str) -> None:
    modules = parsed[name].modules
    assert {module.split(".")[0] for module in modules} & HEAVY == set()
    assert {module for module in modules if module.startswith("saltoks")} <= LIGHT


def test_a_heavy_file_would_be_noticed(tmp_path: Path) -> None:
    """The two checks above can fail."""
    heavy = tmp_path / "heavy.py"
    heavy.write_text("import pandas\nfrom saltoks.flows import access\n", encoding="utf-8")
    found = costs(heavy, repeats=1)["heavy"]
    assert "pandas" in found.modules
    assert "saltoks.flows.access" in found.modules
    assert median(found.seconds) > BUDGET_SECONDS
