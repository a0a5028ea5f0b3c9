"""The admin endpoints: change records by hand, turn the clock, break things, look at what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saltoks.sandbox.admin import ADMIN, asked, ordered, refused
from saltoks.sandbox.front import Front
from saltoks.systems.nexudus.stand_in.faults import Fault
from saltoks.systems.nexudus.stand_in.ledger import BOOKINGS, Ledger
from saltoks.systems.nexudus.stand_in.shapes import SHAPES
from saltoks.systems.nexudus.stand_in.tokens import Tokens
from saltoks.systems.nexudus.stand_in.world import Options

Act = Callable[[Request, Any], object]


def desk_routes(ledger: Ledger, tokens: Tokens, front: Front[Fault]) -> list[Route]:
    """All admin endpoints; they need no sign-in, since the sandbox listens on loopback only."""
    desk = _Desk(ledger, tokens, front)
    return [
        asked("POST", "/reset", desk.reset),
        _route("GET", "/records/{area}/{entity}", desk.records),
        _route("PUT", "/records/{area}/{entity}", desk.put),
        _route("DELETE", "/records/{area}/{entity}/{id:int}", desk.drop),
        _route("POST", "/bookings/{id:int}/cancel", desk.cancel),
        ordered("PUT", "/clock", dict[str, str], desk.clock),
        ordered("PATCH", "/options", dict[str, object], desk.options),
        ordered("PUT", "/faults", list[Fault], front.faults.replace),
        asked("POST", "/tokens/revoke", tokens.revoke),
        asked("GET", "/calls", lambda: [asdict(call) for call in front.journal.calls]),
        asked("DELETE", "/calls", front.journal.forget),
        asked("GET", "/count", front.journal.count),
    ]


def _route(method: str, path: str, act: Act) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.json() if method in ("PUT", "PATCH") else None
            return JSONResponse(act(request, body))
        except (KeyError, TypeError, ValueError) as error:
            return refused(error)

    return Route(ADMIN + path, endpoint, methods=[method])


class _Desk:
    def __init__(self, ledger: Ledger, tokens: Tokens, front: Front[Fault]) -> None:
        self._ledger = ledger
        self._tokens = tokens
        self._front = front

    def reset(self) -> None:
        self._ledger.reset()
        self._tokens.revoke()
        self._front.faults.replace([])
        self._front.journal.forget()

    def records(self, request: Request, _: Any) -> object:
        return list(self._ledger.lists[_path(request)].values())

    def put(self, request: Request, body: Any) -> object:
        self._ledger.put(_path(request), body)
        return None

    def drop(self, request: Request, _: Any) -> object:
        self._ledger.drop(_path(request), request.path_params["id"])
        return None

    def cancel(self, request: Request, _: Any) -> object:
        number = request.path_params["id"]
        if number not in self._ledger.lists[BOOKINGS]:
            raise KeyError(f"there is no booking {number}")
        self._ledger.cancel(number)
        return None

    def clock(self, body: dict[str, str]) -> None:
        self._ledger.clock.set(datetime.fromisoformat(body["at"]), frozen=True)

    def options(self, body: dict[str, object]) -> None:
        changed = Options.model_validate(self._ledger.options.model_dump() | body)
        for name in Options.model_fields:
            setattr(self._ledger.options, name, getattr(changed, name))


def _path(request: Request) -> str:
    path = f"{request.path_params['area']}/{request.path_params['entity']}"
    if path not in SHAPES:
        raise KeyError(f"{path} is no list of the sandbox")
    return path
