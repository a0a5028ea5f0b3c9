"""A week of three sites, with faults, on one machine: ``python -m saltoks.dev.soak.run`` (`make soak`).

Diaries write files, the whole access sync runs every quarter of an hour against a sandbox Salto KS over HTTP, and a
judge that knows nothing of the product compares every minute of every door with the bookings. Nothing waits in real
time but the rate budget. Exit code 1 when a number that must be zero is not.
"""

from __future__ import annotations

import logging
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from saltoks.cli.show.tables import console as show_console
from saltoks.core.errors import SaltoksError
from saltoks.dev.postgres.server import Postgres
from saltoks.dev.soak.course import Course, opened
from saltoks.dev.soak.faults import Troubles, drawn
from saltoks.dev.soak.show import must_be_zero, report
from saltoks.dev.soak.sites import PLACES, Place
from saltoks.dev.stack.commands import interruptible
from saltoks.dev.stack.progress import Progress, progress_for

WEEK = 672
"""Quarters of an hour in a week."""
_DAY = 96

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def soak(
    ticks: Annotated[int, typer.Option(min=1, help="Runs of each site; 672 are a week.")] = WEEK,
    seed: Annotated[int, typer.Option(help="What people do, and what goes wrong when.")] = 7,
    workers: Annotated[int, typer.Option(min=1, help="Runs at the same time, each in a process of its own.")] = 2,
) -> None:
    """Run three sites for a week with faults, and judge every minute of every door; takes about twenty minutes."""
    troubles = drawn(seed, [one.name for one in PLACES], ticks)
    progress = progress_for(Console(stderr=True))
    with interruptible(), _workers(workers) as pool:
        begun = time.monotonic()
        course = soaked(PLACES, troubles, pool, ticks=ticks, seed=seed, progress=progress)
        seconds = time.monotonic() - begun
    for table in report(course, seed, seconds):
        show_console().print(table)
    if any(must_be_zero(course).values()):
        raise typer.Exit(1)


def soaked(
    places: tuple[Place, ...], troubles: Troubles, workers: Executor, *, ticks: int, seed: int, progress: Progress
) -> Course:
    """A whole soak in a folder and a PostgreSQL of its own, both gone afterwards."""
    with _folder() as folder, _postgres(folder) as url:
        root = folder / "house"
        root.mkdir()
        with opened(root, places, url, troubles, workers, seed=seed) as run:
            for day in range(0, ticks, _DAY):
                with progress.step(f"Day {day // _DAY + 1}"):
                    for _ in range(day, min(day + _DAY, ticks)):
                        run.tick()
            run.finish()
            return run.course


@contextmanager
def _workers(count: int) -> Iterator[Executor]:
    """Where runs are made: one at a time in this process, or several in processes of their own."""
    if count == 1:
        with ThreadPoolExecutor(1) as thread:
            yield thread
    else:
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
            yield pool


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="saltoks-soak-") as folder:
        yield Path(folder)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    with ExitStack() as stack:
        server = Postgres(folder / "postgres", throwaway=True)
        stack.callback(server.remove)  # both before the start: one that is interrupted leaves something behind
        stack.callback(server.stop)
        server.start()
        server.create_database("warehouse", "warehouse")
        yield server.dsn("warehouse")


def main() -> None:
    """Runs the command of the command line; what breaks is one sentence and exit code 1."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs addresses with ids at INFO
    try:
        app()
    except SaltoksError as error:
        print(f"soak: {error.message}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
