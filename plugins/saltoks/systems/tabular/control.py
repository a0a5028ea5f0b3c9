"""The control file that comes with CSV files: how many rows each has, and the hash of its bytes (booking-systems §4.3).

::

    {"rows": 12, "sha256": "…"}                                of one file
    {"files": {"bookings.csv": {"rows": 12, "sha256": "…"}}}   of several, by their names; `files` may be left out
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from saltoks.systems.tabular.text.raw_table import RawTable, label

_LARGEST = 1_000_000
"""Bytes that are read of a control file."""
_FACTS = frozenset({"rows", "sha256"})


def control_checks(control: str | None, raw: RawTable, base: Path) -> Iterator[str]:
    """Why a CSV file may be a torn copy: its control file is missing, says nothing, or tells another story."""
    if control is None:
        return
    path = base / control
    where = label(path, base)
    told = _told(path)
    if told is None:
        text = 'is not there or not JSON such as {"rows": 12, "sha256": "…"}, so nobody knows whether the file is whole'
        yield f"{raw.where}: its control file {where} {text} — send both again"
        return
    name = Path(raw.where).name
    facts = _facts(told, name)
    if facts is None:
        yield f"{raw.where}: its control file {where} does not name {name} — send both again, or add it"
    else:
        yield from _compared(raw, where, facts)


def _compared(raw: RawTable, where: str, facts: Mapping[str, object]) -> Iterator[str]:
    rows, digest = facts.get("rows"), facts.get("sha256")
    if rows is None and digest is None:
        yield f"{raw.where}: its control file {where} tells neither rows nor sha256 — write one of them"
    elif rows is not None and rows != len(raw.rows):
        yield f"{raw.where}: {len(raw.rows)} rows where {where} tells {rows}: a torn copy — send both again"
    elif digest is not None and str(digest).casefold() != raw.digest:
        yield f"{raw.where}: its sha256 is not the one in {where}: a torn copy — send both again"


def _facts(told: Mapping[str, object], name: str) -> Mapping[str, object] | None:
    """What is told of one file; None where others are told of and this one is not."""
    files = told.get("files", told)
    if isinstance(files, dict) and any(isinstance(one, dict) for one in files.values()) and not _FACTS & told.keys():
        found = files.get(name)
        return found if isinstance(found, dict) else None
    return told


def _told(path: Path) -> dict[str, object] | None:
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LARGEST).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
