"""An ASGI app on loopback, in a thread of this process or in the foreground: what every sandbox needs."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from types import TracebackType
from typing import Protocol, Self

import uvicorn
from starlette.types import ASGIApp

from saltoks.core.errors import FixInput
from saltoks.sandbox.doorkeeper import Doorkeeper
from saltoks.sandbox.open_connections import Connections

START_SECONDS = 10


class Keeper(Protocol):
    """Keeps what a sandbox holds while it is served."""

    async def keep(self) -> None:
        """Write after changes, until cancelled."""

    def save(self) -> None:
        """Write now."""


class Hosted:
    """Serves an app on loopback while it is entered; `url` is its host.

    Raises FixInput for a host that is not loopback, a port that is taken, and a server that does not start. A `keeper`
    has its last word before the process can end.
    """

    def __init__(
        self,
        app: ASGIApp,
        connections: Connections,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keeper: Keeper | None = None,
    ) -> None:
        self._keeper = keeper
        self._server = _Server(_config(app, connections), keeper)
        self._socket = _listen(host, port)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        shown = f"[{host}]" if ":" in host else host
        self.url = f"http://{shown}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._started.wait(START_SECONDS):
            raise FixInput("The sandbox did not start within 10 seconds: look at the messages above.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        self._thread.join()

    def serve_here(self) -> None:
        """Serve in the foreground, in place of entering it, until interrupted."""
        with contextlib.suppress(KeyboardInterrupt):
            self._serve()

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(self._run())

    async def _run(self) -> None:
        tasks = [asyncio.create_task(self._announce())]
        if self._keeper is not None:
            tasks.append(asyncio.create_task(self._keeper.keep()))
        try:
            await self._server.serve([self._socket])
        finally:
            for task in tasks:
                task.cancel()

    async def _announce(self) -> None:
        while not self._server.started:
            await asyncio.sleep(0.002)
        self._started.set()


class _Server(uvicorn.Server):
    """uvicorn's server with a last word before it gives up its signals."""

    def __init__(self, config: uvicorn.Config, keeper: Keeper | None) -> None:
        super().__init__(config)
        self._keeper = keeper

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving, then save: after this a caught signal ends the process."""
        await super().shutdown(sockets)
        if self._keeper is not None:
            self._keeper.save()


def _config(app: ASGIApp, connections: Connections) -> uvicorn.Config:
    return uvicorn.Config(
        Doorkeeper(app),
        http=connections.protocol(),
        lifespan="off",
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    if not _is_loopback(host):
        raise FixInput(f"The sandbox has no sign-in, so it listens on loopback only; {host} is not: leave it out.")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise FixInput(f"Port {port} on {host} is taken: stop what uses it or choose another.") from error
    return listener
