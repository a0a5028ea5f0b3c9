"""What only Airflow can tell: the one module of the flows that imports it, and only when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from saltoks.core.errors import ConfigError

if TYPE_CHECKING:
    from airflow.sdk import Connection


def get_connection(name: str) -> Connection:
    """The Airflow Connection of that id; raises `ConfigError` when there is none."""
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return BaseHook.get_connection(name)
    except AirflowNotFoundException as error:
        raise ConfigError(
            f"there is no Airflow Connection {name!r}: add it, or set AIRFLOW_CONN_{name.upper()}"
        ) from error


def fernet_keys() -> str:
    """The keys that Airflow seals secrets with, newest first; raises `ConfigError` when there are none."""
    from airflow.configuration import conf

    keys = conf.get("core", "fernet_key", fallback="")
    if not keys:
        raise ConfigError("PINs and refresh tokens can only be kept sealed: set AIRFLOW__CORE__FERNET_KEY")
    return str(keys)


def run_name() -> str:
    """The id of the run that the current task belongs to, unique over all DAGs."""
    from airflow.sdk import get_current_context

    run = get_current_context()["dag_run"]
    return f"{run.dag_id}/{run.run_id}"


def skip(reason: str) -> NoReturn:
    """Ends the current task as skipped, and with it what hangs on it."""
    from airflow.sdk.exceptions import AirflowSkipException

    raise AirflowSkipException(reason)
