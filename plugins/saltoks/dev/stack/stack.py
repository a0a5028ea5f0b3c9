"""The local stack: one embedded PostgreSQL and the four Airflow processes, started and stopped as one.

``python -m saltoks.dev.stack.commands up`` keeps it running until Ctrl-C; the demo uses `Stack` directly.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from saltoks.core.errors import Unavailable
from saltoks.dev.postgres.server import Postgres
from saltoks.dev.stack import components
from saltoks.dev.stack.airflow_api import PARTS, AirflowApi
from saltoks.dev.stack.airflow_environment import Site, full_environment, own_variables
from saltoks.dev.stack.components import RECORDS, Component
from saltoks.dev.stack.home import Home
from saltoks.dev.stack.metadata import Metadata, airflow_command
from saltoks.dev.stack.ports import Ports
from saltoks.dev.stack.progress import Progress
from saltoks.dev.stack.stack_secrets import StackSecrets
from saltoks.package_data import ROOT

PROJECT = ROOT
METADATA, WAREHOUSE = "airflow", "warehouse"
WEB_PORT = 8080
HEALTH_SECONDS = 180.0
DOWN_SECONDS = components.GRACE_SECONDS + 30
API_SERVER = "api-server"
TRIGGERER_GRACE = 3.0  # seconds: its own orderly end sleeps for ten, with nothing to save


@dataclass(frozen=True, slots=True)
class Process:
    """One of the four processes of Airflow: the arguments of its command and the seconds it may take to end."""

    arguments: tuple[str, ...]
    grace: float = components.GRACE_SECONDS


PROCESSES = {
    API_SERVER: Process(("api-server",)),
    "scheduler": Process(("scheduler", "--skip-serve-logs")),
    "dag-processor": Process(("dag-processor",)),
    "triggerer": Process(("triggerer", "--skip-serve-logs"), TRIGGERER_GRACE),
}


class Stack:
    """One stack in `home` (`.saltoks/` in the project).

    `variables` are added to the environment of every Airflow process and win over the stack's own, for example
    `AIRFLOW_CONN_SALTO_DEMO`. `throwaway`: for tests, a faster database that need not survive a crash. As a
    context manager the stack goes down at the end, whatever happened.
    """

    def __init__(
        self,
        home: Path,
        *,
        project: Path = PROJECT,
        variables: Mapping[str, str] | None = None,
        throwaway: bool = False,
    ) -> None:
        self.home = Home(home)
        self.postgres = Postgres(self.home.postgres, throwaway=throwaway)
        self.ports = Ports()
        self._project = project
        self._variables = dict(variables or {})
        self._components: list[Component] = []

    def __enter__(self) -> Stack:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.down()

    @property
    def site(self) -> Site:
        """Where this stack's Airflow lives; known once its database has been started for the first time."""
        return Site(
            project=self._project,
            airflow_home=self.home.airflow,
            port=int(self.home.port.read_text(encoding="utf-8")),
            metadata_dsn=self.postgres.dsn(METADATA),
            warehouse_dsn=self.postgres.dsn(WAREHOUSE),
        )

    @property
    def secrets(self) -> StackSecrets:
        """The secrets of this stack, with the sign-in of its administrator."""
        return StackSecrets.load(self.home.credentials)

    def add_variables(self, variables: Mapping[str, str]) -> None:
        """Add to the environment of what is started from now on: addresses known once the database runs."""
        self._variables |= variables

    def own_environment(self) -> dict[str, str]:
        """Only what this stack sets."""
        return {**own_variables(self.site, self.secrets), **self._variables}

    def environment(self) -> dict[str, str]:
        """The whole environment of a process of this stack; no Airflow setting of the caller is in it."""
        return full_environment(os.environ, self.own_environment())

    def api(self) -> AirflowApi:
        """A client of this stack's Airflow, signed in as its administrator."""
        secrets = self.secrets
        return AirflowApi(self.site.url, secrets.admin_user, secrets.admin_password)

    def up(self, progress: Progress) -> None:
        """Start everything and wait until all of it is healthy; on any failure stop what was started.

        Raises:
            FixInput: a stack already runs here, or something on this machine must be changed.
            Unavailable: a part died or did not get healthy; the message holds the end of its log.
        """
        try:
            self.start_database(progress)
            self.start_airflow(progress)
        except BaseException:
            self.down(progress)
            raise

    def start_database(self, progress: Progress) -> None:
        """Take the home, stop what a killed stack left behind, and start PostgreSQL with both databases."""
        self.home.make()
        self.home.take()
        self._stop_leftovers(progress)
        with progress.step("Starting PostgreSQL"):
            self.postgres.start()
            for database in (METADATA, WAREHOUSE):
                self.postgres.create_database(database, database)
        self._choose_web_port(progress)
        self.secrets.write_sign_ins(self.site.sign_ins)

    def start_airflow(self, progress: Progress) -> None:
        """Prepare the metadata database where needed, start the four processes and wait for their health."""
        environment = self.environment()
        self._metadata(environment).prepare(progress)
        with progress.step(f"Starting Airflow ({', '.join(PROCESSES)})"):
            begun = time.time()
            for name, process in PROCESSES.items():
                self._launch_airflow(name, process, environment)
            self._wait_healthy(begun)

    def start_beside(self, name: str, command: Sequence[str], *, grace: float = components.GRACE_SECONDS) -> None:
        """Start a process of the caller's that belongs to this stack: watched with it, stopped after the tasks."""
        self._launch(name, command, self.environment(), grace)

    def restart(self, name: str) -> None:
        """Start one process with a heartbeat anew, with the environment of now, and wait until it is healthy."""
        old = next(each for each in self._components if each.name == name)
        components.stop([old])
        self._components.remove(old)
        begun = time.time()
        self._launch_airflow(name, PROCESSES[name], self.environment())
        self._wait_healthy(begun, (name.replace("-", "_"),))

    def check(self) -> None:
        """Raise Unavailable, naming the part and quoting its log, when one of the processes has died."""
        for component in self._components:
            if not component.alive():
                raise Unavailable(self._obituary(component))
        if self._components and not self.postgres.running():
            raise Unavailable(f"PostgreSQL ended; its log is {self.postgres.log_file}.")

    def watch(self) -> None:
        """Look after the running stack for ever; raises what `check` raises."""
        while True:
            self.check()
            time.sleep(1)

    def down(self, progress: Progress | None = None) -> None:
        """Stop everything this object started: the Airflow processes, then PostgreSQL."""
        if not self.home.held_here:
            return
        with progress.step("Stopping Airflow and PostgreSQL") if progress else nullcontext():
            try:
                _stop_in_order(self._components)
            finally:
                self._components = []
                self.home.running.unlink(missing_ok=True)
                self.postgres.stop()
                self.ports.give_back()
                self.home.give_back()

    def down_from_outside(self, progress: Progress) -> None:
        """Stop the stack of this home, whichever process runs it, and what a killed one left behind."""
        holder = self.home.holder()
        if holder:
            with progress.step(f"Stopping the stack of process {holder}"):
                os.kill(holder, signal.SIGTERM)
                if not components.wait_until(lambda: self.home.holder() is None, DOWN_SECONDS):
                    raise Unavailable(f"Process {holder} did not stop its stack within {DOWN_SECONDS:.0f} seconds.")
        elif not self.home.running.exists():
            progress.note("No stack runs here.")
        if self.home.folder.exists():
            self.home.take()
            self._stop_leftovers(progress)
            self.down()

    def remove(self) -> None:
        """Delete all that a stopped stack keeps, databases included."""
        if self.home.folder.exists():
            self.postgres.remove()
            shutil.rmtree(self.home.folder)

    def _metadata(self, environment: Mapping[str, str]) -> Metadata:
        return Metadata(
            dsn=self.site.metadata_dsn,
            pools=self._project / "config" / "pools.json",
            record=self.home.prepared,
            environment=environment,
            redact=self._redact,
        )

    def _choose_web_port(self, progress: Progress) -> None:
        remembered = self.home.port
        wished = int(remembered.read_text(encoding="utf-8")) if remembered.exists() else WEB_PORT
        port = self.ports.choose(wished)
        if port.instead_of:
            progress.note(f"Port {port.instead_of} is in use; the web interface takes {port.number} instead.")
        remembered.write_text(str(port.number), encoding="utf-8")

    def _stop_leftovers(self, progress: Progress) -> None:
        if not self.home.running.exists():
            return
        left = [Component(record) for record in RECORDS.validate_json(self.home.running.read_bytes())]
        with progress.step("Stopping what an earlier stack left running"):
            _stop_in_order(left)
        self.home.running.unlink()

    def _launch_airflow(self, name: str, process: Process, environment: Mapping[str, str]) -> None:
        self._launch(name, airflow_command(*process.arguments), environment, process.grace)

    def _launch(self, name: str, command: Sequence[str], environment: Mapping[str, str], grace: float) -> None:
        log = self.home.log(name)
        self._components.append(components.launch(name, command, environment, log, grace=grace))
        records = tuple(component.record for component in self._components)
        self.home.running.write_bytes(RECORDS.dump_json(records))

    def _wait_healthy(self, since: float, parts: Sequence[str] = PARTS) -> None:
        with self.api() as api:

            def healthy() -> bool:
                self.check()
                return not set(parts).intersection(_unhealthy(api, since))

            if not components.wait_until(healthy, HEALTH_SECONDS, pause=0.5):
                raise Unavailable(
                    f"Airflow's {', '.join(_unhealthy(api, since))} is not healthy after {HEALTH_SECONDS:.0f} "
                    f"seconds: look at the logs in {self.home.log('any').parent}."
                )

    def _obituary(self, component: Component) -> str:
        log = self.home.log(component.name)
        end = self._redact(components.tail(log))
        return f"The {component.name} ended {component.ending()}; this is the end of its log {log}:\n{end}"

    def _redact(self, text: str) -> str:
        for secret in (*self.secrets.secret_values(), *self.postgres.passwords()):
            text = text.replace(secret, "***")
        return text


def _stop_in_order(running: Sequence[Component]) -> None:
    """What tasks talk to comes last: the scheduler waits for running tasks, which report to the API server."""
    first = [each for each in running if each.name in PROCESSES and each.name != API_SERVER]
    try:
        components.stop(first)
    finally:
        components.stop([each for each in running if each not in first])


def _unhealthy(api: AirflowApi, since: float) -> Sequence[str]:
    """The parts that are not; all of them while what listens on the port is not the Airflow that we started."""
    try:
        return api.health(since).missing if api.accepts_us() else PARTS
    except Unavailable:
        return PARTS
