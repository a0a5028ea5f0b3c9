"""Who gets a seat back, and who is left out of a plan for want of one (T13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from saltoks.core.access.grants import Grant
from saltoks.core.model.canonical import Booking, BookingStatus
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind, Plan
from saltoks.core.plan.seats import SeatRequest, Seats
from saltoks.core.time.windows import FOREVER, Window

_SEATED = frozenset({ChangeKind.CREATE_PERSON, ChangeKind.SUBSCRIBE})


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonChanges:
    """What a plan needs to know of people: `away` were suspended by us, or for want of a seat.

    `changes` are those of people alone; `seat_denials` get no seat, so that nothing of theirs is planned.
    """

    away: frozenset[str] = frozenset()
    changes: tuple[Change, ...] = ()
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SeatDenial:
    """Somebody who gets no seat, with their place in the queue of those, from 1."""

    asking: SeatRequest
    place: int
    sentence: str


def restore_seats(grants: Iterable[Grant], away: Set[str]) -> list[Change]:
    """Everybody who has access now, or is let in ahead, and has no seat: they are subscribed again."""
    first: dict[str, Grant] = {}
    for grant in sorted(grants, key=lambda one: (one.window, one.key)):
        if grant.key.customer_id in away:
            first.setdefault(grant.key.customer_id, grant)
    return [
        Change(
            kind=ChangeKind.SUBSCRIBE,
            customer_id=customer,
            group="",
            window=Window(grant.window.starts_at, FOREVER),
            cause=ChangeCause.GRANTED,
            reasons=grant.reasons,
            sentence=f"Subscribe customer {customer} again, because of {grant.reasons[0]}.",
        )
        for customer, grant in first.items()
    ]


def seat_requests(plan: Plan, bookings: Iterable[Booking]) -> list[SeatRequest]:
    """Everybody who needs a seat for this plan; a booking that is a reason for it says who is inside."""
    by_reason = {f"booking {booking.source_id}": booking for booking in bookings}
    return [_asking(change, by_reason) for change in plan.due if change.kind in _SEATED]


def seat_denials(queue: Collection[SeatRequest], names: Iterable[str], seats: Seats) -> tuple[SeatDenial, ...]:
    """Those who get no seat, in the stated order, each with the sentence that says so."""
    by_id = {request.customer_id: request for request in queue}
    return tuple(
        SeatDenial(
            by_id[name],
            place,
            f"customer {name} gets no seat: {seats.free} of {seats.allowed} free, {len(queue)} asking, so nothing of "
            "theirs is done — free seats, or buy more (T13)",
        )
        for place, name in enumerate(names, 1)
    )


def _asking(change: Change, bookings: Mapping[str, Booking]) -> SeatRequest:
    found = [bookings[reason] for reason in change.reasons if reason in bookings]
    made = [one.created_at for one in found if one.created_at]
    return SeatRequest(
        customer_id=change.customer_id,
        starts_at=change.window.starts_at,
        inside=any(map(_is_inside, found)),
        booked_at=min(made, default=None),
    )


def _is_inside(booking: Booking) -> bool:
    came: datetime | None = booking.checked_in_at
    return booking.checked_out_at is None and (came is not None or booking.status is BookingStatus.CHECKED_IN)
