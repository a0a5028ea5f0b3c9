"""Passes, desks, visitors and links from files; and every optional field of every table."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from saltoks.core.model.canonical import (
    TABLES,
    Approval,
    Assignment,
    Completeness,
    CustomerLink,
    Item,
    Pass,
    PassStatus,
    Relation,
    Visitor,
)
from saltoks.systems.tabular.settings.fields import FIELDS
from systems.folder import GOOD, Folder

ANN = "m1,Ann,Lee,ann@example.com"
BO = "m2,Bo,Ek,bo@example.com"
HELD = {"customers": [ANN], "memberships": ["c1,m1,gold,2026-02-01,,Active"]}


def test_f50_f73_a_pass_is_good_until_the_end_of_its_day(folder: Folder) -> None:
    """F50, F73: a day is a day of the place where its holder is."""
    columns = {"valid_until": {"from": "Until", "type": "date"}, "used_at": "Used", "membership_id": "Contract"}
    line = "p1,m1,day,2026-06-01T09:00,2026-06-01,2026-06-01T09:05,In use,c1"
    extract = folder.read(customers=[ANN], passes=[line], columns={"passes": columns})
    assert extract.rows["passes"] == (
        Pass(
            source_id="p1",
            customer_id="m1",
            item_id="day",
            valid_from=datetime(2026, 6, 1, 7, tzinfo=UTC),
            valid_until=datetime(2026, 6, 1, 22, tzinfo=UTC),
            used_at=datetime(2026, 6, 1, 7, 5, tzinfo=UTC),
            status=PassStatus.IN_USE,
            status_raw="In use",
            membership_id="c1",
        ),
    )


def test_f52_a_desk_comes_with_a_membership(folder: Folder) -> None:
    """F52: its times are whole days, as those of its membership."""
    columns = {"assignments": {"starts_at": "From", "ends_at": "Until"}}
    extract = folder.read(assignments=["a1,c1,m1,desk-3,2026-06-01,2026-06-30"], columns=columns, **HELD)
    assert extract.rows["assignments"] == (
        Assignment(
            source_id="a1",
            membership_id="c1",
            customer_id="m1",
            item_id="desk-3",
            starts_at=datetime(2026, 5, 31, 22, tzinfo=UTC),
            ends_at=datetime(2026, 6, 30, 22, tzinfo=UTC),
        ),
    )


def test_f93_a_visitor_is_expected_by_somebody(folder: Folder) -> None:
    """F93."""
    columns = {"visitors": {"host_customer_id": "Host", "booking_id": "Booking", "email": "E-mail"}}
    line = "v1,Vera Vos,2026-06-01T09:00,Not required,m1,b1,Vera@Example.com"
    extract = folder.read(customers=[ANN], bookings=[GOOD], visitors=[line], columns=columns)
    assert extract.rows["visitors"] == (
        Visitor(
            source_id="v1",
            full_name="Vera Vos",
            expected_at=datetime(2026, 6, 1, 7, tzinfo=UTC),
            approval=Approval.NOT_REQUIRED,
            host_customer_id="m1",
            booking_id="b1",
            email="vera@example.com",
        ),
    )


UNKNOWN_WORDS = {
    "passes": ("p1,m1,day,2026-06-01T09:00,,,{},", "status"),
    "visitors": ("v1,Vera Vos,2026-06-01T09:00,{},,,", "approval"),
}


@pytest.mark.parametrize("word", ["Perhaps", ""], ids=["a new word", "no word"])
@pytest.mark.parametrize("table", UNKNOWN_WORDS)
def test_a_word_that_is_not_known_opens_nothing_and_is_told(table: str, word: str, folder: Folder) -> None:
    line, field = UNKNOWN_WORDS[table]
    extract = folder.read(customers=[ANN], **{table: [line.format(word)]})
    assert getattr(extract.rows[table][0], field) == "unknown"
    shown = f"'{word}'" if word else "(empty)"
    assert f"1 of 1 rows have a {field} that is not known ({shown})" in extract.problems[0]


def test_a_relation_that_is_not_known_rejects_its_row(folder: Folder) -> None:
    extract = folder.read(
        bookings=[GOOD], customers=[ANN, BO], customer_links=["l1,m2,m1,Co-member", "l2,m1,m2,Friend"]
    )
    link = CustomerLink(source_id="l1", customer_id="m2", related_customer_id="m1", relation=Relation.CO_MEMBER)
    assert extract.rows["customer_links"] == (link,)
    (rejected,) = extract.rejected
    assert (rejected.source_id, rejected.where) == ("l2", "customer_links.csv:3")
    assert rejected.reason == "is none of team, co_member, company — add the word to the column's map"


BACKWARDS = {
    "passes": ("p1,m1,day,2026-06-02T09:00,2026-06-02T09:00,,Valid,", "valid_until", "valid_from"),
    "assignments": ("a1,c1,m1,desk-3,2026-06-02,2026-06-01", "ends_at", "starts_at"),
}


@pytest.mark.parametrize("table", BACKWARDS)
def test_what_ends_before_it_starts_is_rejected(table: str, folder: Folder) -> None:
    line, end, start = BACKWARDS[table]
    columns = {table: {start: "From", end: "Until"}}
    extract = folder.read(**HELD, **{table: [line]}, columns=columns)
    assert [(one.field, one.reason) for one in extract.rejected] == [
        (end, f"is not after {start} — correct one of them")
    ]


def test_f78_a_parent_makes_a_co_member(folder: Folder) -> None:
    """F78; nobody belongs to themselves, and a parent that is nowhere is told, not guessed."""
    lines = [ANN, "m2,Bo,m1,", "m3,Cy,m3,", "m4,Di,gone,"]
    extract = folder.read(
        bookings=[GOOD],
        customers=lines,
        columns={"customers": {"parent_customer_id": {"from": "Last", "map": {"Lee": ""}}}},
    )
    assert extract.rows["customer_links"] == (
        CustomerLink(source_id="m2:m1", customer_id="m2", related_customer_id="m1", relation=Relation.CO_MEMBER),
    )
    assert extract.completeness is Completeness.COMPLETE
    assert extract.problems == (
        "customers: 1 rows have a parent_customer_id that is no customer's, so they share nothing"
        " — add those customers, or correct the ids",
    )


def test_a_table_of_links_is_the_whole_truth_of_links(folder: Folder) -> None:
    columns = {"customers": {"parent_customer_id": {"from": "Last", "map": {"Lee": ""}}}}
    extract = folder.read(
        bookings=[GOOD], customers=[ANN, "m2,Bo,m1,"], customer_links=["l1,m1,m2,team"], columns=columns
    )
    assert [row.source_id for row in extract.rows["customer_links"]] == ["l1"]


def test_items_are_also_what_passes_and_desks_name(folder: Folder) -> None:
    extract = folder.read(
        **HELD, passes=["p1,m1,pass:day,2026-06-01T09:00,,,Valid,"], assignments=["a1,c1,m1,desk:3,,"]
    )
    names = [row.source_id for row in extract.rows["items"]]
    assert names == ["desk:3", "pass:day", "product:gold"]
    assert [row.item_type for row in extract.rows["items"] if isinstance(row, Item)] == ["desk", "pass", "product"]


OPTIONAL = [
    (table, field.name)
    for table, kind in TABLES.items()
    for field in fields(kind)
    if field.name in FIELDS[table] and field.default is None and FIELDS[table][field.name].default_type != "text"
]
"""Every time that a row may have or not, also those that are added later."""

BASE: dict[str, list[str]] = {
    "locations": ["L1,Here,Europe/Amsterdam"],
    "customers": [ANN],
    "items": ["studio-a,Studio A,"],
    "bookings": [GOOD],
    "memberships": ["c1,m1,gold,,,Active"],
    "passes": ["p1,m1,day,2026-06-01T08:00,,,Valid,"],
    "assignments": ["a1,c1,m1,unit:studio-a,,"],
    "visitors": ["v1,Vera Vos,2026-06-01T09:00,granted,,,"],
}


@pytest.mark.parametrize(("table", "name"), OPTIONAL, ids=lambda value: str(value))
def test_every_optional_time_of_a_row_can_be_filled(table: str, name: str, folder: Folder) -> None:
    columns = {table: {name: {"value": "2026-06-01T10:00+02:00", "type": "datetime"}}}
    extract = folder.read(**BASE, columns=columns)
    assert extract.rejected == ()
    assert getattr(extract.rows[table][0], name) == datetime(2026, 6, 1, 8, tzinfo=UTC), name


@pytest.mark.parametrize(
    ("table", "name", "column"),
    [("items", "group_hint", {"value": "Studio"}), ("customers", "phone", {"value": "0612345678"})],
)
def test_optional_texts_are_filled(table: str, name: str, column: Any, folder: Folder) -> None:
    extract = folder.read(**BASE, columns={table: {name: column}})
    assert getattr(extract.rows[table][0], name) == column["value"]


def test_a_pause_ends_with_its_last_day(folder: Folder) -> None:
    columns = {"memberships": {"paused_from": {"value": "2026-06-01"}, "paused_until": {"value": "2026-06-30"}}}
    (row,) = folder.read(**BASE, columns=columns).rows["memberships"]
    found = (getattr(row, "paused_from", None), getattr(row, "paused_until", None))
    assert found == (datetime(2026, 5, 31, 22, tzinfo=UTC), datetime(2026, 6, 30, 22, tzinfo=UTC))
