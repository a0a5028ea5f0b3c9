"""Who may be where, asked of every minute of a week: from the contract and the comments of the presets alone.

It shares nothing with the core but the rows themselves. The rules are the keys of a preset's YAML as they stand, and a
week is ten thousand yes-or-no answers per row: comparisons of minute numbers and calendar days, never of windows.
Where a preset is silent, the contract speaks (canonical §4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from core.oracle import MINUTES, Week, days, walls
from saltoks.core.access.overrides import ManualException
from saltoks.core.model.canonical import Assignment, Booking, Customer, Membership, Pass, Visitor
from saltoks.core.model.rows import SourceRows

Minutes = NDArray[np.bool_]
"""Yes or no for each minute of the week."""

NUMBER = np.arange(MINUTES)
NEVER: Minutes = np.zeros(MINUTES, dtype=bool)
LONG_AGO, NO_END = -(10**9), 10**9

CONTRACT: dict[str, Any] = {
    "booking_statuses": ["confirmed", "checked_in"],
    "membership_statuses": ["active", "scheduled"],
    "pass_statuses": ["valid", "in_use"],
    "approvals": ["not_required", "granted"],
    "paused_opens": False,
    "require_paid": False,
    "status_codes": [],
    "inherit": [],
}
"""What holds where a preset says nothing (canonical §4); lead and tail every preset says for itself."""

Answer = dict[tuple[str, str], dict[str, Minutes]]
"""By person and target, each reason with the minutes at which it says yes."""


@cache
def calendar(week: Week) -> NDArray[np.int64]:
    """The local calendar day of every minute, as a number that grows by one a day."""
    return np.array([day.toordinal() for day in days(week)])


def wall_number(wall: datetime) -> int:
    """A wall clock as a number that grows by one a minute."""
    return wall.toordinal() * 24 * 60 + wall.hour * 60 + wall.minute


@cache
def clocks(week: Week) -> tuple[NDArray[np.int64], Minutes]:
    """What the clock on the wall shows at every minute, as a number; and whether it shows that twice in the week."""
    shown, twice = np.zeros(MINUTES, dtype=np.int64), np.zeros(MINUTES, dtype=bool)
    for wall, numbers in walls(week).items():
        shown[numbers] = wall_number(wall)
        twice[numbers] = len(numbers) > 1
    return shown, twice


@dataclass(frozen=True, slots=True)
class Oracle:
    """Asks every row of a source about every minute; `rules` are plain values as YAML has them."""

    rules: Mapping[str, Any]
    week: Week
    rows: SourceRows

    def rule(self, name: str) -> Any:
        """What the preset, or else the contract, says."""
        return self.rules[name] if name in self.rules else CONTRACT[name]

    def minute(self, at: datetime | None, otherwise: int) -> int:
        """The number of the minute that begins at an instant."""
        return otherwise if at is None else int((at - self.week.begins) / timedelta(minutes=1))

    def between(self, starts: datetime | None, ends: datetime | None) -> Minutes:
        """From a start on and before an end, either of which may be open."""
        found: Minutes = (self.minute(starts, LONG_AGO) <= NUMBER) & (self.minute(ends, NO_END) > NUMBER)
        return found

    def until_midnight(self, at: datetime) -> Minutes:
        """Up to the end of the local day of an instant."""
        found: Minutes = calendar(self.week) <= at.astimezone(ZoneInfo(self.week.zone)).date().toordinal()
        return found

    def listed(self, row: Booking) -> bool:
        """Whether its status opens: by code where codes are ticked, else by meaning (booking-systems §3.3, §2.6, §4.4).

        Where only paid bookings open, one that is known to be unpaid does not.
        """
        if self.rule("require_paid") and row.payment_status == "unpaid":
            return False
        if row.status in ("cancelled", "rejected", "blocked"):
            return False
        if codes := self.rule("status_codes"):
            return row.status_raw.split(" ")[0] in codes
        return row.status in self.rule("booking_statuses")

    def booking(self, row: Booking) -> Minutes:
        """From so many minutes before the start until so many after the end; a cancellation ends it then and there."""
        opens = (self.minute(row.starts_at, 0) - self.rule("before_minutes") <= NUMBER) & (
            self.minute(row.ends_at, 0) + self.rule("after_minutes") > NUMBER
        )
        if row.status == "cancelled" and row.cancelled_at:
            unpaid = self.rule("require_paid") and row.payment_status == "unpaid"
            return NEVER if unpaid else opens & (self.minute(row.cancelled_at, 0) > NUMBER)
        return opens if self.listed(row) else NEVER

    def membership(self, row: Membership) -> Minutes:
        """Between its ends while it runs; a paused one is a running one with a hole, unless pauses open."""
        held = self.between(row.starts_at, row.ends_at)
        if row.status == "paused":
            hole = NEVER if self.rule("paused_opens") else self.between(row.paused_from, row.paused_until)
            return held & ~hole if "active" in self.rule("membership_statuses") else NEVER
        return held if row.status in self.rule("membership_statuses") else NEVER

    def held_pass(self, row: Pass) -> Minutes:
        """From the moment it is there until it expires; one in use until midnight of the day of its use."""
        if row.status not in self.rule("pass_statuses"):
            return NEVER
        opens = self.between(row.valid_from, row.valid_until)
        return opens & self.until_midnight(row.used_at) if row.status == "in_use" and row.used_at else opens

    def assignment(self, row: Assignment) -> Minutes:
        """Its own time, and never without its membership."""
        parents = [one for one in self.rows.memberships if one.source_id == row.membership_id]
        opens = self.between(row.starts_at, row.ends_at)
        return opens & self.membership(parents[0]) if parents else NEVER

    def visitor(self, row: Visitor) -> Minutes:
        """From shortly before they are expected, until the tail of their booking or midnight, or until they leave."""
        arrived = self.minute(row.expected_at, 0) - self.rule("before_minutes") <= NUMBER
        here: Minutes = arrived & (self.minute(row.departed_at, NO_END) > NUMBER)
        welcome = row.approval in self.rule("approvals")
        host = row.host_customer_id is None or self.is_active(row.host_customer_id)
        if not (welcome and host):
            return NEVER
        if row.booking_id is None:
            return here & self.until_midnight(row.expected_at)
        booking = self._booking_of(row)
        if booking is None or not self.listed(booking) or not self.is_active(booking.customer_id):
            return NEVER
        return here & (self.minute(booking.ends_at, 0) + self.rule("after_minutes") > NUMBER)

    def is_active(self, customer: str) -> bool:
        """Whether a customer is there, active, and not the co-member of somebody who is not (booking-systems §4.4)."""
        found = self._customer(customer)
        parent = self._customer(found.parent_customer_id) if found and found.parent_customer_id else None
        return found is not None and found.active and (parent is None or parent.active)

    def said(self) -> Iterator[tuple[str, str, str, Minutes]]:
        """What every row says: customer, item, reason, minutes."""
        for row in self.rows.bookings:
            if self.is_active(row.customer_id):
                yield row.customer_id, row.item_id, f"booking {row.source_id}", self.booking(row)
        for who, item, reason, minutes in self._holdings():
            if self.is_active(who):
                yield who, item, reason, minutes
                yield from ((one, item, f"{reason} of {who}", minutes) for one in self._heirs(who))
        for guest in self.rows.visitors:
            booking = self._booking_of(guest)
            item = booking.item_id if booking else "visitors"
            yield f"visitor:{guest.source_id}", item, f"visitor {guest.source_id}", self.visitor(guest)

    def person(self, customer: str) -> str:
        """Whom a customer is at Salto: members with one e-mail are one person, called by the lowest of their ids."""
        found = self._customer(customer)
        if found is None or found.reservation_only or not found.email:
            return customer
        same = (one for one in self.rows.customers if one.email == found.email and not one.reservation_only)
        return min(one.source_id for one in same)

    def _holdings(self) -> Iterator[tuple[str, str, str, Minutes]]:
        for plan in self.rows.memberships:
            yield plan.customer_id, plan.plan_id, f"membership {plan.source_id}", self.membership(plan)
        for held in self.rows.passes:
            yield held.customer_id, held.item_id, f"pass {held.source_id}", self.held_pass(held)
        for desk in self.rows.assignments:
            yield desk.customer_id, desk.item_id, f"assignment {desk.source_id}", self.assignment(desk)

    def _heirs(self, who: str) -> set[str]:
        """Active customers who have what `who` has, where the preset lets that relation inherit (F78)."""
        links = (one for one in self.rows.links if one.related_customer_id == who)
        return {
            one.customer_id for one in links if one.relation in self.rule("inherit") and self.is_active(one.customer_id)
        }

    def _customer(self, customer: str | None) -> Customer | None:
        return next((one for one in self.rows.customers if one.source_id == customer), None)

    def _booking_of(self, guest: Visitor) -> Booking | None:
        return next((one for one in self.rows.bookings if one.source_id == guest.booking_id), None)


def answer(oracle: Oracle, routes: Mapping[str, tuple[str, ...]], exceptions: Iterable[ManualException] = ()) -> Answer:
    """By person and target every reason with its minutes; items without a route give nothing (F48).

    What a person allowed by hand is one more reason, and what they denied is no longer open for any.
    """
    found: Answer = defaultdict(lambda: defaultdict(NEVER.copy))
    for who, item, reason, minutes in oracle.said():
        for target in routes.get(item, ()):
            found[oracle.person(who), target][reason] |= minutes
    decided = list(exceptions)
    for one in decided:
        if one.verb == "allow":
            words = f"exception by {one.author}: {one.reason}"
            found[oracle.person(one.customer), one.group][words] |= oracle.between(one.since, one.until)
    for one in decided:
        if one.verb == "deny":
            reasons = found[oracle.person(one.customer), one.group]
            for reason in reasons:
                reasons[reason] = reasons[reason] & ~oracle.between(one.since, one.until)
    return {
        key: {reason: minutes for reason, minutes in reasons.items() if minutes.any()} for key, reasons in found.items()
    }


def unmapped_items(oracle: Oracle, routes: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Items that somebody may use at some minute and that nobody mapped."""
    return {item for _, item, _, minutes in oracle.said() if minutes.any() and item not in routes}


def open_minutes(reasons: Mapping[str, Minutes]) -> Minutes:
    """The minutes at which any reason says yes."""
    return np.logical_or.reduce(list(reasons.values())) if reasons else NEVER
