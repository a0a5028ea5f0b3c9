"""The commands of `saltoks`, one function each; `saltoks --help` is their manual."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from importlib.metadata import version as installed
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from saltoks.cli import credentials, drift, holds, init, logs, remote, report, runs
from saltoks.cli.exits import Exit
from saltoks.cli.group import Group
from saltoks.cli.options import AsOf, AsOfLoopback, By, JsonOption, OneSite, Reason, SiteOption, instant
from saltoks.cli.show import config as shown_config
from saltoks.cli.show import status as shown_status
from saltoks.cli.show import tables
from saltoks.cli.sites import gathered
from saltoks.cli.terminal import harmless
from saltoks.core.errors import FixInput, SaltoksError, WrongUse
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.flows import sync as flow
from saltoks.flows.check import check as check_flow
from saltoks.flows.lint import lint as lint_flow
from saltoks.flows.lint.readable import in_files
from saltoks.flows.plan import config_change
from saltoks.flows.plan.current.naming import with_last_naming
from saltoks.flows.render_plan import Form, written
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import Runtime, config_root, runtime
from saltoks.flows.run.steps import Outcome, as_saltoks_error, errors_of, unreadable_sites
from saltoks.flows.who import who as who_flow
from saltoks.settings import Finding, Settings, Site, lint, load_each, of_file
from saltoks.warehouse.engine.migrate import migrate as migrate_warehouse

app = typer.Typer(
    name="saltoks",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Keeps the doors of Salto KS sites in step with a booking system, and brings back what happened there.\n\n"
        "Sites, mappings and limits are in config/ (or SALTOKS_CONFIG; `saltoks init` makes one); credentials are "
        "Airflow Connections, here in the environment (AIRFLOW_CONN_<ID>, as JSON) or in Airflow itself.\n\n"
        "Exit codes: 0 done, 1 done, and somebody must act now (changes are held, or a warning appeared), 2 failed, "
        "64 wrong use."
    ),
)
config_app = typer.Typer(cls=Group, no_args_is_help=True, help="Look at the configuration.")
app.add_typer(config_app, name="config")
app.add_typer(holds.app, name="holds")
app.add_typer(credentials.app)
app.add_typer(drift.app)
app.add_typer(remote.app)
app.add_typer(runs.app)
app.add_typer(report.app, name="report")
app.add_typer(init.app)

_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

Work = Callable[[Runtime, Site, str], Iterable[Outcome]]


def _version(asked: bool) -> None:
    if asked:
        print(f"saltoks {installed('saltoks')}")
        raise typer.Exit


@app.callback()
def root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Log each step, and where in the code a fault is.")] = False,
) -> None:
    """Options that stand before every command."""
    if debug:
        logging.getLogger("saltoks").setLevel(logging.DEBUG)


@app.command()
def check(site: SiteOption = None, as_json: JsonOption = False) -> int:
    """Sign in and look whether a site is ready: seats, clocks, IQs, and how much is wrong with the mapping."""
    with runtime() as rt:
        found = {one.name: list(of_file(one)) for one in rt.unreadable(site)}
        found |= {one.name: check_flow(rt, one) for one in rt.sites(site)}
    return tables.findings(found, as_json=as_json)


@app.command()
def plan(
    site: SiteOption = None,
    at: AsOf = None,
    as_json: JsonOption = False,
    form: Annotated[Form | None, typer.Option("--format", help="Write a text to keep or to mail instead.")] = None,
    output: Annotated[Path | None, typer.Option(metavar="FILE", help="Where that text goes; default: here.")] = None,
) -> int:
    """Show what a sync would change at Salto KS now, with the reason for each change. Changes nothing there."""
    if output and form is None:
        raise WrongUse("--output needs --format markdown or --format html: say which")
    return _dry_run(site, at, as_json, form, output)


@app.command()
def sync(
    site: SiteOption = None,
    at: AsOfLoopback = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan only, as `saltoks plan` does.")] = False,
    fully: Annotated[
        bool, typer.Option("--full", help="Read the whole source and the members of every group, as `nightly` does.")
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Read the source, judge it, plan and push the changes: what the DAG access_sync does in one run."""
    if dry_run:
        return _dry_run(site, at, as_json)
    return _run(site, at, as_json, "sync", lambda rt, one, run: flow.synced(rt, one, run, fully=fully))


@app.command()
def audit(site: SiteOption = None, at: AsOfLoopback = None, as_json: JsonOption = False) -> int:
    """Bring back entries and find check-ins: what the DAG audit_trail does in one run."""
    return _run(site, at, as_json, "audit", lambda rt, one, run: flow.stepped(rt, one, run, flow.AUDIT))


@app.command()
def status(site: SiteOption = None, at: AsOfLoopback = None, as_json: JsonOption = False) -> int:
    """Read locks and IQs and show how they are: what the DAG device_status does in one run."""
    with runtime(at=instant(at)) as rt:
        return shown_status.status(rt, site, as_json=as_json)


@app.command()
def who(site: SiteOption = None, at: AsOf = None, as_json: JsonOption = False) -> int:
    """Show who may open what at an instant and why, and whether Salto KS has them in. Asks Salto nothing."""
    with runtime(at=instant(at)) as rt:
        found = [(one, who_flow(rt, one, rt.clock.now())) for one in rt.sites(site)]
        return max(tables.holders(found, as_json=as_json), tables.unreadable(unreadable_sites(rt, site)))


@app.command()
def migrate() -> int:
    """Bring the warehouse to the shape that this version needs. Safe to repeat."""
    with runtime() as rt:
        return tables.migrated(rt.warehouse.place, migrate_warehouse(rt.warehouse))


