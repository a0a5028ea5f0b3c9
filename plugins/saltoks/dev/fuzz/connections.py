"""Connections and network variables with spoiled fields: something to work with, or a sentence that names them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random

from saltoks.core.errors import SaltoksError
from saltoks.dev.fuzz import poison
from saltoks.dev.fuzz.attempt import Result, Rig
from saltoks.flows.run.connections import account, connection, database_url, mail_server
from saltoks.salto.client import SaltoKs
from saltoks.settings.connection import Connection
from saltoks.warehouse.engine.database import Warehouse

_SECRET = "planted-connection-secret"  # noqa: S105 - planted, to be looked for
_SALTO = {
    "conn_type": "salto_ks",
    "login": "client",
    "password": _SECRET,
    "extra": {"environment": "accept", "grant": "password", "username": "a@b.example", "user_password": _SECRET},
}
_POSTGRES = {
    "conn_type": "postgres",
    "host": "127.0.0.1",
    "port": 5432,
    "schema": "warehouse",
    "login": "etl",
    "password": _SECRET,
    "extra": {"sslmode": "require"},
}
_SMTP = {"conn_type": "smtp", "host": "127.0.0.1", "port": 25, "login": "a", "password": _SECRET, "extra": {}}
_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = (
    "localhost,[::1]",
    "fe80::/10,::1",
    "*",
    "http://[::1",
    "socks://127.0.0.1:1080",
    "socks5h://127.0.0.1:1080",
    "http://127.0.0.1:proxy",
    "127.0.0.1",
    "ftp://127.0.0.1",
    "http://user:pa ss@127.0.0.1:1",
    "/nowhere/at/all",
)
Use = Callable[[Connection], object]


@contextmanager
def connections() -> Iterator[Rig]:
    """Attempts with each type of connection, and with what the environment says of proxies and certificates."""
    kinds: Sequence[tuple[Mapping[str, object], Use]] = ((_SALTO, _salto), (_POSTGRES, _postgres), (_SMTP, mail_server))

    def attempt(chance: Random) -> Result:
        plain, use = chance.choice(kinds)
        spoils_network = use is _salto and chance.random() < 0.4
        text = json.dumps(plain) if spoils_network else _spoiled(chance, plain)
        variables = {chance.choice(_VARIABLES): chance.choice((*_PROXIES, *poison.TEXTS))} if spoils_network else {}
        named = {name: value for name, value in variables.items() if _can_be_set(value)}
        if not _can_be_set(text):
            return Result()
        with _environment({"AIRFLOW_CONN_FUZZ": text} | named):
            return _used(use, [*named, "fuzz", "FUZZ"])

    yield Rig(attempt, {_SECRET})


def _used(use: Use, names: Sequence[str]) -> Result:
    try:
        use(connection("fuzz"))
    except SaltoksError as error:
        nameless = () if any(name in error.message for name in names) else (f"names nothing: {error.message}",)
        return Result(said=(error.message,), broken=nameless)
    return Result()


def _salto(found: Connection) -> None:
    with SaltoKs(account(found), now=lambda: datetime.now(UTC)):
        """Only made: nothing is asked."""


def _postgres(found: Connection) -> None:
    Warehouse(database_url(found)).close()


def _spoiled(chance: Random, plain: Mapping[str, object]) -> str:
    body: object = dict(plain)
    for _ in range(chance.randrange(1, 3)):
        if places := poison.leaves(body):
            place = chance.choice(places)
            body = poison.replaced(body, place[: chance.randrange(1, len(place) + 1)], poison.value(chance))
    text = json.dumps(body)
    kinds = (
        text,
        text,
        text,
        json.dumps(dict(plain) | {"extra": json.dumps(json.dumps(plain["extra"]))}),
        poison.broken(chance, text.encode()).decode("utf-8", "replace"),
    )
    return chance.choice(kinds)


def _can_be_set(value: str) -> bool:
    """No environment holds a NUL or half a surrogate pair."""
    return "\0" not in value and value.encode("utf-8", "replace").decode() == value


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
