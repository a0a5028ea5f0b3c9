"""What to look at and what to try once the demo has told its story."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from saltoks.dev.demo.place import Place
from saltoks.dev.demo.sandboxes import Sandboxes
from saltoks.dev.demo.summary import Story

VALIDATION = "/saltoks/pages/validation"
"""The page of our own in Airflow's web interface, behind the same sign-in."""


@dataclass(frozen=True, slots=True)
class Airflow:
    """Where the web interface is, and how to sign in."""

    url: str
    user: str
    password: str


def tell_how_to_go_on(console: Console, story: Story, airflow: Airflow, place: Place, urls: Mapping[str, str]) -> None:
    """Print where to look and what to try next; `urls` are the addresses of the sandboxes."""
    lines = [
        f"[bold]Airflow[/bold]   {escape(airflow.url)}   user [bold]{escape(airflow.user)}[/bold]   "
        f"password [bold]{escape(airflow.password)}[/bold]",
        f"          Validation results: {escape(airflow.url)}{VALIDATION}",
        f"[bold]Terminal[/bold]  source {escape(_short(place.env))}",
        "          saltoks who         [dim]who may open what, and why[/dim]",
        "          saltoks plan        [dim]what the next sync would change[/dim]",
        "          saltoks credentials [dim]who has a seat, the app or a PIN[/dim]",
        "          saltoks status      [dim]locks and IQs[/dim]",
        "          saltoks sync        [dim]a whole access sync without Airflow[/dim]",
        "[bold]Try[/bold]       one of these, then saltoks plan:",
    ]
    with Sandboxes(urls, place.data) as sandboxes:
        lines += [f"          {escape(line)}" for line in sandboxes.to_try(lambda site: _booking(story, site))]
    console.print(Padding("\n".join(lines), (0, 0, 1, 1)), highlight=False, soft_wrap=True)


def _booking(story: Story, site: str) -> str:
    """The last booking of a site that opens something."""
    holdings = [one for house in story.houses if house.site.name == site for one in house.holdings if one.inside]
    reasons = [reason for one in holdings for reason in one.reasons if reason.startswith("booking ")]
    return reasons[-1].removeprefix("booking ") if reasons else "NUMBER"


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
