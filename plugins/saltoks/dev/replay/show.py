"""What the replay prints: a headline and a table an evening for people, JSON for scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from saltoks.dev.replay.findings import Evening, HotelEvening, moves
from saltoks.dev.replay.hotel_data import HotelData

_MOVES = ("came", "left")


def report(console: Console, first: Evening, second: Evening, zone: str) -> None:
    """Both evenings, each under its headline, then every sentence that a person should read."""
    console.print(_headline(first, zone, f"{_people(first.people)} can open a door"))
    console.print(_held(first))
    came, left = (sum(len(getattr(one, what)) for one in moves(first, second) if not one.group) for what in _MOVES)
    console.print(_headline(second, zone, f"{_people(came)} came, {left} left, {second.people} can open a door"))
    console.print(_moved(first, second))
    console.print(_work((first, second)))
    for line in _sentences((first, second)):
        console.print(line, soft_wrap=True)


def as_json(data: Path, found: HotelData, evenings: Sequence[Evening]) -> str:
    """The same for scripts: counts by hotel and group, calls, seconds and sentences."""
    first, second = evenings
    body = {
        "data": str(data),
        "rows": found.rows,
        "evenings": [_evening(one) for one in evenings],
        "moves": [
            {"hotel": one.hotel, "group": one.group or None}
            | {what: len(getattr(one, what)) for what in (*_MOVES, "stayed")}
            for one in moves(first, second)
        ],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _headline(evening: Evening, zone: str, text: str) -> str:
    wall = f"{evening.at.astimezone(ZoneInfo(zone)):%A %d %B %Y, %H:%M}"
    held = sum(len(one.held) for one in evening.hotels)
    work = f"{held} held, {evening.calls} API calls in {evening.seconds:.1f} s"
    return f"\n[bold]{wall}[/bold] in {escape(zone)}: [bold]{escape(text)}[/bold] [dim]({work})[/dim]"


def _held(evening: Evening) -> Table:
    made = _table(("hotel", "access group"), ("people",))
    for one in evening.hotels:
        for group, people in sorted(one.members.items()):
            made.add_row(escape(one.hotel), escape(group), _number(len(people)))
        made.add_row(f"[bold]{escape(one.hotel)}[/bold]", "", f"[bold]{len(one.people)}[/bold]", end_section=True)
    return made


def _moved(before: Evening, after: Evening) -> Table:
    made = _table(("hotel", "access group"), ("came", "left", "stayed", "people"))
    for one in moves(before, after):
        if one.group and not (one.came or one.left or one.stayed):
            continue
        style = None if one.group else "bold"
        sizes = (len(one.came), len(one.left), len(one.stayed), len(one.came) + len(one.stayed))
        made.add_row(escape(one.hotel), escape(one.group), *map(_number, sizes), style=style, end_section=not one.group)
    return made


def _work(evenings: Sequence[Evening]) -> Table:
    made = _table(("evening", "hotel"), ("people", "in quarantine", "reads", "writes", "sign-ins", "seconds"))
    for evening in evenings:
        for one in evening.hotels:
            counts = (len(one.people), one.quarantined, one.calls.reads, one.calls.writes, one.calls.tokens)
            made.add_row(str(evening.day), escape(one.hotel), *map(str, counts), f"{one.seconds:.1f}")
        made.add_section()
    return made


def _table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    made = Table(header_style="dim")
    for name in texts:
        made.add_column(name)
    for name in numbers:
        made.add_column(name, justify="right")
    return made


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _number(count: int) -> str:
    return str(count) if count else "[dim]·[/dim]"


def _sentences(evenings: Sequence[Evening]) -> Iterator[str]:
    for evening in evenings:
        for one in evening.hotels:
            for colour, level, texts in _said(one):
                yield from (f"[{colour}]{level}[/{colour}] {evening.day} {escape(f'{one.hotel}: {x}')}" for x in texts)


def _said(one: HotelEvening) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "yellow", "warning", one.warnings
    yield "yellow", "held", one.held
    yield "red", "failed", one.failures


def _evening(evening: Evening) -> dict[str, object]:
    return {
        "day": evening.day.isoformat(),
        "at": evening.at.isoformat(),
        "people": evening.people,
        "hotels": [_hotel(one) for one in evening.hotels],
    }


def _hotel(one: HotelEvening) -> dict[str, object]:
    return {
        "site": one.site,
        "hotel": one.hotel,
        "people": len(one.people),
        "groups": {group: len(people) for group, people in sorted(one.members.items())},
        "quarantined": one.quarantined,
        "calls": {"reads": one.calls.reads, "writes": one.calls.writes, "tokens": one.calls.tokens},
        "seconds": round(one.seconds, 2),
        "warnings": list(one.warnings),
        "held": list(one.held),
        "failures": list(one.failures),
    }
