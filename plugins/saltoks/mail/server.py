"""A mail server from the fields of an Airflow Connection of type `smtp`, read as Airflow's own provider reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr

from saltoks.core.errors import ConfigError

_YES, _NO = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0", ""})
_TIMEOUT = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where and how mails are handed over; `name` is the connection, `sender` whom they are from.

    TLS from the start (`use_ssl`), or from `STARTTLS` on (`use_tls`); certificates are checked unless `trusts_all`.
    """

    name: str
    host: str
    port: int | None
    login: str | None = field(repr=False)
    password: str | None = field(repr=False)
    use_ssl: bool
    use_tls: bool
    trusts_all: bool
    timeout: float
    sender: str

    @property
    def place(self) -> str:
        """How errors name the server."""
        return f"the mail server {self.host}{f':{self.port}' if self.port else ''} (connection {self.name!r})"

    @classmethod
    def from_fields(
        cls,
        *,
        name: str,
        host: str | None,
        port: int | None,
        login: str | None,
        password: str | None,
        extra: Mapping[str, str],
        sender: str | None,
    ) -> MailServer:
        """The server of a connection; `sender` wins over its `from_email`. Raises `ConfigError` for what is missing."""
        sender = sender or extra.get("from_email") or None
        if not host:
            raise ConfigError(f"connection {name!r} names no host: fill in the mail server")
        if sender is None or "@" not in parseaddr(sender)[1]:
            raise ConfigError(f"connection {name!r} has no from_email: fill it in, or set credentials.sender")
        if extra.get("auth_type", "basic") != "basic":
            raise ConfigError(f"connection {name!r} signs in by {extra['auth_type']}: only basic is known here")
        if extra.get("ssl_context", "default") not in ("default", "none", ""):
            raise ConfigError(f"connection {name!r}: ssl_context is neither default nor none: correct it")
        use_ssl = not _flag(name, extra, "disable_ssl")
        return cls(
            name=name,
            host=host,
            port=port,
            login=login or None,
            password=password or None,
            use_ssl=use_ssl,
            use_tls=not use_ssl and not _flag(name, extra, "disable_tls"),
            trusts_all=extra.get("ssl_context") == "none",
            timeout=_seconds(name, extra),
            sender=sender,
        )


def _flag(name: str, extra: Mapping[str, str], key: str) -> bool:
    word = extra.get(key, "").strip().casefold()
    if word not in _YES | _NO:
        raise ConfigError(f"connection {name!r}: {key} is neither true nor false: correct it")
    return word in _YES


def _seconds(name: str, extra: Mapping[str, str]) -> float:
    try:
        seconds = float(extra.get("timeout") or _TIMEOUT)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise ConfigError(f"connection {name!r}: timeout is no number of seconds: correct it")
    return seconds
