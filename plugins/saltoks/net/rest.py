"""One booking system's API: every request within the rate, with explicit timeouts, repeated where that is safe."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import Self

import httpx

from saltoks.core.errors import Throttled, TryAgain
from saltoks.net.address import checked
from saltoks.net.answers import About, error_for, network_error, read_json
from saltoks.net.limits import TooSlow
from saltoks.net.line import Line
from saltoks.net.pace import LocalPacer, Pacer
from saltoks.net.throttle import Throttle, by_status_429

log = logging.getLogger(__name__)

Transport = httpx.BaseTransport
TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=10.0, pool=30.0)
REPEATS = 3
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class _Call:
    path: str
    about: About
    params: Mapping[str, str | int]


class Rest:
    """Talks to one booking system; a context manager, for one thread.

    `pacer` is a budget that is shared with others; without one it keeps `rate_per_second` by itself. `throttle` tells
    throttles from other answers; one that asks for more than a minute in all is left to the caller.
    Errors are those of `core.errors`: 401 SignInFailed, 403 NotPermitted, 404 NotThere, other 4xx Refused, 5xx and the
    network Unavailable, a body that is not JSON UnexpectedAnswer; ConfigError for http beyond this machine.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        auth: httpx.Auth | None,
        rate_per_second: float,
        pacer: Pacer | None = None,
        throttle: Throttle = by_status_429,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        transport: Transport | None = None,
    ) -> None:
        url = checked(name, base_url)
        self.name = name
        self.calls: Counter[str] = Counter()
        """Requests so far per "METHOD route", repeats and sign-ins included; a number in a path counts as {id}."""
        self._throttle = throttle
        self._sleep = sleep
        self._pacer: Pacer = pacer or LocalPacer(rate_per_second, sleep=sleep, monotonic=monotonic)
        self._http = httpx.Client(
            base_url=url,
            auth=auth,
            headers={"User-Agent": f"saltoks/{_version()}", "Accept": "application/json"},
            timeout=TIMEOUT,
            follow_redirects=False,
            trust_env=False,
            transport=transport or Line(),
            event_hooks={"request": [self._before]},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None, *, what: str) -> object:
        """The JSON that a path answers with; `what` completes "Could not …" in errors."""
        return self._json(_Call(path, About(self.name, what), params or {}))

    def _json(self, call: _Call) -> object:
        return read_json(self._send(call), call.about)

    def _send(self, call: _Call) -> httpx.Response:
        waited = 0.0
        for repeat in range(REPEATS):
            try:
                return self._send_once(call)
            except TryAgain as error:
                if isinstance(error.__cause__, TooSlow):
                    raise
                delay = _delay(error, repeat)
                waited += delay
                if waited > LONGEST_WAIT:
                    raise
                self._rest(error, delay)
        return self._send_once(call)

    def _send_once(self, call: _Call) -> httpx.Response:
        request = self._http.build_request(
            "GET", call.path, params=dict(call.params) or None, extensions={"route": _route(call.path)}
        )
        try:
            response = self._http.send(request)
        except httpx.RequestError as error:
            log.debug("%s: GET %s %s", self.name, _route(call.path), type(error).__name__)
            raise network_error(error, call.about) from error
        log.debug("%s: GET %s %d", self.name, _route(call.path), response.status_code)
        if not response.is_success:
            raise error_for(response, call.about, self._throttle)
        return response

    def _rest(self, error: TryAgain, delay: float) -> None:
        if isinstance(error, Throttled):
            self._pacer.pause(delay)
        else:
            self._sleep(delay)

    def _before(self, request: httpx.Request) -> None:
        self._pacer.wait()
        self.calls[f"{request.method} {request.extensions['route']}"] += 1


def _route(path: str) -> str:
    parts = path.strip("/").split("/")
    return "/" + "/".join("{id}" if part.isdigit() else part for part in parts)


def _delay(error: TryAgain, repeat: int) -> float:
    """Seconds before the next try: as told, else 1, 2, 4 s give or take half."""
    if isinstance(error, Throttled) and error.retry_after is not None:
        return error.retry_after
    return float(2**repeat) * random.uniform(0.5, 1.5)


def _version() -> str:
    try:
        return version("saltoks")
    except PackageNotFoundError:
        return "unpackaged"
