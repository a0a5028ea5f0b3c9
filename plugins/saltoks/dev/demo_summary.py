"""The one summary at the end of the demo, for a person to read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from saltoks.core.canonical import Rejected
from saltoks.core.devices import DeviceState
from saltoks.core.windows import ALWAYS, FOREVER, Window
from saltoks.dev.airflow_api import Run
from saltoks.dev.demo_facts import Holding, House, Moment
from saltoks.flows.locks import LockView
from saltoks.warehouse.runs import StepRow

WIDTH = 120
_STATE = {
    DeviceState.ONLINE: "[green]online[/green]",
    DeviceState.OFFLINE: "[red]offline[/red]",
    DeviceState.UNKNOWN: "[yellow]unknown[/yellow]",
}


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the summary tells."""

    houses: tuple[House, ...]
    runs: tuple[Run, ...]
    sync_steps: tuple[StepRow, ...]
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Airflow:
    """Where the web interface is, and how to sign in."""

    url: str
    user: str
    password: str


def tell(console: Console, story: Story) -> None:
    """Print what happened, in one line and then house by house."""
    console.print(_headline(story), highlight=False)
    for house in story.houses:
        console.print(_house(house), highlight=False)
    console.print(_runs(story), highlight=False)


def tell_how_to_go_on(console: Console, airflow: Airflow, env: str) -> None:
    """Print where to look and what to try next."""
    lines = [
        f"[bold]Airflow[/bold]   {escape(airflow.url)}   user [bold]{escape(airflow.user)}[/bold]   "
        f"password [bold]{escape(airflow.password)}[/bold]",
        f"[bold]Terminal[/bold]  source {escape(env)}",
        "          saltoks who       [dim]who may open what, and why[/dim]",
        "          saltoks plan      [dim]what the next sync would change; edit a CSV file and see[/dim]",
        "          saltoks status    [dim]locks and IQs[/dim]",
        "          saltoks sync      [dim]a whole access sync without Airflow[/dim]",
    ]
    console.print(Padding("\n".join(lines), (0, 0, 1, 1)), highlight=False, soft_wrap=True)


def _headline(story: Story) -> RenderableType:
    holdings = [one for house in story.houses for one in house.holdings]
    moments = [one for house in story.houses for one in house.moments]
    locks = [one for house in story.houses for one in house.locks]
    shut = sum(one.state is not DeviceState.ONLINE for one in locks)
    parts = (
        f"{sum(one.inside for one in holdings)} memberships",
        f"{sum(one.new for one in holdings)} came",
        f"{sum(len(house.left) for house in story.houses)} left",
        f"{sum(bool(one.booking) for one in moments)} checked in",
        f"{sum(not one.opened for one in moments)} stayed out",
        f"{shut} of {len(locks)} locks not online",
        f"{sum(len(house.quarantined) for house in story.houses)} quarantined",
        f"{sum(len(house.held) for house in story.houses)} held",
    )
    return Padding(f"[bold]{' · '.join(parts)}[/bold]", (1, 0, 1, 1))


def _house(house: House) -> RenderableType:
    local = _local(house, house.at)
    title = (
        f"[bold]{house.site.name}[/bold]  {house.site.salto.site_uid}, {house.site.timezone}, {local:%a %d %b %H:%M}"
    )
    return Group(
        Rule(title, align="left"),
        "",
        _holdings(house),
        *_left(house),
        _moments(house),
        _locks(house),
        _list("In quarantine", [_broken(one) for one in house.quarantined] or ["nothing"]),
        _list("Skipped, and worth a look", house.skipped or ["nothing"]),
        _list("Held back by a limit", house.held or ["nothing"]),
    )


def _holdings(house: House) -> RenderableType:
    rows, group = [], ""
    for one in house.holdings:
        name = escape(one.group) if one.group != group else ""
        because = escape(", ".join(one.reasons))
        rows.append((name, escape(one.name), _span(house, one.window), because, _standing(house, one)))
        group = one.group
    return _table("Who may open what, and why", ("access group", "person", "window", "because of", ""), rows)


