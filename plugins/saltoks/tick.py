"""How often a tick comes: `tick_minutes` of `saltoks.yaml`, as DAG files read it whenever Airflow parses them.

To read a whole configuration costs more than a DAG file may, so this looks for the one key, and takes it as
`saltoks.settings` does. Whatever is wrong with the file is for that to say: the DAGs stay, at the usual pace, and the
first task of every run fails with file, line and key.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from saltoks.core.variables import filled_in, named_in

TickMinutes = Annotated[int, Field(ge=1)]
DEFAULT_TICK: TickMinutes = 15

LARGEST_FILE = 1_000_000
"""Bytes of a file of the configuration: nobody writes a larger one."""

_HOUR, _DAY = 60, 1440


def tick_minutes(root: Path | None, environ: Mapping[str, str] = os.environ) -> int:
    """Minutes from one tick to the next, of the configuration in `root`; the default where that does not tell."""
    if root is None:
        return DEFAULT_TICK
    try:
        written = str(_top_level(root / "saltoks.yaml").get("tick_minutes", DEFAULT_TICK))
        is_whole = all(environ.get(name) for name in named_in(written))
        return TypeAdapter(TickMinutes).validate_python(filled_in(written, environ)) if is_whole else DEFAULT_TICK
    except Exception:  # whatever is wrong with the file, without a DAG nobody would be told
        return DEFAULT_TICK


def _top_level(path: Path) -> Mapping[str, object]:
    """The keys of a file, with texts as values; what is no plain file of a sensible size has none."""
    if not path.is_file() or path.stat().st_size > LARGEST_FILE:
        return {}
    found = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)  # noqa: S506 - makes texts only
    return found if isinstance(found, dict) else {}


def crons(tick: int) -> list[str]:
    """When ticks come, as cron expressions in UTC: every `tick` minutes of a day, from midnight on.

    The next tick is counted in the same way where changes are planned (`core.access.desired.next_effective_tick`).
    """
    if tick < _HOUR and _HOUR % tick == 0:
        return [f"*/{tick} * * * *"]
    hours = defaultdict[int, list[str]](list)
    for minute in range(0, _DAY, tick):
        hours[minute % _HOUR].append(str(minute // _HOUR))
    return [f"{minute} {','.join(found)} * * *" for minute, found in sorted(hours.items())]
