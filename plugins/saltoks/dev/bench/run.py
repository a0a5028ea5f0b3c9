"""Seconds and memory for many rows, beside the budgets: ``python -m saltoks.dev.bench.run`` (design §9).

Every case runs in a process of its own, so that its peak of memory is its own. Its rows are made before the clock
starts, and count for the memory. Nothing is gated: a budget that is not met is a number in a table.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from saltoks.cli.show.tables import console as show_console
from saltoks.core.errors import SaltoksError, Unavailable
from saltoks.dev.bench.cases import CASES, Measured
from saltoks.dev.stack.commands import interruptible
from saltoks.dev.stack.progress import progress_for
from saltoks.flows.run.clock import SystemClock

_GIB = 2**30

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def bench(
    scale: Annotated[float, typer.Option(min=0.0001, max=10, help="Part of the full size; 0.01 for a quick look.")] = 1,
) -> None:
    """Measure what a tick does with many rows; takes minutes and 3 GiB at full size."""
    progress = progress_for(Console(stderr=True))
    found: dict[str, Measured] = {}
    with interruptible():
        for name, one in CASES.items():
            with progress.step(f"Measuring: {one.what}"):
                found[name] = apart(name, scale)
    show_console().print(report(found, scale))


def report(found: dict[str, Measured], scale: float) -> Table:
    """What was measured, a row a case."""
    made = Table(title=_title(scale), title_justify="left", title_style="bold", header_style="dim")
    made.add_column("case")
    for column in ("given", "made", "seconds", "processor", "budget", "used", "peak GiB", "budget", "used"):
        made.add_column(column, justify="right")
    for name, one in found.items():
        case, gib = CASES[name], one.peak / _GIB
        time_used, memory_used = (_used(one.seconds, case.seconds, scale), _used(gib, case.gib, scale))
        numbers = (f"{one.given:,}", f"{one.made:,}", f"{one.seconds:.2f}", f"{one.processor:.2f}")
        made.add_row(case.what, *numbers, *time_used, f"{gib:.2f}", *memory_used)
    return made


def _used(number: float, budget: float | None, scale: float) -> tuple[str, str]:
    """The budget, and how much of it a number is; budgets are for the full size."""
    if budget is None:
        return "", ""
    return f"{budget:g}", f"{number / budget:.0%}" if scale == 1 else ""


def _title(scale: float) -> str:
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"Benchmark at scale {scale:g}: {SystemClock().now():%Y-%m-%d %H:%M} UTC, {machine}, {load}"


def apart(name: str, scale: float) -> Measured:
    """Measures one case in a process of its own; raises `Unavailable` when it breaks."""
    command = [sys.executable, "-m", "saltoks.dev.bench.cases", name, str(scale)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"The case {name} broke with exit code {done.returncode}: see above.")
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Runs the command of the command line; what breaks is one sentence and exit code 1."""
    try:
        app()
    except SaltoksError as error:
        print(f"bench: {error.message}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
