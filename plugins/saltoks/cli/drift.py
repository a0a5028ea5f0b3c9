"""`saltoks drift` and `saltoks owner`: what others changed at a site, and whose site it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import typer

from saltoks.cli.exits import Exit
from saltoks.cli.group import Group
from saltoks.cli.options import AsOfLoopback, By, JsonOption, OneSite, Reason, SiteOption, instant
from saltoks.cli.show import tables
from saltoks.cli.show.json_text import put
from saltoks.core.plan.owner_marker import marker
from saltoks.flows.apply import site_marker
from saltoks.flows.plan import drift_report as flow
from saltoks.flows.plan.current import owner as owner_flow
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import runtime
from saltoks.flows.run.steps import unreadable_sites
from saltoks.flows.sync import run_name
from saltoks.warehouse.access.drift import OpenDrift
from saltoks.warehouse.ops.owners import SiteOwner

app = typer.Typer()
owner_app = typer.Typer(cls=Group, help="Whose site it is: two installations on one site notice each other, and stop.")
app.add_typer(owner_app, name="owner")


@app.command()
def drift(site: SiteOption = None, as_json: JsonOption = False) -> int:
    """Show what others changed at a site, since when, and what was done about it. Asks Salto nothing."""
    with runtime() as rt:
        found = {one.name: flow.open_drift(rt, one) for one in rt.sites(site)}
        return max(_drift(found, as_json=as_json), tables.unreadable(unreadable_sites(rt, site)))


@owner_app.callback(invoke_without_command=True)
def owner(context: typer.Context, site: SiteOption = None, as_json: JsonOption = False) -> int | None:
    """Show which installation this is, and whose marker each site had at its last run. Asks Salto nothing."""
    if context.invoked_subcommand:
        return None
    with runtime() as rt:
        found = {one.name: owner_flow.site_owner(rt, one) for one in rt.sites(site)}
        return max(
            _owners(owner_flow.installation_id(rt), found, as_json), tables.unreadable(unreadable_sites(rt, site))
        )


@owner_app.command()
def take(site: OneSite, by: By, reason: Reason, at: AsOfLoopback = None, as_json: JsonOption = False) -> int:
    """Make a site ours: deletes the marker of another installation, which then stops by itself."""
    with runtime(at=instant(at)) as rt:
        done = site_marker.take_over(rt, rt.site(site), run_name("take", SystemClock().now()), by=by, because=reason)
    return tables.outcomes([done], [], as_json=as_json)


def _drift(found: Mapping[str, Sequence[OpenDrift]], *, as_json: bool) -> int:
    if as_json:
        put(found)
    else:
        rows = [
            (site, one.kind, one.sentence, one.done, tables.utc(one.first_seen))
            for site, ones in found.items()
            for one in ones
        ]
        tables.console().print(tables.table("Drift", ["site", "kind", "what is so", "done", "since"], rows))
    return Exit.WARNED if any(found.values()) else Exit.DONE


def _owners(mine: str, found: Mapping[str, SiteOwner], as_json: bool) -> int:
    if as_json:
        put({"installation": mine, "sites": found})
    else:
        rows = [
            (site, marker(mine) if one.made_at else "not yet", marker(one.foreign_id) if one.foreign_id else "")
            for site, one in found.items()
        ]
        tables.console().print(tables.table(f"Installation {mine}", ["site", "our marker", "another's"], rows))
    return Exit.FAILED if any(one.foreign_id for one in found.values()) else Exit.DONE
