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


@dataclass(frozen=True, slots=True)
class SiteRecords:
    """What the warehouse knows of a site before Salto is asked."""

    extract: LastExtract
    rows: SourceRows
    persons: dict[str, KnownPerson]
    books: list[MembershipRecord]
    accepted: frozenset[ChangeKey]
    ended: frozenset[MembershipKey]


def records_of(rt: Runtime, site: Site) -> SiteRecords:
    """Rows, people and books of a site; raises `FixInput` when nothing was ever extracted for it."""
    now, source = rt.clock.now(), site.source.name
    with rt.warehouse.session() as session:
        trusted = extracts.last_extract(session, source)
        if trusted is None:
            raise FixInput(f"site {site.name} was never extracted: run `saltoks sync --site {site.name}` once")
        return SiteRecords(
            trusted,
            source_rows.overlapping(session, source, now - LOOK_BACK, now + max(LOOK_AHEAD, site.rules.window_lead)),
            people_known(session, site.name),
            membership_records.current(session, site.name),
            holds.accepted(session, site.name, now),
            membership_records.ended_by_source(session, site.name, source, now) if trusted.is_doubtful else frozenset(),
        )
