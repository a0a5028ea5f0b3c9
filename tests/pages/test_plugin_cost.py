"""What the plugin costs every process of Airflow, most of which never serve a page."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from saltoks.dev.stack.airflow_environment import full_environment

PROBE = """
import json, sys
import airflow.plugins_manager
before = set(sys.modules)
import saltoks.airflow_plugin
print("ANSWER " + json.dumps(sorted(set(sys.modules) - before)))
"""


def test_pages_cost_nothing_where_nobody_asks_for_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=full_environment(os.environ, {"AIRFLOW_HOME": str(tmp_path)}),
        capture_output=True,
        text=True,
        check=True,
    )
    brought = set(json.loads(done.stdout.rpartition("ANSWER ")[2]))
    assert "saltoks.airflow_plugin" in brought
    assert [name for name in brought if name.startswith(("saltoks.flows", "saltoks.pages", "fastapi", "jinja2"))] == []
