"""The summary row of every step of every run, identical in shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.warehouse.engine.database import Session, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnd:
    """How a step ended: API calls, seconds waited for the rate budget, counts, and a sentence if it was not plain."""

    state: str
    reads: int = 0
    writes: int = 0
    tokens: int = 0
    waited_seconds: float = 0.0
    counts: Mapping[str, int]
    message: str | None = None


def start(session: Session, run_id: str, step: str, site: str, as_of: datetime) -> None:
    """Opens the row of a step; a rerun of the same step opens it again. Closes one that was killed."""
    session.run("runs/end_lost", run_id=run_id, step=step, site=site)
    session.run("runs/start", run_id=run_id, step=step, site=site, as_of=as_of)


def end(session: Session, run_id: str, step: str, site: str, how: RunEnd) -> None:
    """Closes the row of a step."""
    session.run(
        "runs/end",
        run_id=run_id,
        step=step,
        site=site,
        state=how.state,
        reads=how.reads,
        writes=how.writes,
        tokens=how.tokens,
        waited_seconds=how.waited_seconds,
        counts=to_json(dict(how.counts)),
        message=KNOWN_SECRETS.scrubbed(how.message) if how.message else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step of a run at one site, as its summary row tells it."""

    step: str
    site: str
    state: str
    reads: int
    writes: int
    tokens: int
    waited_seconds: float
    message: str | None


def steps(session: Session, run_id: str) -> list[StepRow]:
    """The steps of a run, in the order in which they began."""
    return [StepRow(**row) for row in session.rows("runs/steps", run_id=run_id)]
