"""What the warehouse says of one site of the demo after its access sync: everything else is read off it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import pool_of
from saltoks.core.model.rows import SourceRows
from saltoks.core.plan.plan import Plan
from saltoks.core.time.windows import Window
from saltoks.flows.plan.current.records import LOOK_AHEAD, LOOK_BACK
from saltoks.flows.plan.desired_state import wanted_now
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import membership_records, plans
from saltoks.warehouse.src import source_rows

LEFT_SOURCE = "(no longer in the source)"


@dataclass(frozen=True, slots=True)
class SiteRecords:
    """A site at `now`: its rows, who is in which group by when, who should be, and the plan of this run."""

    site: Site
    now: datetime
    rows: SourceRows
    members: Mapping[MembershipKey, Window]
    wanted: Mapping[MembershipKey, Grant]
    grants: tuple[Grant, ...]
    plan: Plan

    def name(self, customer_id: str) -> str:
        """A customer's name."""
        names = {one.source_id: one.full_name for one in self.rows.people}
        return names.get(customer_id, LEFT_SOURCE)

    def door(self, group: str) -> str:
        """The door that a group, or a slot of a window target, is there for; empty where none is named."""
        return next((one.door for one in self.site.mapping if one.door and pool_of(group) in one.targets), "")

    def reasons(self, customer_id: str, door: str) -> tuple[str, ...]:
        """Why somebody may open a door now."""
        found = [one for one in self.grants if one.key.customer_id == customer_id and one.window.covers(self.now)]
        return tuple(sorted({reason for one in found if self.door(one.key.group) == door for reason in one.reasons}))


def site_records(rt: Runtime, site: Site, sync_run: str) -> SiteRecords:
    """Read it; `sync_run` is the id of the access sync."""
    now = rt.clock.now()
    with rt.warehouse.session() as session:
        rows = source_rows.overlapping(session, site.source.name, now - LOOK_BACK, now + LOOK_AHEAD)
        members = {one.key: one.window for one in membership_records.current(session, site.name) if not one.sent}
        stored = plans.latest(session, sync_run, site.name)
    want = wanted_now(rt, site, rows)
    plan = stored.plan if stored else Plan(site=site.name, at=now, changes=())
    return SiteRecords(site, now, rows, members, want.wanted, want.grants, plan)
