"""The outermost layer of the tenant: counts every request and lets active faults spoil it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saltoks.sandbox.wire import Connections

ADMIN = "/_sandbox"
FaultKind = Literal["status", "cut", "slow", "garbage", "empty", "short", "shrunken"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong; the first active fault that matches a request takes it.

    * `status`: answers with this status (and `Retry-After: retry_after`)
    * `cut`: closes the connection without an answer
    * `slow`: waits `seconds`, then answers as usual
    * `garbage`: 200 with a body that is not JSON
    * `empty`: 200 with an empty list
    * `short`: 200 with the first `keep` rows of the page
    * `shrunken`: the whole filter finds the first `keep` rows only

    `route` is a shell pattern on the path behind `/api/rest/`. The first `skip` matching requests pass; after `times`
    hits the fault is over (None: never).
    """

    kind: FaultKind
    route: str = "*"
    status: int = 500
    retry_after: float | None = None
    seconds: float = 0.0
    keep: int = 0
    skip: int = 0
    times: int | None = None


class Gate:
    """ASGI layer around the app, which is set once it is built."""

    app: ASGIApp

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._faults: list[tuple[Fault, list[int]]] = []
        self.calls: list[str] = []

    def replace(self, faults: list[Fault]) -> None:
        """From now on these faults and no others."""
        self._faults = [(fault, [0]) for fault in faults]

    def count(self) -> dict[str, int]:
        """How often each kind of path was asked for, its id as `{id}`."""
        paths = ("/".join("{id}" if part.isdigit() else part for part in call.split("/")) for call in self.calls)
        return dict(Counter(paths))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path: str = scope["path"]
        if path.startswith(ADMIN):
            await self.app(scope, receive, send)
            return
        route = path.removeprefix("/api/rest/")
        self.calls.append(route)
        fault = self._taken(route)
        if fault is None:
            await self.app(scope, receive, send)
        else:
            await self._spoil(fault, scope, receive, send)

    def _taken(self, route: str) -> Fault | None:
        for fault, seen in self._faults:
            if fnmatchcase(route, fault.route):
                seen[0] += 1
                if seen[0] > fault.skip and (fault.times is None or seen[0] <= fault.skip + fault.times):
                    return fault
        return None

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._instead(fault)
        if answer is not None:
            await answer(scope, receive, send)
        elif fault.kind == "cut":
            self._connections.cut(scope["client"])
            while (await receive())["type"] != "http.disconnect":
                pass
        elif fault.kind == "short":
            await self._shortened(fault.keep, scope, receive, send)
        else:
            await asyncio.sleep(fault.seconds)
            keep = {"keep": fault.keep} if fault.kind == "shrunken" else {}
            await self.app({**scope, **keep}, receive, send)

    def _instead(self, fault: Fault) -> Response | None:
        if fault.kind == "status":
            headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
            return JSONResponse({"error": "a fault of the sandbox"}, fault.status, headers)
        if fault.kind == "garbage":
            return PlainTextResponse("<html>maintenance</html>")
        return JSONResponse([]) if fault.kind == "empty" else None

    async def _shortened(self, keep: int, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()

        async def swallow(message: Message) -> None:
            body.extend(message.get("body", b""))

        await self.app(scope, receive, swallow)
        await JSONResponse(json.loads(body)[:keep])(scope, receive, send)
