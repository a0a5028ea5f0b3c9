"""What each step of a run had to say, in the order in which it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.core.text import clean
from saltoks.warehouse.engine.database import Session

LEVELS = ("failed", "held", "warning", "note")
"""What a sentence is, the gravest first."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that a step said; `level` is one of `LEVELS`."""

    level: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMessages:
    """A step of a run at a site, how it ended, and what it said; instants in UTC, `finished_at` None while it runs."""

    run_id: str
    step: str
    site: str
    state: str
    started_at: datetime
    finished_at: datetime | None
    sentences: tuple[Sentence, ...]


def save(session: Session, run_id: str, step: str, site: str, sentences: Sequence[Sentence], at: datetime) -> None:
    """Keeps what a step said, in place of what an earlier try of it said."""
    of_step = {"run_id": run_id, "step": step, "site": site}
    session.run("run_messages/clear", **of_step)
    messages = [{"level": sentence.level, "sentence": storable(sentence.text)} for sentence in sentences]
    positions = [of_step | message | {"position": n, "at": at} for n, message in enumerate(messages)]
    session.write_rows("run_messages/save", positions)


def forget(session: Session, before: datetime) -> None:
    """Drops what was said before an instant."""
    session.run("run_messages/forget", before=before)


def last_steps(
    session: Session, count: int, *, sites: Sequence[str] | None = None, run_id: str | None = None
) -> list[StepMessages]:
    """The newest `count` steps of all runs or of one, newest first, with what they said."""
    rows = session.rows(
        "run_messages/last_steps", run_id=run_id, sites=None if sites is None else list(sites), count=count
    )
    sentences: dict[tuple[str, str, str], list[Sentence]] = {}
    for message in session.rows("run_messages/messages", runs=sorted({row["run_id"] for row in rows})):
        step = (message["run_id"], message["step"], message["site"])
        sentences.setdefault(step, []).append(Sentence(message["level"], message["sentence"]))
    of_step = {step: tuple(found) for step, found in sentences.items()}
    return [StepMessages(**row, sentences=of_step.get((row["run_id"], row["step"], row["site"]), ())) for row in rows]


def storable(text: str) -> str:
    """A sentence as it may lie in a table: storable, and without secrets."""
    return KNOWN_SECRETS.scrubbed(clean(text))
