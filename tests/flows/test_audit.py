"""What happened at the doors: every entry exactly once, and check-ins that a late entry corrects (design §6)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.acts import ANN, do
from flows.conftest import OpenStage
from saltoks.core.errors import UnexpectedAnswer
from saltoks.flows import audit
from saltoks.flows.run.steps import Outcome
from saltoks.flows.sync import AUDIT
from saltoks.sandbox.salto.admin.client import Fault
from saltoks.warehouse.audit.entries import save_watermark
from saltoks.warehouse.audit.entries import watermark as known_watermark
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.ops.watermarks import Watermark
from stage import SITE_UID, Stage, minutes

ENTRIES = "GET /v1.1/sites/*/entries"
DOOR = "Room 1 door"


def pages_of_five(open_stage: OpenStage) -> Stage:
    """A service that hands out five entries a page."""
    return open_stage(lambda world: world["options"].update(page_size_max=5))


def audited(stage: Stage) -> list[Outcome]:
    """The whole flow at the stage's instant."""
    return do(stage, f"audit/{stage.at.isoformat()}", *AUDIT)


def happened(stage: Stage, minute: int, *, seen: int | None = None, **what: Any) -> str:
    """An entry at Room 1's door so many minutes from noon, shown by the service from the minute `seen`."""
    visible = None if seen is None else minutes(seen)
    return stage.sandbox.admin.add_entry(SITE_UID, lock=DOOR, at=minutes(minute), visible_at=visible, **what)


def ids(stage: Stage) -> list[str]:
    """Entries in the warehouse, as normalised."""
    return [row["entry_id"] for row in stage.query("select entry_id from audit.entries order by occurred_at, entry_id")]


def watermark(stage: Stage) -> datetime | None:
    """How far the entries were read."""
    rows = stage.query("select seen_until from ops.watermarks")
    return rows[0]["seen_until"] if rows else None


def test_every_entry_exactly_once_whatever_the_order(open_stage: OpenStage) -> None:
    """T26: late, out of order, over several pages that overlap with the last pull."""
    stage = pages_of_five(open_stage)
    made = [happened(stage, n, seen=n + (40 if n % 3 == 0 else 1)) for n in range(0, 45)]
    for minute in (10, 30, 46, 100):
        stage.move(minute)
        audited(stage)
    assert sorted(ids(stage)) == sorted(made)
    assert stage.query("select count(*) as n from audit.entries_raw")[0]["n"] == len(made)


def test_pulling_twice_is_pulling_once(open_stage: OpenStage) -> None:
    """Design §8: the same entries read again change no row."""
    stage = pages_of_five(open_stage)
    for n in range(12):
        happened(stage, n)
    stage.move(30)
    first = audited(stage)
    rows = stage.query("select * from audit.entries order by entry_id")
    again = audited(stage)
    assert first[0].counts == {"read": 12, "new": 12}
    assert again[0].counts["read"] > 0
    assert again[0].counts["new"] == 0
    assert stage.query("select * from audit.entries order by entry_id") == rows


def test_normalising_keeps_what_nobody_knows(stage: Stage) -> None:
    """Design §6: words of next year stay as they came, with every time that belongs to an entry."""
    happened(stage, 1, event_category="door_dreamt", event_detail="of_sheep", access_by="thought", access_detail="x")
    stage.move(5)
    audited(stage)
    [row] = stage.query("select * from audit.entries")
    assert (row["category"], row["detail"], row["access_by"]) == ("door_dreamt", "of_sheep", "thought")
    assert row["occurred_at"] == minutes(1)
    assert row["local_time"] == datetime(2026, 3, 10, 13, 1)  # noqa: DTZ001 - a wall clock has no zone
    assert minutes(0) <= row["recorded_at"] <= row["ingested_at"] == minutes(5)


def test_a_pull_that_breaks_between_pages_moves_no_watermark(open_stage: OpenStage) -> None:
    """T26: what was read is kept, what was not is read the next time."""
    stage = pages_of_five(open_stage)
    for n in range(12):
        happened(stage, n)
    stage.move(15)
    audited(stage)
    before = watermark(stage)
    assert before == minutes(11)
    for n in range(300, 320):
        happened(stage, n)
    stage.move(330)
    stage.sandbox.admin.faults(Fault("garbage", route=ENTRIES, skip=2, times=1))
    with pytest.raises(UnexpectedAnswer):
        do(stage, "broken", audit.pull)
    assert watermark(stage) == before
    assert stage.query("select count(*) as n from audit.entries_raw")[0]["n"] == 12 + 10
    stage.move(345)
    audited(stage)
    assert watermark(stage) == minutes(319)
    assert len(ids(stage)) == 32


def test_of_two_pulls_at_once_neither_moves_the_watermark_back(warehouse: Warehouse) -> None:
    """Design §5.6: the slower one read the mark before the faster one moved it."""
    with warehouse.session() as session:
        save_watermark(session, "house", Watermark(minutes(30), minutes(20)))
        save_watermark(session, "house", Watermark(minutes(25), minutes(10)))
        assert known_watermark(session, "house") == Watermark(minutes(30), minutes(20))


def test_a_cut_in_the_middle_of_a_page_is_read_again_at_once(open_stage: OpenStage) -> None:
    """T26: a lost answer is asked for again in the same run."""
    stage = pages_of_five(open_stage)
    for n in range(12):
        happened(stage, n)
    stage.move(15)
    stage.sandbox.admin.faults(Fault("cut_after", route=ENTRIES, skip=1, times=1))
    audited(stage)
    assert len(ids(stage)) == 12


