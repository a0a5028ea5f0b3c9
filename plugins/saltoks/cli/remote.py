"""`saltoks open` and `saltoks iq`: a door from afar, and the activation of IQs that it needs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from saltoks.cli.exits import Exit
from saltoks.cli.group import Group
from saltoks.cli.options import AsOfLoopback, By, JsonOption, OneSite, Reason, SiteOption, instant
from saltoks.cli.show import tables
from saltoks.core.errors import FixInput
from saltoks.flows.iq import activation, remote_opening
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import runtime
from saltoks.flows.run.steps import unreadable_sites
from saltoks.flows.sync import run_name

app = typer.Typer()
_iq = typer.Typer(cls=Group, no_args_is_help=True, help="Activate IQs for opening from afar, and keep what that needs.")
app.add_typer(_iq, name="iq")

OneIq = Annotated[str | None, typer.Option("--iq", metavar="NAME", help="The IQ; default: the only one.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@app.command("open")
def open_(
    site: OneSite,
    lock: Annotated[str, typer.Option("--lock", metavar="NAME", help="The lock, as Salto KS names it.")],
    by: By,
    reason: Reason,
    at: AsOfLoopback = None,
    as_json: JsonOption = False,
) -> int:
    """Open one door from afar, once; it closes by itself. Never asked again by itself."""
    with runtime(at=instant(at)) as rt:
        run_id = run_name("open", SystemClock().now())
        done = remote_opening.open_lock(rt, rt.site(site), run_id, lock, by=by, because=reason)
    return tables.outcomes([done], [], as_json=as_json)


@_iq.command()
def activate(site: OneSite, iq: OneIq = None, at: AsOfLoopback = None) -> int:
    """Begin the activation of an IQ: Salto mails its PIN to the service account. Then: `saltoks iq confirm`."""
    with runtime(at=instant(at)) as rt:
        name = activation.begin(rt, rt.site(site), iq)
    print(f"{name}: its PIN is on the way to the service account's mailbox; then: saltoks iq confirm --site {site}")
    return Exit.DONE


@_iq.command()
def confirm(
    site: OneSite,
    by: By,
    pin: Annotated[str, typer.Option("--pin", prompt="PIN from the mail", hide_input=True, help="Asked for unseen.")],
    iq: OneIq = None,
    at: AsOfLoopback = None,
) -> int:
    """End the activation with the PIN from the mail."""
    with runtime(at=instant(at)) as rt:
        name = activation.confirm(rt, rt.site(site), iq, pin, by=by)
    print(f"{name}: activated; now keep its secret a second time: saltoks iq backup FILE")
    return Exit.DONE


@_iq.command()
def check(site: OneSite, by: By, at: AsOfLoopback = None, as_json: JsonOption = False) -> int:
    """Ask Salto whether our codes are still right, one code for each IQ; `nightly` does the same."""
    with runtime(at=instant(at)) as rt:
        done = activation.verify(rt, rt.site(site), run_name("codes", SystemClock().now()), by=by)
    return tables.outcomes([done], [], as_json=as_json)


@_iq.command()
def backup(file: File, site: SiteOption = None) -> int:
    """Write the sealed secrets of all IQs to a file: it opens with Airflow's Fernet key only. Keep them apart."""
    with runtime() as rt:
        _write(file, activation.backup(rt, rt.sites(site)))
        return tables.unreadable(unreadable_sites(rt, site))


@_iq.command()
def restore(file: File) -> int:
    """Take the sealed secrets of IQs back from a file."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FixInput(f"{file} cannot be read: name another file") from error
    with runtime() as rt:
        names = activation.restore(rt, text)
    print(f"{len(names)} kept: {', '.join(names) or 'none'}")
    return Exit.DONE


def _write(file: Path, text: str) -> None:
    """Readable by its owner alone."""
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise FixInput(f"{file} cannot be written: {error.strerror} — name another file") from error