def _standing(house: House, one: Holding) -> str:
    if not one.inside:
        return "[yellow]not in[/yellow]"
    if not one.reasons:
        return "[yellow]about to leave[/yellow]"
    ahead = ", ahead of time" if one.window.starts_at > house.at else ""
    return f"[green]came now{ahead}[/green]" if one.new else f"[dim]in since before{ahead}[/dim]"


def _left(house: House) -> Iterable[RenderableType]:
    if house.left:
        yield _list("Who left", house.left)


def _moments(house: House) -> RenderableType:
    if not house.moments:
        return _list("At the doors", ["nobody came"])
    rows = [
        (f"{_local(house, one.at):%H:%M:%S}", escape(one.door), escape(one.name), escape(one.means), _happened(one))
        for one in house.moments
    ]
    return _table("At the doors", ("time", "door", "person", "with", "what happened"), rows)


def _happened(one: Moment) -> str:
    what = "[green]opened[/green]" if one.opened else "[red]turned away[/red]" if one.told else "[yellow]shut[/yellow]"
    remark = f"checks in for booking {one.booking}" if one.booking else one.remark
    return f"{what}: {escape(remark)}" if remark else what


def _locks(house: House) -> RenderableType:
    rows = [(escape(one.name), _STATE[one.state], _battery(one), _iq(one)) for one in house.locks]
    return _table("Locks", ("lock", "state", "battery", "IQ"), rows)


def _battery(one: LockView) -> str:
    level = escape(one.battery or "unknown")
    return level if one.battery in ("good", "fresh") else f"[yellow]{level}[/yellow]"


def _iq(one: LockView) -> str:
    state = "" if one.iq_online else " [red](offline)[/red]"
    return f"{escape(one.iq)}{state}" if one.iq else "none"


def _broken(one: Rejected) -> str:
    return f"{one.where}: {one.field} {one.reason} ({one.table} row {one.source_id})"


def _runs(story: Story) -> RenderableType:
    rows = []
    for run in story.runs:
        colour = "green" if run.state == "success" else "red"
        tasks = ", ".join(f"{task.task_id} {task.duration or 0:.1f}" for task in run.tasks)
        rows.append((run.dag_id, f"[{colour}]{run.state}[/{colour}]", f"{run.seconds or 0:.1f}", escape(tasks)))
    table = _table("DAG runs", ("DAG", "state", "seconds", "tasks, with the seconds of each"), rows)
    return Group(Rule("[bold]Airflow[/bold]", align="left"), "", table, _list("In the warehouse", _counts(story)))


def _counts(story: Story) -> Sequence[str]:
    steps = story.sync_steps
    reads, writes = sum(step.reads for step in steps), sum(step.writes for step in steps)
    tokens = sum(step.tokens for step in steps)
    entries, check_ins = (sum(getattr(house, name) for house in story.houses) for name in ("entries", "check_ins"))
    return (
        f"access_sync asked Salto KS {reads + writes} times: {reads} reads, {writes} writes, and {tokens} sign-ins",
        f"{entries} entries and {check_ins} check-ins since the first start",
    )


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    table = Table(header_style="dim", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "seconds" else "left")
    for row in rows:
        table.add_row(*row)
    return _section(title, table)


def _list(title: str, lines: Iterable[str]) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    for line in dict.fromkeys(lines):
        table.add_row("[dim]•[/dim]", escape(line))
    return _section(title, table)


def _section(title: str, body: RenderableType) -> RenderableType:
    return Group(f" [bold cyan]{title}[/bold cyan]", Padding(body, (0, 0, 1, 1), expand=False))


def _span(house: House, window: Window) -> str:
    """A window in the site's wall clock; the date only where it is not today's."""
    since = "always" if window.starts_at == ALWAYS else _wall(house, window.starts_at)
    return f"{since} – {'no end' if window.ends_at == FOREVER else _wall(house, window.ends_at)}"


def _wall(house: House, at: datetime) -> str:
    local, today = _local(house, at), _local(house, house.at)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%d %b %H:%M}" if local.year == today.year else f"{local:%d %b %Y}"


def _local(house: House, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(house.site.timezone))
