"""An ASGI app on loopback in a thread of this process: what every small sandbox needs."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

import uvicorn
from starlette.types import ASGIApp

from saltoks.core.errors import FixInput
from saltoks.sandbox.doorkeeper import Doorkeeper
from saltoks.sandbox.wire import Connections

START_SECONDS = 10


class Hosted:
    """Serves an app on 127.0.0.1 while it is entered; `url` is its host."""

    def __init__(self, app: ASGIApp, connections: Connections, *, port: int = 0) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(
                Doorkeeper(app),
                http=connections.protocol(),
                lifespan="off",
                log_level="error",
                access_log=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._socket = _listen(port)
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

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
        announcer = asyncio.create_task(self._announce())
        try:
            await self._server.serve([self._socket])
        finally:
            announcer.cancel()

    async def _announce(self) -> None:
        while not self._server.started:
            await asyncio.sleep(0.002)
        self._started.set()


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise FixInput(f"Port {port} on 127.0.0.1 is taken: stop what uses it or choose another.") from error
    return listener
