"""The outermost layer of the server: notes every request and lets active faults spoil it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saltoks.sandbox.salto.admin.client import Call, Fault
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import plain_status
from saltoks.sandbox.salto.journal import Journal
from saltoks.sandbox.wire import Connections

ADMIN = "/_sandbox"
JSON = "application/json"
Spoiler = Callable[[bytes, str, str], tuple[bytes, str | None]]
"""Another body for an answer, with its media type, from the body itself, the address asked, and the fault's."""

GARBAGE = b"<html><body>upstream said something odd</body></html>"


class ActiveFaults:
    """The active faults with how often each matched."""

    def __init__(self) -> None:
        self._faults: list[tuple[Fault, list[int]]] = []

    def replace(self, faults: list[Fault]) -> None:
        """From now on these and no others."""
        self._faults = [(fault, [0]) for fault in faults]

    def take(self, names: set[str]) -> Fault | None:
        """The first active fault for a request, by its `METHOD /path` texts; counts the match."""
        for fault, seen in self._faults:
            if not any(fnmatchcase(name, fault.route) for name in names):
                continue
            seen[0] += 1
            over = fault.times is not None and seen[0] > fault.skip + fault.times
            if seen[0] > fault.skip and not over:
                return fault
        return None

    def __bool__(self) -> bool:
        return bool(self._faults)


class Gate:
    """ASGI layer around the app."""

    def __init__(
        self,
        app: ASGIApp,
        cloud: Cloud,
        connections: Connections,
        template: Callable[[Scope], str],
    ) -> None:
        self._app = app
        self._cloud = cloud
        self._connections = connections
        self._template = template
        self.faults = ActiveFaults()
        self.journal = Journal()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path: str = scope["path"]
        if path.startswith("/v") and path.endswith("/"):
            scope["path"] = path.rstrip("/")  # the real one takes both (salto-ks §8.27)
        if path.startswith(ADMIN):
            await self._app(scope, receive, send)
        else:
            await self._watched(scope, receive, send)
        if scope["method"] != "GET" or path.startswith("/connect"):
            self._cloud.changed()

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        status: list[int | None] = [None]

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        at = self._cloud.now()
        fault = self._fault(scope)
        if fault is None:
            await self._app(scope, receive, noted)
        else:
            await self._spoil(fault, scope, receive, noted)
        route = scope.get("template") or self._template(scope)
        self.journal.note(Call(scope["method"], scope["path"], route, status[0], at))

    def _fault(self, scope: Scope) -> Fault | None:
        if not self.faults:
            return None
        method = scope["method"]
        return self.faults.take({f"{method} {scope['path']}", f"{method} {self._template(scope)}"})

    async def _spoil(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.kind == "status":
            answer = plain_status(fault.status or 500, retry_after=fault.retry_after)
            await answer(scope, receive, send)
        elif fault.kind == "outage":
            await Response(status_code=404)(scope, receive, send)
        elif fault.kind == "slow":
            body = await _whole(receive)
            await asyncio.sleep(fault.seconds)
            await self._app(scope, body, send)
        elif fault.kind in _BODIES:
            await self._replace_body(fault, scope, receive, send)
        else:
            await self._no_answer(fault, scope, receive)

    async def _replace_body(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        status, parts = [200], list[bytes]()

        async def swallow(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            parts.append(message.get("body", b""))

        await self._app(scope, receive, swallow)
        body, kind = _BODIES[fault.kind](b"".join(parts), str(Request(scope).url), fault.body)
        await Response(body or None, status_code=status[0], media_type=kind)(scope, receive, send)

    async def _no_answer(self, fault: Fault, scope: Scope, receive: Receive) -> None:
        if fault.kind == "cut_after":
            await self._app(scope, receive, _nowhere)
        if fault.kind == "hang":
            await _left(receive, fault.seconds or None)
        self._connections.cut(scope["client"])
        await _left(receive, None)


def _nothing(_body: bytes, _url: str, _odd: str) -> tuple[bytes, str | None]:
    return b"", None


def _garbage(_body: bytes, _url: str, _odd: str) -> tuple[bytes, str | None]:
    return GARBAGE, "text/html"


def _empty_page(body: bytes, url: str, _odd: str) -> tuple[bytes, str | None]:
    page = json.loads(body)
    return json.dumps(page | {"items": [], "next_page_link": url}).encode(), JSON


def _doubled_page(body: bytes, _url: str, _odd: str) -> tuple[bytes, str | None]:
    page = json.loads(body)
    return json.dumps(page | {"items": [*page["items"], *page["items"]]}).encode(), JSON


def _odd_row(body: bytes, _url: str, odd: str) -> tuple[bytes, str | None]:
    """Put in as text: Python would not write everything that JSON can spell."""
    page = json.loads(body)
    rest = json.dumps({name: value for name, value in page.items() if name != "items"})
    items = ",".join([odd, *(json.dumps(one) for one in page["items"])])
    return f'{{"items":[{items}]{rest.replace("{", ",", 1) if len(rest) > 2 else "}"}'.encode(), JSON


def _odd_answer(_body: bytes, _url: str, odd: str) -> tuple[bytes, str | None]:
    return odd.encode(), JSON


_BODIES: dict[str, Spoiler] = {
    "empty_body": _nothing,
    "garbage": _garbage,
    "empty_page": _empty_page,
    "doubled_page": _doubled_page,
    "odd_row": _odd_row,
    "odd_answer": _odd_answer,
}


async def _nowhere(message: Message) -> None:
    """An answer nobody gets."""


async def _whole(receive: Receive) -> Receive:
    """The request read to its end, so that it takes effect even if the client is gone by then."""
    messages = [await receive()]
    while messages[-1].get("more_body"):
        messages.append(await receive())

    async def again() -> Message:
        return messages.pop(0) if messages else await receive()

    return again


async def _left(receive: Receive, seconds: float | None) -> None:
    """Wait until the client is gone, at most so long."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), seconds)
    except TimeoutError:
        return
