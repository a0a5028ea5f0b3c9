"""What a person should know of a plan beyond its changes, one sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from saltoks.core.access.double_bookings import find_double_bookings
from saltoks.core.access.grants import MembershipKey
from saltoks.core.access.name_mapping import folded_name
from saltoks.core.model.canonical import Completeness
from saltoks.core.people.matching import shared_email_warnings
from saltoks.core.plan.seat_restore import PersonChanges
from saltoks.flows.plan.access_paths import waiting_notes
from saltoks.flows.plan.comparison import Comparison


def plan_warnings(comparison: Comparison, persons: PersonChanges) -> list[str]:
    """Groups that are not there, items that open nothing, people who are shut out, strangers, and the extract."""
    current, desired, people = comparison.current, comparison.desired, comparison.people
    site, extract = current.site, current.records.extract
    away = (people.suspended - persons.away) | people.blocked
    shut_out = sorted({key.customer_id for key in desired.wanted} & away)
    extra = Counter(group for group, _ in comparison.reconciliation.foreign if group in site.exclusive_groups)
    incomplete = extract.completeness is not Completeness.COMPLETE
    hands_off = {folded_name(name) for name in site.unmanaged}
    unmapped = {item: count for item, count in desired.unmapped.items() if folded_name(item) not in hands_off}
    return [
        *current.observed.problems,
        *(f"item {item} is not mapped, so {n} entitlement(s) to it open nothing" for item, n in unmapped.items()),
        *(f"customer {one} is suspended or blocked at Salto: no door opens for them" for one in shut_out),
        *(f"“{group}” has {n} member(s) that are no customers of ours" for group, n in sorted(extra.items())),
        *([f"the last extract is {extract.completeness.value}"] if incomplete else []),
    ]


def identity_warnings(comparison: Comparison) -> Iterator[str]:
    """Who is not who they seem to be; of those who become nobody, whoever needs a door."""
    people, desired = comparison.people, comparison.desired
    asking = {key.customer_id for key in desired.wanted}
    yield from people.notes
    yield from (text for customer, text in people.barred.items() if customer in asking)
    yield from shared_email_warnings(comparison.current.records.rows.customers, desired.primary_customers)


def plan_information(comparison: Comparison, waiting: Iterable[MembershipKey], now: datetime) -> tuple[str, ...]:
    """What asks for nothing here: who stays while they move, and rooms that two parties hold at once.

    Only the booking system knows which of two parties is right, so both are let in.
    """
    site, bookings = comparison.current.site, comparison.current.records.rows.bookings
    double = find_double_bookings(site.rules, site.mapping, bookings, comparison.desired.primary_customers, now)
    moving = waiting_notes(waiting, site.rules.window_settle_minutes)
    return (*moving, *(one.sentence(site.timezone) for one in double))
