"""`saltoks report`: pages to look at, to print or to mail, freshly built."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from saltoks.cli.group import Group
from saltoks.cli.show import tables
from saltoks.flows import pages
from saltoks.flows.run.runtime import runtime

app = typer.Typer(cls=Group, no_args_is_help=True, help="Build a page to look at, to print or to mail.")

Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="Write the page into this file; default: print it."),
]


@app.command()
def validation(output: Output = None) -> int:
    """Build the page of validation results: what the gate found at every site. Asks the warehouse only."""
    with runtime() as rt:
        return tables.text(pages.validation(rt), output, [])
