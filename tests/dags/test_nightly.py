"""Whole nightly runs on a real sandbox and a real warehouse: everything read anew, then the pages."""

from __future__ import annotations

import json

from dags.live import Live
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID

ANN = "ann@house.example"
NIGHTLY = "nightly"
STEPS = ("extract", "validate", "plan", "apply")
DONE = ("success", 1)
MEMBERS = "GET /v1.2/sites/{site_id}/access_groups/{access_group_id}/users"


def page(live: Live) -> str:
    """The page of validation results as it is kept; no text before it was ever built."""
    found = live.rows("select html from ops.pages where name = 'validation'")
    return str(found[0][0]) if found else ""


def reads_of_members(live: Live) -> int:
    """How often Salto was asked for the members of a group."""
    return live.stage.sandbox.admin.count().get(MEMBERS, 0)


def test_a_night_opens_doors_and_builds_the_page(live: Live) -> None:
    live.book("b1", "ann", "room-1", -30, 60)
    run = live.run(NIGHTLY)
    assert run.state == "success"
    assert run.tasks == dict.fromkeys(("chunks", *STEPS, "pages"), DONE)
    assert live.opens("Room 1 door", ANN)
    assert "house" in page(live)
    [counts] = [one.text for one in live.xcoms(run) if (one.task, one.key) == ("pages", "return_value")]
    assert json.loads(counts)["sites"] == 1
    assert live.rows("select site, state from ops.runs where step = 'pages'") == [("*", "done")]


def test_every_group_is_read_back_and_a_swap_is_found(live: Live) -> None:
    """F155, F156, F184: somebody was put in Ann's place by hand, so that every count is as it was."""
    live.book("b1", "ann", "room-1", -30, 60)
    live.book("b2", "gus", "room-2", -30, 60)
    live.run("access_sync")
    live.stage.sandbox.admin.set_members(
        SITE_UID, "Room 1", add=[live.stage.user_id("saltoks desk/gus")], remove=[live.stage.user_id(ANN)]
    )
    live.run("access_sync")
    assert not live.opens("Room 1 door", ANN)
    live.stage.sandbox.admin.forget_calls()
    run = live.run(NIGHTLY)
    assert run.state == "success"
    assert reads_of_members(live) >= 3
    assert live.opens("Room 1 door", ANN)


def test_the_page_comes_after_a_failure_and_leaves_the_run_red(live: Live) -> None:
    """T35: the source is gone, doors follow the last good rows, and the page says what that means."""
    live.book("b1", "ann", "room-1", -30, 60)
    live.run(NIGHTLY)
    (live.stage.root / "data" / "bookings.csv").unlink()
    run = live.run(NIGHTLY)
    assert run.state == "failed"
    assert run.tasks["apply"] == ("failed", 1)
    assert run.tasks["pages"] == DONE
    assert "The source could not be read. Doors follow the last good rows" in page(live)
    assert live.opens("Room 1 door", ANN)


def test_a_page_that_cannot_be_kept_is_red_itself_and_takes_nothing_away(live: Live) -> None:
    live.book("b1", "ann", "room-1", -30, 60)
    live.rows("alter table ops.pages rename to pages_mislaid")
    run = live.run(NIGHTLY)
    assert run.tasks["pages"] == ("failed", 1)
    assert "lacks our tables: run `saltoks migrate` first" in live.message(run, "pages")
    assert live.opens("Room 1 door", ANN)
    live.rows("alter table ops.pages_mislaid rename to pages")


def test_salto_is_down_all_night_and_the_page_still_comes(live: Live) -> None:
    live.stage.sandbox.admin.faults(Fault("status", status=418))
    run = live.run(NIGHTLY)
    assert run.state == "failed"
    assert run.tasks["validate"] == run.tasks["pages"] == DONE
    assert run.tasks["plan"] == ("failed", 1)
    assert "house" in page(live)


def test_a_configuration_that_cannot_be_read_fails_before_any_site(live: Live) -> None:
    (live.stage.root / "config" / "saltoks.yaml").write_text("tick_minute: 15\n", encoding="utf-8")
    run = live.run(NIGHTLY)
    assert run.state == "failed"
    assert "success" not in {state for state, _ in run.tasks.values()}
    assert live.stage.sandbox.admin.count() == {}
