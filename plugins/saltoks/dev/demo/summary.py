"""The one summary at the end of the demo, for a person to read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

from saltoks.core.devices.readings import DeviceState
from saltoks.core.model.canonical import RejectedRow
from saltoks.core.plan.plan import ChangeKind
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.dev.demo.access_report import Holding
from saltoks.dev.demo.facts import House, Moment
from saltoks.dev.stack.airflow_api import Run
from saltoks.flows.lock_status import LockView
from saltoks.settings import installed
from saltoks.systems.protocol import Asked
from saltoks.warehouse.ops.runs import StepRow

WIDTH = 120
_CHARGED = ("good", "fresh")
_DONE = {
    ChangeKind.CREATE_PERSON: "people made",
    ChangeKind.ADD_MEMBER: "let into a group",
    ChangeKind.SET_WINDOW: "windows set",
    ChangeKind.REMOVE_MEMBER: "taken out of a group",
}


@dataclass(frozen=True, slots=True)
class Story:
    """Everything that the summary tells."""

    houses: tuple[House, ...]
    runs: tuple[Run, ...]
    sync_steps: tuple[StepRow, ...]
    asked: Mapping[str, Asked]
    failures: tuple[str, ...]


def tell(console: Console, story: Story) -> None:
    """Print what happened, one line a location and then house by house."""
    console.print(_overview(story), highlight=False)
    for house in story.houses:
        console.print(_house(story, house), highlight=False)
    console.print(_runs(story), highlight=False)


def _overview(story: Story) -> RenderableType:
    """One row a location: where it is, what happened there, and how often its systems were asked."""
    words = ("location", "booking\nsystem")
    numbers = (
        "\ninside",
        "\ncame",
        "\nleft",
        "checked\nin",
        "turned\naway",
        "quaran-\ntine",
        "\nheld",
        "asked\nsystem",
    )
    table = Table(header_style="dim", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for column in words:
        table.add_column(column, no_wrap=True)
    for column in (*numbers, "asked\nSalto KS"):
        table.add_column(column, justify="right", no_wrap=True)
    for house in story.houses:
        table.add_row(*_row(story, house))
    return Padding(table, (1, 0, 1, 1), expand=False)


def _row(story: Story, house: House) -> tuple[str, ...]:
    asked = story.asked.get(house.site.name)
    numbers = (
        sum(one.inside for one in house.holdings),
        sum(one.new for one in house.holdings),
        len(house.left),
        sum(bool(one.booking) for one in house.moments),
        sum(not one.opened for one in house.moments),
        len(house.quarantined),
        len(house.held),
    )
    steps = [step for step in story.sync_steps if step.site == house.site.name]
    calls = sum(step.reads + step.writes for step in steps)
    return (
        f"[bold]{house.site.name}[/bold]\n[dim]{house.site.timezone}[/dim]",
        f"{_system(house)}\n[dim]{_way(house)}[/dim]",
        *map(str, numbers),
        f"{asked.number}\n[dim]{asked.noun}[/dim]" if asked else "",
        f"{calls}\n[dim]requests[/dim]",
    )


def _system(house: House) -> str:
    """What its rules are those of, else what it is read from."""
    word = house.site.preset if house.site.preset in installed.names() else house.site.source.system
    return installed.system(word).label


def _way(house: House) -> str:
    return "files" if house.site.source.is_offline() else "REST"


def _house(story: Story, house: House) -> RenderableType:
    local = _local(house, house.at)
    title = (
        f"[bold]{house.site.name}[/bold]  {_system(house)}, Salto KS site {house.site.salto.site_uid}, "
        f"{house.site.timezone}, {local:%a %d %b %H:%M}"
    )
    return Group(
        Rule(title, align="left"),
        "",
        _list("What was done", _done(story, house)),
        _holdings(house),
        *_some("Who left", house.left),
        _moments(house),
        *_some("Locks", _locks(house)),
        *_some("In quarantine", [_broken(one) for one in house.quarantined]),
        *_some("Opens nothing, or is worth a look", house.skipped),
        *_some("Held back by a limit", house.held),
    )


def _done(story: Story, house: House) -> Iterable[str]:
    known = ", ".join(f"{noun} {number}" for noun, number in house.known.items() if number)
    yield f"from {_system(house)}: {known}"
    steps = [step for step in story.sync_steps if step.site == house.site.name]
    changes = ", ".join(f"{number} {_word(kind)}" for kind, number in house.changes.items() if number)
    reads, writes = sum(step.reads for step in steps), sum(step.writes for step in steps)
    yield f"at Salto KS: {changes or 'nothing to change'} ({reads} reads, {writes} writes)"


def _word(kind: ChangeKind) -> str:
    return _DONE.get(kind, kind.value.replace("_", " "))


def _some(title: str, lines: Sequence[str]) -> Iterable[RenderableType]:
    if lines:
        yield _list(title, lines)


def _holdings(house: House) -> RenderableType:
    rows, group = [], ""
    for one in house.holdings:
        name = one.group if one.group != group else ""
        door = f"\n[dim]{escape(one.door)}[/dim]" if name and one.door else ""
        because = escape(", ".join(one.reasons))
        rows.append((escape(name) + door, escape(one.name), _span(house, one.window), because, _standing(house, one)))
        group = one.group
    return _table("Who may open what, and why", ("access group", "person", "window", "because of", ""), rows)


def _standing(house: House, one: Holding) -> str:
    if not one.inside:
        return "[yellow]not in[/yellow]"
    if not one.reasons:
        return "[yellow]about to leave[/yellow]"
    is_ahead = one.window.starts_at > house.at
    if one.door and is_ahead:
        return "[green]made ready now[/green]" if one.new else "[dim]ready since before[/dim]"
    ahead = ", ahead of time" if is_ahead else ""
    return f"[green]came now{ahead}[/green]" if one.new else f"[dim]in since before{ahead}[/dim]"


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


def _locks(house: House) -> Sequence[str]:
    """How many are fine, and those that somebody must look after; nothing while none was ever read."""
    bad = [one for one in house.locks if one.state is not DeviceState.ONLINE or one.battery not in _CHARGED]
    fine = f"{len(house.locks) - len(bad)} of {len(house.locks)} online with a good battery"
    return [fine, *map(_trouble, bad)] if house.locks else ()


def _trouble(one: LockView) -> str:
    iq = f", on {one.iq}{'' if one.iq_online else ', which is offline'}" if one.iq else ""
    return f"{one.name}: {one.state.value}, battery {one.battery or 'unknown'}{iq}"


def _broken(one: RejectedRow) -> str:
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
    """A window in the site's wall clock; the date only where it is not today's, without the midnight of a start."""
    since = "always" if window.starts_at == ALWAYS else _wall(house, window.starts_at).removesuffix(" 00:00")
    return f"{since} – {'no end' if window.ends_at == FOREVER else _wall(house, window.ends_at)}"


def _wall(house: House, at: datetime) -> str:
    local, today = _local(house, at), _local(house, house.at)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%d %b %H:%M}" if local.year == today.year else f"{local:%d %b %Y}"


def _local(house: House, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(house.site.timezone))
