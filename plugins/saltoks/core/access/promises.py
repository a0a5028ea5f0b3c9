"""What each booking was promised, and what it gets: two windows side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.activity_period import activity_periods
from saltoks.core.access.desired import hours_by_item, search_span
from saltoks.core.access.entitlements import active_booking_entitlement
from saltoks.core.access.grants import MembershipKey
from saltoks.core.model.canonical import Booking
from saltoks.core.model.pools import pool_name
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, ItemRules, Rules
from saltoks.core.time.week import within_hours
from saltoks.core.time.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Promise:
    """One booking at one group, or at the pool of a window target.

    `promised` is the window by the rules; of an item with hours the part that is on, or comes next. `effective_from` is
    when the customer is in the group, or will be at the earliest. `late`: that is after the booking starts, or after
    its hours do, as with one that is made three minutes before.
    """

    booking_id: str
    group: str
    promised: Window
    effective_from: datetime
    late: bool


def promises(
    rules: Rules,
    mapping: Iterable[ItemMapping],
    rows: SourceRows,
    person: Mapping[str, str],
    inside: Mapping[MembershipKey, datetime],
    *,
    zone: str,
    now: datetime,
    soonest: datetime,
    settled: datetime,
) -> Iterator[Promise]:
    """Every booking that opens something and is not over, by group; `zone` is that of the hours of items.

    `person` maps customers to who stands for them at Salto, `inside` says since when who is in which group, `soonest`
    is when a change that is made now reaches the doors, `settled` when a time schedule does.
    """
    entries = list(mapping)
    targets_of = {entry.item: entry.targets for entry in entries}
    for booking, promised in _promised(rules, entries, rows, zone, now):
        for group in targets_of.get(booking.item_id, ()):
            key = MembershipKey(person.get(booking.customer_id, booking.customer_id), group)
            reach = settled if group == pool_name(booking.item_id) else soonest
            yield _promise(booking, group, promised, inside.get(key), reach)


def _promised(
    rules: Rules, mapping: list[ItemMapping], rows: SourceRows, zone: str, now: datetime
) -> Iterator[tuple[Booking, Window]]:
    """Bookings that are not over, each with its window as `desired` has it."""
    per_item, until = ItemRules.of(rules, mapping), activity_periods(rules, rows.customers)
    hours, near = hours_by_item(mapping), search_span(rules, now)
    for booking in rows.bookings:
        found = active_booking_entitlement(per_item, booking, until)
        parts = within_hours(found.window, hours.get(booking.item_id, ()), zone, near) if found else []
        to_come = [part for part in parts if part.ends_at > now]
        if to_come:
            yield booking, to_come[0]


def _promise(booking: Booking, group: str, promised: Window, since: datetime | None, reach: datetime) -> Promise:
    effective = max(promised.starts_at, reach if since is None else since)
    return Promise(
        booking_id=booking.source_id,
        group=group,
        promised=promised,
        effective_from=effective,
        late=effective > max(booking.starts_at, promised.starts_at),
    )
