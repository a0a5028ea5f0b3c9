"""What a booking was promised, and what it gets (F154)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.worlds import booking, cases, clock, customer, mapping, window
from saltoks.core.access.grants import MembershipKey
from saltoks.core.access.promises import Promise, promises
from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.pools import pool_name
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping, Rules

PUSH, SETTLE = timedelta(minutes=2), timedelta(minutes=5)


def promised(now: str, *bookings: Any, inside: dict[MembershipKey, Any] | None = None, **people: Any) -> list[Promise]:
    rows = SourceRows(customers=people.get("customers", (customer("c1"), customer("c2"))), bookings=bookings)
    routes = people.get("routes", mapping(**{"unit:a": ("Entrance",)}))
    at = clock(now)
    reach = {"soonest": at + PUSH, "settled": at + SETTLE}
    return list(promises(Rules(), routes, rows, {"c2": "c1"}, inside or {}, zone="Europe/Amsterdam", now=at, **reach))


@cases(
    "now, since, effective, late",
    {
        "well ahead": ("08:00", None, "09:45", False),
        "in the lead time": ("09:50", None, "09:52", False),
        "made three minutes before": ("09:57", None, "09:59", False),
        "made a minute before": ("09:59", None, "10:01", True),
        "made while it runs": ("10:30", None, "10:32", True),
        "in since before": ("10:30", "09:40", "09:45", False),
        "in since a little late": ("10:30", "10:02", "10:02", True),
    },
)
def test_f154_a_booking_gets_what_can_still_reach_the_door(
    now: str, since: str | None, effective: str, late: bool
) -> None:
    """F154: the promised window stays as the rules have it."""
    inside = {MembershipKey("c1", "Entrance"): clock(since)} if since else {}
    assert promised(now, booking(), inside=inside) == [
        Promise(
            booking_id="1",
            group="Entrance",
            promised=window("09:45", "11:15"),
            effective_from=clock(effective),
            late=late,
        )
    ]


def test_the_other_customer_of_a_person_is_in_as_well() -> None:
    inside = {MembershipKey("c1", "Entrance"): clock("09:40")}
    assert [one.late for one in promised("10:30", booking(customer_id="c2"), inside=inside)] == [False]


@cases(
    "row, people",
    {
        "over": (booking(starts_at=clock("08:00"), ends_at=clock("09:00")), {}),
        "not to be opened": (booking(status=BookingStatus.BLOCKED), {}),
        "unmapped": (booking(item_id="unit:sauna"), {}),
        "F76 an inactive customer": (booking(), {"customers": (customer("c1", active=False),)}),
    },
)
def test_nothing_is_promised(row: Any, people: dict[str, Any]) -> None:
    assert promised("10:00", row, **people) == []


def test_a_window_target_needs_the_time_of_a_schedule() -> None:
    """salto-ks §2.8: minutes, where a member in a ready group takes seconds."""
    routes = [ItemMapping(item="unit:a", locks=("Front",))]
    (one,) = promised("09:57", booking(), routes=routes)
    assert (one.group, one.effective_from, one.late) == (pool_name("unit:a"), clock("10:02"), True)
