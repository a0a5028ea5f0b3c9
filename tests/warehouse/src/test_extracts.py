"""Extracts on their way into the warehouse: staged as they are, loaded in bulk, and gone only when that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from saltoks.core.model.canonical import (
    Completeness,
    Customer,
    Extract,
    RejectedRow,
)
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.src import extracts, source_rows
from warehouse.src.loads import NOON, SOURCE, booking, extract, rows, run


def test_what_was_staged_comes_back_as_it_was(warehouse: Warehouse) -> None:
    """Every type and every odd character survives COPY and JSON; staging again replaces."""
    what = extract(booking("b1"), booking("b2", cancelled_at=NOON, location_id="l1"))
    with warehouse.session() as session:
        extracts.stage(session, "e", "r", extract(booking("old")), NOON)
        extracts.stage(session, "e", "r", what, NOON)
        found = extracts.staged(session, "e")
    assert found.rows["bookings"] == what.rows["bookings"]
    assert (found.completeness, found.problems, found.source) == (what.completeness, what.problems, SOURCE)


def test_loaded_rows_are_what_a_plan_reads(warehouse: Warehouse) -> None:
    """A row goes through the warehouse unchanged."""
    one = booking("b1", location_id="l1")
    run(warehouse, 1, extract(one))
    with warehouse.session() as session:
        found = source_rows.overlapping(session, SOURCE, NOON - timedelta(days=1), NOON + timedelta(days=1))
        assert found.bookings == (one,)
        assert (
            source_rows.overlapping(session, SOURCE, NOON + timedelta(hours=1), NOON + timedelta(hours=2)).bookings
            == ()
        )
        assert source_rows.overlapping(session, "another", NOON, NOON + timedelta(hours=1)).bookings == ()


def test_rows_that_did_not_change_are_not_written_again(warehouse: Warehouse) -> None:
    """Design §9: the hash tells; the row's version in the database and its time of extraction stay."""
    run(warehouse, 1, extract(booking("b1"), booking("b2")))
    before = rows(warehouse, "source_id, xmin::text, extract_id, extracted_at")
    run(warehouse, 2, extract(booking("b1"), booking("b2", ends_at=NOON + timedelta(hours=2))))
    after = rows(warehouse, "source_id, xmin::text, extract_id, extracted_at")
    assert after[0] == before[0]
    assert after[1][1] != before[1][1]
    assert after[1][2:] == ("run-002/desk", NOON + timedelta(minutes=2))


@pytest.mark.parametrize(
    ("completeness", "gone"), [("complete", True), ("incomplete", False), ("failed", False)], ids=lambda one: str(one)
)
def test_only_a_complete_extract_says_that_a_row_is_gone(warehouse: Warehouse, completeness: str, gone: bool) -> None:
    """T1, T2, T35: a row that is missing from anything less may be there."""
    run(warehouse, 1, extract(booking("b1"), booking("b2")))
    run(warehouse, 2, extract(booking("b1"), completeness=completeness))
    assert rows(warehouse) == [("b1", False), ("b2", gone)]


def test_a_failed_extract_changes_nothing_even_if_it_has_rows(warehouse: Warehouse) -> None:
    """Design §5.1: failed means unknown."""
    run(warehouse, 1, extract(booking("b1")))
    before = rows(warehouse, "*")
    run(warehouse, 2, extract(booking("b1", ends_at=NOON + timedelta(hours=9)), booking("b2"), completeness="failed"))
    assert rows(warehouse, "*") == before


def test_an_incomplete_extract_changes_the_rows_that_it_has(warehouse: Warehouse) -> None:
    """Design §5.1: what it says may be acted upon, what it does not say may not."""
    later = NOON + timedelta(hours=9)
    run(warehouse, 1, extract(booking("b1"), booking("b2")))
    run(warehouse, 2, extract(booking("b1", ends_at=later), booking("b3"), completeness="incomplete"))
    ends = NOON + timedelta(hours=1)
    assert rows(warehouse, "source_id, is_deleted, ends_at") == [
        ("b1", False, later),
        ("b2", False, ends),
        ("b3", False, ends),
    ]


def test_a_row_in_quarantine_is_not_gone(warehouse: Warehouse) -> None:
    """Design §5.2: what we last knew of it stays; its first and last sight are on record."""
    broken = RejectedRow(
        table="bookings", source_id="b2", field="ends_at", reason="is odd", where="b.csv:3", payload="{}"
    )
    run(warehouse, 1, extract(booking("b1"), booking("b2")))
    run(warehouse, 2, extract(booking("b1"), rejected=(broken,)))
    run(warehouse, 3, extract(booking("b1"), rejected=(broken,)))
    assert rows(warehouse) == [("b1", False), ("b2", False)]
    with warehouse.session() as session:
        [seen] = session.connection.execute(text("select first_seen, last_seen, extract_id from src.quarantine")).all()
        assert seen == (NOON + timedelta(minutes=2), NOON + timedelta(minutes=3), "run-003/desk")
        assert extracts.rejects(session, "run-003/desk") == (broken,)


