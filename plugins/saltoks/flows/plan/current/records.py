"""What the warehouse knows of a site before Salto is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from saltoks.core.access.grants import MembershipKey
from saltoks.core.errors import FixInput
from saltoks.core.model.rows import SourceRows
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.plan.plan import ChangeKey
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import holds, membership_records
from saltoks.warehouse.access.people import KnownPerson
from saltoks.warehouse.access.people import load as people_known
from saltoks.warehouse.src import extracts, source_rows
from saltoks.warehouse.src.extracts import LastExtract

LOOK_BACK = timedelta(days=2)
LOOK_AHEAD = timedelta(days=7)
"""Bookings outside this span cannot matter to a tick; inside it, windows that touch are still joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecords:
    """What the warehouse knows of a site before Salto is asked.

    `persons` are by customer id. A person has `accepted` what a limit held; rows themselves have `ended` memberships,
    also in an extract that is not complete.
    """

    extract: LastExtract
    rows: SourceRows
    persons: dict[str, KnownPerson]
    memberships: list[MembershipRecord]
    accepted: frozenset[ChangeKey]
    ended: frozenset[MembershipKey]

    @property
    def unconfirmed_groups(self) -> frozenset[str]:
        """Groups of which a write of ours may have been lost on the way: counts tell nothing of them."""
        return frozenset(record.key.group for record in self.memberships if record.sent)


def records_of(rt: Runtime, site: Site) -> SiteRecords:
    """Rows, people and memberships on record of a site; raises `FixInput` when nothing was ever extracted for it."""
    now, source = rt.clock.now(), site.source.name
    with rt.warehouse.session() as session:
        trusted = extracts.last_extract(session, source)
        if trusted is None:
            raise FixInput(f"site {site.name} was never extracted: run `saltoks sync --site {site.name}` once")
        return SiteRecords(
            extract=trusted,
            rows=source_rows.overlapping(
                session, source, now - LOOK_BACK, now + max(LOOK_AHEAD, site.rules.window_lead)
            ),
            persons=people_known(session, site.name),
            memberships=membership_records.current(session, site.name),
            accepted=holds.accepted(session, site.name, now),
            ended=membership_records.ended_by_source(session, site.name, source, now)
            if trusted.is_doubtful
            else frozenset(),
        )
