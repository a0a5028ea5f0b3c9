"""The gate really stops what it should (T32): each expectation is seen to fail, and what follows from it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quality.rows import BOOKING, CUSTOMER, ITEM, LOCATION, MEMBERSHIP, START, bookings, extract, refused
from saltoks.core.model.canonical import BookingStatus, CanonicalRow, Completeness, MembershipStatus
from saltoks.quality import ExpectationResult, gate

MAPPED = frozenset({"unit:a", "product:gold"})
PLUGINS = Path(__file__).resolve().parents[2] / "plugins"


def test_a_sound_extract_passes_unchanged() -> None:
    sound = extract()
    verdict = gate(sound, mapped_items=MAPPED)
    assert verdict.extract == sound
    assert all(check.success for check in verdict.checks)
    assert {check.table for check in verdict.checks} == set(sound.rows)
    assert {check.level for check in verdict.checks} == {"row", "fail", "warn"}


FIRST: dict[str, CanonicalRow] = {
    "locations": LOCATION,
    "customers": CUSTOMER,
    "items": ITEM,
    "bookings": BOOKING,
    "memberships": MEMBERSHIP,
}
FILLED, UNIQUE = "ExpectColumnValuesToNotBeNull", "ExpectColumnValuesToBeUnique"
AFTER, AMONG = "ExpectColumnPairValuesAToBeGreaterThanB", "ExpectColumnValuesToBeInSet"
BAD_ROWS: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "location without zone": ("locations", {"timezone": "Mars/Base"}, "timezone", FILLED),
    "booking backwards": ("bookings", {"ends_at": START - timedelta(hours=1)}, "ends_at", AFTER),
    "booking of no length": ("bookings", {"ends_at": START}, "ends_at", AFTER),
    "F151 checked out before it began": (
        "bookings",
        {"checked_out_at": START - timedelta(minutes=1)},
        "checked_out_at",
        AFTER,
    ),
    "F151 checked out before the check-in": (
        "bookings",
        {"checked_in_at": START - timedelta(minutes=9), "checked_out_at": START - timedelta(minutes=10)},
        "checked_out_at",
        AFTER,
    ),
    "booking status": ("bookings", {"status": "maybe"}, "status", AMONG),
    "booking of nobody": ("bookings", {"customer_id": "gone"}, "customer_id", FILLED),
    "booking of nothing": ("bookings", {"item_id": "unit:gone"}, "item_id", FILLED),
    "membership backwards": ("memberships", {"starts_at": START, "ends_at": START}, "ends_at", AFTER),
    "membership status": ("memberships", {"status": "maybe"}, "status", AMONG),
    "membership of nobody": ("memberships", {"customer_id": "gone"}, "customer_id", FILLED),
}


def _other(table: str, **changes: Any) -> CanonicalRow:
    """A second row of a table, unlike the first in id and in `changes`; values are not held to their types."""
    return replace(FIRST[table], **{"source_id": "x", **changes})


@pytest.mark.parametrize(("table", "changes", "field", "expectation"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_row_that_fails_is_quarantined_and_the_rest_goes_on(
    table: str, changes: dict[str, Any], field: str, expectation: str
) -> None:
    _quarantined(table, [_other(table, **changes)], field, expectation)


@pytest.mark.parametrize("table", FIRST)
def test_a_row_without_id_is_quarantined(table: str) -> None:
    _quarantined(table, [_other(table, source_id="")], "source_id", FILLED)


@pytest.mark.parametrize("table", FIRST)
def test_all_rows_of_a_double_id_are_quarantined(table: str) -> None:
    _quarantined(table, [_other(table), _other(table)], "source_id", UNIQUE)


def _quarantined(table: str, bad: list[CanonicalRow], field: str, expectation: str) -> None:
    verdict = gate(extract(**{table: [FIRST[table], *bad]}), mapped_items=MAPPED)
    assert verdict.extract.rows[table] == (FIRST[table],)
    found = verdict.extract.rejected
    assert [(one.table, one.source_id, one.field) for one in found] == [(table, row.source_id, field) for row in bad]
    assert all(" — " in one.reason for one in found)
    assert json.loads(found[0].payload)["source_id"] == bad[0].source_id
    (failed,) = [check for check in verdict.checks if check.level == "row" and not check.success]
    assert failed == ExpectationResult(
        table=table,
        expectation=expectation,
        column=field,
        level="row",
        success=False,
        unexpected=len(bad),
        total=len(bad) + 1,
    )


@pytest.mark.parametrize(
    "times",
    [
        pytest.param({"checked_out_at": START}, id="as it begins"),
        pytest.param({"checked_out_at": START + timedelta(days=1)}, id="long after its end"),
        pytest.param(
            {"checked_in_at": START - timedelta(minutes=9), "checked_out_at": START - timedelta(minutes=9)},
            id="in and out before the start",
        ),
    ],
)
def test_f151_a_check_out_that_may_be(times: dict[str, Any]) -> None:
    """F151."""
    rows = [BOOKING, replace(BOOKING, source_id="b2", **times)]
    assert gate(extract(bookings=rows), mapped_items=MAPPED).extract.rejected == ()


def test_open_memberships_are_not_backwards() -> None:
    open_ended = [
        MEMBERSHIP,
        replace(MEMBERSHIP, source_id="c2", starts_at=START),
        replace(MEMBERSHIP, source_id="c3", ends_at=START),
    ]
    assert gate(extract(memberships=[*open_ended]), mapped_items=MAPPED).extract.rejected == ()


def test_the_booking_of_a_quarantined_customer_goes_with_them() -> None:
    twins: list[CanonicalRow] = [CUSTOMER, replace(CUSTOMER, full_name="Bo")]
    verdict = gate(extract(customers=twins), mapped_items=MAPPED)
    assert [one.table for one in verdict.extract.rejected] == ["customers", "customers", "bookings", "memberships"]


def test_a_row_that_fails_twice_is_quarantined_once() -> None:
    bad = replace(BOOKING, source_id="x", customer_id="gone", item_id="unit:gone")
    verdict = gate(extract(bookings=[BOOKING, bad]), mapped_items=MAPPED)
    assert [one.field for one in verdict.extract.rejected] == ["customer_id"]


@pytest.mark.parametrize(
    ("unknown", "of", "complete"),
    [
        *((0, 100, True), (3, 301, True), (3, 300, False), (3, 4, False), (3, 3, False)),
        *((1, 2, True), (1, 20, True), (2, 3, True), (2, 200, True), (2, 2, False)),
    ],
)
def test_three_unknown_statuses_are_too_much_where_they_are_one_percent(unknown: int, of: int, complete: bool) -> None:
    verdict = gate(extract(bookings=bookings(of, unknown)), mapped_items=MAPPED)
    assert (verdict.extract.completeness is Completeness.COMPLETE) is complete
    assert len(verdict.extract.rows["bookings"]) == of
    assert any("bookings: status is unknown" in one for one in verdict.extract.problems) is not complete


def test_unknown_memberships_count_too() -> None:
    rows: list[CanonicalRow] = [replace(MEMBERSHIP, status=MembershipStatus.UNKNOWN)]
    assert gate(extract(memberships=rows), mapped_items=MAPPED).extract.completeness is Completeness.INCOMPLETE


@pytest.mark.parametrize("table", ["locations", "customers", "items", "bookings", "memberships"])
@pytest.mark.parametrize(("rejected", "complete"), [(4, True), (5, False)], ids=["20 %", "24 %"])
def test_more_than_a_fifth_rejected_is_too_much(table: str, rejected: int, complete: bool) -> None:
    """T2: a table of which much cannot be read is not the whole truth."""
    first = extract().rows[table][0]
    rows: list[CanonicalRow] = [first, *(replace(first, source_id=f"y{n}") for n in range(15))]
    verdict = gate(extract(rejected=refused(table, rejected), **{table: rows}), mapped_items=MAPPED)
    assert (verdict.extract.completeness is Completeness.COMPLETE) is complete
    assert verdict.extract.rejected == refused(table, rejected)


@pytest.mark.parametrize("table", ["locations", "customers", "items", "bookings", "memberships"])
def test_one_rejected_row_of_a_small_table_is_told_and_no_more(table: str) -> None:
    verdict = gate(extract(rejected=refused(table, 1)), mapped_items=MAPPED)
    assert verdict.extract.completeness is Completeness.COMPLETE
    assert all(check.success for check in verdict.checks if check.level == "fail")


def test_what_the_gate_rejects_itself_counts_too() -> None:
    orphans = [replace(BOOKING, source_id=f"x{n}", customer_id="gone") for n in range(2)]
    verdict = gate(extract(bookings=[*bookings(4), *orphans]), mapped_items=MAPPED)
    assert verdict.extract.completeness is Completeness.INCOMPLETE
    assert len(verdict.extract.rows["bookings"]) == 4


def test_a_table_of_which_nothing_is_left_is_not_complete() -> None:
    verdict = gate(extract(bookings=[replace(BOOKING, customer_id="gone")]), mapped_items=MAPPED)
    assert verdict.extract.rows["bookings"] == ()
    assert verdict.extract.completeness is Completeness.INCOMPLETE


WITHOUT_EMAIL: dict[str, tuple[dict[str, Any], bool]] = {
    "member with access (F95)": ({}, True),
    "guest": ({"reservation_only": True}, False),
    "inactive": ({"active": False}, False),
    "without booking or membership": ({"source_id": "m2"}, False),
}


@pytest.mark.parametrize(("changes", "warned"), WITHOUT_EMAIL.values(), ids=WITHOUT_EMAIL.keys())
def test_a_member_without_address_is_told(changes: dict[str, Any], warned: bool) -> None:
    people: list[CanonicalRow] = [CUSTOMER, replace(CUSTOMER, source_id="m3", email=None)]
    held = replace(MEMBERSHIP, customer_id="m3")
    people[1] = replace(CUSTOMER, **{"source_id": "m3", "email": None, **changes})
    memberships: list[CanonicalRow] = [held] if people[1].source_id == "m3" else []
    verdict = gate(extract(customers=people, memberships=memberships), mapped_items=frozenset({"unit:a"}))
    assert verdict.extract.completeness is Completeness.COMPLETE
    assert verdict.extract.rows["customers"] == tuple(people)
    assert any("customers: email is missing" in one for one in verdict.extract.problems) is warned
    assert [check.unexpected for check in verdict.checks if check.level == "warn" and not check.success] == [1] * warned


def test_a_mapped_item_that_the_source_lacks_is_told() -> None:
    verdict = gate(extract(), mapped_items=MAPPED | {"unit:typo"})
    assert verdict.extract.completeness is Completeness.COMPLETE
    (problem,) = verdict.extract.problems[1:]
    assert problem.endswith("1 of 3 (unit:typo)")


def test_visitors_and_plans_known_from_before_are_there() -> None:
    """What visitors use is no item of the source; an extract of changes need not hold the plans that are mapped."""
    mapped = MAPPED | {"visitors", "product:old"}
    verdict = gate(extract(), mapped_items=mapped, known={"items": {"product:old"}})
    assert all(check.success for check in verdict.checks if check.column == "item")
    assert verdict.extract.problems == gate(extract(), mapped_items=MAPPED).extract.problems


@pytest.mark.parametrize("broken", [False, True], ids=["sound rows", "broken rows"])
def test_an_incomplete_extract_stays_incomplete(broken: bool) -> None:
    rows = bookings(3, 3 * broken)
    verdict = gate(extract(Completeness.INCOMPLETE, bookings=rows), mapped_items=MAPPED)
    assert verdict.extract.completeness is Completeness.INCOMPLETE


def test_a_failed_extract_passes_untouched() -> None:
    failed = extract(Completeness.FAILED, bookings=[replace(BOOKING, status=BookingStatus.UNKNOWN, customer_id="x")])
    verdict = gate(failed, mapped_items=frozenset({"unit:typo"}))
    assert verdict.extract is failed
    assert verdict.checks == ()


def test_empty_tables_are_no_trouble() -> None:
    nothing = extract(locations=[], customers=[], items=[], bookings=[], memberships=[])
    verdict = gate(nothing, mapped_items=frozenset())
    assert verdict.extract == nothing
    assert verdict.checks == ()


def test_checks_are_plain_values() -> None:
    check = gate(extract(), mapped_items=MAPPED).checks[0]
    assert (type(check.success), type(check.unexpected), type(check.total)) == (bool, int, int)


def test_great_expectations_waits_until_somebody_validates() -> None:
    """Its import takes seconds, which a DAG file must not spend."""
    code = "import sys, saltoks.quality; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(PLUGINS)}, check=False).returncode == 0
