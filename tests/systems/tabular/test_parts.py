"""One table from several files, rows of a file that belong to a table only sometimes, and torn copies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from saltoks.core.model.canonical import Completeness, Extract
from systems.folder import COLUMNS, GOOD, HEADERS, Folder

PRODUCTS = "product_id,name,product_type\nfull,Full time,Membership\nprint,Prints,Print\n"
UNITS = "unit_id,name\nstudio,Studio\noffice,Office\n"
BILLINGS = "billing_id,member_id,unit_id\nb1,m1,office\nb2,m1,\nb3,m2, \n"
MEMBERS = "member_id,name,center\nm1,Ann Lee,1\nm2,Bo Ek,2\n"
ITEMS: list[dict[str, Any]] = [
    {"csv": "products.csv", "columns": {"source_id": {"from": "product_id", "prefix": "product:"}, "name": "name"}},
    {"csv": "units.csv", "columns": {"source_id": {"from": "unit_id", "prefix": "unit:"}, "name": "name"}},
]
CUSTOMERS: dict[str, Any] = {"csv": "members.csv", "columns": {"source_id": "member_id", "full_name": "name"}}
MEMBERSHIPS: dict[str, Any] = {
    "csv": "billings.csv",
    "columns": {
        "source_id": "billing_id",
        "customer_id": "member_id",
        "plan_id": {"value": "product:full"},
        "status": {"value": "active"},
    },
}
ASSIGNMENTS: dict[str, Any] = {
    "csv": "billings.csv",
    "only_where": {"unit_id": "present"},
    "columns": {
        "source_id": "billing_id",
        "membership_id": "billing_id",
        "customer_id": "member_id",
        "item_id": {"from": "unit_id", "prefix": "unit:"},
    },
}
TABLES = {"customers": CUSTOMERS, "items": ITEMS, "memberships": MEMBERSHIPS, "assignments": ASSIGNMENTS}


def read(folder: Folder, *, last_good: Mapping[str, int] | None = None, files: Any = None, **changes: Any) -> Extract:
    """One read of the four files above; `files` replaces texts by name, keywords whole tables."""
    texts = {"products": PRODUCTS, "units": UNITS, "billings": BILLINGS, "members": MEMBERS} | (files or {})
    for name, text in texts.items():
        (folder.base / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder.read_specs(TABLES | changes, last_good=last_good)


def ids(extract: Extract, table: str) -> list[str]:
    return [row.source_id for row in extract.rows[table]]


def test_a_table_may_come_from_two_files(folder: Folder) -> None:
    extract = read(folder)
    assert (extract.completeness, extract.problems, extract.rejected) == (Completeness.COMPLETE, (), ())
    assert ids(extract, "items") == ["product:full", "product:print", "unit:studio", "unit:office"]
    assert (extract.accepted["items.0"], extract.accepted["items.1"], extract.accepted["memberships"]) == (2, 2, 3)


@pytest.mark.parametrize(
    ("row", "kept", "rejected"),
    [
        pytest.param("studio,Studio", ["unit:studio", "unit:office", "unit:roof"], 0, id="the same row in both"),
        pytest.param("studio,Other", ["unit:office", "unit:roof"], 2, id="two stories"),
    ],
)
def test_an_id_in_two_files_is_found(row: str, kept: list[str], rejected: int, folder: Folder) -> None:
    """Files that overlap by a row are no trouble as long as both say the same, in whatever order of columns."""
    (folder.base / "more.csv").write_text(f"name,unit_id\n{','.join(row.split(',')[::-1])}\nRoof,roof\n")
    extract = read(folder, items=[ITEMS[1], {**ITEMS[1], "csv": "more.csv"}])
    assert ids(extract, "items") == kept
    assert [one.where for one in extract.rejected] == ["units.csv:2", "more.csv:2"][:rejected]
    said = ("more.csv: 1 rows repeat another word for word and count once",)
    assert extract.problems == (() if rejected else said)


def test_equal_cells_that_are_read_differently_are_two_stories(folder: Folder) -> None:
    other = {"csv": "more.csv", "columns": {**ITEMS[1]["columns"], "active": {"value": "no"}}}
    (folder.base / "more.csv").write_text(UNITS, encoding="utf-8")
    extract = read(folder, items=[ITEMS[1], other])
    assert len(extract.rejected) == 4


def test_one_missing_file_of_a_table_fails_the_read(folder: Folder) -> None:
    """T1: half a table is no table."""
    extract = read(folder, items=[*ITEMS, {**ITEMS[1], "csv": "gone.csv"}])
    assert extract.completeness is Completeness.FAILED
    assert extract.problems[0].startswith("gone.csv: the file is not there")


def test_t2_each_file_is_guarded_by_itself(folder: Folder) -> None:
    """T2: a small file that shrinks inside a large table is seen."""
    last = {"items.0": 2, "items.1": 2}
    extract = read(folder, last_good=last, files={"products": "product_id,name\nfull,Full time\n"})
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems[0].startswith("products.csv: 1 good rows after 2 last time, 50 % fewer")


def test_f52_a_billing_without_a_unit_is_passed_over(folder: Folder) -> None:
    """F52: it is no assignment, and no broken row either."""
    extract = read(folder)
    assert ids(extract, "assignments") == ["b1"]
    assert ids(extract, "memberships") == ["b1", "b2", "b3"]
    assert (extract.accepted["assignments"], extract.accepted["assignments passed over"]) == (1, 2)


def test_f76_a_unit_that_is_free_again_is_no_shrunken_file(folder: Folder) -> None:
    """F76: the row is there and says so itself; the assignment ends with a complete extract."""
    last = {"assignments": 2, "assignments passed over": 1}
    assert read(folder, last_good=last).completeness is Completeness.COMPLETE


@pytest.mark.parametrize("billings", ["billing_id,member_id,unit_id\nb1,m1,office\n", BILLINGS], ids=["gone", "blank"])
def test_t2_a_row_that_is_gone_is_one(billings: str, folder: Folder) -> None:
    """T2: rows that vanish have said nothing."""
    last = {"assignments": 4, "assignments passed over": 2}
    extract = read(folder, last_good=last, files={"billings": billings})
    assert extract.completeness is Completeness.INCOMPLETE
    assert extract.problems[0].startswith("billings.csv: 1 good rows after 4 last time, 75 % fewer")


def test_f58_rows_of_another_center_are_passed_over(folder: Folder) -> None:
    """F58: one center, one site."""
    here = {**CUSTOMERS, "only_where": {"center": ["1"]}}
    assert ids(read(folder, customers=here), "customers") == ["m1"]


def test_t3_a_blanked_column_of_words_is_a_shrunken_file(folder: Folder) -> None:
    """T3: unlike an empty cell where one is free to be empty, this is nobody's word for anything."""
    here = {**CUSTOMERS, "only_where": {"center": ["1", "2"]}}
    files = {"members": "member_id,name,center\nm1,Ann Lee,1\nm2,Bo Ek,\n"}
    extract = read(folder, customers=here, files=files, last_good={"customers": 2})
    assert extract.completeness is Completeness.INCOMPLETE


