"""Random worlds of each preset in the weeks of 2026 in which clocks change, dense around the change.

Rows are canonical, as a source hands them over: instants to the minute, and dates that became local midnights, which
are looked up in the oracle's calendar.
"""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from core.preset_site import CHANGES, Change, PresetWorld, change_of, written
from saltoks.core.access.overrides import ManualException, OverrideAction
from saltoks.core.model.canonical import (
    Approval,
    Assignment,
    Booking,
    BookingStatus,
    Customer,
    CustomerLink,
    Membership,
    MembershipStatus,
    Pass,
    PassStatus,
    PaymentStatus,
    Relation,
    Visitor,
)
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping

WHO = ("c1", "c2", "c3", "c4", "c5", "c9")
"""c1 and c2 may be one person; c3 may be a co-member; c4 is a guest; c5 has no e-mail; nobody knows c9."""
ITEMS = ("room:a", "room:b", "desk:1", "pass:day", "product:gold", "visitors", "unit:z")
GROUPS = ("Entrance", "Floor 1", "Room A")


STATUSES = (
    *[(BookingStatus.CONFIRMED, "30 PAID")] * 6,
    (BookingStatus.CONFIRMED, "20 OPEN"),
    (BookingStatus.CONFIRMED, "40 CHANGED"),
    (BookingStatus.CONFIRMED, "30"),
    (BookingStatus.CHECKED_IN, "23 LOCKOPOPEN"),
    (BookingStatus.TENTATIVE, "10 NEW"),
    (BookingStatus.CANCELLED, "70 CANCELLED"),
    (BookingStatus.CANCELLED, "70 CANCELLED"),
    (BookingStatus.REJECTED, "80 REJECTED"),
    (BookingStatus.COMPLETED, "90 CLOSED"),
    (BookingStatus.BLOCKED, "99 DUMMY"),
    (BookingStatus.UNKNOWN, "300 PAID"),
    (BookingStatus.UNKNOWN, "PAID 30"),
    (BookingStatus.UNKNOWN, ""),
)
"""What a booking's status means, and the vendor's word for it."""

near = st.integers(-180, 180) | st.integers(-12, 12).map(lambda quarter: 15 * quarter) | st.integers(-1500, 1500)
"""Minutes from the change of clocks; most lie between one and four o'clock in the night."""
lengths = st.sampled_from([1, 14, 15, 30, 45, 60, 60, 90, 120]) | st.integers(1, 300)
bounds = st.one_of(
    st.none(), st.integers(-2, 2).map(lambda day: ("midnight", day)), near.map(lambda number: ("minute", number))
)
"""No bound, a local midnight, or an instant."""
NEXT = ("anew", "right after", "tails touch", "tails miss by a minute", "nested", "overlapping", "same")
"""How a booking follows the one before."""
flags = st.booleans()


def _instant(change: Change, bound: tuple[str, int] | None) -> datetime | None:
    if bound is None:
        return None
    return change.midnight(bound[1]) if bound[0] == "midnight" else change.minute(bound[1])


@st.composite
def spans(draw: st.DrawFn, before: tuple[int, int] | None, tails: int) -> tuple[int, int]:
    """Start and end of a booking in minutes from the change, often hard on the heels of the one before."""
    kind = draw(st.sampled_from(NEXT)) if before else "anew"
    length = draw(lengths)
    if before is None or kind == "anew":
        starts = draw(near)
        return starts, starts + length
    first, last = before
    starts = {
        "right after": last,
        "tails touch": last + tails,
        "tails miss by a minute": last + tails + 1,
        "nested": first + (last - first) // 3,
        "overlapping": last - 1,
        "same": first,
    }[kind]
    return starts, max(starts + 1, last - 1) if kind == "nested" else last if kind == "same" else starts + length