def test_a_row_that_was_gone_comes_back(warehouse: Warehouse) -> None:
    """T3: the same row, unchanged, is there again without a trace of its absence."""
    run(warehouse, 1, extract(booking("b1"), booking("b2")))
    run(warehouse, 2, extract(booking("b1")))
    assert rows(warehouse, "source_id, deleted_detected_at")[1] == ("b2", NOON + timedelta(minutes=2))
    run(warehouse, 3, extract(booking("b1"), booking("b2")))
    assert rows(warehouse, "source_id, is_deleted, deleted_detected_at") == [("b1", False, None), ("b2", False, None)]


def test_f151_f153_what_a_source_says_of_check_outs_and_debts_is_kept(warehouse: Warehouse) -> None:
    """F151, F153: through staging, loading and reading, and overwritten by the next extract."""
    owes = Customer(source_id="ann", full_name="Ann", owes_since=NOON)
    left = booking("b1", checked_out_at=NOON + timedelta(minutes=5))
    for number, (who, what) in enumerate([(owes, left), (replace(owes, owes_since=None), booking("b1"))]):
        run(warehouse, number, replace(extract(), rows={"customers": (who,), "bookings": (what,)}))
        with warehouse.session() as session:
            found = source_rows.overlapping(session, SOURCE, NOON, NOON + timedelta(hours=1))
            assert (found.customers, found.bookings) == ((who,), (what,))
            assert extracts.open_bookings(session, SOURCE, NOON) == {"b1": what}


def test_another_source_is_left_alone(warehouse: Warehouse) -> None:
    """Two booking systems share the tables, never their rows."""
    run(warehouse, 1, extract(booking("b1")))
    other = Extract(source="other", completeness=Completeness.COMPLETE, rows={})
    with warehouse.session() as session:
        extracts.stage(session, "o", "run-002", other, NOON)
        extracts.load(session, "o", other, (), NOON)
    assert rows(warehouse) == [("b1", False)]


def test_the_last_extract_is_the_last_that_was_judged(warehouse: Warehouse) -> None:
    """A plan goes by what was loaded or passed over, not by what is still on its way."""
    with warehouse.session() as session:
        assert extracts.last_extract(session, SOURCE) is None
    run(warehouse, 1, extract(booking("b1"), booking("b2")))
    run(warehouse, 2, extract(booking("b1"), completeness="incomplete"))
    run(warehouse, 3, extract(completeness="failed"))
    with warehouse.session() as session:
        extracts.stage(session, "on its way", "run-004", extract(), NOON + timedelta(minutes=4))
        last = extracts.last_extract(session, SOURCE)
        assert last is not None
        assert (last.extract_id, last.completeness, last.problems) == (
            "run-003/desk",
            Completeness.FAILED,
            ("one thing",),
        )
        assert extracts.last_good(session, SOURCE, full=True) == {"bookings": 2}


def test_checks_are_kept_with_their_extract(warehouse: Warehouse) -> None:
    """Loading the same extract again replaces what was said of it."""
    check = ExpectationResult(
        table="bookings", expectation="e", column="c", level="fail", success=False, unexpected=1, total=9
    )
    run(warehouse, 1, extract(booking("b1")), check)
    run(warehouse, 1, extract(booking("b1")), check)
    with warehouse.session() as session:
        found = session.connection.execute(text("select level, success, unexpected, total from src.checks")).all()
        assert found == [("fail", False, 1, 9)]
        assert session.connection.execute(text("select count(*) from src.staged")).scalar() == 0


def test_many_rows_are_loaded_at_once(warehouse: Warehouse) -> None:
    """Design §9: by COPY; the number of statements does not grow with that of the rows."""
    run(warehouse, 1, extract(*(booking(f"b{n:05}") for n in range(5000))))
    with warehouse.session() as session:
        assert session.connection.execute(text("select count(*) from src.bookings")).scalar() == 5000


def test_a_customers_name_may_hold_anything(warehouse: Warehouse) -> None:
    """Quotes, backslashes, tabs and emoji are text like any other."""
    odd = Customer(source_id="c\\N", full_name="O'Neil \\. \t\r\n \\x41 “🙂” ; drop table", email=None)
    what = Extract(source=SOURCE, completeness=Completeness.COMPLETE, rows={"customers": (odd,)})
    with warehouse.session() as session:
        extracts.stage(session, "e", "r", what, NOON)
        extracts.load(session, "e", extracts.staged(session, "e"), (), NOON)
        assert source_rows.overlapping(session, SOURCE, NOON, NOON).customers == (odd,)
