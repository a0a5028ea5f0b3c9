"""Lets in only who means this very machine: a page in somebody's browser must not drive a sandbox.

A browser can be led to loopback under any name (DNS rebinding), and sends posts across origins without asking. So the
Host of every request must be loopback, and whoever names an origin must come from there too.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_OWN_SITES = frozenset({"same-origin", "none"})
"""What a browser says of a request that no other page has caused (`Sec-Fetch-Site`)."""


class Doorkeeper:
    """ASGI layer in front of a sandbox; answers 403 itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a request, or refuses it."""
        reason = _refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        if reason is None:
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"error": reason}, 403)(scope, receive, send)


def _refusal(headers: Headers) -> str | None:
    host = headers.get("host", "")
    if not _is_loopback(f"http://{host}"):
        return "this sandbox answers under the names of this very machine only"
    origin = headers.get("origin")
    if origin is not None and (not _is_loopback(origin) or urlsplit(origin).netloc != host):
        return "this sandbox takes nothing from the pages of others"
    if headers.get("sec-fetch-site", "none") not in _OWN_SITES:
        return "this sandbox takes nothing from the pages of others"
    return None


def _is_loopback(origin: str) -> bool:
    try:
        host = urlsplit(origin).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
