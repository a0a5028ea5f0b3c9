"""Rows that are missing from an extract: gone at once, or after so many misses in a row (F148, T2, T3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from saltoks.core.model.canonical import (
    TABLES,
    Approval,
    Assignment,
    CanonicalRow,
    Customer,
    CustomerLink,
    ExtractScope,
    Item,
    Location,
    Membership,
    MembershipStatus,
    Pass,
    PassStatus,
    RejectedRow,
    Relation,
    TableScope,
    Visitor,
)
from saltoks.warehouse.engine.database import Warehouse
from warehouse.src.loads import NOON, booking, extract, rows, run

ROWS: dict[str, CanonicalRow] = {
    "locations": Location(source_id="1", name="L", timezone="UTC"),
    "customers": Customer(source_id="1", full_name="C"),
    "items": Item(source_id="1", name="I", item_type="room"),
    "bookings": booking("1"),
    "memberships": Membership(
        source_id="1", customer_id="c", plan_id="p", status=MembershipStatus.ACTIVE, status_raw="a"
    ),
    "passes": Pass(
        source_id="1", customer_id="c", item_id="p", valid_from=NOON, status=PassStatus.VALID, status_raw="v"
    ),
    "assignments": Assignment(source_id="1", membership_id="m", customer_id="c", item_id="d"),
    "visitors": Visitor(source_id="1", full_name="V", expected_at=NOON, approval=Approval.GRANTED),
    "customer_links": CustomerLink(
        source_id="1", customer_id="c", related_customer_id="m", relation=Relation.CO_MEMBER
    ),
}


MISSED = ("complete", False)
SEEN = ("complete", True)
TORN = ("incomplete", False)
BROKEN = ("quarantined", False)


@pytest.mark.parametrize(
    ("runs", "history", "gone"),
    [
        pytest.param(1, [MISSED], True, id="one miss is enough"),
        pytest.param(2, [MISSED], False, id="one of two"),
        pytest.param(2, [MISSED, MISSED], True, id="two of two"),
        pytest.param(3, [MISSED, MISSED], False, id="two of three"),
        pytest.param(2, [MISSED, SEEN, MISSED], False, id="there in between"),
        pytest.param(2, [MISSED, SEEN, MISSED, MISSED], True, id="there in between, then gone"),
        pytest.param(2, [MISSED, TORN, TORN], False, id="an incomplete extract says nothing"),
        pytest.param(2, [MISSED, TORN, MISSED], True, id="an incomplete extract is no sight of it"),
        pytest.param(2, [MISSED, BROKEN, MISSED], False, id="in quarantine it is there"),
    ],
)
def test_f148_a_row_is_gone_after_so_many_misses_in_a_row(
    warehouse: Warehouse, runs: int, history: list[tuple[str, bool]], gone: bool
) -> None:
    """F148, T2, T3."""
    broken = RejectedRow(
        table="bookings", source_id="b2", field="ends_at", reason="is odd", where="b.csv:3", payload="{}"
    )
    run(warehouse, 0, extract(booking("b1"), booking("b2")), missing_runs=runs)
    for number, (kind, is_there) in enumerate(history, start=1):
        found = [booking("b1"), *([booking("b2")] if is_there else [])]
        rejected = (broken,) if kind == "quarantined" else ()
        what = extract(*found, completeness="incomplete" if kind == "incomplete" else "complete", rejected=rejected)
        missing = run(warehouse, number, what, missing_runs=runs)
    assert rows(warehouse) == [("b1", False), ("b2", gone)]
    counts = history[-1] == MISSED and not gone
    assert missing == ({"bookings": 1} if counts else {})


def test_f148_a_window_says_nothing_of_rows_outside_it(warehouse: Warehouse) -> None:
    """F148: an extract counts a miss only of what it should have had."""
    far = booking("far", starts_at=NOON + timedelta(days=9), ends_at=NOON + timedelta(days=9, hours=1))
    run(warehouse, 1, extract(booking("b1"), far), missing_runs=2)
    near = TableScope(scope=ExtractScope.WINDOW, since=NOON, until=NOON + timedelta(days=1))
    for number in (2, 3):
        run(warehouse, number, replace(extract(booking("b1")), reach={"bookings": near}), missing_runs=2)
    assert rows(warehouse, "source_id, missed, is_deleted") == [("b1", 0, False), ("far", 0, False)]


@pytest.mark.parametrize("table", TABLES)
def test_f148_every_table_counts_its_misses(warehouse: Warehouse, table: str) -> None:
    """F148: a customer or a link that is missing would take as much away as a booking."""
    one: CanonicalRow = ROWS[table]
    run(warehouse, 1, replace(extract(), rows={table: (one,)}), missing_runs=2)
    assert run(warehouse, 2, replace(extract(), rows={}), missing_runs=2) == {table: 1}
    assert run(warehouse, 3, replace(extract(), rows={}), missing_runs=2) == {}
    with warehouse.session() as session:
        found = session.connection.execute(text(f"select missed, is_deleted from src.{table}")).all()  # noqa: S608
    assert [tuple(row) for row in found] == [(2, True)]
