"""Airflow Connections as values: from the environment where they are there, else from Airflow itself.

A terminal does not need Airflow for a connection that stands in `AIRFLOW_CONN_<ID>` as JSON: importing it costs
seconds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import URL

from saltoks.core.errors import ConfigError
from saltoks.flows import from_airflow
from saltoks.mail.server import MailServer
from saltoks.salto.account import Account
from saltoks.settings import SaltoRef


@dataclass(frozen=True, slots=True)
class Connection:
    """The fields of an Airflow Connection; secrets do not show in its repr."""

    name: str
    host: str | None = None
    port: int | None = None
    schema: str | None = None
    login: str | None = None
    password: str | None = field(default=None, repr=False)
    extra: Mapping[str, str] = field(default_factory=dict, repr=False)


def connection(name: str) -> Connection:
    """The connection of that id; raises `ConfigError` when there is none or it cannot be read."""
    text = os.environ.get(f"AIRFLOW_CONN_{name.upper()}")
    return _from_json(name, text) if text and text.lstrip().startswith("{") else _from_airflow(name)


def account(found: Connection, ref: SaltoRef | None = None) -> Account:
    """A Salto account from a connection of type `salto_ks`, with a site's own request rate where one is given."""
    extra = found.extra
    made = Account.from_fields(
        name=found.name,
        environment=extra.get("environment", "production"),
        client_id=found.login,
        client_secret=found.password,
        grant=extra.get("grant", "password"),
        username=extra.get("username"),
        password=extra.get("user_password"),
        refresh_token=extra.get("refresh_token"),
        api_url=extra.get("api_url"),
        identity_url=extra.get("identity_url"),
    )
    return replace(made, rate_per_second=ref.rate_per_second, at_once=ref.at_once) if ref else made


def database_url(found: Connection) -> str:
    """A SQLAlchemy URL from a connection of type `postgres`."""
    if not found.host or not found.schema:
        raise ConfigError(f"connection {found.name!r} names no host or no database: fill in both")
    url = URL.create(
        "postgresql+psycopg", found.login, found.password, found.host, found.port or 5432, database=found.schema
    )
    return url.render_as_string(hide_password=False)


def mail_server(found: Connection, sender: str | None = None) -> MailServer:
    """A mail server from a connection of type `smtp`; mails are from `sender`, else from its `from_email`."""
    return MailServer.from_fields(
        name=found.name,
        host=found.host,
        port=found.port,
        login=found.login,
        password=found.password,
        extra=found.extra,
        sender=sender,
    )


def _from_json(name: str, text: str) -> Connection:
    try:
        body = json.loads(text)
        extra = body.get("extra") or {}
        extra = json.loads(extra) if isinstance(extra, str) else extra
    except (json.JSONDecodeError, AttributeError) as error:
        raise ConfigError(f"AIRFLOW_CONN_{name.upper()} is not a JSON object: write it as Airflow documents") from error
    return Connection(
        name,
        body.get("host"),
        int(body["port"]) if body.get("port") else None,
        body.get("schema"),
        body.get("login"),
        body.get("password"),
        {key: str(value) for key, value in extra.items() if value is not None},
    )


def _from_airflow(name: str) -> Connection:
    found = from_airflow.get_connection(name)
    extra = {key: str(value) for key, value in found.extra_dejson.items() if value is not None}
    return Connection(name, found.host, found.port, found.schema, found.login, found.password, extra)
