"""Which addresses a client may talk to: https anywhere, http on this very machine only."""

from __future__ import annotations

import ipaddress

import httpx

from saltoks.core.errors import ConfigError


def checked(name: str, address: str) -> httpx.URL:
    """The base address of a source, or ConfigError; `name` is how the error names the source."""
    try:
        url = httpx.URL(address.strip().rstrip("/"))
    except httpx.InvalidURL:
        raise ConfigError(f"Source {name!r}: its base address is not a web address; write https://host.") from None
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise ConfigError(f"Source {name!r}: its base address must be a plain one; write https://host.")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ConfigError(f"Source {name!r}: its base address must start with https; http is for this machine only.")
    return url


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
