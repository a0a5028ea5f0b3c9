"""The sandbox as one ASGI app: identity, Connect API under its versions, and the admin endpoints."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

from saltoks.sandbox.limiter import Limiter
from saltoks.sandbox.open_connections import Connections
from saltoks.sandbox.salto.admin.api import admin_routes
from saltoks.sandbox.salto.api import activation, entries, groups, hardware, identity, keys, schedules, sites, users
from saltoks.sandbox.salto.call import Call, Operation, check_rights
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import ApiError, forbidden, plain_status, problem, unauthorized
from saltoks.sandbox.salto.faults import Front
from saltoks.sandbox.salto.state import Grant

OPERATIONS: Sequence[Operation] = [
    *users.OPERATIONS,
    *groups.OPERATIONS,
    *schedules.OPERATIONS,
    *keys.OPERATIONS,
    *sites.OPERATIONS,
    *hardware.OPERATIONS,
    *activation.OPERATIONS,
    *entries.OPERATIONS,
]
Endpoint = Callable[[Request], Awaitable[Response]]


class Desk:
    """Takes Connect API requests: who calls, how often, with what right, then the operation itself."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self.limiter = Limiter()

    def answer(self, request: Request, operation: Operation, body: bytes) -> Response:
        """The answer to one request."""
        grant = self.grant(request)
        if grant is None:
            return unauthorized(token_sent="authorization" in request.headers)
        options = self._cloud.options
        if not self.limiter.admits(grant.username, options.rate_per_second):
            return plain_status(429, retry_after=1 if options.retry_after else None)
        try:
            return self._serve(request, grant, operation, body)
        except ApiError as error:
            return error.response()

    def grant(self, request: Request) -> Grant | None:
        """What the request's bearer token stands for, None when it is missing, expired or revoked."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        grant = self._cloud.state.access_tokens.get(token) if kind.lower() == "bearer" else None
        if grant is None or grant.expires_at is None or grant.expires_at <= self._cloud.now():
            return None
        return grant if grant.username in self._cloud.state.logins else None

    def _serve(self, request: Request, grant: Grant, operation: Operation, body: bytes) -> Response:
        if identity.CONNECT not in grant.scope:
            raise forbidden()
        person = self._cloud.state.persons[self._cloud.state.logins[grant.username]]
        call = Call(self._cloud, request, person, body)
        check_rights(call, operation)
        return operation.handler(call)


def create_app(cloud: Cloud, connections: Connections) -> Front:
    """The whole server; the returned front is the ASGI app."""
    desk = Desk(cloud)
    routes = [
        *_identity_routes(cloud),
        *[_route(desk, version, item) for item in OPERATIONS for version in item.versions],
        *_newer_family(cloud, desk),
    ]
    router = Router(routes, redirect_slashes=False, default=_unknown(cloud))
    front = Front(router, cloud, connections, lambda scope: _template(routes, scope))
    router.routes.extend(admin_routes(cloud, front, desk.limiter))
    return front


def _route(desk: Desk, version: str, operation: Operation) -> Route:
    template = f"/{version}{operation.path}"

    async def endpoint(request: Request) -> Response:
        request.scope["template"] = template
        return desk.answer(request, operation, await request.body() if operation.writes else b"")

    return _exact(template, endpoint, operation.method)


def _exact(path: str, endpoint: Endpoint, method: str) -> Route:
    """A route for one method only: starlette would let HEAD in with GET."""
    route = Route(path, endpoint, methods=[method])
    route.methods = {method}
    return route


def _identity_routes(cloud: Cloud) -> list[Route]:
    async def token(request: Request) -> Response:
        return identity.token(cloud, request, await request.body())

    async def authorize(request: Request) -> Response:
        return identity.authorize(cloud, request)

    async def discovery(request: Request) -> Response:
        return identity.discovery(request)

    return [
        _exact("/connect/token", token, "POST"),
        _exact("/connect/authorize", authorize, "GET"),
        _exact("/.well-known/openid-configuration", discovery, "GET"),
    ]


def _newer_family(cloud: Cloud, desk: Desk) -> list[Route]:
    """`/v2` exists but is closed to partners' tokens (salto-ks §2.1)."""

    async def closed(request: Request) -> Response:
        if desk.grant(request) is None:
            return unauthorized(token_sent="authorization" in request.headers)
        return problem(403, "Forbidden", cloud.chance.uuid())

    return [Route("/v2/{rest:path}", closed, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


def _unknown(cloud: Cloud) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    async def unknown(scope: Scope, receive: Receive, send: Send) -> None:
        await problem(404, "Not Found", cloud.chance.uuid())(scope, receive, send)

    return unknown


def _template(routes: Sequence[Route], scope: Scope) -> str:
    """The path template a request belongs to, or its path when none fits."""
    for route in routes:
        if route.matches(scope)[0] is Match.FULL:
            return route.path
    path: str = scope["path"]
    return path
