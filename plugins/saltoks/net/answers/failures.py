"""Failed exchanges in words for the people who look after network and firewall."""

from __future__ import annotations

import socket
import ssl

import httpx

from saltoks.net.transport.answer_limits import TooLarge, TooSlow

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Failures before a request left this machine."""


def network_words(error: httpx.RequestError) -> str:
    """What went wrong between here and the host of a request, and what to check; a proxy by its variable."""
    host, proxy = error.request.url.host, error.request.extensions.get("proxy")
    if isinstance(error, TooSlow):
        return f"{host} did not end its answer in time; check network and firewall"
    if proxy and isinstance(error, NOT_SENT) and not isinstance(error, httpx.PoolTimeout):
        return f"no way to {host} {_through(error, str(proxy))}"
    return _direct_words(error, host)


def _through(error: httpx.RequestError, proxy: str) -> str:
    """What a proxy, or the lack of one, did to a request."""
    cure = f"correct {proxy}, or put the host into NO_PROXY"
    if isinstance(error, httpx.ProxyError):
        refused = str(error)[:3]
        said = f" ({refused})" if refused.isdigit() else ""
        if refused == "407":
            cure = f"give user and password in {proxy}, as http://USER:PASSWORD@HOST:PORT"
        return f"through the proxy that {proxy} names, which refused{said}; {cure}"
    if _caused_by(error, ssl.SSLError):
        return f"through the proxy that {proxy} names: no trusted TLS connection; check certificates, or {cure}"
    return f"through the proxy that {proxy} names; {cure}"


def unread_words(error: httpx.RequestError) -> str:
    """Why an answer could not be taken, though it came."""
    if isinstance(error, TooLarge):
        return "the answer is larger than any that is expected"
    return "the exchange broke HTTP rules"


def _direct_words(error: httpx.RequestError, host: str) -> str:
    if _caused_by(error, ssl.SSLError):
        return f"no trusted TLS connection to {host}; check certificates and any inspecting proxy"
    if _caused_by(error, socket.gaierror):
        return f"the name {host} is not known here; check DNS and the address"
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
