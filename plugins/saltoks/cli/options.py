"""Options that several commands have, with one spelling and one help text."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from saltoks.flows.run.clock import as_of

SiteOption = Annotated[
    list[str] | None, typer.Option("--site", metavar="NAME", help="Only this site; repeat it for more. Default: all.")
]
OneSite = Annotated[str, typer.Option("--site", metavar="NAME", help="The site.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides this; it is kept.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is right; it is kept.")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="TIME", help="Take this instant as now, such as 2026-03-29T18:00+02:00."),
]
AsOfLoopback = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="TIME", help="Take this instant as now; only where the Salto hosts are on this machine."
    ),
]


def instant(text: str | None) -> datetime | None:
    """The instant that `--as-of` names, if it was given."""
    return as_of(text) if text else None
