"""Keeps what a small sandbox holds in a file: written whole with every change by the back office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from saltoks.sandbox.admin import ADMIN


class Kept:
    """ASGI layer around a sandbox that only its admin endpoints change; `snapshot` gives all that it holds.

    A change is in the file before it is answered.
    """

    def __init__(self, app: ASGIApp, path: Path, snapshot: Callable[[], BaseModel]) -> None:
        self._app = app
        self._path = path
        self._snapshot = snapshot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        changes = scope["path"].startswith(ADMIN) and scope["method"] != "GET"

        async def kept(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._save()
            await send(message)

        await self._app(scope, receive, kept if changes else send)

    def _save(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.new")
        beside.write_text(self._snapshot().model_dump_json(), encoding="utf-8")
        beside.replace(self._path)
