"""Start and stop the sandbox: in a thread of this process for tests, or in the foreground for people."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import uvicorn

from saltoks.core.errors import FixInput
from saltoks.sandbox.doorkeeper import Doorkeeper
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.sandbox.salto.app import create_app
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.seed import seed_state
from saltoks.sandbox.salto.store import Store, load_state
from saltoks.sandbox.salto.world import World, load_world
from saltoks.sandbox.wire import Connections

START_SECONDS = 10


class SandboxServer:
    """Runs the sandbox on 127.0.0.1 in a thread of this process; a context manager.

    `world` is a World, a path to a YAML file, or the name of a shipped world. With `state`, what happened
    is kept in that file and taken up again at the next start.
    """

    def __init__(self, world: World | Path | str, *, port: int = 0, state: Path | None = None, seed: int = 7) -> None:
        self._socket = _listen("127.0.0.1", port)
        self._run = _Run(load_world(world), state, seed)
        self._thread = threading.Thread(target=self._run.forever, args=(self._socket,), daemon=True)
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.admin = SandboxAdmin(self.url)

    def __enter__(self) -> SandboxServer:
        self._thread.start()
        if not self._run.started.wait(START_SECONDS):
            raise FixInput("The sandbox did not start within 10 seconds: look at the messages above.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        self._run.stop()
        self._thread.join()


def serve(
    world: World | Path | str,
    *,
    host: str = "127.0.0.1",
    port: int,
    state: Path | None,
    seed: int,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Run the sandbox in the foreground until interrupted; refuses a host that is not loopback.

    `ready` is called once the port is taken: whoever asks from then on is answered.
    """
    if not _is_loopback(host):
        raise FixInput(f"The sandbox has no sign-in, so it listens on loopback only; {host} is not: leave it out.")
    with contextlib.suppress(KeyboardInterrupt):
        run, listener = _Run(load_world(world), state, seed), _listen(host, port)
        ready()
        run.forever(listener)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise FixInput(f"Port {port} on {host} is taken: stop what uses it or choose another.") from error
    return listener


class _Server(uvicorn.Server):
    """uvicorn's server with a last word before it gives up its signals."""

    def __init__(self, config: uvicorn.Config, at_end: Callable[[], None]) -> None:
        super().__init__(config)
        self._at_end = at_end

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving, then act: after this a caught signal ends the process."""
        await super().shutdown(sockets)
        self._at_end()


class _Run:
    """One run of the server on its own event loop."""

    def __init__(self, world: World, path: Path | None, seed: int) -> None:
        saved = load_state(path) if path is not None else None
        self._cloud = Cloud(world, saved or seed_state(world), seed=seed)
        self._store = Store(path, self._cloud.state) if path is not None else None
        self._server = _Server(self._config(), self._save)
        self.started = threading.Event()

    def _config(self) -> uvicorn.Config:
        connections = Connections()
        return uvicorn.Config(
            Doorkeeper(create_app(self._cloud, connections)),
            http=connections.protocol(),
            lifespan="off",
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )

    def forever(self, listener: socket.socket) -> None:
        """Serve until stopped."""
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(self._serve(listener))

    def stop(self) -> None:
        """Ask the server to end."""
        self._server.should_exit = True

    def _save(self) -> None:
        if self._store is not None:
            self._store.save()

    async def _serve(self, listener: socket.socket) -> None:
        tasks = [asyncio.create_task(self._announce())]
        if self._store is not None:
            self._cloud.changed = self._store.mark
            tasks.append(asyncio.create_task(self._store.keep()))
        try:
            await self._server.serve([listener])
        finally:
            for task in tasks:
                task.cancel()

    async def _announce(self) -> None:
        while not self._server.started:
            await asyncio.sleep(0.002)
        self.started.set()
