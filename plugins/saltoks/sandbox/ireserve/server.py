"""Start and stop the sandbox tenant in a thread of this process."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

from saltoks.sandbox.hosted import Hosted
from saltoks.sandbox.ireserve.admin import IReserveAdmin
from saltoks.sandbox.ireserve.app import create_app
from saltoks.sandbox.ireserve.tenant import Tenant
from saltoks.sandbox.ireserve.world import IReserveWorld, load_world
from saltoks.sandbox.wire import Connections


class IReserveSandbox(Hosted):
    """An i-Reserve tenant on 127.0.0.1 (`url` is the host, its API is below `/api/rest/`); a context manager.

    `world` is a value, a path to a YAML file, or the name of a shipped world such as "court".
    """

    def __init__(self, world: IReserveWorld | Path | str, *, port: int = 0) -> None:
        connections = Connections()
        super().__init__(create_app(Tenant(load_world(world)), connections), connections, port=port)
        self.admin = IReserveAdmin(self.url)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.admin.close()
        super().__exit__(kind, error, trace)
