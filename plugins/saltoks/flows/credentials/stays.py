"""Who stays when at a site, and which PINs are on record: reads only, from rows, membership records and PIN records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saltoks.core.access.grants import Grant
from saltoks.core.credentials.pins import PinDue, PinRecord, Stay, StaysOnRecord, due_pins, recipients, stays_of
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.site_users import PersonIds, primary_customers
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.flows.plan.current.naming import with_last_naming
from saltoks.flows.plan.current.records import LOOK_BACK, records_of
from saltoks.flows.plan.desired_state import next_tick, protected, wanted_now
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import pins


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentStays:
    """The stays of a site at one moment, with what was looked at for them.

    `site` has its items mapped by name too. `known` are PINs under the customer who stands for the person now, which
    for those in `renamed` is another one than on record. `recipients` may have a PIN; `able` could also use one.
    """

    site: Site
    at: datetime
    soon: datetime
    rows: SourceRows
    grants: tuple[Grant, ...]
    memberships: tuple[MembershipRecord, ...]
    stays: StaysOnRecord
    known: tuple[PinRecord, ...]
    renamed: Mapping[Stay, str]
    covered: frozenset[str]
    able: Mapping[str, PersonIds]

    def due(self) -> Iterator[PinDue]:
        """The stays to ask a PIN for now, soonest first."""
        return due_pins(self.stays.granted, self.known, self.memberships, self.able, now=self.at, soon=self.soon)

    def moved(self) -> list[Stay]:
        """The stays on record whose window is another one by now."""
        recorded = {(one.stay.customer_id, one.stay.key): one.stay.window for one in self.known}
        every = [*self.stays.granted, *self.stays.fading]
        return [one for one in every if recorded.get((one.customer_id, one.key), one.window) != one.window]

    def of(self, customer_id: str) -> list[Stay]:
        """The stays of a customer that are not over, soonest first."""
        own = [one for one in self.stays.granted if one.customer_id == customer_id and one.window.ends_at > self.at]
        return sorted(own, key=lambda one: one.window)


def current_stays(rt: Runtime, site: Site) -> CurrentStays:
    """The stays of a site now; raises `FixInput` when nothing was ever extracted for it."""
    site, now = with_last_naming(rt, site), rt.clock.now()
    ahead, tick = timedelta(minutes=site.credentials.pin_ahead_minutes), _longest_tick(rt)
    records = records_of(rt, site)
    with rt.warehouse.session() as session:
        recorded = pins.load(session, site.name, now - LOOK_BACK)
        able = pins.eligible_users(session, site.name)
    person = primary_customers(records.rows.people)
    known = [_under(one, person.get(one.stay.customer_id)) for one in recorded]
    grants = wanted_now(rt, site, records.rows).grants
    entitled = recipients(site.credentials.pin, records.rows) - protected(site, records.rows.people)
    return CurrentStays(
        site=site,
        at=now,
        soon=max(now + ahead, next_tick(rt)),
        rows=records.rows,
        grants=grants,
        memberships=tuple(records.memberships),
        stays=stays_of(grants, [one.stay for one in known], max(ahead, tick), now),
        known=tuple(known),
        renamed={
            old.stay: new.stay.customer_id for old, new in zip(recorded, known, strict=True) if old.stay != new.stay
        },
        covered=entitled,
        able={one: ids for one, ids in able.items() if one in entitled},
    )


def _longest_tick(rt: Runtime) -> timedelta:
    project = rt.settings.project
    return timedelta(minutes=project.tick_minutes + project.push_minutes)


def _under(known: PinRecord, customer_id: str | None) -> PinRecord:
    return replace(known, stay=replace(known.stay, customer_id=customer_id)) if customer_id else known
