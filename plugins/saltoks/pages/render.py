"""Where templates become HTML: everything that is put in is escaped, and a value that is missing is an error."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from saltoks.core.text import printable

_ADDRESS = re.compile(r"[^\s@<>\"'(),;:]+@[^\s@<>\"'(),;:]+")
_NARROW = "\N{NARROW NO-BREAK SPACE}"


def render(template: str, **values: object) -> str:
    """A page from a template of `templates/`."""
    return _environment().get_template(template).render(**values)


def number(count: int) -> str:
    """A count with its thousands apart."""
    return f"{count:,}".replace(",", _NARROW)


def wall(at: datetime, zone: str) -> str:
    """An instant as the wall clock of a zone shows it."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %-d %b %Y, %H:%M}"


def without_addresses(text: str) -> str:
    """A sentence without e-mail addresses, which the id of a row may be made of."""
    return _ADDRESS.sub("(e-mail)", text)


def _harmless(value: object) -> object:
    """A text that cannot turn or hide the text around it; what is markup already stays."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    made.filters |= {"number": number, "wall": wall, "plain": without_addresses}
    return made
