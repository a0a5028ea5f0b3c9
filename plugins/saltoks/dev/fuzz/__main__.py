"""Bad input by chance, from a seed: ``python -m saltoks.dev.fuzz`` (`make fuzz`). Exit code 1 when anything broke."""

from __future__ import annotations

import time
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from saltoks.dev.fuzz.attempt import Fault
from saltoks.dev.fuzz.run import Piece, fuzzed, pieces
from saltoks.dev.fuzz.targets import TARGETS
from saltoks.dev.stack.commands import interruptible

KINDS = ("traceback", "hang", "leak", "unstorable", "promise")
SHOWN = 20
"""How many broken promises are shown whole."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def fuzz(
    count: Annotated[int, typer.Option(min=1, help="Attempts in all.")] = 50_000,
    seed: Annotated[int, typer.Option(help="What is spoiled, and how.")] = 7,
    only: Annotated[str | None, typer.Option(help="One target: " + ", ".join(one.name for one in TARGETS))] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Feed answers, files, site files and connections that are broken, and count the promises that break."""
    work, begun = pieces(count, seed, only), time.monotonic()
    if not work:
        raise typer.BadParameter("nothing to attempt: is the target's name right?")
    with interruptible():
        found = [fault for part in fuzzed(work, workers) for fault in part]
    console = Console()
    console.print(_table(work, found))
    console.print(f"seed {seed}, {time.monotonic() - begun:.0f} s")
    for fault in found[:SHOWN]:
        console.print(f"[bold]{fault.target} {fault.number}[/] {fault.kind}: {escape(ascii(fault.text[-1_500:]))}")
    if found:
        raise typer.Exit(1)


def _table(work: list[Piece], found: list[Fault]) -> Table:
    table = Table("target", "attempts", *KINDS)
    for target in TARGETS:
        attempts = sum(one.count for one in work if one.target == target.name)
        kinds = Counter(one.kind for one in found if one.target == target.name)
        table.add_row(target.name, str(attempts), *(str(kinds[kind]) for kind in KINDS))
    return table


if __name__ == "__main__":
    app()
