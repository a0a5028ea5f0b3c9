"""A PostgreSQL server from the fields of a connection, with every option that libpq knows."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from psycopg import pq
from sqlalchemy import URL

from saltoks.core import host_name
from saltoks.core.errors import ConfigError

_FIELDS = {"host": "host", "port": "port", "dbname": "schema", "user": "login", "password": "password"}
"""Options that are fields of the connection, by the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where a database is and how to get in; `name` is the connection, `options` are libpq's (`sslmode`, …)."""

    name: str
    host: str | None
    port: int | None
    database: str | None
    user: str | None
    password: str | None = field(repr=False)
    options: Mapping[str, str] = field(repr=False)

    def url(self) -> str:
        """The SQLAlchemy URL, password included; raises `ConfigError` that names the field that is wrong."""
        if not self.host or not self.database:
            raise ConfigError(f"connection {self.name!r} names no host or no database: fill in both")
        self._check_options()
        folder = self.host.startswith("/")
        url = URL.create(
            "postgresql+psycopg",
            self.user,
            self.password,
            None if folder else self._checked_host(self.host),
            None if folder and self.port is None else self.port or 5432,
            database=self.database,
            query=dict(self.options) | ({"host": self.host} if folder else {}),
        )
        return url.render_as_string(hide_password=False)

    def _check_options(self) -> None:
        known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
        for key in self.options:
            if key in _FIELDS:
                raise self._wrong(f"extra.{key}", f"belongs in the field {_FIELDS[key]}: move it there")
            if key not in known:
                raise self._wrong(f"extra.{key}", "is no option of PostgreSQL's libpq: correct it or take it out")

    def _checked_host(self, host: str) -> str:
        bare = host.removeprefix("[").removesuffix("]")
        with suppress(ValueError):
            return str(ipaddress.IPv6Address(bare))
        if any(mark in host for mark in ":/@?#[] "):
            raise self._wrong("host", "is not the name or address of a server alone: port and database have own fields")
        if not all(host_name.is_askable(part) for part in host.split(",")):
            raise self._wrong("host", "is not a name that DNS could know: correct it")
        return host

    def _wrong(self, name: str, problem: str) -> ConfigError:
        return ConfigError(f"connection {self.name!r}: {name} {problem}")
