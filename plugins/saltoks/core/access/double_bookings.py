"""Two parties who hold one room at once: told, and never blocked, since only the booking system knows who is right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from saltoks.core.access.entitlements import booking_opens
from saltoks.core.model.canonical import Booking
from saltoks.core.model.rules import ItemMapping, Rules


@dataclass(frozen=True, slots=True)
class DoubleBooking:
    """Two bookings of one item by different people that overlap, the earliest of them; `more` counts the others."""

    item: str
    first: Booking
    second: Booking
    more: int

    def sentence(self, zone: str) -> str:
        """What is so, in the site's wall clock, with what can be done."""
        until, since = (
            f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in (_end(self.first), self.second.starts_at)
        )
        pair = f"booking {self.first.source_id} until {until}, booking {self.second.source_id} from {since}"
        more = f"; {self.more} more such pair(s)" if self.more else ""
        fix = "correct one of them, give days their hours (`at`), or write shared: true if it is meant"
        return f"two parties hold '{self.item}' at once: {pair}{more} — {fix}"


def find_double_bookings(
    rules: Rules, mapping: Iterable[ItemMapping], bookings: Iterable[Booking], person: Mapping[str, str], now: datetime
) -> list[DoubleBooking]:
    """One finding for each mapped item that is not shared, by item; lead and tail do not count.

    `person` gives, for each customer, the one who stands for the same person. What is over is no matter.
    """
    alone = {entry.item for entry in mapping if not entry.shared}
    by_item: dict[str, list[Booking]] = defaultdict(list)
    for one in bookings:
        if one.item_id in alone and _end(one) > now and booking_opens(rules, one):
            by_item[one.item_id].append(one)
    found = [(item, list(_pairs(rows, person))) for item, rows in sorted(by_item.items())]
    return [DoubleBooking(item, *pairs[0], len(pairs) - 1) for item, pairs in found if pairs]


def _pairs(bookings: list[Booking], person: Mapping[str, str]) -> Iterator[tuple[Booking, Booking]]:
    """Each booking with the one of somebody else that runs on longest when it begins."""
    longest: list[Booking] = []
    for one in sorted(bookings, key=lambda row: (row.starts_at, row.source_id)):
        others = [other for other in longest if _who(other, person) != _who(one, person)]
        if others and _end(others[0]) > one.starts_at:
            yield others[0], one
        longest = _longest_of_two([*longest, one], person)


def _longest_of_two(bookings: list[Booking], person: Mapping[str, str]) -> list[Booking]:
    """The booking that ends last, and the last one of anybody else: more are never needed."""
    first, *rest = sorted(bookings, key=_end, reverse=True)
    return [first, *[one for one in rest if _who(one, person) != _who(first, person)][:1]]


def _who(booking: Booking, person: Mapping[str, str]) -> str:
    return person.get(booking.customer_id, booking.customer_id)


def _end(booking: Booking) -> datetime:
    return min(booking.ends_at, booking.checked_out_at or booking.ends_at)
