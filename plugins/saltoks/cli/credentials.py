"""`saltoks credentials`, `saltoks pin` and `saltoks invite`: what people open doors with, and what is done by hand."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from saltoks.cli.exits import Exit
from saltoks.cli.group import Group
from saltoks.cli.options import AsOfLoopback, By, JsonOption, OneSite, Reason, instant
from saltoks.cli.show import tables
from saltoks.cli.show.json_text import put
from saltoks.core.credentials.invitation_diagnosis import DiagnosisStep
from saltoks.flows.credentials import manual_actions
from saltoks.flows.credentials import overview as flow
from saltoks.flows.credentials.overview import PersonView
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import runtime
from saltoks.flows.sync import run_name

app = typer.Typer()
_pin = typer.Typer(
    cls=Group, no_args_is_help=True, help="Replace or look at one person's PIN, by name and with a reason."
)
app.add_typer(_pin, name="pin")

Customer = Annotated[str, typer.Option("--customer", metavar="ID", help="The customer, by the source's id.")]
_COLUMNS = ("customer", "name", "kind", "invited", "seat", "stay", "PIN", "mail")


@app.command()
def credentials(
    site: OneSite,
    customer: Annotated[
        str | None,
        typer.Option("--customer", metavar="ID", help="Only: why this customer got no e-mail, in four checks."),
    ] = None,
    at: AsOfLoopback = None,
    as_json: JsonOption = False,
) -> int:
    """Show who is invited, has a seat, a PIN and the mail with it; no PIN is shown. Changes nothing."""
    with runtime(at=instant(at)) as rt:
        one = rt.site(site)
        if customer is None:
            return _people(one.name, flow.credentials(rt, one), as_json=as_json)
        return _answers(customer, flow.diagnose_invitation(rt, one, customer), as_json=as_json)


@app.command()
def invite(site: OneSite, customer: Customer, at: AsOfLoopback = None) -> int:
    """Let Salto mail its invitation to a site user once more."""
    with runtime(at=instant(at)) as rt:
        manual_actions.invite(rt, rt.site(site), customer)
    print(f"customer {customer}: Salto mails the invitation again")
    return Exit.DONE


@_pin.command()
def reissue(
    site: OneSite, customer: Customer, by: By, reason: Reason, at: AsOfLoopback = None, as_json: JsonOption = False
) -> int:
    """Replace a customer's PIN and send the new one: the one before opens no more."""
    with runtime(at=instant(at)) as rt:
        run_id = run_name("reissue", SystemClock().now())
        outcome = manual_actions.reissue(rt, rt.site(site), run_id, customer, by=by, because=reason)
    return tables.outcomes([outcome], [], as_json=as_json)


@_pin.command("show")
def show_pin(site: OneSite, customer: Customer, by: By, reason: Reason, at: AsOfLoopback = None) -> int:
    """Print a customer's PIN, for handing it on yourself; that you looked at it is kept."""
    with runtime(at=instant(at)) as rt:
        print(manual_actions.show_pin(rt, rt.site(site), customer, by=by, because=reason))
    return Exit.DONE


def _people(site: str, found: list[PersonView], *, as_json: bool) -> int:
    if as_json:
        put(found)
    else:
        rows = [tuple(asdict(one).values())[:-1] for one in found]
        tables.console().print(tables.table(f"{site}: {len(found)} people", _COLUMNS, rows))
    return Exit.DONE if all(one.fine for one in found) else Exit.WARNED


def _answers(customer: str, found: list[DiagnosisStep], *, as_json: bool) -> int:
    if as_json:
        put(found)
    else:
        rows = [("ok" if one.ok else "not ok", one.question, one.said, one.row) for one in found]
        title = f"customer {customer}: no e-mail received?"
        tables.console().print(tables.table(title, ("", "check", "what is so", "code"), rows))
    return Exit.DONE if all(one.ok for one in found) else Exit.WARNED
