"""Start and stop the sandbox: in a thread of this process, or in the foreground (`serve_here`)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from saltoks.sandbox.hosted import Hosted
from saltoks.sandbox.kept import Kept
from saltoks.sandbox.open_connections import Connections
from saltoks.systems.nexudus.stand_in.admin import NexudusAdmin
from saltoks.systems.nexudus.stand_in.app import create_app
from saltoks.systems.nexudus.stand_in.ledger import Ledger
from saltoks.systems.nexudus.stand_in.world import NexudusWorld, load_world


class NexudusSandbox(Hosted):
    """A Nexudus on 127.0.0.1 (`url` is the host, its API is below `/api/`); a context manager.

    `world` is a value, a path to a YAML file, or the name of a shipped world such as "house". With `state`, its records
    are kept in that file and taken up again at the next start.
    """

    def __init__(self, world: NexudusWorld | Path | str, *, port: int = 0, state: Path | None = None) -> None:
        connections, found = Connections(), load_world(world)
        if state and state.exists():
            found = NexudusWorld.model_validate_json(state.read_bytes())
        ledger = Ledger(found)
        app = create_app(ledger, connections)
        super().__init__(Kept(app, state, ledger.world) if state else app, connections, port=port)
        self.admin = NexudusAdmin(self.url)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        super().__exit__(kind, error, trace)
