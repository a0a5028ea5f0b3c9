"""The environment variables that make up the local Airflow: everything explicit, nothing inherited."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from saltoks.dev.stack.connections import postgres_connection
from saltoks.dev.stack.ports import LOOPBACK
from saltoks.dev.stack.stack_secrets import StackSecrets

PREFIXES_OF_AIRFLOW = ("AIRFLOW_", "_AIRFLOW_")
LEFT_OUT = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "NO_PROXY", "no_proxy")
PARALLELISM = 8
WAREHOUSE_CONNECTION = "AIRFLOW_CONN_SALTOKS_WAREHOUSE"
LOOPBACK_NAMES = "127.0.0.1,localhost"


@dataclass(frozen=True, slots=True)
class Site:
    """Where one local Airflow lives: its project, its own folder, its port and its databases."""

    project: Path
    airflow_home: Path
    port: int
    metadata_dsn: str
    warehouse_dsn: str

    @property
    def url(self) -> str:
        """The address of its web interface."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def sign_ins(self) -> Path:
        """The file with its users and passwords."""
        return self.airflow_home / "sign-ins.json"


def own_variables(site: Site, credentials: StackSecrets) -> dict[str, str]:
    """Everything this stack decides for Airflow and for this product."""
    return {
        "AIRFLOW_HOME": str(site.airflow_home),
        **_core(site, credentials),
        **_database(site),
        **_web(site, credentials),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "10",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(site.airflow_home / "logs"),
        "SALTOKS_WAREHOUSE": site.warehouse_dsn,
        WAREHOUSE_CONNECTION: json.dumps(postgres_connection(site.warehouse_dsn)),
        "GX_ANALYTICS_ENABLED": "False",
        "XDG_CACHE_HOME": str(site.airflow_home / "cache"),
        "XDG_CONFIG_HOME": str(site.airflow_home / "config"),
        "XDG_DATA_HOME": str(site.airflow_home / "data"),
        "XDG_STATE_HOME": str(site.airflow_home / "state"),
    }


def full_environment(inherited: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """What a process of this stack gets: the caller's environment without its Airflow settings, then `own`."""
    kept = {
        name: value
        for name, value in inherited.items()
        if name not in LEFT_OUT and not name.startswith(PREFIXES_OF_AIRFLOW)
    }
    no_proxy = ",".join(filter(None, (LOOPBACK_NAMES, inherited.get("NO_PROXY") or inherited.get("no_proxy"))))
    path = ":".join(filter(None, (str(Path(sys.executable).parent), inherited.get("PATH"))))
    return {**kept, **_platform(), "NO_PROXY": no_proxy, "no_proxy": no_proxy, "PATH": path, **own}


def _core(site: Site, credentials: StackSecrets) -> dict[str, str]:
    return {
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLELISM),
        "AIRFLOW__CORE__DAGS_FOLDER": str(site.project / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(site.project / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__FERNET_KEY": credentials.fernet_key,
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{site.url}/execution/",
        "AIRFLOW__CORE__AUTH_MANAGER": (
            "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager"
        ),
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{credentials.admin_user}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(site.sign_ins),
        "AIRFLOW__CORE__TEST_CONNECTION": "Enabled",
    }


def _database(site: Site) -> dict[str, str]:
    return {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": site.metadata_dsn,
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC": site.metadata_dsn.replace(
            "postgresql+psycopg:", "postgresql+psycopg_async:", 1
        ),
    }


def _web(site: Site, credentials: StackSecrets) -> dict[str, str]:
    return {
        "AIRFLOW__API__HOST": LOOPBACK,
        "AIRFLOW__API__PORT": str(site.port),
        "AIRFLOW__API__BASE_URL": site.url,
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__SECRET_KEY": credentials.api_secret_key,
        "AIRFLOW__API_AUTH__JWT_SECRET": credentials.jwt_secret,
    }


def _platform() -> dict[str, str]:
    """What only macOS needs, for processes that fork."""
    return {"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES"} if sys.platform == "darwin" else {}