@st.composite
def bookings(draw: st.DrawFn, change: Change, tails: int) -> tuple[Booking, ...]:
    """Up to seven bookings, most of them of one person and one room, one after the other."""
    found: list[Booking] = []
    span: tuple[int, int] | None = None
    who, item = draw(st.sampled_from(WHO)), draw(st.sampled_from(ITEMS))
    for number in range(draw(st.integers(0, 7))):
        span = draw(spans(span, tails))
        if draw(st.integers(0, 3)) == 0:
            who, item = draw(st.sampled_from(WHO)), draw(st.sampled_from(ITEMS))
        status, raw = draw(st.sampled_from(STATUSES))
        cancelled = status is BookingStatus.CANCELLED and draw(flags)
        found.append(
            Booking(
                source_id=str(number),
                item_id=item,
                customer_id=who,
                starts_at=change.minute(span[0]),
                ends_at=change.minute(span[1]),
                status=status,
                status_raw=raw,
                payment_status=draw(st.sampled_from(PaymentStatus)),
                cancelled_at=change.minute(span[0] + draw(st.integers(-20, 60))) if cancelled else None,
            )
        )
    return tuple(found)


@st.composite
def memberships(draw: st.DrawFn, change: Change, number: int) -> Membership:
    """A plan whose days begin and end around the change; two of three run."""
    status = draw(st.sampled_from([MembershipStatus.ACTIVE] * 6 + [MembershipStatus.PAUSED] * 3 + [*MembershipStatus]))
    starts_at, ends_at = (_instant(change, draw(bounds)) for _ in range(2))
    if starts_at and ends_at and ends_at <= starts_at:
        ends_at = None
    pause = [_instant(change, draw(bounds)) if status is MembershipStatus.PAUSED else None for _ in range(2)]
    return Membership(
        source_id=str(number),
        customer_id=draw(st.sampled_from(WHO)),
        plan_id=draw(st.sampled_from(["product:gold", "product:gold", "room:a", "unit:z"])),
        status=status,
        status_raw=status.value,
        starts_at=starts_at,
        ends_at=ends_at,
        paused_from=pause[0],
        paused_until=pause[1],
    )


@st.composite
def passes(draw: st.DrawFn, change: Change, number: int) -> Pass:
    """A pass; a day pass that is in use is good until midnight, as the source hands it over."""
    status = draw(st.sampled_from([PassStatus.VALID, PassStatus.VALID, PassStatus.IN_USE, *PassStatus]))
    starts = draw(near)
    ends = draw(st.none() | st.integers(1, 1500).map(lambda length: change.minute(starts + length)))
    used = change.minute(starts + draw(st.integers(0, 600))) if status is PassStatus.IN_USE else None
    if used:
        midnight = next(night for day in range(-2, 3) if (night := change.midnight(day)) > used)
        ends = min(midnight, ends or midnight)
    return Pass(
        source_id=str(number),
        customer_id=draw(st.sampled_from(WHO)),
        item_id="pass:day",
        valid_from=change.minute(starts),
        valid_until=ends,
        status=status,
        status_raw=status.value,
        used_at=used,
    )


@st.composite
def assignments(draw: st.DrawFn, change: Change, number: int, plans: tuple[Membership, ...]) -> Assignment:
    """A desk through a membership, now and then through one that nobody knows."""
    parent = draw(st.sampled_from([*plans, None]))
    starts_at, ends_at = (_instant(change, draw(bounds)) for _ in range(2))
    return Assignment(
        source_id=str(number),
        membership_id=parent.source_id if parent else "gone",
        customer_id=parent.customer_id if parent else draw(st.sampled_from(WHO)),
        item_id=draw(st.sampled_from(["desk:1", "room:b"])),
        starts_at=starts_at,
        ends_at=ends_at,
    )


@st.composite
def visitors(draw: st.DrawFn, change: Change, number: int, booked: tuple[Booking, ...]) -> Visitor:
    """A visitor of a host, of the house, or for a booking that may be gone."""
    expected = draw(near)
    left = draw(st.none() | st.integers(-30, 300).map(lambda stay: change.minute(expected + stay)))
    return Visitor(
        source_id=str(number),
        full_name="Vic Visitor",
        expected_at=change.minute(expected),
        approval=draw(st.sampled_from([Approval.GRANTED, Approval.NOT_REQUIRED, *Approval])),
        host_customer_id=draw(st.none() | st.sampled_from(WHO)),
        booking_id=draw(st.sampled_from([None, None, "gone", *(one.source_id for one in booked)])),
        departed_at=left,
    )


