"""The page "plan": what a sync would change at each site and why, to read before it does, or to mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from saltoks.core.plan.view import PlanLine, PlanView
from saltoks.core.text import printable
from saltoks.pages.render import render, wall


def plan_page(views: Sequence[PlanView], *, made_at: datetime) -> str:
    """One self-contained HTML page about the plans of all these sites."""
    places = [(f"site-{n}", one) for n, one in enumerate(views, start=1)]
    return render("plan.html", made_at=made_at, places=places)


def plan_markdown(views: Sequence[PlanView], *, made_at: datetime) -> str:
    """The same as Markdown text, for a chat or an issue."""
    lines = [f"# Plan of {wall(made_at, 'UTC')} UTC", ""]
    for one in views:
        lines += _site(one)
    return "\n".join(lines)


def _site(one: PlanView) -> Iterator[str]:
    yield from (f"## {markdown(one.plan.site)}: {one.summary}", "")
    yield from (f"Times in {one.zone}. Fingerprint `{one.plan.fingerprint[:12]}`.", "")
    if one.held:
        yield from ("### Held until somebody decides", "", *_table(one.held, held=True), "")
    for section in one.sections:
        yield from (f"### {section.title}", "", *_table(section.lines, held=False), "")
    if one.plan.notes:
        yield from ("### To look at", "", *(f"* {markdown(note)}" for note in one.plan.notes), "")


def _table(lines: Iterable[PlanLine], *, held: bool) -> Iterator[str]:
    heads = ["who", "group", "doors", "when", "because of", "change", *(["held because"] if held else [])]
    yield _row(heads)
    yield _row(["---"] * len(heads))
    for one in lines:
        cells = [one.customer, one.group, ", ".join(one.doors), one.window, ", ".join(one.because), one.sentence]
        yield _row([*map(markdown, cells), *([markdown(one.held or "")] if held else [])])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def markdown(text: str) -> str:
    """Text that Markdown leaves alone: ids and reasons come from outside."""
    plain = " ".join(printable(text).split())
    for sign in "\\`*_[]<>|#":
        plain = plain.replace(sign, f"\\{sign}")
    return plain