@app.command()
def sandbox(
    system: Annotated[
        str,
        typer.Option(metavar="SYSTEM", help="What to serve: salto (Salto KS), or a booking system, such as nexudus."),
    ] = "salto",
    world: Annotated[str, typer.Option(metavar="NAME|FILE", help="A shipped world, or a YAML file.")] = "demo",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this machine.")] = 8790,
    state: Annotated[Path | None, typer.Option(metavar="FILE", help="Keep the state here; default: in memory.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of all that happens by chance at Salto KS.")] = 7,
) -> int:
    """Serve a Salto KS or a booking system of your own here, for trying things out. Stops at Ctrl-C."""
    try:
        from saltoks.cli.foreground import serve
    except ModuleNotFoundError as error:
        raise FixInput(f"a sandbox needs {error.name}, which is not installed: pip install 'saltoks[demo]'") from error

    serve(system, world, port=port, state=state, seed=seed, say=lambda lines: print(*lines, sep="\n", flush=True))
    return Exit.DONE


@config_app.command("lint")
def config_lint(
    site: Annotated[
        list[str] | None,
        typer.Option("--site", metavar="NAME", help="Look at this site's Salto KS too; repeat it for more."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Of these sites, look at the files only.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Read every file in config/ and name what is wrong or doubtful, with file and key. Changes nothing.

    With --site, mapping and rules of that site are held against its Salto KS, and against its booking system as last
    read; whether that can be read now is tried. Without it no network is needed, and CSV files are read.
    """
    if not site or offline:
        settings = load_each(config_root())
        asked = settings.only(site)
        found = [*_of_files(asked), *lint(settings, asked.sites)]
        read = [] if offline else [one for each in asked.sites for one in in_files(settings, each, SystemClock().now())]
        return tables.lint([*found, *read], as_json=as_json)
    with runtime() as rt:
        found = [*_of_files(rt.settings.only(site)), *(one for each in rt.sites(site) for one in lint_flow(rt, each))]
        return tables.lint(found, as_json=as_json)


@config_app.command("show")
def config_show(site: SiteOption = None, as_json: JsonOption = False) -> int:
    """Show the rules and the mapping of a site, and where each line of them was written.

    Needs no network; of a site with map_by_name the warehouse is asked what names decided when it was planned last.
    """
    settings = load_each(config_root()).only(site)
    code = shown_config.config(settings.sites, _named(settings.sites), as_json=as_json)
    return max(code, tables.unreadable([error for one in settings.unreadable for error in errors_of(one)]))


@config_app.command("accept")
def config_accept(site: OneSite, by: By, reason: Reason, at: AsOfLoopback = None) -> int:
    """Let a changed configuration count at once: without it, the first run after a change only plans."""
    with runtime(at=instant(at)) as rt:
        found = config_change.accept_config(rt, rt.site(site), by=by, because=reason)
    print("\n".join(found) or "nothing has changed since the last run")
    return Exit.DONE


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and leaves with its exit code; a person's mistake never shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that this terminal cannot show stops nothing
    with harmless():
        logs.to_terminal()
        code = _code(arguments)
    sys.exit(code)


def _code(arguments: list[str] | None) -> int:
    try:
        code = int(app(arguments, standalone_mode=False) or Exit.DONE)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        return code
    except TyperException as error:
        return _ended(Exit.WRONG_USE, f"{error}\nTry: saltoks --help")
    except (BrokenPipeError, SystemExit) as left:
        if isinstance(left, SystemExit) and not left.code:
            return Exit.DONE
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # Python would print a traceback at its end
        return _ended(Exit.FAILED, "stopped, as nobody reads its output any more; run it again to go on")
    except KeyboardInterrupt:
        return _ended(Exit.FAILED, "stopped; run it again to go on")
    except Exception as error:
        found = as_saltoks_error(error)
        return _ended(Exit.WRONG_USE if isinstance(found, WrongUse) else Exit.FAILED, found.message)


def _ended(code: Exit, sentence: str) -> int:
    print(KNOWN_SECRETS.scrubbed(f"saltoks: {sentence}"), file=sys.stderr)
    return code


def _run(names: list[str] | None, at: str | None, as_json: bool, kind: str, work: Work) -> int:
    with runtime(at=instant(at)) as rt:
        run_id = flow.run_name(kind, SystemClock().now())
        done = gathered(rt.sites(names), lambda site: work(rt, site, run_id), unreadable_sites(rt, names, run_id))
    return tables.outcomes(done.found, done.errors, as_json=as_json)


def _dry_run(
    names: list[str] | None, at: str | None, as_json: bool, form: Form | None = None, output: Path | None = None
) -> int:
    with runtime(at=instant(at)) as rt:
        run_id = flow.run_name("plan", SystemClock().now())
        broken = unreadable_sites(rt, names, run_id)
        done = gathered(rt.sites(names), lambda site: [flow.dry_run(rt, site, run_id)], broken)
        if form is None:
            return tables.plans(done.found, done.errors, as_json=as_json)
        text = written([(one.site, one.plan) for one in done.found], form, rt.clock.now())
    return tables.text(text, output, [step for one in done.found for step in one.outcomes], done.errors)


def _of_files(settings: Settings) -> list[Finding]:
    return list(dict.fromkeys(found for site in settings.unreadable for found in of_file(site)))


def _named(sites: Sequence[Site]) -> dict[str, Site]:
    by_name = [one for one in sites if one.map_by_name]
    try:
        with runtime() if by_name else nullcontext() as rt:
            return {one.name: with_last_naming(rt, one) for one in by_name if rt}
    except SaltoksError as error:
        print(f"note: what map_by_name decided is not known: {error.message}", file=sys.stderr)
        return {}