@st.composite
def customers(draw: st.DrawFn) -> tuple[Customer, ...]:
    """Five customers: c1 and c2 may share an e-mail, c3 may have a main member, c4 is a guest, c5 has no e-mail."""
    shut = draw(st.sets(st.sampled_from(WHO), max_size=2))
    mail = {"c1": "ann@example.org", "c2": draw(st.sampled_from(["ann@example.org", "bea@example.org"]))}
    mail |= {"c3": "col@example.org", "c4": "ann@example.org"}
    parent = draw(st.sampled_from([None, "c1", "c2", "gone"]))
    return tuple(
        Customer(
            source_id=who,
            full_name="Sam Same",
            email=mail.get(who),
            active=who not in shut,
            parent_customer_id=parent if who == "c3" else None,
            reservation_only=who == "c4",
        )
        for who in WHO[:-1]
    )


@st.composite
def links(draw: st.DrawFn) -> tuple[CustomerLink, ...]:
    """Who belongs to whom: co-members, teams and companies, also twice."""
    pairs = st.tuples(st.sampled_from(WHO[2:]), st.sampled_from(WHO[:2]), st.sampled_from(Relation))
    found = draw(st.lists(pairs, max_size=3))
    return tuple(
        CustomerLink(source_id=str(number), customer_id=who, related_customer_id=of, relation=relation)
        for number, (who, of, relation) in enumerate(found)
    )


@st.composite
def mappings(draw: st.DrawFn) -> tuple[ItemMapping, ...]:
    """Most items open a group or two, some are window targets, and nobody mapped unit:z."""
    ways = st.sampled_from([*[(name,) for name in GROUPS], GROUPS[:2], GROUPS[1:], (), None, "locks"])
    chosen = {item: draw(ways) for item in ITEMS[:-1]}
    return tuple(
        ItemMapping(item=item, locks=(f"{item} door",)) if way == "locks" else ItemMapping(item=item, groups=way)
        for item, way in chosen.items()
        if way is not None
    )


@st.composite
def exceptions(draw: st.DrawFn, change: Change) -> tuple[ManualException, ...]:
    """Now and then a person lets somebody in, or keeps somebody out."""
    return tuple(
        ManualException(
            verb=draw(st.sampled_from(OverrideAction)),
            customer=draw(st.sampled_from([*WHO, "visitor:0"])),
            group=draw(st.sampled_from(GROUPS)),
            since=change.minute(since := draw(near)),
            until=change.minute(since + draw(lengths)),
            author="Mia",
            reason=f"note {number}",
        )
        for number in range(draw(st.sampled_from([0, 0, 0, 1, 2])))
    )


@st.composite
def preset_worlds(draw: st.DrawFn, preset: str) -> PresetWorld:
    """A world of one preset: mostly bookings, with a few of everything else."""
    change, rules = change_of(draw(st.sampled_from(list(CHANGES)))), written(preset)
    booked = draw(bookings(change, rules["before_minutes"] + rules["after_minutes"]))
    plans = tuple(draw(memberships(change, number)) for number in range(draw(st.integers(0, 2))))
    few = st.sampled_from([0, 0, 1, 2])
    rows = SourceRows(
        customers=draw(customers()),
        bookings=booked,
        memberships=plans,
        passes=tuple(draw(passes(change, number)) for number in range(draw(few))),
        assignments=tuple(draw(assignments(change, number, plans)) for number in range(draw(few))),
        visitors=tuple(draw(visitors(change, number, booked)) for number in range(draw(few))),
        links=draw(links()),
    )
    return PresetWorld(preset, change, rows, draw(mappings()), draw(exceptions(change)))
