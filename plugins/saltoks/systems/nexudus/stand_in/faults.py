"""The outermost layer of the sandbox: notes every request and lets active faults spoil it."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from saltoks.sandbox.wire import Connections

ADMIN = "/_sandbox"
API = "/api/"
FaultKind = Literal["status", "cut", "slow", "garbage", "empty", "short", "shrunken", "growing"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong; the first active fault that matches a request takes it.

    * `status`: answers with this status (and `Retry-After: retry_after`)
    * `cut`: closes the connection without an answer
    * `slow`: waits `seconds`, then answers as usual
    * `garbage`: 200 with a body that is not JSON
    * `empty`: 200, and the list holds nothing
    * `short`: 200 with the first `keep` records of the page and the true total
    * `shrunken`: the whole list holds its first `keep` records only, and says so
    * `growing`: the total grows by one with each hit, as if records were added between the pages

    `route` is a shell pattern on the path behind `/api/`. The first `skip` matching requests pass; after `times` hits
    the fault is over (None: never).
    """

    kind: FaultKind
    route: str = "*"
    status: int = 500
    retry_after: float | None = None
    seconds: float = 0.0
    keep: int = 0
    skip: int = 0
    times: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One request so far, with its query."""

    method: str
    route: str
    query: str


class Gate:
    """ASGI layer around the app, which is set once it is built."""

    app: ASGIApp

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._faults: list[tuple[Fault, list[int]]] = []
        self.calls: list[Call] = []

    def replace(self, faults: list[Fault]) -> None:
        """From now on these faults and no others."""
        self._faults = [(fault, [0]) for fault in faults]

    def count(self) -> dict[str, int]:
        """How often each list was asked for, an id as `{id}`."""
        paths = ("/".join("{id}" if part.isdigit() else part for part in call.route.split("/")) for call in self.calls)
        return dict(Counter(paths))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path: str = scope["path"]
        if path.startswith(ADMIN):
            await self.app(scope, receive, send)
            return
        route = path.removeprefix(API).rstrip("/")
        self.calls.append(Call(scope["method"], route, scope["query_string"].decode()))
        fault, hits = self._taken(route)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await self._spoil(fault, hits, scope, receive, send)

    def _taken(self, route: str) -> tuple[Fault | None, int]:
        for fault, seen in self._faults:
            if fnmatchcase(route, fault.route):
                seen[0] += 1
                hits = seen[0] - fault.skip
                if hits > 0 and (fault.times is None or hits <= fault.times):
                    return fault, hits
        return None, 0

    async def _spoil(self, fault: Fault, hits: int, scope: Scope, receive: Receive, send: Send) -> None:
        answer = _instead(fault)
        if answer is not None:
            await answer(scope, receive, send)
        elif fault.kind == "cut":
            self._connections.cut(scope["client"])
            while (await receive())["type"] != "http.disconnect":
                pass
        else:
            await asyncio.sleep(fault.seconds)
            await self.app({**scope, "fault": (fault, hits)}, receive, send)


def _instead(fault: Fault) -> Response | None:
    if fault.kind == "status":
        headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        return JSONResponse({"Message": "A fault of the sandbox."}, fault.status, headers)
    return PlainTextResponse("<html>maintenance</html>") if fault.kind == "garbage" else None
