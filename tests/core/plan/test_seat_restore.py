"""Who is subscribed again, and who is left out of a plan for want of a seat (F82, F147, F150, T13)."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.worlds import MONDAY, booking, cases, change, clock, customer, grant, law, minute
from saltoks.core.model.canonical import Booking, BookingStatus
from saltoks.core.people.site_users import ObservedUser, PersonIds, orphaned_users
from saltoks.core.plan.plan import ChangeKind, Plan
from saltoks.core.plan.seat_restore import restore_seats, seat_denials, seat_requests
from saltoks.core.plan.seats import SeatRequest, Seats, allocate_seats


def plan_of(*kinds: ChangeKind) -> Plan:
    changes = tuple(change(kind, f"c{n}", "", reasons=(f"booking {n}",)) for n, kind in enumerate(kinds))
    return Plan(site="s1", at=MONDAY, changes=changes)


def test_f82_only_those_come_back_whom_we_sent_away() -> None:
    grants = [grant("c2", starts="09:00"), grant("c1", starts="11:00"), grant("c1", "Floor 1", "10:00", "10:30")]
    [change] = restore_seats(grants, {"c1", "c3"})
    assert (change.kind, change.customer_id, change.window.starts_at) == (ChangeKind.SUBSCRIBE, "c1", clock("10:00"))
    assert change.sentence == "Subscribe customer c1 again, because of booking 1."
    assert restore_seats(reversed(grants), {"c1"}) == [change]


def test_a_seat_is_asked_for_by_who_is_made_or_comes_back() -> None:
    what = plan_of(
        ChangeKind.CREATE_PERSON,
        ChangeKind.SUBSCRIBE,
        ChangeKind.UPDATE_PERSON,
        ChangeKind.ADD_MEMBER,
        ChangeKind.SUSPEND,
    )
    assert [one.customer_id for one in seat_requests(what, [])] == ["c0", "c1"]


@cases(
    "row, inside",
    {
        "checked in": (booking("0", status=BookingStatus.CHECKED_IN), True),
        "at a time": (booking("0", checked_in_at=clock("09:55")), True),
        "and out again": (booking("0", checked_in_at=clock("09:55"), checked_out_at=clock("10:10")), False),
        "only booked": (booking("0"), False),
        "by another booking": (booking("7", status=BookingStatus.CHECKED_IN), False),
    },
)
def test_f147_who_is_inside(row: Booking, inside: bool) -> None:
    [one] = seat_requests(plan_of(ChangeKind.CREATE_PERSON), [row])
    assert one.inside is inside


def test_the_first_to_book_is_known() -> None:
    [one] = seat_requests(plan_of(ChangeKind.CREATE_PERSON), [booking("0", created_at=clock("03:00"))])
    assert (one.starts_at, one.booked_at) == (clock("10:00"), clock("03:00"))


QUEUES = st.lists(
    st.builds(
        SeatRequest,
        customer_id=st.sampled_from([f"c{n}" for n in range(8)]),
        starts_at=st.integers(0, 90).map(minute),
        inside=st.booleans(),
        booked_at=st.one_of(st.none(), st.integers(-90, 0).map(minute)),
    ),
    unique_by=lambda one: one.customer_id,
)


@law
@given(QUEUES, st.one_of(st.none(), st.integers(0, 9)), st.integers(0, 9))
def test_f150_served_and_left_out_are_all_who_ask(queue: list[SeatRequest], allowed: int | None, used: int) -> None:
    """Nobody is lost or named twice, no seat stays empty, and nobody stands before a nearer one."""
    seats = Seats(allowed, used)
    served, rest = allocate_seats(queue, seats.free)
    out = seat_denials(queue, rest, seats)
    assert sorted([*served, *(one.asking.customer_id for one in out)]) == sorted(one.customer_id for one in queue)
    assert [one.place for one in out] == list(range(1, len(out) + 1))
    assert not out or len(served) == seats.free
    places = {one.customer_id: one.place for one in queue}
    assert all(places[one] < other.asking.place for one in served for other in out)
    assert seat_denials(queue[::-1], allocate_seats(queue[::-1], seats.free)[1], seats) == out


def test_a_sentence_says_how_many_and_what_to_do() -> None:
    queue = [
        SeatRequest(customer_id="c1", starts_at=MONDAY),
        SeatRequest(customer_id="c2", starts_at=MONDAY + timedelta(1)),
    ]
    [one] = seat_denials(queue, ["c2"], Seats(10, 9))
    assert one.sentence == (
        "customer c2 gets no seat: 1 of 10 free, 2 asking, so nothing of theirs is done — free seats, or buy more (T13)"
    )


def test_f163_somebody_of_our_making_without_a_customer_is_found_by_the_alias() -> None:
    """A half-made guest, with or without a name in the alias; nobody else's."""
    aliases = [
        "saltoks desk/g1",
        "saltoks desk/g2 · Gus",
        "saltoks gym/g3",
        "Gus",
        None,
        "saltoks desk/",
        "saltoks desk/c1",
    ]
    users = [ObservedUser(PersonIds(f"u{n}", f"s{n}"), None, alias, True, False) for n, alias in enumerate(aliases)]
    found = orphaned_users("desk", {customer().source_id}, users)
    assert found.known == {"g1": PersonIds("u0", "s0"), "g2": PersonIds("u1", "s1")}
    assert found.ours == {"g1", "g2"}
