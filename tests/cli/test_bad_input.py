"""A file with a mistake in it: the sentence names file, line and field, and says what to do about it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cli.conftest import Run, Said
from stage import HEADERS, Stage, minutes

START, END = minutes(0).isoformat(), minutes(60).isoformat()
GOOD = [(f"b{n}", "room-1", "ann", START, END, "confirmed") for n in range(6)]
"""Six bookings, lines 2 to 7; a seventh may be wrong without making the whole file doubtful."""


def synced(stage: Stage, run: Run) -> Said:
    """One sync at the stage's instant."""
    return run("sync", "--as-of", stage.at.isoformat())


ROWS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "a bad date": (
        "bookings",
        ("x", "room-1", "ann", "soon", END, "confirmed"),
        "data/bookings.csv:8: starts_at is not",
    ),
    "an end before its start": (
        "bookings",
        ("x", "room-1", "ann", END, START, "confirmed"),
        "data/bookings.csv:8: ends_at is not after starts_at — correct one of them",
    ),
    "no id": (
        "bookings",
        ("", "room-1", "ann", START, END, "confirmed"),
        "data/bookings.csv:8: source_id is empty — fill it in",
    ),
    "an id that comes again": (
        "bookings",
        ("b5", "room-2", "ann", START, END, "confirmed"),
        "data/bookings.csv:8: source_id occurs again with other values — keep one row of this id",
    ),
    "too many cells": (
        "bookings",
        ("x", "room-1", "ann", START, END, "confirmed", "more"),
        "data/bookings.csv:8: row has 7 cells where the header has 6 — put cells with a delimiter in quotes",
    ),
    "an unknown item": (
        "bookings",
        ("x", "room-9", "ann", START, END, "confirmed"),
        "bookings x: item_id names an item that is not there — add or correct it",
    ),
    "an unknown customer": (
        "bookings",
        ("x", "room-1", "zed", START, END, "confirmed"),
        "bookings x: customer_id names a customer that is not there — add or correct it",
    ),
    "an answer that is neither yes nor no": (
        "customers",
        ("x", "Xi Xo", "x@house.example", "perhaps", "no"),
        "data/customers.csv:8: active is none of true, yes,",
    ),
}


@pytest.mark.parametrize(("table", "row", "sentence"), ROWS.values(), ids=ROWS.keys())
def test_a_bad_row_is_named_and_the_others_go_on(
    stage: Stage, run: Run, table: str, row: tuple[str, ...], sentence: str
) -> None:
    """Design §5.2: quarantined with its reason; exit code 1 says that somebody should look."""
    stage.write("customers", [*stage.tables["customers"], *((f"c{n}", f"C {n}", "", "yes", "yes") for n in range(4))])
    stage.write("bookings", GOOD)
    stage.write(table, [*stage.tables[table], row])
    said = synced(stage, run)
    assert said.code == 1
    assert sentence in said.err
    assert " — " in said.err.split(sentence[:20])[1]
    assert "x@house.example" not in said.err
    assert stage.opens("ann@house.example", "Room 1")


def test_many_bad_rows_are_named_once_each_and_counted(stage: Stage, run: Run) -> None:
    """A log is no place for a thousand lines; the table has them all."""
    bad = [(f"x{n}", "room-1", "ann", "soon", END, "confirmed") for n in range(7)]
    stage.write("bookings", [*GOOD, *bad])
    said = synced(stage, run)
    assert said.err.count("starts_at is not") == 5
    assert "2 more row(s) went to quarantine: see the table src.quarantine" in said.err
    assert stage.query("select count(*) as n from src.quarantine") == [{"n": 7}]


def test_a_member_without_an_email_is_named(stage: Stage, run: Run) -> None:
    """F95."""
    stage.add("customers", "nil", "Nil Nomail", "", "yes", "no")
    stage.book("b1", "nil", "room-1", 0, 60)
    said = synced(stage, run)
    assert said.code == 1
    assert "customer nil has no e-mail, so Salto cannot invite them: add an e-mail in the source" in said.err
    assert "Nomail" not in said.err


