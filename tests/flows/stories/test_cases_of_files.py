"""Files as people reported them, from the file to the door: every folder of `cases/` holds what was handed over."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from saltoks.core.errors import ConfigError
from saltoks.flows.run.steps import Outcome
from stage import Stage

CASES = Path(__file__).parent / "cases"


def hand_over(stage: Stage, case: str, **files: str) -> None:
    """Puts the files of a case in place of the stage's; `files` name others by table."""
    for table in ("customers", "items", "bookings"):
        found = CASES / case / files.get(table, f"{table}.csv")
        if found.is_file():
            shutil.copy(found, stage.root / "data" / f"{table}.csv")


def columns(stage: Stage, table: str, **changes: Any) -> None:
    """Replaces columns of a table in the site's file; None takes one out."""
    found = stage.site["source"]["tables"][table]["columns"] | changes
    stage.site["source"]["tables"][table]["columns"] = {name: column for name, column in found.items() if column}
    stage.configure()


def ask(stage: Stage, table: str, case: str, **parameters: int) -> None:
    """Reads a table of the stage by the query of a case."""
    shutil.copy(CASES / case / f"{table}.sql", stage.root / "data" / f"{table}.sql")
    found = stage.site["source"]["tables"][table]
    spec = {"sql": f"data/{table}.sql", "columns": found["columns"], "parameters": parameters}
    stage.site["source"]["tables"][table] = spec
    stage.configure()


def bob(stage: Stage) -> None:
    """A second member beside Ann."""
    stage.add("customers", "bob", "Bob Bay", "bob@house.example", "yes", "no")


def said(outcomes: list[Outcome]) -> str:
    """Everything that a run says aloud."""
    return "\n".join(text for outcome in outcomes for text in (*outcome.warnings, *outcome.notes))


def completeness(outcomes: list[Outcome]) -> str:
    """How much of the source the run believed."""
    return next(outcome.ids["completeness"] for outcome in outcomes if outcome.step == "validate")


def test_a_clock_of_24_with_pm_is_refused_before_anything_opens(stage: Stage) -> None:
    hand_over(stage, "clock-of-24-with-pm")
    form = "%d/%m/%Y %H:%M %p"
    columns(stage, "bookings", **{name: {"from": name, "format": form} for name in ("starts_at", "ends_at")})
    with pytest.raises(ConfigError, match=r"house\.yaml:\d+: source\.tables\.bookings\.columns\.\w+\.format.*write %I"):
        stage.sync()
    form = "%d/%m/%Y %I:%M %p"
    columns(stage, "bookings", **{name: {"from": name, "format": form} for name in ("starts_at", "ends_at")})
    stage.move(75)
    stage.sync()
    assert stage.members("Room 1") == {"ann@house.example"}


def test_an_int_with_underscore_opens_nobody_else_s_room(stage: Stage) -> None:
    hand_over(stage, "int-with-underscore")
    columns(stage, "customers", source_id={"from": "source_id", "type": "int"})
    columns(stage, "bookings", customer_id={"from": "customer_id", "type": "int"})
    assert "bookings.csv:2" in said(stage.sync())
    assert stage.members("Room 1") == set()
    assert stage.query("select reason from src.quarantine") == [
        {"reason": "is not a whole number — write digits only (0 to 9)"}
    ]


def test_an_offset_in_a_format_is_that_instant(stage: Stage) -> None:
    hand_over(stage, "offset-in-a-format")
    form = "%d/%m/%Y %H:%M %z"
    columns(stage, "bookings", **{name: {"from": name, "format": form} for name in ("starts_at", "ends_at")})
    stage.move(75)
    stage.sync()
    assert stage.members("Room 1") == {"ann@house.example"}


def test_midnight_as_24_lets_in(stage: Stage) -> None:
    hand_over(stage, "midnight-as-24")
    stage.sync()
    assert stage.members("Room 1") == {"ann@house.example"}
    assert stage.query("select ends_at from src.bookings")[0]["ends_at"].isoformat() == "2026-03-10T23:00:00+00:00"


def test_a_colon_in_a_literal_or_a_comment_is_text(stage: Stage) -> None:
    bob(stage)
    ask(stage, "bookings", "sql-colon-in-literal", days=7)
    stage.sync()
    assert (stage.members("Room 1"), stage.members("Room 2")) == ({"ann@house.example"}, {"bob@house.example"})


