"""What is read back for the page of validation results: the newest word, nothing older, and never a row itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from saltoks.core.model.canonical import Completeness, ExtractScope, RejectedRow, TableScope
from saltoks.core.model.gate_result import ExpectationResult
from saltoks.core.model.validation_report import ExtractOutcome, ValidationFindings
from saltoks.warehouse.engine.database import Warehouse
from saltoks.warehouse.ops import pages
from saltoks.warehouse.ops.pages import StoredPage
from saltoks.warehouse.src import extract_ordering, extracts
from saltoks.warehouse.src import validation as found
from warehouse.src.loads import NOON, SOURCE, booking, extract, run

COMPLETE, INCOMPLETE, FAILED = Completeness.COMPLETE, Completeness.INCOMPLETE, Completeness.FAILED
CHECK = ExpectationResult(
    table="bookings",
    expectation="ExpectColumnValuesToNotBeNull",
    column="source_id",
    level="row",
    success=False,
    unexpected=1,
    total=3,
)


def broken(line: int, reason: str = "is empty — fill it in") -> RejectedRow:
    """A row that went to quarantine, with a name in it."""
    return RejectedRow(
        table="bookings",
        source_id=f"b{line}",
        field="ends_at",
        reason=reason,
        where=f"bookings.csv:{line}",
        payload="Planted Name",
    )


def seen(warehouse: Warehouse, *, first: int = 20) -> ValidationFindings:
    """Everything of the last day."""
    with warehouse.session() as session:
        return found.findings(session, SOURCE, since=NOON - timedelta(days=1), first=first)


def test_before_anything_was_read_there_is_nothing(warehouse: Warehouse) -> None:
    assert replace(seen(warehouse), rows_known={}) == ValidationFindings()
    assert set(seen(warehouse).rows_known.values()) == {0}


def test_the_newest_extract_with_its_checks(warehouse: Warehouse) -> None:
    run(warehouse, 1, extract(booking("old")))
    run(warehouse, 2, extract(booking("b1"), booking("b2"), completeness="incomplete"), CHECK)
    latest = seen(warehouse).latest
    assert latest is not None
    assert (latest.run_id, latest.completeness, latest.full) == ("run-002", INCOMPLETE, True)
    assert latest.extracted_at == NOON + timedelta(minutes=2)
    assert (latest.rows_read, latest.problems, latest.checks) == ({"bookings": 2}, ("one thing",), (CHECK,))
    assert seen(warehouse).rows_known["bookings"] == 3  # an incomplete extract takes nothing away


def test_quarantine_is_counted_by_reason_and_the_newest_rows_are_named(warehouse: Warehouse) -> None:
    """The most frequent reason first; a row that is told never shows what it says."""
    run(warehouse, 1, extract(rejected=(broken(2), broken(3))))
    run(warehouse, 2, extract(rejected=(broken(2), broken(3), broken(4, "is not a time"))))
    now = seen(warehouse, first=2)
    assert [(one.reason, one.rows) for one in now.reasons] == [("is empty — fill it in", 2), ("is not a time", 1)]
    assert [one.where for one in now.quarantined] == ["bookings.csv:4", "bookings.csv:2"]
    assert now.quarantined[1].first_seen == NOON + timedelta(minutes=1)
    assert "Planted" not in repr(now)


def test_what_was_mended_is_in_quarantine_no_more(warehouse: Warehouse) -> None:
    run(warehouse, 1, extract(rejected=(broken(2), broken(3))))
    run(warehouse, 2, extract(booking("b2"), rejected=(broken(3),)))
    assert [one.where for one in seen(warehouse).quarantined] == ["bookings.csv:3"]


def test_changes_alone_do_not_say_that_the_rest_is_mended(warehouse: Warehouse) -> None:
    """A source that is read by changes: what was broken when all was read is broken until all is read again."""
    run(warehouse, 1, extract(rejected=(broken(2),)))
    changes = replace(
        extract(rejected=(broken(9),)), full=False, reach={"bookings": TableScope(scope=ExtractScope.DELTA)}
    )
    run(warehouse, 2, changes)
    assert {one.where for one in seen(warehouse).quarantined} == {"bookings.csv:2", "bookings.csv:9"}
    run(warehouse, 3, extract(booking("b2")))
    assert seen(warehouse).quarantined == ()


def test_a_failed_extract_is_the_newest_word_and_mends_nothing(warehouse: Warehouse) -> None:
    run(warehouse, 1, extract(rejected=(broken(2),)), CHECK)
    run(warehouse, 2, extract(completeness="failed"))
    now = seen(warehouse)
    assert now.latest is not None
    assert (now.latest.completeness, now.latest.checks) == (FAILED, ())
    assert [one.where for one in now.quarantined] == ["bookings.csv:2"]


def test_the_history_leaves_out_what_was_never_judged_or_came_too_late(warehouse: Warehouse) -> None:
    for number, completeness in enumerate(("complete", "failed", "incomplete"), start=1):
        run(warehouse, number, extract(completeness=completeness))
    with warehouse.session() as session:
        extracts.stage(session, "staged", "staged", extract(), NOON + timedelta(minutes=4))
        extracts.stage(session, "late", "late", extract(), NOON)
        assert extract_ordering.order_of(session, "late").newer_run == "run-003"
        extract_ordering.pass_over(session, "late")
    times = [NOON + timedelta(minutes=n) for n in (1, 2, 3)]
    kinds = (COMPLETE, FAILED, INCOMPLETE)
    assert seen(warehouse).history == tuple(ExtractOutcome(at, kind) for at, kind in zip(times, kinds, strict=True))
    latest = seen(warehouse).latest
    assert latest is not None
    assert latest.run_id == "run-003"


def test_a_newer_failure_is_no_reason_to_pass_over_good_rows(warehouse: Warehouse) -> None:
    """T35: what could not be read says nothing about what could."""
    with warehouse.session() as session:
        extracts.stage(session, "good", "good", extract(), NOON)
    run(warehouse, 1, extract(completeness="failed"))
    with warehouse.session() as session:
        assert extract_ordering.order_of(session, "good").newer_run is None


def test_an_extract_has_one_turn(warehouse: Warehouse) -> None:
    run(warehouse, 1, extract())
    with warehouse.session() as session:
        assert extract_ordering.order_of(session, "run-001/desk").judged


def test_the_newest_page_of_a_name_is_kept(warehouse: Warehouse) -> None:
    with warehouse.session() as session:
        assert pages.load(session, "validation") is None
        for number in (1, 2):
            at = NOON + timedelta(days=number)
            pages.save(session, "validation", f"night-{number}", StoredPage(at, f"<p>{number}"))
        assert pages.load(session, "validation") == StoredPage(NOON + timedelta(days=2), "<p>2")
        assert pages.load(session, "another") is None
