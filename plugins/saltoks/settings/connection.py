"""The fields of a Connection, read with care: what can be meant is taken, what cannot is one sentence that names it.

Exports, forms and secrets backends write the same Connection differently: JSON inside JSON, numbers for text, text for
numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from saltoks.core.errors import ConfigError
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.settings.nearest import did_you_mean

SECRETS = frozenset(
    {"password", "user_password", "refresh_token", "totp_secret", "access_token", "client_secret", "sslpassword"}
)
"""Fields, also of `extra`, that nobody else may read."""
_FIELDS = ("conn_type", "host", "login", "password", "schema", "port", "extra")
_BESIDE = frozenset({"id", "conn_id", "description", "is_encrypted", "is_extra_encrypted", "get_uri", "extra_dejson"})
"""What Airflow writes beside the fields, and nobody needs."""
_WRAPPINGS = 5
_PORTS = range(1, 65536)


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
    conn_type: str | None = None

    def wrong(self, name: str, problem: str) -> ConfigError:
        """What is wrong with a field, and what to do, in one sentence."""
        return wrong(self.name, name, problem)

    def only(self, extras: Iterable[str], *, unused: Mapping[str, str] | None = None) -> None:
        """Raises `ConfigError` for an extra beside these, and for a field of `unused` that says something."""
        for name, instead in (unused or {}).items():
            if getattr(self, name):
                raise self.wrong(name, f"is not used by this kind of connection: take it out, {instead}")
        known = sorted(extras)
        for key in self.extra:
            if key not in known:
                hint = did_you_mean(key, known) if known else "take it out"
                raise self.wrong(f"extra.{key}", f"is not known here: {hint}")


def from_text(name: str, text: str) -> Connection:
    """The Connection that a JSON text is, also one inside other JSON texts; raises `ConfigError`."""
    variable = f"AIRFLOW_CONN_{name.upper()}"
    try:
        body = _unwrapped(text)
    except (ValueError, RecursionError):
        raise ConfigError(f"{variable} is not a JSON object: write it as Airflow documents") from None
    if not isinstance(body, Mapping):
        raise ConfigError(f"{variable} is not a JSON object: write it as Airflow documents")
    for key in body:
        if key not in _FIELDS and key not in _BESIDE:
            raise wrong(name, str(key), f"is no field of a Connection: {did_you_mean(str(key), _FIELDS)}")
    return from_fields(name, {key: body.get(key) for key in _FIELDS})


def check_address(name: str, text: str) -> None:
    """Raises `ConfigError` for a Connection written as an address that Airflow could not take apart."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise wrong(name, "port", "or host is not as in an address: correct it, or write it as JSON") from None
    if port == 0:
        raise wrong(name, "port", "is not a number from 1 to 65535: correct it, or leave it empty")


def from_fields(name: str, body: Mapping[str, object]) -> Connection:
    """The Connection of these fields; raises `ConfigError` that names the first one that cannot be meant."""
    found = Connection(
        name,
        conn_type=_text(name, "conn_type", body.get("conn_type")),
        host=(_text(name, "host", body.get("host")) or "").strip() or None,
        port=_port(name, body.get("port")),
        schema=_text(name, "schema", body.get("schema")),
        login=_text(name, "login", body.get("login")),
        password=_text(name, "password", body.get("password")),
        extra=_extra(name, body.get("extra")),
    )
    KNOWN_SECRETS.learn_login(found.login, found.password)
    KNOWN_SECRETS.learn(*(found.extra.get(key) for key in SECRETS))
    return found


def wrong(connection: str, name: str, problem: str) -> ConfigError:
    """The error for a field of a connection."""
    return ConfigError(f"connection {connection!r}: {name} {problem}")


def _extra(name: str, value: object) -> dict[str, str]:
    try:
        found = _unwrapped(value)
    except (ValueError, RecursionError):
        raise wrong(name, "extra", "is not JSON: write an object such as {} with its keys") from None
    if found is None or found == "":
        return {}
    if not isinstance(found, Mapping):
        raise wrong(name, "extra", f"is {_kind(found)}: write a JSON object with its keys")
    texts = {str(key): _text(name, f"extra.{key}", one, secret=key in SECRETS) for key, one in found.items()}
    return {key: text for key, text in texts.items() if text is not None}


def _unwrapped(value: object) -> object:
    for _ in range(_WRAPPINGS):
        if not isinstance(value, str) or not value.strip():
            break
        value = json.loads(value)
    return value


def _text(connection: str, name: str, value: object, *, secret: bool = True) -> str | None:
    """A text; numbers and booleans count as what they say unless it is a `secret`, where a digit may be lost."""
    if value is None:
        return None
    if isinstance(value, bool | int | float) and not secret:
        return str(value)
    if not isinstance(value, str):
        raise wrong(connection, name, f"is {_kind(value)} and must be text: put it in quotes")
    if any(ord(letter) < 32 or ord(letter) == 127 or 0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise wrong(connection, name, "holds a line break or another character that cannot be typed: enter it again")
    return value


def _port(connection: str, value: object) -> int | None:
    if value is None or value == "":
        return None
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if number not in _PORTS:
        raise wrong(connection, "port", "is not a number from 1 to 65535: correct it, or leave it empty")
    return number


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "an object"
