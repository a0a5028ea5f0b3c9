"""The admin endpoints under `/_sandbox`: what a person would do in the back office, and what breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saltoks.systems.ireserve.stand_in.faults import ADMIN, Fault, Gate
from saltoks.systems.ireserve.stand_in.tenant import Tenant
from saltoks.systems.ireserve.stand_in.world import BookingSpec, CustomerSpec, IReserveWorld, ObjectSpec

T = TypeVar("T")
Record = TypeVar("Record", BookingSpec, CustomerSpec, ObjectSpec)


def office_routes(tenant: Tenant, gate: Gate) -> list[Route]:
    """The routes of the admin endpoints."""
    return [
        *_records("/bookings", lambda: tenant.bookings, BookingSpec),
        *_records("/customers", lambda: tenant.customers, CustomerSpec),
        *_records("/objects", lambda: tenant.objects, ObjectSpec),
        _ask("GET", "/world", lambda: tenant.world().model_dump(mode="json")),
        _order("PUT", "/world", TypeAdapter(IReserveWorld), tenant.load),
        _order("PATCH", "/options", TypeAdapter(dict[str, object]), tenant.change),
        _order("PUT", "/faults", TypeAdapter(list[Fault]), gate.replace),
        _ask("GET", "/calls", lambda: gate.calls),
        _ask("DELETE", "/calls", gate.calls.clear),
        _ask("GET", "/count", gate.count),
    ]


def _records(path: str, rows: Callable[[], dict[int, Record]], model: type[Record]) -> list[Route]:
    def keep(row: Record) -> None:
        rows()[row.id] = row

    async def drop(request: Request) -> Response:
        found = rows().pop(request.path_params["id"], None)
        return JSONResponse(None, 200 if found else 404)

    return [
        _order("PUT", path, TypeAdapter(model), keep),
        Route(f"{ADMIN}{path}/{{id:int}}", drop, methods=["DELETE"]),
    ]


def _order(method: str, path: str, shape: TypeAdapter[T], act: Callable[[T], None]) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            act(shape.validate_json(await request.body()))
        except ValidationError as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(None)

    return Route(ADMIN + path, endpoint, methods=[method])


def _ask(method: str, path: str, act: Callable[[], object]) -> Route:
    async def endpoint(_: Request) -> Response:
        return JSONResponse(act())

    return Route(ADMIN + path, endpoint, methods=[method])
