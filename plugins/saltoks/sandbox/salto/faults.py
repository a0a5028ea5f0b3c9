"""The outermost layer of the server: notes every request and lets active faults spoil it, each kind in its way."""

from __future__ import annotations

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saltoks.sandbox.admin import ADMIN
from saltoks.sandbox.faults import Exchange, FaultMiddleware, Spoiler, cut, instead, later
from saltoks.sandbox.journal import Journal
from saltoks.sandbox.open_connections import Connections
from saltoks.sandbox.salto.admin.client import Call, Fault
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import plain_status

JSON = "application/json"
NewBody = Callable[[bytes, str, str], tuple[bytes, str | None]]
"""Another body for an answer, with its media type, from the body itself, the address asked, and the fault's."""

GARBAGE = b"<html><body>upstream said something odd</body></html>"


class Front:
    """ASGI layer around the app: journal, faults, and what is kept after a change."""

    def __init__(
        self,
        app: ASGIApp,
        cloud: Cloud,
        connections: Connections,
        template: Callable[[Scope], str],
    ) -> None:
        self._app = app
        self._cloud = cloud
        self._template = template
        self._middleware = FaultMiddleware(connections, _SPOILERS, self._names)
        self._middleware.app = app
        self.faults = self._middleware.faults
        self.journal = Journal[Call](lambda call: f"{call.method} {call.route}")

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
        await self._middleware(scope, receive, noted)
        route = scope.get("template") or self._template(scope)
        self.journal.note(Call(scope["method"], scope["path"], route, status[0], at))

    def _names(self, scope: Scope) -> set[str]:
        method = scope["method"]
        return {f"{method} {scope['path']}", f"{method} {self._template(scope)}"}


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


def _with_body(new: NewBody) -> Spoiler[Fault]:
    """Acts, then answers with another body."""

    async def play(exchange: Exchange[Fault]) -> None:
        status, body = await exchange.acted()
        body, kind = new(body, str(Request(exchange.scope).url), exchange.fault.body)
        await exchange.answer(Response(body or None, status_code=status, media_type=kind))

    return play


async def _cut_after(exchange: Exchange[Fault]) -> None:
    await exchange.acted()
    await exchange.cut()


async def _hang(exchange: Exchange[Fault]) -> None:
    with exchange.active.holding():
        await exchange.left(exchange.fault.seconds or None)
    await exchange.cut()


_SPOILERS: dict[str, Spoiler[Fault]] = {
    "status": instead(lambda fault: plain_status(fault.status, retry_after=fault.retry_after)),
    "outage": instead(lambda _: Response(status_code=404)),
    "slow": later,
    "cut_before": cut,
    "cut_after": _cut_after,
    "hang": _hang,
    "empty_body": _with_body(_nothing),
    "garbage": _with_body(_garbage),
    "empty_page": _with_body(_empty_page),
    "doubled_page": _with_body(_doubled_page),
    "odd_row": _with_body(_odd_row),
    "odd_answer": _with_body(_odd_answer),
}
