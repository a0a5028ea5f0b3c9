"""What the admin endpoints of all sandboxes have in common; they need no sign-in, since a sandbox is on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from saltoks.sandbox.plain import TRUSTS_NOBODY

ADMIN = "/_sandbox"

T = TypeVar("T")


def asked(method: str, path: str, act: Callable[[], object]) -> Route:
    """A route that needs no body."""

    async def endpoint(_: Request) -> Response:
        return JSONResponse(act())

    return Route(ADMIN + path, endpoint, methods=[method])


def ordered(method: str, path: str, shape: type[T], act: Callable[[T], object]) -> Route:
    """A route with a body of this shape; 400 for another, and for what `act` raises LookupError or ValueError."""
    adapter = TypeAdapter(shape)

    async def endpoint(request: Request) -> Response:
        try:
            return JSONResponse(act(adapter.validate_json(await request.body())))
        except (LookupError, ValueError) as error:
            return refused(error)

    return Route(ADMIN + path, endpoint, methods=[method])


def refused(error: Exception) -> Response:
    """What an endpoint says that cannot do what it is told."""
    return JSONResponse({"error": str(error)}, 400)


class AdminClient:
    """Asks the admin endpoints of the sandbox at `url`; a context manager."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url + ADMIN, timeout=10, trust_env=False, verify=TRUSTS_NOBODY)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _send(self, method: str, path: str, body: object = None) -> Any:
        """The answer's JSON; ValueError with the sandbox's own words where it refuses."""
        answer = self._http.request(method, path, content=json.dumps(body))
        if answer.is_error:
            raise ValueError(f"The sandbox refused {method} {path}: {answer.text}")
        return answer.json()
