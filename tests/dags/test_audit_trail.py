"""Whole runs of the audit trail on a real sandbox and a real warehouse."""

from __future__ import annotations

from dags.live import Live

ANN = "ann@house.example"
AUDIT = "audit_trail"
DONE = ("success", 1)


def visit(live: Live) -> None:
    """Ann has Room 1 booked and walks in."""
    live.book("b1", "ann", "room-1", -30, 60)
    live.run("access_sync")
    assert live.opens("Room 1 door", ANN)


def test_an_opening_becomes_a_check_in(live: Live) -> None:
    visit(live)
    run = live.run(AUDIT)
    assert run.state == "success"
    assert run.tasks == dict.fromkeys(("chunks", "pull", "normalise", "check_in", "report"), DONE)
    assert live.given(run, "pull")["new"] == 1
    assert live.given(run, "report")["checked_in_last_day"] == 1
    assert live.rows("select booking_id from audit.check_ins") == [("b1",)]


def test_a_second_run_brings_nothing_twice(live: Live) -> None:
    visit(live)
    live.run(AUDIT)
    again = live.run(AUDIT)
    assert live.given(again, "pull") == {"read": 1, "new": 0, "state": "done"}
    assert live.given(again, "check_in")["new"] == 0
    assert live.rows("select count(*) from audit.entries") == [(1,)]


def test_the_report_comes_also_after_a_failure_and_leaves_the_run_red(live: Live) -> None:
    visit(live)
    live.rows("alter table audit.check_ins rename to check_ins_mislaid")
    run = live.run(AUDIT)
    assert run.state == "failed"
    assert run.tasks["check_in"] == ("failed", 1)
    assert run.tasks["report"] == DONE
    assert "lacks our tables: run `saltoks migrate` first" in live.message(run, "check_in")
