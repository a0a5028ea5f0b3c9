"""What a person should know of a plan beyond its changes, one sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from saltoks.core.access.desired import DesiredAccess
from saltoks.core.access.double_bookings import find_double_bookings
from saltoks.core.access.grants import MembershipKey
from saltoks.core.access.name_mapping import folded_name
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.matching import shared_email_warnings
from saltoks.core.people.site_users import MatchedPeople
from saltoks.core.plan.membership_records import Reconciliation
from saltoks.core.plan.seat_restore import PersonChanges
from saltoks.flows.plan.access_paths import waiting_notes
from saltoks.flows.plan.observe import ObservedState
from saltoks.settings import Site
from saltoks.warehouse.src.extracts import LastExtract


def plan_warnings(
    site: Site,
    want: DesiredAccess,
    reconciliation: Reconciliation,
    observed: ObservedState,
    people: MatchedPeople,
    persons: PersonChanges,
    extract: LastExtract,
) -> list[str]:
    """Groups that are not there, items that open nothing, people who are shut out, strangers, and the extract."""
    away = (people.suspended - persons.away) | people.blocked
    shut_out = sorted({key.customer_id for key in want.wanted} & away)
    extra = Counter(group for group, _ in reconciliation.foreign if group in site.exclusive_groups)
    incomplete = extract.completeness is not Completeness.COMPLETE
    hands_off = {folded_name(name) for name in site.unmanaged}
    unmapped = {item: count for item, count in want.unmapped.items() if folded_name(item) not in hands_off}
    return [
        *observed.problems,
        *(f"item {item} is not mapped, so {n} entitlement(s) to it open nothing" for item, n in unmapped.items()),
        *(f"customer {one} is suspended or blocked at Salto: no door opens for them" for one in shut_out),
        *(f"“{group}” has {n} member(s) that are no customers of ours" for group, n in sorted(extra.items())),
        *([f"the last extract is {extract.completeness.value}"] if incomplete else []),
    ]


def identity_warnings(
    rows: SourceRows, want: DesiredAccess, people: MatchedPeople, twins: Mapping[str, str]
) -> Iterator[str]:
    """Who is not who they seem to be; of those who become nobody, whoever needs a door."""
    asking = {key.customer_id for key in want.wanted}
    yield from people.notes
    yield from (text for customer, text in people.barred.items() if customer in asking)
    yield from shared_email_warnings(rows.customers, twins)


def plan_information(
    site: Site, rows: SourceRows, twins: Mapping[str, str], waiting: Iterable[MembershipKey], now: datetime
) -> tuple[str, ...]:
    """What asks for nothing here: who stays while they move, and rooms that two parties hold at once.

    Only the booking system knows which of two parties is right, so both are let in.
    """
    found = find_double_bookings(site.rules, site.mapping, rows.bookings, twins, now)
    moving = waiting_notes(waiting, site.rules.window_settle_minutes)
    return (*moving, *(one.sentence(site.timezone) for one in found))
