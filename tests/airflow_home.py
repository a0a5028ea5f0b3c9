"""A throw-away Airflow for this test process: to be set up before the first import of airflow."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DAGS = PROJECT / "dags"


def set_up() -> Path:
    """Puts Airflow's settings into the environment, nothing inherited; gives its home, the same at every call.

    Processes that run tests side by side have one each, also where the one that started them had one already.
    """
    home, worker = os.environ.get("SALTOKS_TEST_AIRFLOW"), os.environ.get("PYTEST_XDIST_WORKER", "")
    if home and os.environ.get("SALTOKS_TEST_AIRFLOW_OF") == worker:
        return Path(home)
    if "airflow" in sys.modules:
        raise RuntimeError("airflow was imported before its test environment was set up: import it inside a test")
    made = Path(tempfile.mkdtemp(prefix="saltoks-airflow-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    for name in [name for name in os.environ if name.startswith(("AIRFLOW_", "_AIRFLOW_"))]:
        del os.environ[name]
    os.environ.update(settings(made), SALTOKS_TEST_AIRFLOW=str(made), SALTOKS_TEST_AIRFLOW_OF=worker)
    return made


def import_pools() -> None:
    """Makes the pools of `config/pools.json`, as the README's steps do."""
    from airflow.models.pool import Pool

    for name, pool in json.loads((PROJECT / "config" / "pools.json").read_text(encoding="utf-8")).items():
        Pool.create_or_update_pool(name, **pool)


def settings(home: Path) -> dict[str, str]:
    """Airflow in that folder: SQLite, the project's DAGs and plugins, quiet."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
    }
