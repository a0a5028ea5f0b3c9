"""The environment of the local Airflow: complete, explicit, and free of whatever the caller had set."""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.fernet import Fernet

from saltoks.dev.stack.airflow_environment import Site, full_environment, own_variables
from saltoks.dev.stack.stack_secrets import StackSecrets

SITE = Site(
    project=Path("/project"),
    airflow_home=Path("/project/.saltoks/airflow"),
    port=18080,
    metadata_dsn="postgresql+psycopg://airflow:pw@127.0.0.1:5555/airflow",
    warehouse_dsn="postgresql+psycopg://warehouse:wp@127.0.0.1:5555/warehouse",
)


def own(tmp_path: Path) -> dict[str, str]:
    """The stack's own variables, with fresh secrets."""
    return own_variables(SITE, StackSecrets.load(tmp_path / "secrets.json"))


def test_nothing_of_the_callers_airflow_comes_along(tmp_path: Path) -> None:
    """A developer's other Airflow must not leak into this one, nor its switches for Python."""
    inherited = {
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "AIRFLOW__CORE__SQL_ALCHEMY_CONN_CMD": "echo other",
        "AIRFLOW_CONN_SALTO_PROD": "salto://",
        "AIRFLOW_VAR_SITE": "other",
        "AIRFLOW_CONFIG": "/etc/airflow.cfg",
        "_AIRFLOW__AS_LIBRARY": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
    }
    environment = full_environment(inherited, own(tmp_path))
    assert not set(inherited) - {"AIRFLOW__CORE__EXECUTOR", "LANG", "PATH"} & set(environment)
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert environment["LANG"] == "C.UTF-8"
    assert environment["PATH"].endswith(":/usr/bin")
    assert {name for name in environment if name.startswith("AIRFLOW")} == {
        name for name in own(tmp_path) if name.startswith("AIRFLOW")
    }


def test_loopback_never_goes_through_a_proxy(tmp_path: Path) -> None:
    """A company's proxy settings stay, with this machine taken out of them."""
    environment = full_environment({"HTTP_PROXY": "http://proxy:3128", "no_proxy": "intra"}, own(tmp_path))
    assert environment["HTTP_PROXY"] == "http://proxy:3128"
    assert environment["NO_PROXY"] == environment["no_proxy"] == "127.0.0.1,localhost,intra"


def test_everything_stays_on_this_machine(tmp_path: Path) -> None:
    """Web interface, task API and databases are on the loopback address, on the chosen ports."""
    variables = own(tmp_path)
    assert variables["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert variables["AIRFLOW__API__PORT"] == "18080"
    assert variables["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == "http://127.0.0.1:18080/execution/"
    assert variables["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN_ASYNC"] == (
        "postgresql+psycopg_async://airflow:pw@127.0.0.1:5555/airflow"
    )


def test_the_warehouse_is_an_airflow_connection(tmp_path: Path) -> None:
    """The flows find their database under the connection id of `config/saltoks.yaml`."""
    assert json.loads(own(tmp_path)["AIRFLOW_CONN_SALTOKS_WAREHOUSE"]) == {
        "conn_type": "postgres",
        "host": "127.0.0.1",
        "port": 5555,
        "login": "warehouse",
        "password": "wp",
        "schema": "warehouse",
    }


def test_keys_are_fit_for_their_use(tmp_path: Path) -> None:
    """The Fernet key is one, and the secret that signs tokens is long enough for its algorithm."""
    secrets = StackSecrets.load(tmp_path / "secrets.json")
    assert Fernet(secrets.fernet_key).decrypt(Fernet(secrets.fernet_key).encrypt(b"pin")) == b"pin"
    assert len(secrets.jwt_secret) >= 64
    assert len(set(secrets.secret_values())) == 4
