"""How requests go over the network: by the proxies and certificates of the environment, and within limits.

The transport of every client of the house: it hands out answers that are whole, unpacked, and of a size that memory
bears.
"""

from __future__ import annotations

import os
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property

import httpcore
import httpx

from saltoks.net.transport.answer_limits import UNPACKED, Limits, TooSlow, read_whole
from saltoks.net.transport.deadline import Network, within
from saltoks.net.transport.proxies import DIRECT, Way, way_to
from saltoks.net.transport.trust import trusted

KEEP_SECONDS = 5.0
_OF_THE_WIRE = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers that say how a body travelled, not what it is."""


class Line(httpx.BaseTransport):
    """Connections to any number of hosts, safe to share between threads.

    Raises what `httpx` raises; `TooSlow` and `TooLarge` for answers beyond the limits, and ConfigError for a proxy or a
    certificate that the environment names and that cannot be used. A request that goes through a proxy has the
    variable's name in its extensions, as `proxy`.
    """

    def __init__(
        self, *, at_once: int = 10, limits: Limits | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._at_once = at_once
        self._limits = limits or Limits()
        self._environ = environ
        self._lock = threading.Lock()
        self._pools: dict[Way, httpcore.ConnectionPool] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The whole answer to a request."""
        way = way_to(request.url, self._environ)
        if way is not DIRECT:
            request.extensions["proxy"] = way.variable
        request.headers["Accept-Encoding"] = UNPACKED
        with within(self._limits.seconds) as end, _as_httpx(end):
            answer = self._pool(way, request.url).handle_request(_wired(request))
            try:
                return self._whole(answer)
            finally:
                answer.close()

    def close(self) -> None:
        """Give the connections back."""
        for pool in self._pools.values():
            pool.close()

    def _whole(self, answer: httpcore.Response) -> httpx.Response:
        encodings = [
            text for name, value in answer.headers if name.lower() == b"content-encoding" for text in _words(value)
        ]
        pieces: Iterable[bytes] = answer.iter_stream()
        body = read_whole(pieces, encodings, self._limits)
        headers = [(name, value) for name, value in answer.headers if name.lower() not in _OF_THE_WIRE]
        kept = {
            name: answer.extensions[name] for name in ("http_version", "reason_phrase") if name in answer.extensions
        }
        return httpx.Response(answer.status, headers=headers, content=body, extensions=kept)

    def _pool(self, way: Way, url: httpx.URL) -> httpcore.ConnectionPool:
        trust = self._trust if url.scheme == "https" or way is not DIRECT else None
        with self._lock:
            if way not in self._pools:
                self._pools[way] = self._opened(way, trust)
            return self._pools[way]

    def _opened(self, way: Way, trust: ssl.SSLContext | None) -> httpcore.ConnectionPool:
        if way.proxy is None:
            return httpcore.ConnectionPool(
                ssl_context=trust,
                max_connections=self._at_once,
                keepalive_expiry=KEEP_SECONDS,
                network_backend=Network(),
            )
        login = (way.proxy.username.encode(), way.proxy.password.encode())
        return httpcore.HTTPProxy(
            str(way.proxy.copy_with(userinfo=b"", path="/")),
            proxy_auth=login if any(login) else None,
            ssl_context=trust,
            proxy_ssl_context=trust if way.proxy.scheme == "https" else None,
            max_connections=self._at_once,
            keepalive_expiry=KEEP_SECONDS,
            network_backend=Network(),
        )

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return trusted(self._environ)


def _wired(request: httpx.Request) -> httpcore.Request:
    url = request.url
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
        headers=request.headers.raw,
        content=request.content,
        extensions=request.extensions,
    )


def _words(value: bytes) -> list[str]:
    return [one.strip().lower() for one in value.decode("ascii", "replace").split(",")]


@contextmanager
def _as_httpx(end: float) -> Iterator[None]:
    """The network's failures by the names that `httpx` gives them; what ended at `end` was too slow."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        if isinstance(error, httpcore.ReadTimeout | httpcore.WriteTimeout) and time.monotonic() >= end:
            raise TooSlow(str(error)) from error
        kind = getattr(httpx, type(error).__name__)
        raise kind(str(error)) from error
    except httpcore.UnsupportedProtocol as error:
        raise httpx.UnsupportedProtocol(str(error)) from error
