"""Start and stop the sandbox: in a thread of this process for tests, or in the foreground for people."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from saltoks.sandbox.hosted import Hosted
from saltoks.sandbox.open_connections import Connections
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.sandbox.salto.app import create_app
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.seed import seed_state
from saltoks.sandbox.salto.store import Store, load_state
from saltoks.sandbox.salto.world import World, load_world


class SandboxServer(Hosted):
    """Runs the sandbox on loopback in a thread of this process; a context manager.

    `world` is a World, a path to a YAML file, or the name of a shipped world. With `state`, what happened
    is kept in that file and taken up again at the next start.
    """

    def __init__(
        self,
        world: World | Path | str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        state: Path | None = None,
        seed: int = 7,
    ) -> None:
        begun, saved = load_world(world), load_state(state) if state else None
        cloud = Cloud(begun, saved or seed_state(begun), seed=seed)
        store = Store(state, cloud.state) if state else None
        if store:
            cloud.changed = store.mark
        connections = Connections()
        super().__init__(create_app(cloud, connections), connections, host=host, port=port, keeper=store)
        self.admin = SandboxAdmin(self.url)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        super().__exit__(kind, error, trace)


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
    with contextlib.suppress(KeyboardInterrupt):
        server = SandboxServer(world, host=host, port=port, state=state, seed=seed)
        ready()
        server.serve_here()