def test_an_entry_that_comes_a_day_late_is_found_by_the_sweep(open_stage: OpenStage) -> None:
    """T26: the overlap of two hours passes it by; once a day the last seven days are read again."""
    stage = pages_of_five(open_stage)
    stage.move(0)
    audited(stage)
    for n in range(0, 25 * 60, 30):
        happened(stage, n + 1, seen=n + 1)
    late = happened(stage, 10, seen=22 * 60)
    for hour in (8, 16, 20, 23):
        stage.move(hour * 60)
        audited(stage)
    assert late not in ids(stage)
    stage.move(24 * 60)
    audited(stage)
    assert late in ids(stage)
    assert len(ids(stage)) == 49


def test_a_lock_with_a_fast_clock_hides_nothing(open_stage: OpenStage) -> None:
    """T26: an entry from next year must not tell the next pulls that everything until then was read."""
    stage = pages_of_five(open_stage)
    happened(stage, 60 * 24 * 300, seen=0)
    stage.move(5)
    audited(stage)
    assert watermark(stage) == minutes(5)
    for n in range(10, 30):
        happened(stage, n)
    stage.move(45)
    audited(stage)
    assert len(ids(stage)) == 21


def booked(stage: Stage) -> str:
    """Ann has booked Room 1 from 12:00 to 13:00 and is in its group; gives her platform id."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    return stage.user_id(ANN)


def test_the_first_opening_of_the_own_door_is_the_check_in(stage: Stage) -> None:
    """F44, F116, F117: a real try at the door, seen in the reporting view with local time."""
    stage.book("b1", "ann", "room-1", 10, 60)
    stage.sync()
    for minute in (5, 20):
        stage.move(minute)
        assert stage.opens(ANN, "Room 1")
    stage.move(30)
    outcomes = audited(stage)
    assert outcomes[2].counts == {"check_ins": 1, "new": 1}
    assert outcomes[3].counts == {"checked_in_last_day": 1}
    [row] = stage.query("select * from report.check_ins")
    at = row["checked_in_at"]
    assert minutes(5) <= at < minutes(6)
    assert row["checked_in_local"] == at.astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None)
    assert row["checked_in_local"].hour == 13
    assert row["after_start"] == at - minutes(10)
    assert (row["site"], row["booking_id"], row["customer_id"], row["item_id"]) == ("house", "b1", "ann", "room-1")
    assert (row["lock_name"], row["access_by"]) == (DOOR, "mkey")
    assert (row["starts_at"], row["ends_at"]) == (minutes(10), minutes(60))


@pytest.mark.parametrize(
    ("minute", "what"),
    [
        (10, {"exit_requested": True}),
        (10, {"lock": "Room 2 door"}),
        (10, {"event_category": "lock_rejected"}),
        (10, {"user_id": "00000000-0000-4000-8000-000000000001"}),
        (-16, {}),
        (75, {}),
    ],
    ids=["going out", "another door", "rejected", "a stranger", "too early", "at the end of the window"],
)
def test_what_is_no_check_in(stage: Stage, minute: int, what: dict[str, Any]) -> None:
    """F116: only an opening from outside, of the own door, by the person who booked, in the window."""
    ann = booked(stage)
    place: dict[str, Any] = {"lock": DOOR, "user_id": ann, "at": minutes(minute), "visible_at": minutes(minute)} | what
    stage.sandbox.admin.add_entry(SITE_UID, **place)
    stage.move(90)
    assert audited(stage)[2].counts == {"check_ins": 0, "new": 0}
    assert len(ids(stage)) == 1
    assert stage.query("select * from report.check_ins") == []


def test_a_late_entry_that_was_earlier_corrects_the_check_in(stage: Stage) -> None:
    """T26: the lock was offline when Ann came; its entry arrives behind that of her second opening."""
    ann = booked(stage)
    first = happened(stage, 5, seen=50, user_id=ann)
    second = happened(stage, 20, seen=20, user_id=ann)
    stage.move(30)
    audited(stage)
    assert stage.query("select entry_id from report.check_ins") == [{"entry_id": second}]
    stage.move(60)
    outcomes = audited(stage)
    assert outcomes[2].counts == {"check_ins": 1, "new": 1}
    assert stage.query("select entry_id, checked_in_at from report.check_ins") == [
        {"entry_id": first, "checked_in_at": minutes(5)}
    ]
    stage.move(65)
    assert audited(stage)[2].counts["new"] == 0


def test_a_check_in_outlives_the_booking_in_the_source(stage: Stage) -> None:
    """F117: a booking that the source completed or took out keeps its check-in on record."""
    ann = booked(stage)
    happened(stage, 5, seen=5, user_id=ann)
    stage.move(15)
    audited(stage)
    stage.book("b1", "ann", "room-1", 0, 60, status="completed")
    stage.move(30)
    stage.sync()
    audited(stage)
    stage.unbook("b1")
    stage.move(45)
    stage.sync()
    audited(stage)
    [row] = stage.query("select booking_id, checked_in_at from report.check_ins")
    assert row == {"booking_id": "b1", "checked_in_at": datetime(2026, 3, 10, 12, 5, tzinfo=UTC)}


def test_who_was_in_which_group_is_one_query(stage: Stage) -> None:
    """F182: every stay with its window and reasons, also those that are over."""
    booked(stage)
    stage.move(75)
    stage.sync()
    [row] = stage.query("select * from report.access_history")
    assert (row["group_name"], row["customer_id"], row["reasons"]) == ("Room 1", "ann", ["booking b1"])
    assert (row["added_at"], row["removed_at"]) == (minutes(0), minutes(75))
    assert (row["promised_from"], row["promised_until"]) == (minutes(-15), minutes(75))
    assert (row["removed_because"], row["adopted"]) == ("expired", False)
