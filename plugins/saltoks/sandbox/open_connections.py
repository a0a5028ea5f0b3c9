"""The server's connections, so that a fault can really cut one."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Peer = tuple[str, int]


class Connections:
    """Open connections by the client's address."""

    def __init__(self) -> None:
        self._open: dict[Peer, asyncio.Transport] = {}

    def protocol(self) -> type[asyncio.Protocol]:
        """uvicorn's HTTP protocol, with each connection noted here."""
        opened = self._open

        class Noted(HttpToolsProtocol):
            """An HTTP connection that can be found again."""

            def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
                super().connection_made(transport)
                if self.client is not None:
                    opened[self.client] = transport

            def connection_lost(self, exc: Exception | None) -> None:
                super().connection_lost(exc)
                if self.client is not None:
                    opened.pop(self.client, None)

        return Noted

    def cut(self, client: Peer) -> None:
        """Close a connection at once; what was not sent is lost."""
        transport = self._open.get(client)
        if transport is not None:
            transport.abort()
