"""What Airflow itself makes of this product's plugin and provider, asked in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from saltoks.dev.stack.airflow_environment import full_environment
from saltoks.provider import CONNECTION_TYPE, get_provider_info

PROJECT = Path(__file__).resolve().parents[3]
PROBE = """
import json, sys, types
from airflow import plugins_manager
from airflow.providers_manager import ProvidersManager

plugins_manager.ensure_plugins_loaded()
plugins = [each["name"] for each in plugins_manager.get_plugin_info()]
manager = ProvidersManager()
form = [each for each in manager.iter_connection_type_hook_ui_metadata() if each.connection_type == "salto_ks"]
print("ANSWER " + json.dumps({
    "types": sys.modules["types"].__file__,
    "strangers": sorted(
        name for name, module in list(sys.modules.items())
        if "/plugins/saltoks/" in (getattr(module, "__file__", None) or "")
        and name.partition(".")[0] not in ("saltoks",)
    ),
    "plugins": plugins,
    "import_errors": plugins_manager.get_import_errors(),
    "providers": {name: info.version for name, info in manager.providers.items()},
    "fields": sorted(
        info.field_name for name, info in manager._connection_form_widgets_from_metadata.items()
        if name.startswith("extra__salto_ks__")
    ),
    "secret_fields": sorted(
        info.field_name for name, info in manager._connection_form_widgets_from_metadata.items()
        if name.startswith("extra__salto_ks__") and info.is_sensitive
    ),
    "hidden": manager.field_behaviours["salto_ks"]["hidden_fields"],
    "connection_types": [each.connection_type for each in form],
}))
"""


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a fresh Airflow with this project's plugins folder says."""
    own = {
        "AIRFLOW_HOME": str(tmp_path_factory.mktemp("airflow")),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__LAZY_LOAD_PLUGINS": "False",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=full_environment(os.environ, own),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout.rpartition("ANSWER ")[2])
    return found


def test_the_package_is_not_loaded_twice(answer: dict[str, Any]) -> None:
    """Airflow runs every file below plugins/ under its bare name, standard library names included: not ours."""
    assert Path(answer["types"]).parent == Path(os.__file__).parent
    assert answer["strangers"] == []


def test_the_plugin_is_listed_once_and_without_errors(answer: dict[str, Any]) -> None:
    """It shows up under Admin, Plugins."""
    assert answer["plugins"].count("saltoks") == 1
    assert answer["import_errors"] == {}


def test_the_provider_is_listed(answer: dict[str, Any]) -> None:
    """Airflow found the entry point and took what it says for valid."""
    assert answer["providers"]["saltoks"] == get_provider_info()["versions"][0]


def test_the_connection_form_has_its_fields(answer: dict[str, Any]) -> None:
    """Every field of an account, with the secret ones covered, and none that means nothing here."""
    assert answer["connection_types"] == [CONNECTION_TYPE]
    assert answer["fields"] == [
        "api_url",
        "environment",
        "grant",
        "identity_url",
        "refresh_token",
        "user_password",
        "username",
    ]
    assert answer["secret_fields"] == ["refresh_token", "user_password"]
    assert {"host", "port", "schema", "extra"} <= set(answer["hidden"])


def test_the_provider_needs_the_standard_library_only() -> None:
    """It is imported before everything else on every start of Airflow, so it must be quick and cannot fail."""
    script = "import sys, saltoks.provider; saltoks.provider.get_provider_info(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"airflow", "httpx", "pydantic", "pandas", "sqlalchemy"}