def test_an_item_that_opens_nothing_is_named(stage: Stage, run: Run) -> None:
    """F48."""
    stage.add("items", "sauna", "Sauna")
    stage.book("b1", "ann", "sauna", 0, 60)
    said = synced(stage, run)
    assert said.code == 1
    assert "item sauna is not mapped" in said.err


Harm = Callable[[Stage], object]
FILES: dict[str, tuple[Harm, str]] = {
    "missing": (
        lambda stage: (stage.root / "data" / "bookings.csv").unlink(),
        "data/bookings.csv: the file is not there — export it, or correct the path in the site's file",
    ),
    "empty": (
        lambda stage: (stage.root / "data" / "bookings.csv").write_bytes(b""),
        "data/bookings.csv:1: the file is empty — export it again with its header row",
    ),
    "another header": (
        lambda stage: (stage.root / "data" / "bookings.csv").write_text("a,b\n1,2\n", encoding="utf-8"),
        "data/bookings.csv:1: none of the headers of bookings is there, 'customer_id' and 'ends_at' for two — ",
    ),
    "no header": (
        lambda stage: (stage.root / "data" / "customers.csv").write_text("ann,Ann,ann@house.example,yes,no\n"),
        "line 1 looks like a row, not a header: export it with headers",
    ),
    "not text": (
        lambda stage: (stage.root / "data" / "bookings.csv").write_bytes(b"\xff\xfe\x00s"),
        "data/bookings.csv: the file is not UTF-8 text, it begins with the mark of UTF-16 — export it as CSV UTF-8",
    ),
    "an open quotation mark": (
        lambda stage: (stage.root / "data" / "bookings.csv").write_text(
            ",".join(HEADERS["bookings"]) + '\nb1,"room-1,ann\n', encoding="utf-8"
        ),
        "data/bookings.csv:2: a quotation mark is open: one that begins a cell here has no partner — export",
    ),
}


@pytest.mark.parametrize(("harm", "sentence"), FILES.values(), ids=FILES.keys())
def test_a_bad_file_is_one_sentence_and_changes_no_door(stage: Stage, run: Run, harm: Harm, sentence: str) -> None:
    """T1: the run fails, the doors stay as they were."""
    stage.book("b1", "ann", "room-1", 0, 600)
    synced(stage, run)
    harm(stage)
    stage.move(15)
    said = synced(stage, run)
    assert said.code == 2
    assert sentence in said.err
    assert stage.opens("ann@house.example", "Room 1")


CONFIGS: dict[str, tuple[dict[str, object], str]] = {
    "an unknown time zone": (
        {"timezone": "Europe/Amsterdm"},
        "timezone: 'Europe/Amsterdm' is not a time zone — did you mean 'Europe/Amsterdam'?",
    ),
    "a key that nobody knows": ({"rule": {}}, "rule: is not a known key — did you mean 'rules'?"),
    "a mapping without groups": (
        {"mapping": [{"item": "room-1", "groups": []}]},
        "mapping.0.groups: names no access group, so it opens no door — list at least one",
    ),
    "minutes below zero": (
        {"rules": {"before_minutes": -1}},
        "rules.before_minutes: must be 0 or more — correct the value",
    ),
}


@pytest.mark.parametrize(("changes", "sentence"), CONFIGS.values(), ids=CONFIGS.keys())
@pytest.mark.parametrize("command", [("sync",), ("config", "lint")], ids=" ".join)
def test_a_mistake_in_the_configuration(
    stage: Stage, run: Run, command: tuple[str, ...], changes: dict[str, object], sentence: str
) -> None:
    """File, line and key, before anything is asked or written."""
    stage.sandbox.admin.forget_calls()
    stage.configure(**changes)
    said = run(*command, "--json")
    assert said.code == 2
    body = json.loads(said.out)
    found = body if isinstance(body, list) else body["errors"]
    [whole] = [f"{one.get('where', '')}: {one['message']}".removeprefix(": ") for one in found]
    assert whole.startswith("config/sites/house.yaml:")
    assert whole.endswith(sentence)
    assert stage.sandbox.admin.calls() == []
