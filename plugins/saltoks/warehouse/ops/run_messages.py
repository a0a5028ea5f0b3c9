"""What runs have said, and which of their warnings somebody has been told before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.secrecy import KNOWN
from saltoks.core.text import clean
from saltoks.warehouse.engine.database import Session

LEVELS = ("failed", "held", "warning", "note")
"""What a sentence is, the gravest first."""

_COUNT = re.compile(r"\d+(?= [\w-]+\(s\))")
"""How many there are, as our sentences write it: the warning stays the same when the number changes."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that a step said; `level` is one of `LEVELS`."""

    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSaid:
    """A step of a run at a site, how it ended, and what it said; instants in UTC, `finished_at` None while it runs."""

    run_id: str
    step: str
    site: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
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


def keep(session: Session, run_id: str, step: str, site: str, sentences: Sequence[Sentence], at: datetime) -> None:
    """Keeps what a step said, in place of what an earlier try of it said."""
    place = {"run_id": run_id, "step": step, "site": site}
    session.run("run_messages/clear", **place)
    told = [{"level": one.level, "sentence": _kept(one.text)} for one in sentences]
    session.write_rows("run_messages/save", [place | one | {"position": n, "at": at} for n, one in enumerate(told)])


def forget(session: Session, before: datetime) -> None:
    """Drops what was said before an instant."""
    session.run("run_messages/forget", before=before)


def last(
    session: Session, count: int, *, sites: Sequence[str] | None = None, run_id: str | None = None
) -> list[StepSaid]:
    """The newest `count` steps of all runs or of one, newest first, with what they said."""
    rows = session.rows(
        "run_messages/last_steps", run_id=run_id, sites=None if sites is None else list(sites), count=count
    )
    said: dict[tuple[str, str, str], list[Sentence]] = {}
    for one in session.rows("run_messages/messages", runs=sorted({row["run_id"] for row in rows})):
        place = (one["run_id"], one["step"], one["site"])
        said.setdefault(place, []).append(Sentence(one["level"], one["sentence"]))
    return [StepSaid(**row, sentences=tuple(said.get((row["run_id"], row["step"], row["site"]), ()))) for row in rows]


def standing(session: Session, run_id: str, step: str, site: str, warnings: Iterable[str], at: datetime) -> list[str]:
    """Writes down that these warnings were said; gives those that an earlier run said, or that somebody looked at."""
    about = {text: _about(text) for text in warnings}
    place = {"site": site, "step": step, "run_id": run_id, "at": at}
    rows = {key: place | {"fingerprint": key, "sentence": _kept(text)} for text, key in about.items()}
    session.write_rows("warnings/record", [rows[key] for key in sorted(rows)])
    if not about:
        return []
    new = {
        row["fingerprint"]
        for row in session.rows("warnings/appeared_in_run", site=site, fingerprint=list(about.values()), run_id=run_id)
    }
    return [text for text, key in about.items() if key not in new]


def warnings(session: Session, sites: Sequence[str]) -> list[Warned]:
    """The warnings that stand at these sites, oldest first."""
    return [Warned(**row) for row in session.rows("warnings/standing", sites=list(sites))]


def see(session: Session, site: str, ids: Sequence[int], *, by: str, because: str, at: datetime) -> None:
    """Writes down that somebody has looked at warnings, and why they may stand."""
    session.run("warnings/mark_seen", site=site, ids=list(ids), by=by, because=because, at=at)


def _kept(text: str) -> str:
    """A sentence as it may lie in a table: storable, and without secrets."""
    return KNOWN.scrubbed(clean(text))


def _about(text: str) -> str:
    return hashlib.sha256(_COUNT.sub("…", clean(text)).encode()).hexdigest()
