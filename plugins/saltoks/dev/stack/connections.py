"""Airflow Connections as Airflow takes them from the environment."""

from __future__ import annotations

from sqlalchemy import make_url


def postgres_connection(dsn: str) -> dict[str, str | int | None]:
    """The connection to the database of an address."""
    url = make_url(dsn)
    return {
        "conn_type": "postgres",
        "host": url.host,
        "port": url.port,
        "login": url.username,
        "password": url.password,
        "schema": url.database,
    }
