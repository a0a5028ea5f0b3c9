"""What runs have told, for a person who asks; and that a person has looked at a warning."""

from __future__ import annotations

from collections.abc import Sequence

from saltoks.core.errors import WrongUse
from saltoks.flows.run.attribution import attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.warehouse.ops import run_messages, warnings
from saltoks.warehouse.ops.run_messages import StepMessages
from saltoks.warehouse.ops.warnings import StandingWarning


def last(
    rt: Runtime, count: int, *, sites: Sequence[str] | None = None, run_id: str | None = None
) -> list[StepMessages]:
    """The newest steps of all runs, or of one run, with what they said."""
    names = rt.settings.only(sites).names if sites else None
    with rt.warehouse.session() as session:
        return run_messages.last_steps(session, count, sites=names, run_id=run_id)


def standing_warnings(rt: Runtime, sites: Sequence[str] | None) -> list[StandingWarning]:
    """The warnings that stand at all sites, or at those named, oldest first."""
    with rt.warehouse.session() as session:
        return warnings.standing(session, rt.settings.only(sites).names)


def acknowledge(rt: Runtime, site: str, ids: Sequence[int], *, by: str, because: str) -> None:
    """Marks warnings as looked at by somebody, for a reason.

    Raises `WrongUse` for a number that no warning of the site has, and for a name or a reason without text.
    """
    author = attributed(by, because, "a warning is looked at by somebody, who says why it may stand")
    unknown = sorted(set(ids) - {one.warning_id for one in standing_warnings(rt, [site])})
    if unknown:
        listed = ", ".join(map(str, unknown))
        raise WrongUse(f"{listed}: no warning of that number stands at {site} — see `saltoks warnings`")
    with rt.warehouse.session() as session:
        warnings.mark_seen(session, site, ids, by=author.by, because=author.because, at=rt.clock.now())
