"""The admin endpoints under `/_sandbox`: what a person would do in the back office, and what breaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saltoks.sandbox.admin import ADMIN, asked, ordered
from saltoks.sandbox.front import Front
from saltoks.systems.ireserve.stand_in.faults import Fault
from saltoks.systems.ireserve.stand_in.tenant import Tenant
from saltoks.systems.ireserve.stand_in.world import BookingSpec, CustomerSpec, IReserveWorld, ObjectSpec

Record = TypeVar("Record", BookingSpec, CustomerSpec, ObjectSpec)


def office_routes(tenant: Tenant, front: Front[Fault]) -> list[Route]:
    """The routes of the admin endpoints."""
    return [
        *_records("/bookings", lambda: tenant.bookings, BookingSpec),
        *_records("/customers", lambda: tenant.customers, CustomerSpec),
        *_records("/objects", lambda: tenant.objects, ObjectSpec),
        asked("GET", "/world", lambda: tenant.world().model_dump(mode="json")),
        ordered("PUT", "/world", IReserveWorld, tenant.load),
        ordered("PATCH", "/options", dict[str, object], tenant.change),
        ordered("PUT", "/faults", list[Fault], front.faults.replace),
        asked("GET", "/calls", lambda: [call.route for call in front.journal.calls]),
        asked("DELETE", "/calls", front.journal.forget),
        asked("GET", "/count", front.journal.count),
    ]


def _records(path: str, rows: Callable[[], dict[int, Record]], model: type[Record]) -> list[Route]:
    def keep(row: Record) -> None:
        rows()[row.id] = row

    async def drop(request: Request) -> Response:
        found = rows().pop(request.path_params["id"], None)
        return JSONResponse(None, 200 if found else 404)

    return [
        ordered("PUT", path, model, keep),
        Route(f"{ADMIN}{path}/{{id:int}}", drop, methods=["DELETE"]),
    ]
