"""What each booking was promised, and what it gets: two windows side by side (F154)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.canonical import Booking
from saltoks.core.entitlements import of_booking
from saltoks.core.grants import Key
from saltoks.core.pools import pool_name
from saltoks.core.rows import SourceRows
from saltoks.core.rules import ItemMapping, Rules
from saltoks.core.windows import Window


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Promise:
    """One booking at one group, or at the pool of a window target.

    `promised` is the window by the rules. `effective_from` is when the customer is in the group, or will be at the
    earliest. `late`: that is after the booking starts, as with one that is made three minutes before.
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
    inside: Mapping[Key, datetime],
    *,
    now: datetime,
    soonest: datetime,
    settled: datetime,
) -> Iterator[Promise]:
    """Every booking that opens something and is not over, by group.

    `person` maps customers to who stands for them at Salto, `inside` says since when who is in which group, `soonest`
    is when a change that is made now reaches the doors, `settled` when a time schedule does.
    """
    active = {one.source_id for one in rows.customers if one.active}
    targets_of = {entry.item: entry.targets for entry in mapping}
    for booking in rows.bookings:
        entitled = of_booking(rules, booking)
        if entitled and entitled.window.ends_at > now and booking.customer_id in active:
            for group in targets_of.get(booking.item_id, ()):
                key = Key(person.get(booking.customer_id, booking.customer_id), group)
                reach = settled if group == pool_name(booking.item_id) else soonest
                yield _promise(booking, group, entitled.window, inside.get(key), reach)


def _promise(booking: Booking, group: str, promised: Window, since: datetime | None, reach: datetime) -> Promise:
    effective = max(promised.starts_at, reach if since is None else since)
    return Promise(
        booking_id=booking.source_id,
        group=group,
        promised=promised,
        effective_from=effective,
        late=effective > booking.starts_at,
    )