def test_a_condition_on_a_header_that_is_not_there_fails(folder: Folder) -> None:
    extract = read(folder, assignments={**ASSIGNMENTS, "only_where": {"unit": "present"}})
    assert extract.completeness is Completeness.FAILED
    text = "billings.csv:1: the header 'unit' of only_where is missing — add it, or correct only_where"
    assert extract.problems == (text,)


def test_t2_a_line_that_is_cut_off_belongs_and_is_rejected(folder: Folder) -> None:
    """T2: nobody knows what would have stood there."""
    products = {**ITEMS[0], "only_where": {"product_type": ["Membership"]}}
    extract = read(folder, items=[products], files={"products": PRODUCTS + "night,Night owl,Membe\nday,Da"})
    assert [(one.table, one.source_id) for one in extract.rejected] == [("items", "product:day")]
    extract = read(folder, files={"billings": BILLINGS + "b4,m1\n"})
    assert [(one.table, one.source_id) for one in extract.rejected] == [("memberships", "b4"), ("assignments", "b4")]


def test_one_control_file_tells_of_several_files(folder: Folder) -> None:
    """T2: each file is held against its own entry; one that is not named is not known to be whole."""
    specs = {name: {"csv": f"{name}.csv", "columns": COLUMNS[name]} for name in ("customers", "bookings")}
    for name in specs:
        (folder.base / f"{name}.csv").write_text(f"{HEADERS[name]}\n{LINES[name]}\n", encoding="utf-8")
    seen: dict[str, tuple[str, ...]] = {}
    for case, told in SEVERAL.items():
        (folder.base / "control.json").write_text(json.dumps(told), encoding="utf-8")
        seen[case] = folder.read_specs(specs, control="control.json").problems
    assert seen == {
        "all agree": (),
        "without the word files": (),
        "one is torn": ("bookings.csv: 1 rows where control.json tells 9: a torn copy — send both again",),
        "one is not named": (
            "bookings.csv: its control file control.json does not name bookings.csv — send both again, or add it",
        ),
    }


