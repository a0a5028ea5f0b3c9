"""Canonical rows to what should be true at one moment: entitlements, grants, and those to push now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from heapq import merge
from operator import attrgetter

from saltoks.core.access.entitlements import Entitlement, entitlements
from saltoks.core.access.grants import Grant, MembershipKey, grants, grants_by_reason, grants_in_force, unmapped_items
from saltoks.core.access.overrides import ManualException, apply_exceptions
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, Rules
from saltoks.core.people.site_users import primary_customers
from saltoks.core.time.week import WeeklyHours, within_hours
from saltoks.core.time.windows import Window

_BACK, _AHEAD = timedelta(days=2), timedelta(days=8)
_DAY = timedelta(days=1)
_CUSTOMER = attrgetter("key.customer_id")


@dataclass(frozen=True, slots=True)
class DesiredAccess:
    """All grants, those in force until the next tick, and items that open nothing with their entitlements.

    Grants are those of persons: of the customer who stands for all that are one user at Salto (`primary_customers`).
    """

    grants: tuple[Grant, ...]
    wanted: Mapping[MembershipKey, Grant]
    unmapped: Mapping[str, int]


def desired_access(
    rules: Rules,
    mapping: Iterable[ItemMapping],
    rows: SourceRows,
    zone: str,
    *,
    now: datetime,
    next_tick: datetime,
    exceptions: Iterable[ManualException] = (),
) -> DesiredAccess:
    """What the rows of one source ask for at `now`, computed from nothing else; `zone` is the site's.

    Exceptions that a person made by hand come last, and win.
    """
    person, entries = primary_customers(rows.customers), list(mapping)
    reasons = entitlements_within_hours(rules, entries, rows, zone, now)
    found = [_of_person(entitlement, person) for entitlement in reasons]
    of_persons = [
        replace(exception, customer=person.get(exception.customer, exception.customer)) for exception in exceptions
    ]
    every = _excepted(found, entries, of_persons)
    return DesiredAccess(
        tuple(every), grants_in_force(every, now, next_tick, rules.edge), unmapped_items(found, entries)
    )


def entitlements_within_hours(
    rules: Rules, mapping: Sequence[ItemMapping], rows: SourceRows, zone: str, now: datetime
) -> Iterator[Entitlement]:
    """Every entitlement, cut to the hours of its item where it has some."""
    hours, near = hours_by_item(mapping), search_span(rules, now)
    for one in entitlements(rules, rows, zone, mapping):
        if one.item_id not in hours:
            yield one
            continue
        for part in within_hours(one.window, hours[one.item_id], zone, near):
            yield replace(one, window=part)


def _excepted(
    found: Sequence[Entitlement], mapping: Sequence[ItemMapping], exceptions: Sequence[ManualException]
) -> list[Grant]:
    """All grants, sorted; only those of customers with an exception are worked out reason by reason."""
    about = {exception.customer for exception in exceptions}
    others = grants((one for one in found if one.customer_id not in about), mapping)
    if not about:
        return others
    theirs = apply_exceptions(grants_by_reason((one for one in found if one.customer_id in about), mapping), exceptions)
    return list(merge(others, theirs, key=_CUSTOMER))


def _of_person(one: Entitlement, person: Mapping[str, str]) -> Entitlement:
    who = person.get(one.customer_id, one.customer_id)
    return one if who == one.customer_id else replace(one, customer_id=who)


def hours_by_item(mapping: Iterable[ItemMapping]) -> dict[str, tuple[WeeklyHours, ...]]:
    """The hours of the items that have some."""
    return {entry.item: entry.hours for entry in mapping if entry.hours}


def search_span(rules: Rules, now: datetime) -> Window:
    """How far around a moment hours are worked out: as far as any tick looks, and a day more."""
    return Window(now - _BACK, now + max(_AHEAD, rules.window_lead + _DAY))


def next_effective_tick(now: datetime, tick: timedelta, push: timedelta) -> datetime:
    """When the next tick's changes will have reached the doors: the next full multiple of `tick`, plus `push`.

    A tick takes time; a grant that starts in that time would come late if it waited for the next one.
    """
    since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now + tick - since_midnight % tick + push
