"""The admin endpoints under `/_sandbox`: no sign-in, as the sandbox listens on loopback only."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saltoks.sandbox.salto.admin import orders
from saltoks.sandbox.salto.admin.desk import AdminDesk
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.faults import ADMIN, Gate
from saltoks.sandbox.salto.limiter import Limiter

A = TypeVar("A", bound=orders.Order)


def admin_routes(cloud: Cloud, gate: Gate, limiter: Limiter) -> list[Route]:
    """The routes of the admin endpoints."""
    desk = AdminDesk(cloud, gate, limiter)
    return [
        _asks("GET", "/clock", desk.clock),
        _asks("DELETE", "/clock", desk.real_clock),
        _asks("GET", "/calls", desk.calls),
        _asks("DELETE", "/calls", desk.forget_calls),
        _asks("GET", "/count", desk.count),
        _asks("GET", "/refused", desk.refused),
        _asks("GET", "/world", desk.world),
        _asks("GET", "/mailbox", desk.mailbox),
        _orders("PUT", "/clock", orders.ClockOrder, desk.set_clock),
        _orders("POST", "/clock/advance", orders.AdvanceOrder, desk.advance),
        _orders("PUT", "/faults", orders.FaultsOrder, desk.faults),
        _orders("PATCH", "/options", orders.OptionsOrder, desk.options),
        _orders("POST", "/attempt", orders.AttemptOrder, desk.attempt),
        _orders("POST", "/openings", orders.OpeningsOrder, desk.openings),
        _orders("PATCH", "/sites", orders.SiteOrder, desk.set_site),
        _orders("PATCH", "/locks", orders.LockOrder, desk.set_lock),
        _orders("PATCH", "/iqs", orders.IqOrder, desk.set_iq),
        _orders("POST", "/app", orders.AppOrder, desk.sign_in_to_app),
        _orders("DELETE", "/activations", orders.AppOrder, desk.reset_activation),
        _orders("PATCH", "/users", orders.UserOrder, desk.set_user),
        _orders("POST", "/users/remove", orders.RemoveOrder, desk.remove_user),
        _orders("PATCH", "/members", orders.MembersOrder, desk.set_members),
        _orders("POST", "/revoke", orders.RevokeOrder, desk.revoke),
        _orders("POST", "/entries", orders.EntryOrder, desk.add_entry),
        _orders("POST", "/incidents", orders.IncidentOrder, desk.add_incident),
    ]


def _asks(method: str, path: str, act: Callable[[], object]) -> Route:
    async def endpoint(_request: Request) -> Response:
        return JSONResponse(act())

    return Route(ADMIN + path, endpoint, methods=[method])


def _orders(method: str, path: str, model: type[A], act: Callable[[A], object]) -> Route:
    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(act(model.model_validate_json(await request.body())))
        except (ValidationError, LookupError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return Route(ADMIN + path, endpoint, methods=[method])
