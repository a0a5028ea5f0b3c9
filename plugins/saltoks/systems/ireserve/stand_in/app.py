"""The tenant as an ASGI app: its REST API and the admin endpoints under `/_sandbox`."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TypeVar

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from saltoks.sandbox.front import Front
from saltoks.sandbox.open_connections import Connections
from saltoks.systems.ireserve.stand_in import answers
from saltoks.systems.ireserve.stand_in.faults import SPOILERS, Fault
from saltoks.systems.ireserve.stand_in.office import office_routes
from saltoks.systems.ireserve.stand_in.search import BadSearch
from saltoks.systems.ireserve.stand_in.tenant import Tenant
from saltoks.systems.ireserve.stand_in.world import Right

BASE = "/api/rest"
BOOKINGS: tuple[Right, ...] = ("entity_booking_read",)
CUSTOMERS: tuple[Right, ...] = ("api_customer_get", "entity_customer_read")
PAGE = 100

Row = TypeVar("Row")
Endpoint = Callable[[Tenant, Request], object]


def create_app(tenant: Tenant, connections: Connections) -> Front[Fault]:
    """The whole server; the returned front is the ASGI app."""
    front = Front(connections, api=f"{BASE}/", refusal={"error": "a fault of the sandbox"}, spoilers=SPOILERS)
    routes = [
        _route(tenant, "/booking/filter", _filter, BOOKINGS),
        _route(tenant, "/booking/{id:int}", _booking, BOOKINGS),
        _route(tenant, "/customer/activesubscriptions", _subscriptions, CUSTOMERS),
        _route(tenant, "/customer/{id:int}", _customer, CUSTOMERS),
        _route(tenant, "/object/{id:int}", _object, ()),
    ]
    front.app = Router([*routes, *office_routes(tenant, front)], redirect_slashes=False)
    return front


def _route(tenant: Tenant, path: str, act: Endpoint, rights: tuple[Right, ...]) -> Route:
    async def endpoint(request: Request) -> Response:
        if rights and not tenant.allows(*_login(request), rights):
            return JSONResponse({"error": "not allowed"}, 401, {"WWW-Authenticate": "Basic"})
        try:
            return JSONResponse(act(tenant, request))
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, error.status_code)

    return Route(BASE + path, endpoint, methods=["GET"])


def _login(request: Request) -> tuple[str, str]:
    kind, _, text = request.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (user, password) if kind.lower() == "basic" else ("", "")


def _filter(tenant: Tenant, request: Request) -> object:
    query = request.query_params
    columns = [name.strip() for name in query.get("columns", "RES_ID").split(",")]
    unknown = [name for name in columns if name not in answers.COLUMNS]
    if unknown:
        raise HTTPException(400, f"unknown column {unknown[0]}")
    try:
        found = tenant.search(query.get("search"), tenant.users[_login(request)[0]])
    except BadSearch as error:
        raise HTTPException(400, f"search: {error}") from None
    if "fault" in request.scope:
        fault, _ = request.scope["fault"]
        found = found[: fault.keep]
    start = _whole(query.get("start"), 0) if tenant.options.honours_start else 0
    length = _whole(query.get("length"), PAGE)
    length = min(length, tenant.options.longest_page or length)
    rows = [answers.grid_row(tenant, row, columns) for row in found[start : start + length]]
    return _listed(tenant, rows, len(found))


def _listed(tenant: Tenant, rows: list[answers.Fields], total: int) -> object:
    name = tenant.options.envelope
    return rows if name is None else {"draw": 1, "recordsTotal": total, name: rows}


def _booking(tenant: Tenant, request: Request) -> object:
    found = _found(tenant.bookings, request.path_params["id"])
    if not tenant.users[_login(request)[0]].may_see(found.object_id):
        raise HTTPException(404, "not found")
    return answers.booking(tenant, found)


def _customer(tenant: Tenant, request: Request) -> object:
    found = _found(tenant.customers, request.path_params["id"])
    return answers.customer(found) if request.query_params.get("admin") == "1" else {"customer_id": found.id}


def _subscriptions(tenant: Tenant, request: Request) -> object:
    if not tenant.options.has_subscriptions:
        raise HTTPException(404, "unknown method")
    rows = answers.subscriptions(_found(tenant.customers, _whole(request.query_params.get("customer_id"), 0)))
    return _listed(tenant, rows, len(rows))


def _object(tenant: Tenant, request: Request) -> object:
    return answers.thing(_found(tenant.objects, request.path_params["id"]))


def _found(rows: Mapping[int, Row], number: int) -> Row:
    if number not in rows:
        raise HTTPException(404, "not found")
    return rows[number]


def _whole(text: str | None, default: int) -> int:
    try:
        return max(int(text), 0) if text is not None else default
    except ValueError:
        raise HTTPException(400, "not a number") from None
