"""Warnings of runs: each is told when it appears, and stands until it is said no more."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.text import clean
from saltoks.warehouse.engine.database import Session
from saltoks.warehouse.ops.run_messages import storable

_COUNT = re.compile(r"\d+(?= [\w-]+\(s\))")
"""How many there are, as our sentences write it: the warning stays the same when the number changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingWarning:
    """A warning that stands; `still` says whether the newest run of its step said it, `seen_…` who looked at it."""

    warning_id: int
    site: str
    step: str
    sentence: str
    appeared_at: datetime
    last_said_at: datetime
    still: bool
    seen_by: str | None
    seen_because: str | None
    seen_at: datetime | None


def record(session: Session, run_id: str, step: str, site: str, warnings: Iterable[str], at: datetime) -> list[str]:
    """Writes down that these warnings were said; gives those that an earlier run said, or that somebody looked at."""
    fingerprints = {text: _fingerprint(text) for text in warnings}
    place = {"site": site, "step": step, "run_id": run_id, "at": at}
    rows = {key: place | {"fingerprint": key, "sentence": storable(text)} for text, key in fingerprints.items()}
    session.write_rows("warnings/record", [rows[key] for key in sorted(rows)])
    if not fingerprints:
        return []
    asked = list(fingerprints.values())
    appeared = session.rows("warnings/appeared_in_run", site=site, fingerprints=asked, run_id=run_id)
    new = {row["fingerprint"] for row in appeared}
    return [text for text, key in fingerprints.items() if key not in new]


def standing(session: Session, sites: Sequence[str]) -> list[StandingWarning]:
    """The warnings that stand at these sites, oldest first."""
    return [StandingWarning(**row) for row in session.rows("warnings/standing", sites=list(sites))]


def mark_seen(session: Session, site: str, ids: Sequence[int], *, by: str, because: str, at: datetime) -> None:
    """Writes down that somebody has looked at warnings, and why they may stand."""
    session.run("warnings/mark_seen", site=site, ids=list(ids), by=by, because=because, at=at)


def _fingerprint(text: str) -> str:
    return hashlib.sha256(_COUNT.sub("…", clean(text)).encode()).hexdigest()
