"""Check-ins follow the booking as it is now, and one opening is the check-in of one booking (F116, F117)."""

from __future__ import annotations

from typing import Any

from flows.acts import ANN, do, sync_at
from saltoks.flows.sync import AUDIT
from stage import SITE_UID, Stage, minutes

BOB = "bob@house.example"


def opened(stage: Stage, who: str, minute: int, room: str = "Room 1") -> str:
    """Somebody opens a room; gives the entry's id."""
    at = minutes(minute)
    return stage.sandbox.admin.add_entry(
        SITE_UID, lock=f"{room} door", user_id=stage.user_id(who), at=at, visible_at=at
    )


def found(stage: Stage, minute: int) -> dict[str, str]:
    """The check-ins of the bookings after a sync and an audit at a minute."""
    sync_at(stage, minute)
    do(stage, f"audit/{minute}", *AUDIT)
    return {row["booking_id"]: row["entry_id"] for row in stage.query("select * from report.check_ins")}


def settled(stage: Stage) -> None:
    """Ann and Bob are known at the site, and may use the rooms by their bookings."""
    stage.add("customers", "bob", "Bob Bold", BOB, "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("other", "bob", "room-2", 0, 300)
    sync_at(stage, 0)


def test_a_booking_that_is_moved_is_checked_in_anew(stage: Stage) -> None:
    """F116: the old opening lies outside its window now; the new one counts."""
    settled(stage)
    first = opened(stage, ANN, 5)
    assert found(stage, 15) == {"b1": first}
    stage.book("b1", "ann", "room-1", 240, 300)
    assert found(stage, 30) == {}
    second = opened(stage, ANN, 245)
    assert found(stage, 255) == {"b1": second}
    [row] = stage.query("select checked_in_at, starts_at from report.check_ins")
    assert row == {"checked_in_at": minutes(245), "starts_at": minutes(240)}


def test_a_booking_that_is_moved_to_next_month_keeps_no_check_in(stage: Stage) -> None:
    """F116: also where the search would not look at it any more."""
    settled(stage)
    opened(stage, ANN, 5)
    assert found(stage, 15) != {}
    stage.book("b1", "ann", "room-1", 30 * 1440, 30 * 1440 + 60)
    assert found(stage, 30) == {}


def test_a_booking_that_is_handed_to_somebody_else_is_checked_in_by_them(stage: Stage) -> None:
    """F116: what its first customer did at the door is not theirs."""
    settled(stage)
    opened(stage, ANN, 5)
    assert found(stage, 15) != {}
    stage.book("b1", "bob", "room-1", 0, 60)
    assert found(stage, 20) == {}
    theirs = opened(stage, BOB, 30)
    assert found(stage, 40) == {"b1": theirs}
    assert stage.query("select customer_id from report.check_ins") == [{"customer_id": "bob"}]


def test_a_booking_of_another_room_keeps_no_check_in_of_the_first(stage: Stage) -> None:
    """F116: the own door is that of the item it is for now."""
    settled(stage)
    opened(stage, ANN, 5)
    assert found(stage, 15) != {}
    stage.book("b1", "ann", "room-2", 0, 60)
    assert found(stage, 20) == {}
    there = opened(stage, ANN, 25, "Room 2")
    assert found(stage, 35) == {"b1": there}


def test_one_opening_checks_in_one_of_two_adjacent_bookings(stage: Stage) -> None:
    """T7: at 12:50 Ann comes late for the first; only her next opening is for the second."""
    settled(stage)
    stage.book("b2", "ann", "room-1", 60, 120)
    sync_at(stage, 1)
    late = opened(stage, ANN, 50)
    assert found(stage, 55) == {"b1": late}
    second = opened(stage, ANN, 65)
    assert found(stage, 70) == {"b1": late, "b2": second}


def test_an_opening_goes_over_to_the_booking_that_took_the_place_of_a_vanished_one(stage: Stage) -> None:
    """F116: moved by taking it out and making it anew; what went before the opening cannot have been meant."""
    settled(stage)
    stage.unbook("b1")
    stage.book("b2", "ann", "room-1", 2, 60)
    sync_at(stage, 2)
    entry = opened(stage, ANN, 5)
    assert found(stage, 15) == {"b2": entry}


def test_a_check_in_of_a_long_stay_is_not_forgotten(stage: Stage) -> None:
    """F117: after two weeks its first opening lies further back than entries are searched."""
    settled(stage)
    stage.book("b1", "ann", "room-1", 0, 30 * 1440)
    first = opened(stage, ANN, 5)
    assert found(stage, 15) == {"b1": first}
    again: Any = opened(stage, ANN, 14 * 1440)
    assert found(stage, 14 * 1440 + 5) == {"b1": first} != {"b1": again}


def test_what_was_found_by_an_older_version_twice_is_put_right(stage: Stage) -> None:
    """F116: a row that gives one opening to a second booking goes."""
    settled(stage)
    stage.book("b2", "ann", "room-1", 60, 120)
    late = opened(stage, ANN, 50)
    assert found(stage, 55) == {"b1": late}
    stage.query(
        "insert into audit.check_ins select site, source, 'b2', customer_id, entry_id, checked_in_at, noticed_at"
        " from audit.check_ins returning booking_id"
    )
    assert found(stage, 70) == {"b1": late}