LINES = {"customers": "m1,Ann,Able,ann@house.example", "bookings": GOOD}
SEVERAL: dict[str, Any] = {
    "all agree": {"files": {"customers.csv": {"rows": 1}, "bookings.csv": {"rows": 1}, "other.csv": {"rows": 7}}},
    "without the word files": {"customers.csv": {"rows": 1}, "bookings.csv": {"rows": 1}},
    "one is torn": {"files": {"customers.csv": {"rows": 1}, "bookings.csv": {"rows": 9}}},
    "one is not named": {"files": {"customers.csv": {"rows": 1}}},
}


def test_a_file_may_have_a_control_file_of_its_own(folder: Folder) -> None:
    """T2: it wins over the one of the source."""
    (folder.base / "members.ctl").write_text('{"rows": 2}', encoding="utf-8")
    (folder.base / "all.ctl").write_text("{}", encoding="utf-8")
    parts = {"customers": {**CUSTOMERS, "control": "members.ctl"}, "memberships": {**MEMBERSHIPS, "control": "all.ctl"}}
    extract = read(folder, **parts)
    assert [text.split(" — ")[0] for text in extract.problems] == [
        "billings.csv: its control file all.ctl tells neither rows nor sha256"
    ]


HASH = sha256(MEMBERS.encode()).hexdigest()
TOLD: dict[str, tuple[str | None, str]] = {
    "both agree": (json.dumps({"rows": 2, "sha256": HASH}), ""),
    "rows agree": (json.dumps({"rows": 2, "by": "export 7"}), ""),
    "hash agrees": (json.dumps({"sha256": HASH.upper()}), ""),
    "fewer rows than told (T2)": (json.dumps({"rows": 12}), "2 rows where members.ctl tells 12: a torn copy"),
    "another hash (T2)": (json.dumps({"rows": 2, "sha256": "0" * 64}), "its sha256 is not the one in members.ctl"),
    "neither": (json.dumps({"count": 2}), "its control file members.ctl tells neither rows nor sha256"),
    "not JSON": ("rows=2", 'its control file members.ctl is not there or not JSON such as {"rows": 12, "sha256":'),
    "a list": ("[2]", "its control file members.ctl is not there or not JSON"),
    "not there": (None, "its control file members.ctl is not there or not JSON"),
}


@pytest.mark.parametrize(("told", "problem"), TOLD.values(), ids=TOLD.keys())
def test_a_file_is_held_against_its_control_file(told: str | None, problem: str, folder: Folder) -> None:
    """T2: rows count, their absence does not."""
    if told is not None:
        (folder.base / "members.ctl").write_text(told, encoding="utf-8")
    extract = read(folder, customers={**CUSTOMERS, "control": "members.ctl"})
    assert ids(extract, "customers") == ["m1", "m2"]
    assert (extract.completeness is Completeness.COMPLETE) is (not problem)
    assert [text.startswith(f"members.csv: {problem}") for text in extract.problems] == ([True] if problem else [])
