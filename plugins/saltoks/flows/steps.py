"""What every step of every flow has in common: its summary row, its outcome, and sites done one after another."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from saltoks.core.errors import FixInput, SaltoksError, TryAgain
from saltoks.flows.runtime import Runtime
from saltoks.salto.calls import CallCount
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse import runs
from saltoks.warehouse.runs import RunEnd

log = logging.getLogger("saltoks")

ALL_SITES = "*"
"""What a step that is about all sites at once writes down as its site."""


@dataclass(slots=True)
class Outcome:
    """What a step did at one site: counts, ids, and sentences for a person.

    `notes` only tell. `warnings` do not fail a run; `failures` do, once everything else is done.
    """

    step: str
    site: str
    counts: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    calls: CallCount | None = None

    @property
    def state(self) -> str:
        """`failed`, `warned` or `done`."""
        return "failed" if self.failures else "warned" if self.held or self.warnings else "done"

    def watch(self, client: SaltoKs) -> None:
        """Lets the summary row tell the API calls of a client, with those of the clients before."""
        self.calls = client.calls if self.calls is None else CallCount(self.calls, client.calls)


@contextmanager
def step(rt: Runtime, run_id: str, name: str, site: Site | None = None) -> Iterator[Outcome]:
    """Opens and closes the summary row of a step, whatever happens in between; without a site it is about all."""
    outcome = Outcome(name, site.name if site else ALL_SITES)
    with rt.warehouse.session() as session:
        runs.start(session, run_id, name, outcome.site, rt.clock.now())
    try:
        yield outcome
    except SaltoksError as error:
        _end(rt, run_id, outcome, "failed", error.message)
        raise
    _end(rt, run_id, outcome, outcome.state, "; ".join([*outcome.failures, *outcome.held]) or None)


def for_each(sites: Iterable[Site], work: Callable[[Site], Outcome]) -> list[Outcome]:
    """Does every site, whatever happens at another; then raises what went wrong, the curable first.

    An outcome with failures raises as well: what could be done is done by then.
    """
    done: list[Outcome] = []
    errors: list[SaltoksError] = []
    for site in sites:
        try:
            done.append(work(site))
        except SaltoksError as error:
            log.error("%s: %s", site.name, error.message)
            errors.append(error)
    errors += [FixInput(f"{one.site}: {failure}") for one in done for failure in one.failures]
    if errors:
        raise _worst(errors)
    return done


def _worst(errors: list[SaltoksError]) -> SaltoksError:
    return next((one for one in errors if isinstance(one, TryAgain)), errors[0])


def _end(rt: Runtime, run_id: str, outcome: Outcome, state: str, message: str | None) -> None:
    calls = outcome.calls
    how = RunEnd(
        state=state,
        reads=calls.reads if calls else 0,
        writes=calls.writes if calls else 0,
        tokens=calls.token_requests if calls else 0,
        waited_seconds=calls.seconds_waited if calls else 0.0,
        counts=outcome.counts,
        message=message,
    )
    with rt.warehouse.session() as session:
        runs.end(session, run_id, outcome.step, outcome.site, how)
    log.info("%s: %s %s, %s", outcome.step, outcome.site, state, outcome.counts)
