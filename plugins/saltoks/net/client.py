"""The HTTP client of one account: within the rate, so many at once, repeated where that is safe, and counted."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import httpx

from saltoks.core.errors import Throttled, TryAgain
from saltoks.net.answers.dialect import Dialect
from saltoks.net.answers.errors import About, error_for, network_error, unexpected
from saltoks.net.calls import Call, CallCount
from saltoks.net.pace import Pacer
from saltoks.net.repeat import repeated
from saltoks.net.transport.network import Line

log = logging.getLogger(__name__)

Transport = httpx.BaseTransport
TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=10.0, pool=30.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Who is asked: `name` in the log, `whom` in errors, at `address`, and how it says no."""

    name: str
    whom: str
    address: httpx.URL | str
    dialect: Dialect


class HttpClient:
    """One account's connection, safe to share between threads; raises errors of `core.errors` only."""

    def __init__(
        self,
        server: Server,
        *,
        auth: httpx.Auth | None,
        pacer: Pacer,
        at_once: int,
        sleep: Callable[[float], None],
        transport: Transport | None,
    ) -> None:
        self.calls = CallCount()
        self._server = server
        self._pacer = pacer
        self._sleep = sleep
        # httpx leaves `limits` to the transport, so a given transport would have none: count here
        self._slots = threading.BoundedSemaphore(at_once)
        self._http = httpx.Client(
            base_url=server.address,
            auth=auth,
            headers={"User-Agent": f"saltoks/{_version()}", "Accept": "application/json"},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=transport or Line(at_once=at_once),
            event_hooks={"request": [self._before], "response": [self._after]},
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def about(self, what: str) -> About:
        """How errors begin about what was asked; `what` completes "Could not …"."""
        return About(what, self._server.whom, self._server.dialect)

    def on_own_host(self, link: str) -> str | None:
        """The address a link of an answer means, on the server's own scheme, host and port; None if elsewhere."""
        base = httpx.URL(self._server.address)
        try:
            url = base.join(link)
            return str(base.copy_with(raw_path=url.raw_path)) if url.host == base.host else None
        except (httpx.InvalidURL, ValueError):
            return None

    def send(self, call: Call) -> httpx.Response:
        """The answer with success; otherwise a SaltoksError, after the repeats that are safe and worth it."""
        return repeated(lambda: self._send_once(call), adds_up=not call.repeatable, rest=self._rest)

    def _send_once(self, call: Call) -> httpx.Response:
        request = self._http.build_request(
            call.method,
            call.address or call.path(),
            params=dict(call.query) or None,
            headers=dict(call.headers),
            json=call.body,
            extensions={"route": call.route},
        )
        about = self.about(call.what)
        try:
            with self._slots:
                response = self._http.send(request)
        except httpx.RequestError as error:
            log.debug("%s: %s %s %s", self._server.name, call.method, call.route, type(error).__name__)
            raise network_error(error, about, writes=call.writes) from error
        except (httpx.InvalidURL, UnicodeError) as error:  # of a redirect, which httpx reads though we follow none
            raise unexpected(about, "the exchange broke HTTP rules") from error
        if not response.is_success:
            raise error_for(response, about)
        return response

    def _rest(self, error: TryAgain, delay: float) -> None:
        self.calls.add_retry()
        if isinstance(error, Throttled):
            self._pacer.pause(delay)
            return
        self.calls.add_wait(delay)
        self._sleep(delay)

    def _before(self, request: httpx.Request) -> None:
        began = time.perf_counter()
        self._pacer.wait()
        sent = time.perf_counter()
        self.calls.add_wait(sent - began)
        self.calls.add(request)
        request.extensions["sent"] = sent

    def _after(self, response: httpx.Response) -> None:
        request = response.request
        took = (time.perf_counter() - request.extensions["sent"]) * 1000
        name, route = self._server.name, request.extensions["route"]
        log.debug("%s: %s %s %d %.0f ms", name, request.method, route, response.status_code, took)


def _version() -> str:
    try:
        return version("saltoks")
    except PackageNotFoundError:
        return "unpackaged"
