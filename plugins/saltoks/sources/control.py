"""The control file that comes with a CSV file: how many rows it has, and the hash of its bytes (contract §4.3)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from saltoks.settings import TableSource
from saltoks.sources.rawtable import RawTable, label


def doubts(spec: TableSource, raw: RawTable, base: Path) -> Iterator[str]:
    """Why a CSV file may be a torn copy: its control file is missing, says nothing, or tells another story."""
    if spec.control is None:
        return
    path = base / spec.control
    where = label(path, base)
    told = _told(path)
    if told is None:
        text = 'is not there or not JSON such as {"rows": 12, "sha256": "…"}, so nobody knows whether the file is whole'
        yield f"{raw.where}: its control file {where} {text} — send both again"
        return
    rows, digest = told.get("rows"), told.get("sha256")
    if rows is None and digest is None:
        yield f"{raw.where}: its control file {where} tells neither rows nor sha256 — write one of them"
    elif rows is not None and rows != len(raw.rows):
        yield f"{raw.where}: {len(raw.rows)} rows where {where} tells {rows}: a torn copy — send both again"
    elif digest is not None and str(digest).casefold() != raw.digest:
        yield f"{raw.where}: its sha256 is not the one in {where}: a torn copy — send both again"


def _told(path: Path) -> dict[str, object] | None:
    try:
        found = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
