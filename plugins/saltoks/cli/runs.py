"""`saltoks runs` and `saltoks warnings`: what runs have said, and what somebody has looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from saltoks.cli.exits import Exit
from saltoks.cli.group import Group
from saltoks.cli.options import By, JsonOption, OneSite, Reason, SiteOption
from saltoks.cli.show import tables
from saltoks.cli.show.json_text import put
from saltoks.flows import outcomes as flow
from saltoks.flows.run.runtime import runtime
from saltoks.warehouse.ops.run_messages import StepMessages
from saltoks.warehouse.ops.warnings import StandingWarning

app = typer.Typer(cls=Group)
_warnings = typer.Typer(cls=Group, help="List the warnings that stand; `seen` marks those that somebody looked at.")
app.add_typer(_warnings, name="warnings")


@app.command()
def runs(
    site: SiteOption = None,
    run: Annotated[str | None, typer.Option("--run", metavar="ID", help="Only this run.")] = None,
    last: Annotated[int, typer.Option("--last", min=1, help="How many steps, the newest first.")] = 20,
    as_json: JsonOption = False,
) -> int:
    """Show the last steps of all runs, in Airflow or here, with everything that each said. Asks Salto nothing."""
    with runtime() as rt:
        return _runs(flow.last(rt, last, sites=site, run_id=run), as_json=as_json)


@_warnings.callback(invoke_without_command=True)
def warnings(context: typer.Context, site: SiteOption = None, as_json: JsonOption = False) -> int | None:
    """Show the warnings that stand, since when, and who has looked at them. A run tells each when it appears only."""
    if context.invoked_subcommand:
        return None
    with runtime() as rt:
        return _stand(flow.standing_warnings(rt, site), as_json=as_json)


@_warnings.command()
def seen(
    site: OneSite,
    numbers: Annotated[list[int], typer.Argument(metavar="NUMBER...", help="Numbers of the list.")],
    by: By,
    reason: Reason,
) -> int:
    """Mark warnings as looked at: they stay in the list, and are told no more, also when they come again."""
    with runtime() as rt:
        flow.acknowledge(rt, site, numbers, by=by, because=reason)
    print(f"{len(set(numbers))} warning(s) of {site} marked as seen by {by.strip()}")
    return Exit.DONE


def _runs(found: Sequence[StepMessages], *, as_json: bool) -> int:
    if as_json:
        put(found)
        return Exit.DONE
    rows = [(tables.utc(one.started_at), one.site, one.step, one.state, _texts(one), one.run_id) for one in found]
    tables.console().print(tables.table("Runs", ["began", "site", "step", "state", "said", "run"], rows))
    return Exit.DONE


def _texts(one: StepMessages) -> str:
    return "\n".join(f"{said.level}: {said.text}" for said in one.sentences)


def _stand(found: Sequence[StandingWarning], *, as_json: bool) -> int:
    if as_json:
        put(found)
        return Exit.DONE
    rows = [
        (one.site, one.warning_id, one.sentence, tables.utc(one.appeared_at), tables.utc(one.last_said_at), _word(one))
        for one in found
    ]
    tables.console().print(tables.table("Warnings", ["site", "no.", "warning", "since", "last said", "state"], rows))
    return Exit.DONE


def _word(one: StandingWarning) -> str:
    if one.seen_by and one.seen_at:
        return f"seen by {one.seen_by} on {one.seen_at:%Y-%m-%d}: {one.seen_because}"
    return "open" if one.still else "not said by the last run"
