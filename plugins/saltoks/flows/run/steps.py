"""What every step of every flow has in common: its summary row, its outcome, and sites done one after another."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from saltoks.core import error_report
from saltoks.core.errors import ConfigError, FixInput, SaltoksError, TryAgain
from saltoks.core.text import clean
from saltoks.flows.run.runtime import Runtime
from saltoks.net.calls import CallCount
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site, UnreadableSite
from saltoks.warehouse.ops import run_messages, runs, warnings
from saltoks.warehouse.ops.run_messages import Sentence
from saltoks.warehouse.ops.runs import RunEnd

log = logging.getLogger("saltoks")

ALL_SITES = "*"
"""What a step that is about all sites at once writes down as its site."""


@dataclass(slots=True)
class Outcome:
    """What a step did at one site: counts, ids, and sentences for a person.

    `notes` only tell. `warnings` do not fail a run, and those that are `standing` were told before; none is while the
    step is `urgent`. `failures` fail a run, once everything else is done.
    """

    step: str
    site: str
    counts: dict[str, int] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    standing: list[str] = field(default_factory=list)
    urgent: bool = False
    held: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    calls: CallCount | None = None

    @property
    def state(self) -> str:
        """`failed`, `warned` or `done`; warnings that stand since an earlier run need nobody now."""
        return "failed" if self.failures else "warned" if self.held or self.fresh else "done"

    @property
    def fresh(self) -> list[str]:
        """The warnings that appeared in this run."""
        return [text for text in self.warnings if text not in self.standing]

    def count_calls(self, client: SaltoKs) -> None:
        """Lets the summary row tell the API calls of a client, with those of the clients before."""
        self.calls = client.calls if self.calls is None else CallCount(self.calls, client.calls)

    def merge(self, other: Outcome) -> None:
        """Says what another step said as well."""
        self.warnings += other.warnings
        self.standing += other.standing
        self.failures += other.failures


@dataclass(frozen=True, slots=True)
class SiteError:
    """What went wrong at a site, or in it, so that it could not be done."""

    site: str
    error: SaltoksError

    @property
    def sentence(self) -> str:
        """The site and what went wrong."""
        return f"{self.site}: {self.error.message}"


@contextmanager
def step(rt: Runtime, run_id: str, name: str, site: Site | UnreadableSite | None = None) -> Iterator[Outcome]:
    """Opens and closes the summary row of a step, whatever happens in between; without a site it is about all.

    Raises what went wrong as one of our errors, of whatever type it was.
    """
    outcome = Outcome(name, site.name if site else ALL_SITES)
    with rt.warehouse.session() as session:
        runs.start(session, run_id, name, outcome.site, rt.clock.now())
    try:
        yield outcome
    except Exception as error:
        known_error = as_saltoks_error(error)
        _end_in_error(rt, run_id, outcome, known_error.message)
        raise known_error from (error if known_error is not error else error.__cause__)
    except BaseException as error:
        _end_in_error(rt, run_id, outcome, f"stopped by {type(error).__name__}")
        raise
    _end(rt, run_id, outcome)


def as_saltoks_error(error: Exception) -> SaltoksError:
    """An error as one of ours; the trace of one that nobody foresaw goes to the log."""
    known_error = error_report.as_saltoks_error(error)
    if known_error is not error:
        log.info("%s\n%s", known_error.message, error_report.traceback_without_values(error))
    return known_error


def unreadable_sites(rt: Runtime, names: Sequence[str] | None, run_id: str | None = None) -> list[SiteError]:
    """What is wrong with the files of sites, all or those named; the run that is named keeps it, as its step `config`.

    A site whose file cannot be read is a failure of that site: whoever goes through sites begins with these.
    """
    return [error for site in rt.unreadable(names) for error in _unreadable(rt, site, run_id)]


def errors_of(site: UnreadableSite) -> list[SiteError]:
    """All that is wrong with the file of a site."""
    return [SiteError(site.name, ConfigError(str(problem))) for problem in site.problems]


def _unreadable(rt: Runtime, site: UnreadableSite, run_id: str | None) -> list[SiteError]:
    errors = errors_of(site)
    if run_id is None:
        return errors
    try:
        with step(rt, run_id, "config", site) as outcome:
            outcome.failures += [one.error.message for one in errors]
    except SaltoksError as error:
        errors.append(SiteError(site.name, error))
    return errors


def for_each(sites: Iterable[Site], work: Callable[[Site], Outcome], known: Iterable[SiteError] = ()) -> list[Outcome]:
    """Does every site, whatever happens at another; then raises all that went wrong, as the curable if one is.

    What is `known` to be wrong already is raised with it.

    An outcome with failures raises as well: what could be done is done by then. Everything that was said is in the log.
    """
    done: list[Outcome] = []
    errors = list(known)
    for one in errors:
        log.error("%s", one.sentence)
    for site in sites:
        try:
            done.append(work(site))
        except Exception as error:
            errors.append(SiteError(site.name, as_saltoks_error(error)))
            log.error("%s", errors[-1].sentence)
        else:
            log_outcome(done[-1])
    errors += [SiteError(one.site, FixInput(failure)) for one in done for failure in one.failures]
    if errors:
        raise _combined(errors)
    return done


def log_outcome(outcome: Outcome) -> None:
    """What a step said, into the log."""
    for sentence in [*outcome.notes, *outcome.standing]:
        log.info("%s: %s: %s", outcome.step, outcome.site, sentence)
    for sentence in [*outcome.fresh, *outcome.held]:
        log.warning("%s: %s: %s", outcome.step, outcome.site, sentence)
    for sentence in outcome.failures:
        log.error("%s: %s: %s", outcome.step, outcome.site, sentence)


def _combined(errors: list[SiteError]) -> SaltoksError:
    """One error that tells them all, of the kind that decides whether a repeat can help."""
    worst = next((one.error for one in errors if isinstance(one.error, TryAgain)), errors[0].error)
    raised = copy.copy(worst)
    raised.message = "; ".join(one.sentence for one in errors)
    raised.args = (raised.message,)
    raised.__cause__ = worst
    return raised


def _end_in_error(rt: Runtime, run_id: str, outcome: Outcome, message: str) -> None:
    """Closes the row of a step that ended in an error; where that fails too, the first error is the one to tell."""
    outcome.failures.append(message)
    try:
        _end(rt, run_id, outcome)
    except SaltoksError as error:
        log.warning("%s: %s: its row stays open: %s", outcome.step, outcome.site, error.message)


def _end(rt: Runtime, run_id: str, outcome: Outcome) -> None:
    calls, now = outcome.calls, rt.clock.now()
    with rt.warehouse.session() as session:
        known = warnings.record(session, run_id, outcome.step, outcome.site, outcome.warnings, now)
        outcome.standing = [] if outcome.urgent else known
        how = RunEnd(
            state=outcome.state,
            reads=calls.reads if calls else 0,
            writes=calls.writes if calls else 0,
            tokens=calls.token_requests if calls else 0,
            waited_seconds=calls.seconds_waited if calls else 0.0,
            counts=outcome.counts,
            message=clean("; ".join([*outcome.failures, *outcome.held, *outcome.fresh])) or None,
        )
        runs.end(session, run_id, outcome.step, outcome.site, how)
        run_messages.save(session, run_id, outcome.step, outcome.site, _sentences(outcome), now)
    log.info("%s: %s %s, %s", outcome.step, outcome.site, outcome.state, outcome.counts)


def _sentences(outcome: Outcome) -> list[Sentence]:
    texts = zip(run_messages.LEVELS, (outcome.failures, outcome.held, outcome.warnings, outcome.notes), strict=True)
    return [Sentence(level, text) for level, sentences in texts for text in sentences]
