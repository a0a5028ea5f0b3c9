"""The whole product on this machine: ``python -m saltoks.dev.demo.run`` starts it, plays a quarter, and tells.

Three locations on three booking systems (two over REST, one as files), a sandbox Salto KS, an
embedded PostgreSQL and a real Airflow with the project's own DAGs. Everything it makes is in `.saltoks/`, and a second
start goes on where the first one stopped.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from saltoks.cli.exits import Exit
from saltoks.core.errors import FixInput, SaltoksError
from saltoks.dev.demo import sandboxes as servers
from saltoks.dev.demo.dag_runs import failure, run_all
from saltoks.dev.demo.facts import house, steps
from saltoks.dev.demo.next_steps import Airflow, tell_how_to_go_on
from saltoks.dev.demo.place import Place
from saltoks.dev.demo.sandboxes import ENTRY_LAG, Sandboxes
from saltoks.dev.demo.summary import WIDTH, Story, tell
from saltoks.dev.demo.visits import Seen, let_walk_in
from saltoks.dev.stack.airflow_api import Run
from saltoks.dev.stack.commands import interruptible
from saltoks.dev.stack.preflight import require_disk, require_python
from saltoks.dev.stack.progress import Progress, progress_for
from saltoks.dev.stack.stack import PROJECT, Stack
from saltoks.flows.pages import pages
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.sync import run_name
from saltoks.settings import load
from saltoks.systems.protocol import Asked
from saltoks.tick import tick_minutes
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.engine.migrate import migrate

SYNC, AUDIT, DEVICES, NIGHTLY = "access_sync", "audit_trail", "device_status", "nightly"
SCHEDULE = "AIRFLOW__SCHEDULER__USE_JOB_SCHEDULE"
FREE_GIB = 2.0


class Demo:
    """One demo in `home`, which tells what it does on `console`."""

    def __init__(self, home: Path, console: Console) -> None:
        self.stack = Stack(home)
        self.place = Place(self.stack.home.folder / "demo")
        self._console = console
        self._progress: Progress = progress_for(console)
        self._urls: dict[str, str] = {}

    def start(self) -> None:
        """Start database, sandboxes and Airflow; only what the demo starts itself runs in it for now."""
        require_python(sys.version_info[:2])
        require_disk(self.stack.home.folder, FREE_GIB)
        self.stack.start_database(self._progress)
        self.place.make(PROJECT)
        self._start_sandboxes()
        self._open_warehouse()
        self.stack.add_variables({SCHEDULE: "False"})
        self.stack.start_airflow(self._progress)
        with self._progress.step("Waiting for the DAGs"), self.stack.api() as api:
            api.wait_for_dags((SYNC, AUDIT, DEVICES, NIGHTLY), check=self.stack.check)

    def play(self) -> Story:
        """A sync, some people at the doors, and what comes back of it."""
        since = SystemClock().now()
        check = self.stack.check
        warehouse = Warehouse(self.stack.site.warehouse_dsn)
        runtime = Runtime(load(self.place.config, self._variables()), warehouse, SystemClock())
        try:
            with self.stack.api() as api, Sandboxes(self._urls, self.place.data) as sandboxes:
                with self._progress.step("Booking rooms around now in all booking systems"):
                    sandboxes.fill(since)
                with self._progress.step("DAG run of access_sync"):
                    runs = run_all(api, [SYNC], check, self._progress)
                asked = sandboxes.asked()
                seen = self._visits(runtime, sandboxes) if runs[0].state == "success" else []
                if seen:
                    with self._progress.step("DAG runs of audit_trail and device_status"):
                        runs += run_all(api, [AUDIT, DEVICES], check, self._progress)
                with self._progress.step("Building the page of validation results, as the DAG nightly does"):
                    pages(runtime, run_name("demo", SystemClock().now()))
                    api.unpause(NIGHTLY)
            return self._story(runtime, runs, seen, asked, since)
        finally:
            warehouse.close()

    def tell(self, story: Story) -> None:
        """Print the summary; raises `FixInput` with the reason when a run failed."""
        tell(self._console, story)
        if story.failures:
            raise FixInput("\n".join(story.failures))
        secrets = self.stack.secrets
        airflow = Airflow(self.stack.site.url, secrets.admin_user, secrets.admin_password)
        tell_how_to_go_on(self._console, story, airflow, self.place, self._urls)

    def stay(self) -> None:
        """Turn the schedule on, and stay up until something ends it."""
        self.stack.add_variables({SCHEDULE: "True"})
        with self._progress.step("Turning the schedule of the DAGs on"):
            self.stack.restart("scheduler")
        self._progress.note(
            f"Syncs go on every {tick_minutes(self.place.config)} minutes. Stop with Ctrl-C; the next `make demo` goes "
            "on here."
        )
        self.stack.watch()

    def stop(self) -> None:
        """Stop all of it."""
        self.stack.down(self._progress)

    def _visits(self, runtime: Runtime, sandboxes: Sandboxes) -> list[Seen]:
        with self._progress.step("Letting people walk in"):
            seen = let_walk_in(runtime, sandboxes.salto)
            time.sleep(ENTRY_LAG[1])
        return seen

    def _story(
        self, runtime: Runtime, runs: list[Run], seen: list[Seen], asked: Mapping[str, Asked], since: datetime
    ) -> Story:
        sync, logs = f"{SYNC}/{runs[0].dag_run_id}", self.stack.home.airflow / "logs"
        failures = tuple(failure(run, logs) for run in runs if run.state != "success")
        houses = tuple(house(runtime, site, sync, seen, since) for site in runtime.sites())
        return Story(houses, tuple(runs), tuple(steps(runtime, sync)), dict(asked), failures)

    def _start_sandboxes(self) -> None:
        self._urls = servers.addresses(self.place, self.stack.ports, self._progress)
        self.stack.add_variables(self._variables())
        self.place.write_env(self.stack.own_environment())
        with self._progress.step("Starting the sandboxes of Salto KS and the booking systems"):
            servers.start(self.stack, self.place, self._urls)
            with Sandboxes(self._urls, self.place.data) as sandboxes:
                sandboxes.hurry()

    def _variables(self) -> dict[str, str]:
        return self.place.variables(self.stack.site.warehouse_dsn, self._urls)

    def _open_warehouse(self) -> None:
        warehouse = Warehouse(self.stack.site.warehouse_dsn)
        try:
            with self._progress.step("Bringing the warehouse to the shape of this version"):
                migrate(warehouse)
        finally:
            warehouse.close()


def run(home: Path, console: Console, *, once: bool) -> None:
    """The demo from start to stop; raises `SaltoksError` with the reason when any of it fails."""
    demo = Demo(home, console)
    try:
        demo.start()
        demo.tell(demo.play())
        if not once:
            _until_interrupted(demo)
    finally:
        demo.stop()


def _until_interrupted(demo: Demo) -> None:
    try:
        demo.stay()
    except KeyboardInterrupt:
        return


def main(
    once: Annotated[bool, typer.Option("--once", help="Stop after the summary.")] = False,
    home: Annotated[Path, typer.Option(metavar="FOLDER", help="Where everything is kept.")] = PROJECT / ".saltoks",
) -> None:
    """Start the whole product on this machine, with sandboxes of all systems, and say what it did."""
    console = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH)
    try:
        with interruptible():
            run(home, console, once=once)
    except SaltoksError as error:
        Console(stderr=True).print(error.message, style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(Exit.FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit(Exit.FAILED) from None


if __name__ == "__main__":
    typer.run(main)
