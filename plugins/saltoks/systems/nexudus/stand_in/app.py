"""The sandbox as an ASGI app: tokens, lists, single records, and the admin endpoints under `/_sandbox`."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from saltoks.sandbox.escaped import EscapedJson
from saltoks.sandbox.front import Front
from saltoks.sandbox.limiter import Limiter
from saltoks.sandbox.open_connections import Connections
from saltoks.systems.nexudus.stand_in import lists
from saltoks.systems.nexudus.stand_in.desk import desk_routes
from saltoks.systems.nexudus.stand_in.faults import SPOILERS, Fault
from saltoks.systems.nexudus.stand_in.ledger import Ledger
from saltoks.systems.nexudus.stand_in.shapes import SHAPES
from saltoks.systems.nexudus.stand_in.tokens import Tokens
from saltoks.systems.nexudus.stand_in.world import User

PATHS = ("/api/{area}/{entity}", "/api/{area}/{entity}/")


def create_app(ledger: Ledger, connections: Connections) -> Front[Fault]:
    """The whole server; the returned front is the ASGI app."""
    front = Front(connections, api="/api/", refusal={"Message": "A fault of the sandbox."}, spoilers=SPOILERS)
    tokens = Tokens(ledger.users, ledger.options, ledger.clock)
    office = _Office(ledger, tokens)

    async def token(request: Request) -> Response:
        return tokens.grant(request.headers, await request.body())

    async def found(request: Request) -> Response:
        return office.answer(request)

    routes = [
        Route("/api/token", token, methods=["POST"]),
        *(Route(path, found, methods=["GET"]) for path in PATHS),
        Route("/api/{area}/{entity}/{id:int}", found, methods=["GET"]),
    ]
    front.app = Router([*routes, *desk_routes(ledger, tokens, front)], redirect_slashes=False)
    return front


class _Office:
    """Takes requests for records: who asks, how often, with what role, then the answer itself."""

    def __init__(self, ledger: Ledger, tokens: Tokens) -> None:
        self._ledger = ledger
        self._tokens = tokens
        self._limiter = Limiter()

    def answer(self, request: Request) -> Response:
        """The answer to one request."""
        user = self._tokens.user(request.headers.get("authorization", ""))
        if user is None:
            return _problem(401, "Authorization has been denied for this request.")
        options = self._ledger.options
        if not self._limiter.admits(user.username, options.per_second):
            wait = f"{options.retry_after:g}"
            return _problem(409, f"You must wait {wait} s before the next request.", {"Retry-After": wait})
        path = f"{request.path_params['area']}/{request.path_params['entity']}"
        if path not in SHAPES:
            return _problem(404, "Not found.")
        return self._record(request, user, path) if "id" in request.path_params else self._list(request, user, path)

    def _list(self, request: Request, user: User, path: str) -> Response:
        if not _may(user, f"{SHAPES[path].name}-List"):
            return _problem(401, "The user has no role for this.")
        fault, hits = request.scope.get("fault", (Fault("slow"), 0))
        options, asked = self._ledger.options, request.query_params
        if "id" in asked and options.batches == "array":
            batch = lists.batch(self._ledger, path, asked["id"])
            return EscapedJson(batch[: fault.keep] if fault.kind in ("empty", "short", "shrunken") else batch)
        keep = {"empty": 0, "shrunken": fault.keep}.get(fault.kind)
        more = hits if fault.kind == "growing" else 0
        try:
            found = lists.page(self._ledger, path, asked, keep=keep, more=more)
        except lists.BadFilter as error:
            return _problem(400, str(error))
        if fault.kind == "short" and isinstance(records := found["Records"], list):
            found["Records"] = records[: fault.keep]
        return EscapedJson(found["Records"] if options.bare else found)

    def _record(self, request: Request, user: User, path: str) -> Response:
        if not _may(user, f"{SHAPES[path].name}-Read"):
            return _problem(401, "The user has no role for this.")
        row = self._ledger.lists[path].get(request.path_params["id"])
        if row is None:
            return _problem(404, "Not found.")
        return EscapedJson(self._ledger.shown(path, row, single=True))


def _may(user: User, role: str) -> bool:
    return user.roles is None or role in user.roles


def _problem(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    body = {"Status": status, "Message": message, "WasSuccessful": False, "Errors": []}
    return JSONResponse(body, status, headers)
