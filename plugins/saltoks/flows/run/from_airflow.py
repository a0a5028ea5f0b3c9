"""What only Airflow can tell: the one module of the flows that imports it, and only when asked."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from saltoks.core.errors import ConfigError, Unavailable

_SHORTEST_MASKED = 5
"""Airflow masks nothing shorter, and says so."""


def get_connection(name: str) -> dict[str, object]:
    """The fields of the Airflow Connection of that id, `extra` as its text.

    Raises `ConfigError` when there is none or Airflow cannot read it, `Unavailable` when Airflow cannot be asked.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        found = BaseHook.get_connection(name)
    except AirflowNotFoundException as error:
        raise ConfigError(
            f"there is no Airflow Connection {name!r}: add it, or set AIRFLOW_CONN_{name.upper()}"
        ) from error
    except (ValueError, TypeError, AttributeError, KeyError):
        raise ConfigError(
            f"connection {name!r} cannot be read by Airflow: write its port, host and extra anew"
        ) from None
    except Exception as error:
        text = f"connection {name!r} cannot be asked of Airflow ({type(error).__name__})"
        raise Unavailable(f"{text}: add it there, or set AIRFLOW_CONN_{name.upper()}") from error
    fields = ("conn_type", "host", "port", "schema", "login", "password", "extra")
    return {field: getattr(found, field) for field in fields}


def mask(*secrets: str | None) -> None:
    """Lets Airflow hide secrets in its logs as well, where it runs."""
    if "airflow.sdk" not in sys.modules:
        return
    from airflow.sdk.log import mask_secret

    for one in secrets:
        if one and len(one) >= _SHORTEST_MASKED:
            mask_secret(one)


def is_set_up_here(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this machine has settings of Airflow, and not only its library."""
    home = Path(environ.get("AIRFLOW_HOME") or Path.home() / "airflow")
    database = ("", "_CMD", "_SECRET")
    return (home / "airflow.cfg").is_file() or any(
        environ.get(f"AIRFLOW__DATABASE__SQL_ALCHEMY_CONN{way}") for way in database
    )


def has_pool(name: str) -> bool | None:
    """Whether Airflow has a pool with slots by that name; None where Airflow is not set up or cannot be asked."""
    if not is_set_up_here():
        return None
    try:
        from airflow.models.pool import Pool

        found = Pool.get_pool(name)
    except Exception:  # whatever Airflow's database or settings say, this look is none of their business
        return None
    return found is not None and found.slots != 0


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