def test_sql_infinity_is_an_open_end(stage: Stage) -> None:
    ask(stage, "memberships", "sql-infinity")
    stage.sync()
    assert stage.members("Club") == {"ann@house.example"}
    assert stage.query("select ends_at from src.memberships") == [{"ends_at": None}]


def test_a_query_that_the_server_cancels_fails_with_that_reason(stage: Stage) -> None:
    """T1: doors follow the last good rows, and nobody is sent to start a server that runs."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.move(15)
    ask(stage, "bookings", "sql-statement-timeout")
    outcomes = stage.sync()
    assert completeness(outcomes) == "failed"
    told = said(outcomes)
    assert "data/bookings.sql: the query failed: the query was cancelled after 0." in told
    assert "make it faster, or raise statement_timeout" in told
    assert "cannot be reached" not in told
    assert stage.members("Room 1") == {"ann@house.example"}


def test_stray_quotes_that_swallow_rows_put_nobody_out(stage: Stage) -> None:
    """T2: Bob's row is part of Ann's note, and he is in the middle of his booking."""
    bob(stage)
    hand_over(stage, "stray-quotes-swallow-rows")
    stage.sync()
    stage.move(15)
    hand_over(stage, "stray-quotes-swallow-rows", bookings="bookings.2.csv")
    outcomes = stage.sync()
    assert completeness(outcomes) == "incomplete"
    assert "bookings.csv:3: 1 lines, this one first, would be rows, but lie inside of a cell" in said(outcomes)
    assert stage.members("Room 2") == {"bob@house.example"}


def test_a_total_at_the_end_holds_no_removal(stage: Stage) -> None:
    hand_over(stage, "totals-row-stops-removals")
    for table, missing in (("customers", ("active", "reservation_only")), ("bookings", ("status",))):
        columns(stage, table, **dict.fromkeys(missing))
    stage.sync()
    assert stage.members("Room 1") == {"ann@house.example"}
    hand_over(stage, "totals-row-stops-removals", bookings="bookings2.csv")
    for minute in (15, 30, 45):
        stage.move(minute)
        outcomes = stage.sync()
    assert "bookings.csv:22: 1 lines, this one first, hold a total or a heading" in said(outcomes)
    assert stage.members("Room 1") == set()


@pytest.mark.parametrize(("file", "delimiter"), [("semicolons", ";"), ("tabs", "\t")])
def test_another_delimiter_is_named_in_one_sentence(stage: Stage, file: str, delimiter: str) -> None:
    hand_over(stage, "other-delimiter", bookings=f"{file}.csv")
    outcomes = stage.sync()
    (told,) = [text for text in outcomes[0].warnings if "bookings" in text]
    assert told.endswith(f"write delimiter: {json.dumps(delimiter)}")
    stage.site["source"]["tables"]["bookings"]["delimiter"] = delimiter
    stage.configure()
    stage.move(15)
    stage.sync()
    assert stage.members("Room 1") == {"ann@house.example"}


def test_the_delimiter_that_excel_names_is_used(stage: Stage) -> None:
    hand_over(stage, "other-delimiter", bookings="sep.csv")
    assert "bookings.csv:1: is Excel's sep=, not a row; the delimiter is ';'" in said(stage.sync())
    assert stage.members("Room 1") == {"ann@house.example"}


def test_day_and_month_swapped_throw_doubt_on_the_column(stage: Stage) -> None:
    stage.book("b0", "ann", "room-1", 0, 600)
    stage.sync()
    stage.move(15)
    hand_over(stage, "day-and-month-swapped")
    for table, missing in (("customers", ("active", "reservation_only")), ("bookings", ("status",))):
        columns(stage, table, **dict.fromkeys(missing))
    form = "%d/%m/%Y %H:%M"
    columns(stage, "bookings", **{name: {"from": name, "format": form} for name in ("starts_at", "ends_at")})
    outcomes = stage.sync()
    assert completeness(outcomes) == "incomplete"
    assert "bookings.csv:14: ends_at of 1 of 13 rows" in said(outcomes)
    assert "day and month swapped (%m/%d/%Y %H:%M)" in said(outcomes)
    assert stage.members("Room 1") == {"ann@house.example"}
