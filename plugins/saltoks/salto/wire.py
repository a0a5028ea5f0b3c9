"""Sends one call: within the rate, at most `at_once` together, repeated where a repeat is safe."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from urllib.parse import quote

import httpx

from saltoks.core.errors import MaybeGone, SaltoksError, Throttled, TryAgain, Unavailable
from saltoks.net.limits import TooSlow
from saltoks.net.line import Line
from saltoks.net.pace import LocalPacer, Pacer
from saltoks.salto.account import Account
from saltoks.salto.auth import TokenAuth, TokenStore
from saltoks.salto.calls import CallCount
from saltoks.salto.problems import error_for, network_error, unexpected

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=10.0, pool=30.0)
REPEATS = 3
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """One request to the Connect API; `what` completes "Could not …", `route` has the ids as {names}."""

    method: str
    route: str
    what: str
    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    address: str | None = None
    """The whole address of a following page, instead of route, ids and query."""
    adds_up: bool = False
    """Doing it twice is not the same as doing it once, though it is no POST."""

    @property
    def writes(self) -> bool:
        """Whether the call may change something."""
        return self.method != "GET"

    def path(self) -> str:
        """The route with its ids filled in; ValueError for an id that would turn it into another route."""
        return self.route.format_map({name: _segment(value) for name, value in self.ids.items()})


class Wire:
    """The one HTTP client of an account."""

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime],
        pacer: Pacer | None,
        tokens: TokenStore | None,
        sleep: Callable[[float], None],
        transport: httpx.BaseTransport | None,
    ) -> None:
        self.calls = CallCount()
        self._account = account
        self._pacer = pacer or LocalPacer(account.rate_per_second, sleep=sleep)
        self._sleep = sleep
        # httpx leaves `limits` to the transport, so a given transport would have none: count here
        self._slots = threading.BoundedSemaphore(account.at_once)
        self._http = httpx.Client(
            base_url=account.hosts().api,
            auth=TokenAuth(account, now=now, tokens=tokens),
            headers={"User-Agent": f"saltoks/{_version()}", "Accept": "application/json"},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=transport or Line(at_once=account.at_once),
            event_hooks={"request": [self._before], "response": [self._after]},
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def about(self, call: Call) -> str:
        """How errors name a call."""
        return f"{call.what} (connection {self._account.name!r})"

    def on_own_host(self, link: str) -> str | None:
        """The address a link of an answer means, on the account's own scheme, host and port; None if elsewhere."""
        base = httpx.URL(self._account.hosts().api)
        try:
            url = base.join(link)
            return str(base.copy_with(raw_path=url.raw_path)) if url.host == base.host else None
        except (httpx.InvalidURL, ValueError):
            return None

    def send(self, call: Call) -> httpx.Response:
        """The answer with success; otherwise a SaltoksError, after the repeats that are safe and worth it."""
        waited = 0.0
        for repeat in range(REPEATS):
            try:
                return self._send_once(call)
            except TryAgain as error:
                delay = _delay(error, repeat)
                waited += delay
                if waited > LONGEST_WAIT or isinstance(error.__cause__, TooSlow) or not _may_repeat(call, error):
                    raise
                self._rest(error, delay)
        return self._send_once(call)

    def _send_once(self, call: Call) -> httpx.Response:
        request = self._http.build_request(
            call.method,
            call.address or call.path(),
            params=call.query or None,
            headers=dict(call.headers),
            json=call.body,
            extensions={"route": call.route},
        )
        try:
            with self._slots:
                response = self._http.send(request)
        except httpx.RequestError as error:
            log.debug("salto: %s %s %s", call.method, call.route, type(error).__name__)
            raise network_error(error, self.about(call), writes=call.writes) from error
        except (httpx.InvalidURL, UnicodeError) as error:  # of a redirect, which httpx reads though we follow none
            raise unexpected(self.about(call), "the exchange broke HTTP rules") from error
        if not response.is_success:
            raise error_for(response, self.about(call))
        return response

    def _rest(self, error: SaltoksError, delay: float) -> None:
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
        self.calls.add(request.method, request.extensions["route"])
        request.extensions["sent"] = sent

    def _after(self, response: httpx.Response) -> None:
        request = response.request
        took = (time.perf_counter() - request.extensions["sent"]) * 1000
        log.debug("salto: %s %s %d %.0f ms", request.method, request.extensions["route"], response.status_code, took)


def _may_repeat(call: Call, error: TryAgain) -> bool:
    """A throttled or unsent request did nothing; what may have acted is repeated only if that changes nothing.

    A 404 of an outage lasts: the next run asks again.
    """
    if isinstance(error, MaybeGone):
        return False
    adds_up = call.adds_up or call.method == "POST"
    return not (isinstance(error, Unavailable) and error.sent) or not adds_up


def _delay(error: TryAgain, repeat: int) -> float:
    """Seconds before the next try: as told, else 1, 2, 4 s give or take half."""
    if isinstance(error, Throttled) and error.retry_after is not None:
        return error.retry_after
    return float(2**repeat) * random.uniform(0.5, 1.5)


def _segment(value: str) -> str:
    if not value.strip("."):
        raise ValueError(f"{value!r} is not an id")
    return quote(value, safe="")


def _version() -> str:
    try:
        return version("saltoks")
    except PackageNotFoundError:
        return "unpackaged"
