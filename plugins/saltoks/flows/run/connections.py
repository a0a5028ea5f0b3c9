"""Airflow Connections as values: from the environment where they are there, else from Airflow itself.

A terminal does not need Airflow for a connection that stands in `AIRFLOW_CONN_<ID>` as JSON: importing it costs
seconds.
"""

from __future__ import annotations

import os
from dataclasses import replace

from saltoks.flows.run import from_airflow
from saltoks.mail.server import MailServer
from saltoks.salto.account import Account
from saltoks.settings import SaltoRef
from saltoks.settings.connection import SECRETS, Connection, check_address, from_fields, from_text
from saltoks.warehouse.engine.address import Server

_SALTO = ("environment", "api_url", "identity_url", "grant", "username", "user_password", "refresh_token")
_MAIL = (
    "from_email",
    "disable_ssl",
    "disable_tls",
    "timeout",
    "ssl_context",
    "auth_type",
    "retry_limit",
    "subject_template",
    "html_content_template",
)
"""What Airflow's own provider knows and basic sign-in needs."""


def connection(name: str) -> Connection:
    """The connection of that id; raises `ConfigError` when there is none or it cannot be read."""
    text = os.environ.get(f"AIRFLOW_CONN_{name.upper()}", "").strip()
    if text and "://" not in text.partition("{")[0]:
        found = from_text(name, text)
    else:
        check_address(name, text)
        found = from_fields(name, from_airflow.get_connection(name))
    from_airflow.mask(found.password, *(found.extra.get(key) for key in SECRETS))
    return found


def account(found: Connection, ref: SaltoRef | None = None) -> Account:
    """A Salto account from a connection of type `salto_ks`, with a site's own request rate where one is given."""
    instead = "as environment says where Salto KS is"
    found.only(_SALTO, unused={"host": instead, "port": instead, "schema": instead})
    extra = found.extra
    made = Account.from_fields(
        name=found.name,
        environment=extra.get("environment", ""),
        client_id=found.login,
        client_secret=found.password,
        grant=extra.get("grant") or "password",
        username=extra.get("username"),
        password=extra.get("user_password"),
        refresh_token=extra.get("refresh_token"),
        api_url=extra.get("api_url"),
        identity_url=extra.get("identity_url"),
    )
    return replace(made, rate_per_second=ref.rate_per_second, at_once=ref.at_once) if ref else made


def database_url(found: Connection) -> str:
    """A SQLAlchemy URL from a connection of type `postgres`; its extras are options of libpq."""
    if found.conn_type not in (None, "", "postgres", "postgresql"):
        raise found.wrong("conn_type", f"is {found.conn_type!r}: only postgres is read")
    server = Server(
        name=found.name,
        host=found.host,
        port=found.port,
        database=found.schema,
        user=found.login,
        password=found.password,
        options=found.extra,
    )
    return server.url()


def mail_server(found: Connection, sender: str | None = None) -> MailServer:
    """A mail server from a connection of type `smtp`; mails are from `sender`, else from its `from_email`."""
    found.only(_MAIL, unused={"schema": "as a mail server has none"})
    return MailServer.from_fields(
        name=found.name,
        host=found.host,
        port=found.port,
        login=found.login,
        password=found.password,
        extra=found.extra,
        sender=sender,
    )
