"""Start and stop the sandbox in a thread of this process."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from saltoks.sandbox.hosted import Hosted
from saltoks.sandbox.nexudus.admin import NexudusAdmin
from saltoks.sandbox.nexudus.app import create_app
from saltoks.sandbox.nexudus.world import NexudusWorld, load_world
from saltoks.sandbox.wire import Connections


class NexudusSandbox(Hosted):
    """A Nexudus on 127.0.0.1 (`url` is the host, its API is below `/api/`); a context manager.

    `world` is a value, a path to a YAML file, or the name of a shipped world such as "house".
    """

    def __init__(self, world: NexudusWorld | Path | str, *, port: int = 0) -> None:
        connections = Connections()
        super().__init__(create_app(load_world(world), connections), connections, port=port)
        self.admin = NexudusAdmin(self.url)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        super().__exit__(kind, error, trace)
