"""Failed exchanges in words for the people who look after network and firewall (F24)."""

from __future__ import annotations

import socket
import ssl

import httpx

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Failures before a request left this machine."""


def network_words(error: httpx.RequestError, host: str) -> str:
    """What went wrong between here and a host, and what to check."""
    if _caused_by(error, ssl.SSLError):
        return f"no trusted TLS connection to {host}; check certificates and any inspecting proxy"
    if _caused_by(error, socket.gaierror):
        return f"the name {host} is not known here; check DNS and the address"
    if isinstance(error, httpx.ProxyError):
        return "the proxy refused; check the proxy settings of this machine"
    if isinstance(error, httpx.PoolTimeout):
        return "no free connection in time; too much is asked at once"
    if isinstance(error, NOT_SENT):
        return f"no connection to {host}; check that network and firewall let HTTPS out to it"
    if isinstance(error, httpx.TimeoutException):
        return f"{host} did not answer in time; check network and firewall"
    return f"the connection to {host} was cut; check network, proxy and firewall"


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
