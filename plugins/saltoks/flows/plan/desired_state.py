"""What the source asks for now, until the changes of the next tick reach the doors; and whom nothing is done to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from saltoks.core.access.desired import DesiredAccess, desired_access, next_effective_tick
from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.canonical import Customer
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.site_users import primary_customers
from saltoks.flows.run.garbage_collection import garbage_collection_paused
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredState:
    """What the source asks for: all grants, those in force until the `next_tick`, and items that open nothing.

    `primary_customers` tells by customer id who stands for all that are one person at Salto; `customers` are those, and
    visitors.
    """

    grants: tuple[Grant, ...]
    wanted: Mapping[MembershipKey, Grant]
    unmapped: Mapping[str, int]
    customers: tuple[Customer, ...]
    primary_customers: Mapping[str, str]
    next_tick: datetime


def desired_state(rt: Runtime, site: Site, rows: SourceRows) -> DesiredState:
    """What the rows of a site ask for now."""
    access, primary = wanted_now(rt, site, rows), primary_customers(rows.people)
    return DesiredState(
        grants=access.grants,
        wanted=access.wanted,
        unmapped=access.unmapped,
        customers=tuple(one for one in rows.people if primary[one.source_id] == one.source_id),
        primary_customers=primary,
        next_tick=next_tick(rt),
    )


@garbage_collection_paused()
def wanted_now(rt: Runtime, site: Site, rows: SourceRows) -> DesiredAccess:
    """What the rows ask for now, until the changes of the next tick reach the doors."""
    return desired_access(
        site.rules,
        site.mapping,
        rows,
        site.timezone,
        now=rt.clock.now(),
        next_tick=next_tick(rt),
        exceptions=site.exceptions,
    )


def next_tick(rt: Runtime) -> datetime:
    """When the changes of the next tick will have reached the doors."""
    project = rt.settings.project
    tick, push = timedelta(minutes=project.tick_minutes), timedelta(minutes=project.push_minutes)
    return next_effective_tick(rt.clock.now(), tick, push)


def protected(site: Site, customers: tuple[Customer, ...]) -> frozenset[str]:
    """Customers that the site lists as never to be touched, by id or e-mail (design §5.4).

    With them whoever stands for the same person at Salto; and listed ids that the source no longer has.
    """
    listed = site.people.protected
    emails, person = {comparable_email(one) for one in listed}, primary_customers(customers)
    named = {
        one.source_id for one in customers if one.source_id in listed or comparable_email(one.email or "-") in emails
    }
    return listed | named | {person[one] for one in named}
