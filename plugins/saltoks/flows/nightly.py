"""The nightly run: the access sync with everything read anew, so that nothing stays wrong for longer than a day.

The source is read whole, and the members of every group: what was changed behind our back in between, and left every
count as it was, shows here at the latest.
"""

from __future__ import annotations

from saltoks.flows import access
from saltoks.flows.expiry_checks import check_expiries
from saltoks.flows.iq import activation
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.settings import Site

validate = access.validate


def extract(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Reads the whole source, also one that is read by changes during the day."""
    return access.extract(rt, site, run_id, fully=True)


def plan(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Plans on the members of every group, each read back."""
    return access.plan(rt, site, run_id, fully=True)


def apply(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Makes the changes; then asks once whether doors can still be opened from afar, and what is to end soon."""
    outcome = access.apply(rt, site, run_id)
    for more in (activation.verify(rt, site, run_id, by="nightly"), check_expiries(rt, site, run_id)):
        outcome.merge(more)
    return outcome
