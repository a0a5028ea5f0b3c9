"""Keeps what each booking was promised next to what it gets."""

from __future__ import annotations

from datetime import timedelta

from saltoks.core.access.promises import promises
from saltoks.core.people.site_users import primary_customers
from saltoks.flows.plan.current.records import records_of
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import promises as table


def keep_promises(rt: Runtime, site: Site) -> int:
    """Stores the promises of all bookings that are not over; gives the number of those that come too late."""
    now = rt.clock.now()
    rows = records_of(rt, site).rows
    with rt.warehouse.session() as session:
        kept = list(
            promises(
                site.rules,
                site.mapping,
                rows,
                primary_customers(rows.people),
                table.members_since(session, site.name),
                zone=site.timezone,
                now=now,
                soonest=now + timedelta(minutes=rt.settings.project.push_minutes),
                settled=now + site.rules.window_settle,
            )
        )
        table.save(session, site.name, site.source.name, kept, now)
    return sum(one.late for one in kept)
