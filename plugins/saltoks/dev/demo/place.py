"""Where the demo keeps its things, and the connections through which Airflow and the terminal find them."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from saltoks.core.errors import FixInput
from saltoks.dev.stack.connections import postgres_connection
from saltoks.dev.stack.ports import Port, Ports
from saltoks.dev.stack.private_files import write_private
from saltoks.sandbox.salto import world
from saltoks.sandbox.welcome import salto_connection
from saltoks.systems.registry import stand_ins

SALTO = "salto"
WORLD = "demo"
"""The shipped world of each system."""


def sites() -> tuple[str, ...]:
    """The sites of the demo: each booking system that is played brings one."""
    return tuple(played.site for played in stand_ins().values() if played.site)


def served_systems() -> tuple[str, ...]:
    """What is served on loopback: Salto KS, and the booking systems that have an API."""
    return (SALTO, *(system for system, played in stand_ins().items() if played.serve))


@dataclass(frozen=True, slots=True)
class Place:
    """The demo's folder inside the home of its stack."""

    folder: Path

    @property
    def data(self) -> Path:
        """The files of those who hand over files."""
        return self.folder / "data"

    @property
    def config(self) -> Path:
        """A config root with the demo's own sites and no other."""
        return self.folder / "config"

    @property
    def env(self) -> Path:
        """The environment of the demo, for a shell to source; it holds secrets."""
        return self.folder / "env.sh"

    def state(self, system: str) -> Path:
        """What a sandbox remembers."""
        return self.folder / f"{system}.json"

    def make(self, project: Path) -> None:
        """Make the folder; the sites stay links into the project, so that what is edited there counts here."""
        (self.config / "sites").mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        for name in ("saltoks.yaml", "presets", *(f"sites/{site}.yaml" for site in sites())):
            _link(self.config / name, project / "config" / name)

    def choose_port(self, system: str, ports: Ports) -> Port:
        """A port for a sandbox: the one it had before if that is free; `ports` holds it."""
        remembered = self.folder / f"{system}-port"
        port = ports.choose(int(remembered.read_text(encoding="utf-8")) if remembered.exists() else None)
        remembered.write_text(str(port.number), encoding="utf-8")
        return port

    def variables(self, warehouse: str, urls: Mapping[str, str]) -> dict[str, str]:
        """What DAGs and the terminal need: `warehouse` is a DSN, `urls` are the addresses of the systems."""
        return {
            "SALTOKS_CONFIG": str(self.config),
            "SALTOKS_DATA": str(self.data),
            "AIRFLOW_CONN_SALTOKS_WAREHOUSE": json.dumps(postgres_connection(warehouse)),
            "AIRFLOW_CONN_SALTO_DEMO": json.dumps(_salto(urls[SALTO])),
            **{
                f"AIRFLOW_CONN_{system.upper()}_DEMO": json.dumps(played.connection(WORLD, urls[system]))
                for system, played in stand_ins().items()
                if played.connection
            },
        }

    def write_env(self, variables: Mapping[str, str]) -> None:
        """Write the file to source: these variables, and the commands of this environment on the path."""
        lines = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
        path = f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH"
        write_private(self.env, "\n".join([*lines, path, ""]))


def _link(link: Path, target: Path) -> None:
    if not target.exists():
        raise FixInput(f"{target} is not there, and the demo needs it: put the file back.")
    if link.is_symlink() and Path(os.readlink(link)) == target:
        return
    link.unlink(missing_ok=True)
    link.symlink_to(target)


def _salto(url: str) -> dict[str, object]:
    """The connection to the sandbox, with the client and the account that its world holds."""
    return salto_connection(world.load_world(WORLD), url)
