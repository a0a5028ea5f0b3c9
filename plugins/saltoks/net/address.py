"""Which addresses a client may talk to: https anywhere, http on this very machine only."""

from __future__ import annotations

import ipaddress
from contextlib import suppress

import httpx

from saltoks.core.errors import ConfigError
from saltoks.core.host_name import is_askable

_SEVERAL = 2


def address_of(name: str, host: str | None, port: int | None, scheme: str | None) -> str:
    """The address that host, port and scheme of a connection make: https unless it says otherwise, "" without a host.

    Raises ConfigError for what is no address, for a scheme that is none, and for a port that is given twice.
    """
    if scheme not in (None, "", "http", "https"):
        raise ConfigError(f"Connection {name!r}: schema is {scheme!r}; write https, or leave it empty.")
    if not host:
        return ""
    with suppress(ValueError):
        host = f"[{ipaddress.IPv6Address(host)}]"
    url = checked(name, host if "://" in host else f"{scheme or 'https'}://{host}")
    if port is None:
        return str(url)
    if url.port not in (None, port):
        raise ConfigError(f"Connection {name!r}: host names another port than port does; take one of them out.")
    return str(url.copy_with(port=port))


def checked(name: str, address: str) -> httpx.URL:
    """The base address of a source, or ConfigError; `name` is its connection, whose host the error names."""
    url = web_address(address.strip().rstrip("/"))
    if url is None:
        raise ConfigError(f"Connection {name!r}: host is not a web address; write https://host.")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise ConfigError(f"Connection {name!r}: host must be a plain address; write https://host.")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigError(f"Connection {name!r}: host must start with https; http is for this machine only.")
    return url


def web_address(text: str) -> httpx.URL | None:
    """The address that a text is, else None: also for a host that no resolver can be asked for, and a second scheme."""
    try:
        url = httpx.URL(text)
        sound = not url.host or ":" in url.host or is_askable(url.host)
    except (httpx.InvalidURL, UnicodeError):
        return None
    return url if sound and " " not in text and text.count("://") < _SEVERAL else None


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
