"""Which proxy a request takes, by the variables that offices and containers set: HTTPS_PROXY, ALL_PROXY, NO_PROXY.

A variable in small letters wins over one in capitals. What cannot be used is one sentence that names the variable;
nothing of its value is shown, since a proxy's address may hold a password.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

import httpx

from saltoks.core.errors import ConfigError
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.net.address import is_loopback, web_address

_HELP = "write it like http://proxy.example:3128"
_WITH_PORT = re.compile(r"(?:\[([^\]]+)\]|([^:\[\]]+))(?::(\d{1,5}))?")
_PORTS = range(1, 65536)


@dataclass(frozen=True, slots=True)
class Way:
    """How a request goes out: through a proxy that a variable names, or directly."""

    variable: str | None = None
    proxy: httpx.URL | None = None


DIRECT = Way()


def way_to(url: httpx.URL, environ: Mapping[str, str]) -> Way:
    """The way to an address; raises ConfigError for a variable that cannot be used. This very machine needs none."""
    if is_loopback(url.host):
        return DIRECT
    for name in (f"{url.scheme}_proxy", "all_proxy"):
        variable, value = _set(name, environ)
        if value:
            return DIRECT if _is_spared(url, environ) else Way(variable, _proxy(variable, value))
    return DIRECT


def _set(name: str, environ: Mapping[str, str]) -> tuple[str, str]:
    """The variable by that name that counts, and its value."""
    variable = name if name in environ else name.upper()
    return variable, environ.get(variable, "").strip()


def _proxy(variable: str, value: str) -> httpx.URL:
    url = web_address(value if "://" in value else f"http://{value}")
    if url is None:
        raise ConfigError(f"{variable} names no proxy whose address can be read: {_HELP}")
    if url.scheme.startswith("socks"):
        cure = "name an http proxy in HTTPS_PROXY, or put the host into NO_PROXY"
        raise ConfigError(f"{variable} names a SOCKS proxy, and those cannot be used here: {cure}")
    if url.scheme not in ("http", "https"):
        raise ConfigError(f"{variable} names a proxy that is neither http nor https: {_HELP}")
    if not url.host or "%" in url.host or (url.port is not None and url.port not in _PORTS):
        raise ConfigError(f"{variable} names a proxy whose host or port is none: {_HELP}")
    KNOWN_SECRETS.learn_login(url.username, url.password)
    return url


def _is_spared(url: httpx.URL, environ: Mapping[str, str]) -> bool:
    variable, value = _set("no_proxy", environ)
    entries = [one for one in re.split(r"[,\s]+", value) if one]
    return any([_covers(one, url, variable) for one in entries])


def _covers(entry: str, url: httpx.URL, variable: str) -> bool:
    """Whether an entry of NO_PROXY means a host: a name and all below it, an address, a network, or everything."""
    entry = entry.casefold().rpartition("://")[2]
    if entry == "*":
        return True
    if "/" in entry:
        return _in_network(entry, url.host, variable)
    if _address(entry) is not None:
        return _address(entry) == _address(url.host)
    found = _WITH_PORT.fullmatch(entry)
    if found is None or (found[1] and _address(found[1]) is None):
        raise _unusable(variable, entry)
    if found[3] and int(found[3]) != (url.port or (443 if url.scheme == "https" else 80)):
        return False
    if found[1]:
        return _address(found[1]) == _address(url.host)
    name = found[2].removeprefix("*").removeprefix(".")
    return fnmatchcase(url.host, name) or url.host.endswith(f".{name}")


def _in_network(entry: str, host: str, variable: str) -> bool:
    try:
        network = ipaddress.ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        raise _unusable(variable, entry) from None
    address = _address(host)
    return address is not None and address.version == network.version and address in network


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None


def _unusable(variable: str, entry: str) -> ConfigError:
    what = f"{variable} holds {entry[:60]!r}, which is no host, address or network"
    return ConfigError(f"{what}: correct it, for example example.com, [::1] or 10.0.0.0/8")
