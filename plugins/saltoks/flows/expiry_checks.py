"""Once a night: what ends by itself one day and takes every door with it, and who arrives in vain."""

from __future__ import annotations

from datetime import timedelta

from saltoks.flows.credentials.overview import at_risk
from saltoks.flows.lint.readiness import account_of_nobody, term
from saltoks.flows.lint.subject import term_of
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.settings import Site
from saltoks.warehouse.ops import run_messages
from saltoks.warehouse.src import source_rows

_LOUD = timedelta(days=7)
"""So long before the end of a subscription every night is red."""
_KEPT = timedelta(days=30)
"""How long it is known what each step of each run said."""


def check_expiries(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Looks how long the subscription runs, whose account syncs, and at who arrives: two reads, and the users."""
    with step(rt, run_id, "watch", site) as outcome, rt.salto(site) as client:
        outcome.count_calls(client)
        site_id, now = rt.site_id(site, client), rt.clock.now()
        paid, account = term_of(client, site_id), client.site_me(site_id)
        with rt.warehouse.session() as session:
            customers = source_rows.customers(session, site.source.name)
            run_messages.forget(session, now - _KEPT)
        runs_out, whose = term(paid, now), account_of_nobody(site, account, customers)
        soon = paid is not None and paid.end_date is not None and paid.end_date - now <= _LOUD
        if runs_out.level != "ok":
            (outcome.failures if soon else outcome.warnings).append(runs_out.message)
        outcome.warnings += at_risk(rt, site)
        if whose.level != "ok":
            (outcome.failures if whose.level == "error" else outcome.warnings).append(whose.message)
    return outcome
