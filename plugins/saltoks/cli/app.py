"""The commands of `saltoks`, one function each; `saltoks --help` is their manual."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from saltoks.cli import holds, show
from saltoks.cli.exits import Exit
from saltoks.core.errors import SaltoksError
from saltoks.flows import sync as flow
from saltoks.flows.check import check as check_flow
from saltoks.flows.clock import SystemClock, as_of
from saltoks.flows.locks import locks as locks_flow
from saltoks.flows.runtime import Runtime, config_root, runtime
from saltoks.flows.steps import Outcome
from saltoks.flows.who import who as who_flow
from saltoks.settings import Site, lint, load
from saltoks.warehouse.migrate import migrate as migrate_warehouse

app = typer.Typer(
    name="saltoks",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Keeps the doors of Salto KS sites in step with a booking system, and brings back what happened there.\n\n"
        "Sites, mappings and limits are in config/ (or SALTOKS_CONFIG); credentials are Airflow Connections, here in "
        "the environment (AIRFLOW_CONN_<ID>, as JSON) or in Airflow itself.\n\n"
        "Exit codes: 0 done, 1 done with holds or warnings, 2 failed, 64 wrong use."
    ),
)
config_app = typer.Typer(no_args_is_help=True, help="Look at the configuration.")
app.add_typer(config_app, name="config")
app.add_typer(holds.app, name="holds")

_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

Work = Callable[[Runtime, Site, str], list[Outcome]]

SiteOption = Annotated[
    list[str] | None, typer.Option("--site", metavar="NAME", help="Only this site; repeat it for more. Default: all.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts instead of tables.")]
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


@app.command()
def check(site: SiteOption = None, as_json: JsonOption = False) -> int:
    """Sign in and look whether a site is ready: seats, groups, schedules, IQs, doors. Changes nothing."""
    with runtime() as rt:
        found = {one.name: check_flow(rt, one) for one in rt.sites(site)}
    return show.findings(found, as_json=as_json)


@app.command()
def plan(site: SiteOption = None, at: AsOf = None, as_json: JsonOption = False) -> int:
    """Show what a sync would change at Salto KS now, with the reason for each change. Changes nothing there."""
    return _dry_run(site, at, as_json)


@app.command()
def sync(
    site: SiteOption = None,
    at: AsOfLoopback = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan only, as `saltoks plan` does.")] = False,
    fully: Annotated[
        bool, typer.Option("--full", help="Read the members of every group, not only of those that changed.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Read the source, judge it, plan and push the changes: what the DAG access_sync does in one run."""
    if dry_run:
        return _dry_run(site, at, as_json)
    return _run(site, at, as_json, "sync", lambda rt, one, run: flow.sync(rt, one, run, fully=fully))


@app.command()
def audit(site: SiteOption = None, at: AsOfLoopback = None, as_json: JsonOption = False) -> int:
    """Bring back entries and find check-ins: what the DAG audit_trail does in one run."""
    return _run(site, at, as_json, "audit", lambda rt, one, run: flow.steps(rt, one, run, flow.AUDIT))


@app.command()
def status(site: SiteOption = None, at: AsOfLoopback = None, as_json: JsonOption = False) -> int:
    """Read locks and IQs and show how they are: what the DAG device_status does in one run."""
    with runtime(at=_instant(at)) as rt:
        for one in rt.sites(site):
            flow.steps(rt, one, flow.run_name("status", rt.clock.now()), flow.STATUS)
        return show.locks({one.name: locks_flow(rt, one) for one in rt.sites(site)}, as_json=as_json)


@app.command()
def who(site: SiteOption = None, at: AsOf = None, as_json: JsonOption = False) -> int:
    """Show who may open what at an instant and why, and whether Salto KS has them in. Asks Salto nothing."""
    with runtime(at=_instant(at)) as rt:
        return show.holders([(one, who_flow(rt, one, rt.clock.now())) for one in rt.sites(site)], as_json=as_json)


@app.command()
def migrate() -> int:
    """Bring the warehouse to the shape that this version needs. Safe to repeat."""
    with runtime() as rt:
        return show.migrated(rt.warehouse.place, migrate_warehouse(rt.warehouse))


@app.command()
def sandbox(
    world: Annotated[str, typer.Option(metavar="NAME|FILE", help="A shipped world, or a YAML file.")] = "demo",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8790,
    state: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the state here; default: in memory.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of everything that happens by chance.")] = 7,
) -> int:
    """Serve a Salto KS of your own on this machine, for trying things out. Stops at Ctrl-C."""
    from saltoks.sandbox.server import serve

    serve(world, port=port, state=state, seed=seed)
    return Exit.DONE


@config_app.command("lint")
def config_lint(as_json: JsonOption = False) -> int:
    """Read every file in config/ and name what is wrong or doubtful, with file and key. Needs no network."""
    return show.lint(lint(load(config_root())), as_json=as_json)


@config_app.command("show")
def config_show(site: SiteOption = None, as_json: JsonOption = False) -> int:
    """Show the rules that are in force at a site, and where each of them was written. Needs no network."""
    settings = load(config_root())
    sites = [settings.site(name) for name in site] if site else settings.sites
    return show.rules(sites, as_json=as_json)


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and leaves with its exit code; a person's mistake never shows a traceback."""
    logging.basicConfig(format="%(name)s: %(message)s", level=logging.ERROR)
    sys.exit(_code(arguments))


def _code(arguments: list[str] | None) -> int:
    try:
        code = int(app(arguments, standalone_mode=False) or Exit.DONE)
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        return code
    except TyperException as error:
        print(f"saltoks: {error}\nTry: saltoks --help", file=sys.stderr)
        return Exit.WRONG_USE
    except SaltoksError as error:
        print(f"saltoks: {error.message}", file=sys.stderr)
        return Exit.FAILED
    except KeyboardInterrupt:
        print("saltoks: stopped; run it again to go on", file=sys.stderr)
        return Exit.FAILED


def _run(names: list[str] | None, at: str | None, as_json: bool, kind: str, work: Work) -> int:
    with runtime(at=_instant(at)) as rt:
        run_id = flow.run_name(kind, SystemClock().now())
        outcomes: list[Outcome] = []
        errors: list[SaltoksError] = []
        for site in rt.sites(names):
            try:
                outcomes += work(rt, site, run_id)
            except SaltoksError as error:
                errors.append(error)
    return show.outcomes(outcomes, errors, as_json=as_json)


def _dry_run(names: list[str] | None, at: str | None, as_json: bool) -> int:
    with runtime(at=_instant(at)) as rt:
        run_id = flow.run_name("plan", SystemClock().now())
        return show.plans([flow.dry_run(rt, site, run_id) for site in rt.sites(names)], as_json=as_json)


def _instant(text: str | None) -> datetime | None:
    return as_of(text) if text else None
