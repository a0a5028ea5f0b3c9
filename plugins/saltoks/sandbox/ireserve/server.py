"""Start and stop the sandbox tenant in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path
from types import TracebackType

import uvicorn

from saltoks.core.errors import FixInput
from saltoks.sandbox.ireserve.admin import IReserveAdmin
from saltoks.sandbox.ireserve.app import create_app
from saltoks.sandbox.ireserve.tenant import Tenant
from saltoks.sandbox.ireserve.world import IReserveWorld, load_world
from saltoks.sandbox.wire import Connections

START_SECONDS = 10


class IReserveSandbox:
    """An i-Reserve tenant on 127.0.0.1 (`url` is the host, its API is below `/api/rest/`); a context manager.

    `world` is a value, a path to a YAML file, or the name of a shipped world such as "court".
    """

    def __init__(self, world: IReserveWorld | Path | str, *, port: int = 0) -> None:
        connections = Connections()
        app = create_app(Tenant(load_world(world)), connections)
        self._server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=connections.protocol(),
                lifespan="off",
                log_level="error",
                access_log=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
            )
        )
        self._socket = _listen(port)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._started = threading.Event()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.admin = IReserveAdmin(self.url)

    def __enter__(self) -> IReserveSandbox:
        self._thread.start()
        if not self._started.wait(START_SECONDS):
            raise FixInput("The sandbox did not start within 10 seconds: look at the messages above.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        self._server.should_exit = True
        self._thread.join()

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
