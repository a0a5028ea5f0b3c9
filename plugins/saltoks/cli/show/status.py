"""`saltoks status`: every site is read and shown, whatever happens at another."""

from __future__ import annotations

from collections.abc import Sequence

from saltoks.cli.show import tables
from saltoks.flows import sync as flow
from saltoks.flows.lock_status import LockView, locks
from saltoks.flows.plan.drift_report import offline_lock_warnings
from saltoks.flows.run.clock import SystemClock
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, SiteError, as_saltoks_error, unreadable_sites
from saltoks.settings import Site


def status(rt: Runtime, names: Sequence[str] | None, *, as_json: bool) -> int:
    """Reads locks and IQs of the sites, then shows them; of a site that cannot be read, as they were last known."""
    run_id = flow.run_name("status", SystemClock().now())
    done: list[Outcome] = []
    errors = unreadable_sites(rt, names, run_id)
    found: dict[str, list[LockView]] = {}
    for site in rt.sites(names):
        try:
            done += flow.steps(rt, site, run_id, flow.STATUS)
        except Exception as error:
            errors.append(SiteError(site.name, as_saltoks_error(error)))
        found[site.name] = _last_known(rt, site, errors)
    return tables.locks(found, done, errors, as_json=as_json)


def _last_known(rt: Runtime, site: Site, errors: list[SiteError]) -> list[LockView]:
    try:
        tables.notes(site.name, offline_lock_warnings(rt, site))
        return locks(rt, site)
    except Exception as error:
        errors.append(SiteError(site.name, as_saltoks_error(error)))
        return []
