"""Start and stop the sandbox tenant: in a thread of this process, or in the foreground (`serve_here`)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from saltoks.sandbox.hosted import Hosted
from saltoks.sandbox.kept import Kept
from saltoks.sandbox.open_connections import Connections
from saltoks.systems.ireserve.stand_in.admin import IReserveAdmin
from saltoks.systems.ireserve.stand_in.app import create_app
from saltoks.systems.ireserve.stand_in.tenant import Tenant
from saltoks.systems.ireserve.stand_in.world import IReserveWorld, load_world


class IReserveSandbox(Hosted):
    """An i-Reserve tenant on 127.0.0.1 (`url` is the host, its API is below `/api/rest/`); a context manager.

    `world` is a value, a path to a YAML file, or the name of a shipped world such as "court". With `state`, what is in
    the tenant is kept in that file and taken up again at the next start.
    """

    def __init__(self, world: IReserveWorld | Path | str, *, port: int = 0, state: Path | None = None) -> None:
        connections, found = Connections(), load_world(world)
        if state and state.exists():
            found = IReserveWorld.model_validate_json(state.read_bytes())
        tenant = Tenant(found)
        app = create_app(tenant, connections)
        super().__init__(Kept(app, state, tenant.world) if state else app, connections, port=port)
        self.admin = IReserveAdmin(self.url)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        super().__exit__(kind, error, trace)
