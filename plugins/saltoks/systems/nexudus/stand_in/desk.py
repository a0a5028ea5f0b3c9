"""The admin endpoints: change records by hand, turn the clock, break things, look at what was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saltoks.systems.nexudus.stand_in.faults import ADMIN, Fault, Gate
from saltoks.systems.nexudus.stand_in.ledger import BOOKINGS, Ledger
from saltoks.systems.nexudus.stand_in.shapes import SHAPES
from saltoks.systems.nexudus.stand_in.tokens import Tokens
from saltoks.systems.nexudus.stand_in.world import Options

Act = Callable[[Request, Any], object]


def desk_routes(ledger: Ledger, tokens: Tokens, gate: Gate) -> list[Route]:
    """All admin endpoints; they need no sign-in, since the sandbox listens on loopback only."""
    desk = _Desk(ledger, tokens, gate)
    return [
        _route("POST", "/reset", desk.reset),
        _route("GET", "/records/{area}/{entity}", desk.records),
        _route("PUT", "/records/{area}/{entity}", desk.put),
        _route("DELETE", "/records/{area}/{entity}/{id:int}", desk.drop),
        _route("POST", "/bookings/{id:int}/cancel", desk.cancel),
        _route("PUT", "/clock", desk.clock),
        _route("PATCH", "/options", desk.options),
        _route("PUT", "/faults", desk.faults),
        _route("POST", "/tokens/revoke", desk.revoke),
        _route("GET", "/calls", desk.calls),
        _route("DELETE", "/calls", desk.forget),
        _route("GET", "/count", desk.count),
    ]


def _route(method: str, path: str, act: Act) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            body = await request.json() if method in ("PUT", "PATCH") else None
            return JSONResponse(act(request, body))
        except (KeyError, TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return Route(ADMIN + path, endpoint, methods=[method])


class _Desk:
    def __init__(self, ledger: Ledger, tokens: Tokens, gate: Gate) -> None:
        self._ledger = ledger
        self._tokens = tokens
        self._gate = gate

    def reset(self, _: Request, __: Any) -> object:
        self._ledger.reset()
        self._tokens.revoke()
        self._gate.replace([])
        self._gate.calls.clear()
        return None

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

    def clock(self, _: Request, body: Any) -> object:
        self._ledger.clock.set(datetime.fromisoformat(body["at"]), frozen=True)
        return None

    def options(self, _: Request, body: Any) -> object:
        changed = Options.model_validate(self._ledger.options.model_dump() | body)
        for name in Options.model_fields:
            setattr(self._ledger.options, name, getattr(changed, name))
        return None

    def faults(self, _: Request, body: Any) -> object:
        self._gate.replace([Fault(**fault) for fault in body])
        return None

    def revoke(self, _: Request, __: Any) -> object:
        self._tokens.revoke()
        return None

    def calls(self, _: Request, __: Any) -> object:
        return [asdict(call) for call in self._gate.calls]

    def forget(self, _: Request, __: Any) -> object:
        self._gate.calls.clear()
        return None

    def count(self, _: Request, __: Any) -> object:
        return self._gate.count()


def _path(request: Request) -> str:
    path = f"{request.path_params['area']}/{request.path_params['entity']}"
    if path not in SHAPES:
        raise KeyError(f"{path} is no list of the sandbox")
    return path
