"""What the mail with a PIN says, and to whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.credentials.pin_mail import address_of, doors_of, name_of, pin_mail_values
from saltoks.core.credentials.pins import Stay
from saltoks.core.model.canonical import Approval, Customer, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.model.rules import ItemMapping
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
ROWS = SourceRows(
    customers=(
        Customer(source_id="ann", full_name="Ann Able", email="ann@house.example"),
        Customer(source_id="nil", full_name="Nil Nomail"),
    ),
    visitors=(
        Visitor(source_id="v1", full_name="Vic One", expected_at=NOON, approval=Approval.GRANTED, email="v@x.example"),
        Visitor(
            source_id="v2", full_name="Vic Two", expected_at=NOON, approval=Approval.GRANTED, host_customer_id="ann"
        ),
        Visitor(
            source_id="v3", full_name="Vic Three", expected_at=NOON, approval=Approval.GRANTED, host_customer_id="nil"
        ),
    ),
)
MAPPING = (
    ItemMapping(item="room-1", groups=("Room 1", "Entrance"), door="Room 1 door"),
    ItemMapping(item="room-2", groups=("Entrance",), door="Room 2 door"),
    ItemMapping(item="booth", locks=("Street door", "Booth door")),
    ItemMapping(item="club", groups=("Club",)),
)


@pytest.mark.parametrize(
    ("customer", "address"),
    [
        ("ann", "ann@house.example"),
        ("nil", None),
        ("nobody", None),
        ("visitor:v1", "v@x.example"),
        ("visitor:v2", "ann@house.example"),
        ("visitor:v3", None),
    ],
)
def test_mails_go_to_the_person_or_else_to_the_host(customer: str, address: str | None) -> None:
    """F93: a visitor without an e-mail is told by whoever expects them."""
    assert address_of(customer, ROWS) == address


@pytest.mark.parametrize(
    ("target", "doors"),
    [
        ("Room 1", ("Room 1 door",)),
        ("Entrance", ("Room 1 door", "Room 2 door")),
        ("saltoks booth", ("Booth door", "Street door")),
        ("Club", ("Club",)),
        ("By name", ("By name",)),
    ],
)
def test_doors_have_names(target: str, doors: tuple[str, ...]) -> None:
    assert doors_of(MAPPING, target) == doors


def said(*grants: Grant, stay: Window) -> dict[str, str] | None:
    """The words of ann's letter at noon."""
    one = Stay("ann", "k", stay)
    found = pin_mail_values(one, "house", "Europe/Amsterdam", MAPPING, ROWS, grants, NOON)
    return None if found is None else dict(found)


def hours(start: float, end: float) -> Window:
    """A window by hours from noon."""
    return Window(NOON + timedelta(hours=start), NOON + timedelta(hours=end))


def test_the_letter_names_each_door_with_its_window_in_the_wall_clock_of_the_site() -> None:
    """F96: what is over, another's and of another stay is not in it."""
    found = said(
        Grant(MembershipKey("ann", "saltoks booth"), hours(2, 3), ("booking b2",)),
        Grant(MembershipKey("ann", "Room 1"), hours(0.5, 2), ("booking b1",)),
        Grant(MembershipKey("ann", "Club"), hours(-2, 0), ("booking b0",)),
        Grant(MembershipKey("bea", "Club"), hours(0.5, 2), ("booking b3",)),
        Grant(MembershipKey("ann", "Club"), hours(30, 31), ("booking b4",)),
        stay=hours(-2, 3),
    )
    assert found == {
        "name": "Ann Able",
        "site": "house",
        "doors": (
            "  Room 1 door, from 2026-03-10 13:30 until 2026-03-10 15:00\n"
            "  Booth door, Street door, from 2026-03-10 15:00 until 2026-03-10 16:00"
        ),
        "when": "from 2026-03-10 11:00 until 2026-03-10 16:00",
        "zone": "Europe/Amsterdam",
    }


def test_a_membership_without_an_end_says_so() -> None:
    forever = Window(ALWAYS, FOREVER)
    found = said(Grant(MembershipKey("ann", "Club"), forever, ("membership m1",)), stay=forever)
    assert found is not None
    assert found["doors"] == "  Club, with no end"


def test_nothing_is_said_of_a_stay_that_is_granted_no_more() -> None:
    assert said(stay=hours(0, 3)) is None
    assert name_of("nobody", ROWS) == ""
