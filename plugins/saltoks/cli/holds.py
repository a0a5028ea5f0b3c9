"""`saltoks holds`: what a limit held back, and the word that lets it through."""

from __future__ import annotations

from typing import Annotated

import typer

from saltoks.cli.group import Group
from saltoks.cli.options import AsOfLoopback, By, JsonOption, OneSite, Reason, SiteOption, instant
from saltoks.cli.show import tables
from saltoks.core.errors import WrongUse
from saltoks.flows import holds as flow
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import runtime
from saltoks.flows.run.steps import unreadable_sites
from saltoks.flows.sync import run_name

app = typer.Typer(cls=Group, help="List what a limit held back; `accept` lets it through, once.")


@app.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    site: SiteOption = None,
    as_json: JsonOption = False,
) -> int | None:
    """Show what a limit held back, since when and why. Asks Salto nothing."""
    if context.invoked_subcommand:
        return None
    with runtime() as rt:
        found = {one.name: flow.holds(rt, one) for one in rt.sites(site)}
        whom = {hold.hold_id: flow.describe(rt, one, hold) for one in rt.sites(site) for hold in found[one.name]}
        return max(tables.holds(found, whom, as_json=as_json), tables.unreadable(unreadable_sites(rt, site)))


@app.command()
def accept(
    site: OneSite,
    by: By,
    reason: Reason,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[NUMBER]...", help="Numbers of the list.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that is held at the site.")] = False,
    at: AsOfLoopback = None,
    as_json: JsonOption = False,
) -> int:
    """Accept held changes once: plans anew, then makes those that are still wanted."""
    with runtime(at=instant(at)) as rt:
        one = rt.site(site)
        if everything == bool(numbers):
            raise WrongUse("say which held changes to accept: their numbers, or --all")
        ids = numbers or [hold.hold_id for hold in flow.holds(rt, one)]
        outcomes = flow.accept(rt, one, run_name("accept", SystemClock().now()), ids, by=by, because=reason)
    return tables.outcomes(outcomes, [], as_json=as_json)
