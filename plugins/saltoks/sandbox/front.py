"""The outermost layer of a booking system's stand-in: notes requests to its API and lets active faults spoil them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from saltoks.sandbox.admin import ADMIN
from saltoks.sandbox.faults import FaultMiddleware, ListFault, Spoiler, cut, instead, later
from saltoks.sandbox.journal import Journal
from saltoks.sandbox.open_connections import Connections

F = TypeVar("F", bound=ListFault)


@dataclass(frozen=True, slots=True)
class Call:
    """One request so far: its path below the API, and its query."""

    method: str
    route: str
    query: str


class Front(Generic[F]):
    """ASGI layer around an app, which is set once it is built; `api` is where its paths begin, up to the slash.

    Kinds of fault that every system has: `status` answers with the body that `refusal` has, `cut` closes the
    connection, `slow` waits, `garbage` is no JSON. `spoilers` are those of this system.
    """

    def __init__(
        self, connections: Connections, *, api: str, refusal: object, spoilers: Mapping[str, Spoiler[F]]
    ) -> None:
        self._api = api
        everything: dict[str, Spoiler[F]] = {**_common(refusal), **spoilers}
        self._middleware = FaultMiddleware[F](connections, everything, lambda scope: [self._route(scope)])
        self.faults = self._middleware.faults
        self.journal = Journal[Call](_counted)

    @property
    def app(self) -> ASGIApp:
        """What stands behind."""
        return self._middleware.app

    @app.setter
    def app(self, app: ASGIApp) -> None:
        self._middleware.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["path"].startswith(ADMIN):
            await self.app(scope, receive, send)
            return
        self.journal.note(Call(scope["method"], self._route(scope), scope["query_string"].decode()))
        await self._middleware(scope, receive, send)

    def _route(self, scope: Scope) -> str:
        path: str = scope["path"]
        return path.removeprefix(self._api).rstrip("/")


def _counted(call: Call) -> str:
    """A path with its ids as `{id}`."""
    return "/".join("{id}" if part.isdigit() else part for part in call.route.split("/"))


def _common(refusal: object) -> dict[str, Spoiler[F]]:
    def status(fault: F) -> Response:
        headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        return JSONResponse(refusal, fault.status, headers)

    def garbage(_: F) -> Response:
        return PlainTextResponse("<html>maintenance</html>")

    return {"status": instead(status), "cut": cut, "slow": later, "garbage": instead(garbage)}
