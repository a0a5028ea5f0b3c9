"""What a person sees in the terminal: exit codes, tables, JSON, and one sentence for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cli.conftest import Run, now
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
ANN = "ann@house.example"


def test_a_sync_that_did_everything_ends_with_0(stage: Stage, run: Run) -> None:
    """Steps with their counts and API calls; nothing on stderr."""
    stage.book("b1", "ann", "room-1", 0, 60)
    said = run("sync", *now(stage))
    assert (said.code, said.err) == (0, "")
    assert "create_person 1, add_member 1" in said.out
    assert stage.opens(ANN, "Room 1")
    again = run("sync", *now(stage), "--json")
    steps = json.loads(again.out)["steps"]
    assert [(one["step"], one["state"]) for one in steps] == [
        ("extract", "done"),
        ("validate", "done"),
        ("plan", "done"),
        ("apply", "done"),
    ]
    assert again.code == 0


def test_a_sync_with_something_held_ends_with_1(stage: Stage, run: Run) -> None:
    """F166: done, and a person should look; the sentence says what and why."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 0, 600)
    run("sync", *now(stage))
    stage.book("b1", "ann", "room-1", 0, 600, status="cancelled")
    stage.book("b2", "gus", "room-2", 0, 600, status="cancelled")
    stage.move(15)
    said = run("sync", *now(stage))
    assert said.code == 1
    assert "warning: house: Remove customer ann from “Room 1”" in said.err
    assert "Held: all 2 memberships would end early at this site." in said.err


def test_a_sync_without_a_source_ends_with_2(stage: Stage, run: Run) -> None:
    """T1: doors follow the last good rows, and the failure is not green."""
    run("sync", *now(stage))
    (stage.root / "data" / "bookings.csv").unlink()
    stage.move(15)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "failed: house: the source could not be read, so doors follow the last good rows:" in said.err
    assert "data/bookings.csv: the file is not there — export it, or correct the path in the site's file" in said.err


def test_a_plan_shows_each_change_with_its_reason_and_changes_nothing(stage: Stage, run: Run) -> None:
    """F165: as a table and as JSON, and `sync --dry-run` is the same."""
    stage.book("b1", "ann", "room-1", 0, 60)
    said = run("plan", *now(stage))
    assert said.code == 0
    assert "house: 2 change(s) due, 0 held" in said.out
    assert "because of booking b1" in said.out
    [plan] = json.loads(run("plan", *now(stage), "--json").out)
    assert (plan["counts"]["create_person"], plan["counts"]["add_member"]) == (1, 1)
    assert [change["kind"] for change in plan["changes"]] == ["create_person", "add_member"]
    [dry] = json.loads(run("sync", "--dry-run", *now(stage), "--json").out)
    assert dry == plan
    assert stage.members("Room 1") == set()


def test_who_says_who_may_open_what_and_why(stage: Stage, run: Run) -> None:
    """F180, F182: from the membership records, without a call to Salto."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.book("b2", "gus", "room-2", 60, 120)
    run("sync", *now(stage))
    stage.sandbox.admin.forget_calls()
    said = run("who", *now(stage))
    assert said.code == 0
    assert "Ann Able" in said.out
    assert "booking b1" in said.out
    [ann] = json.loads(run("who", *now(stage), "--json").out)["house"]
    assert (ann["group"], ann["customer_id"], ann["reasons"], ann["in_group"]) == (
        "Room 1",
        "ann",
        ["booking b1"],
        True,
    )
    later = json.loads(run("who", "--as-of", "2026-03-10T14:30+01:00", "--json").out)["house"]
    assert {(one["group"], one["customer_id"], one["in_group"]) for one in later} == {
        ("Room 1", "ann", True),
        ("Room 2", "gus", False),
    }
    assert stage.sandbox.admin.calls() == []


def test_who_is_in_without_a_right_is_shown_as_such(stage: Stage, run: Run) -> None:
    """F182: in the group, but not entitled any more until the tick that takes them out."""
    stage.book("b1", "ann", "room-1", 0, 60)
    run("sync", *now(stage))
    stage.move(80)
    said = run("who", *now(stage))
    assert "not entitled" in said.out
    [ann] = json.loads(run("who", *now(stage), "--json").out)["house"]
    assert (ann["window"], ann["reasons"], ann["in_group"]) == (None, [], True)


def test_status_ends_with_1_when_a_lock_is_not_online(stage: Stage, run: Run) -> None:
    """F111: for scripts that only look at the code."""
    assert run("status", *now(stage)).code == 0
    stage.sandbox.admin.set_lock(SITE_UID, "Club door", online=False)
    stage.move(5)
    said = run("status", *now(stage), "--json")
    assert said.code == 1
    states = {one["name"]: one["state"] for one in json.loads(said.out)["house"]}
    assert states == {"Club door": "offline", "Room 1 door": "online", "Room 2 door": "online"}


def test_audit_brings_entries_back(stage: Stage, run: Run) -> None:
    """F116: the same flow as the DAG's."""
    stage.sandbox.admin.add_entry(SITE_UID, lock="Club door", at=stage.at)
    said = run("audit", *now(stage), "--json")
    assert said.code == 0
    assert json.loads(said.out)["steps"][0]["counts"] == {"read": 1, "new": 1}


def test_check_says_what_is_ready_and_what_is_not(stage: Stage, run: Run) -> None:
    """F21: everything is looked at; what keeps doors shut is an error, and the exit code says so."""
    assert run("check").code == 0
    stage.configure(
        mapping=[*stage.site["mapping"], {"item": "attic", "groups": ["Attic"], "door": "Attic door"}],
        timezone="Europe/Lisbon",
    )
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    said = run("check", "--json")
    assert said.code == 2
    found = {(one["level"], one["what"]): one["message"] for one in json.loads(said.out)}
    assert found["error", "mapping"] == "2 error(s) and 1 warning(s): see `saltoks config lint --site house` (F144)"
    assert "the site says Europe/Amsterdam, the IQ “House IQ” says" in found["warning", "time zone"]
    assert "is not online" in found["warning", "IQ House IQ"]


def test_migrate_and_lint_have_nothing_to_do(stage: Stage, run: Run) -> None:
    """Both are safe to repeat."""
    assert "nothing to do" in run("migrate").out
    said = run("config", "lint")
    assert (said.code, said.out) == (0, "config: nothing to say, every file is in order\n")
    assert json.loads(run("config", "lint", "--json").out) == []


def test_no_such_site(stage: Stage, run: Run) -> None:
    """The nearest name is offered."""
    said = run("sync", "--site", "hous")
    assert said.code == 64
    assert said.err == "saltoks: no site is called 'hous'; there are house — did you mean 'house'?\n"


def test_one_site_that_fails_does_not_stop_the_others(stage: Stage, run: Run) -> None:
    """The second site is synced, and the exit code is that of the worst."""
    broken = stage.site | {
        "salto": stage.site["salto"] | {"site_uid": "NL0000000007"},
        "source": stage.site["source"] | {"name": "other"},
    }
    (stage.root / "config" / "sites" / "aaa.yaml").write_text(json.dumps(broken), encoding="utf-8")
    stage.book("b1", "ann", "room-1", 0, 60)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "config/sites/aaa.yaml: salto.site_uid NL0000000007" in said.err
    assert stage.opens(ANN, "Room 1")
    assert run("sync", *now(stage), "--site", "house").code == 0


def test_an_unexpected_refusal_is_one_sentence_too(stage: Stage, run: Run) -> None:
    """F24: whatever Salto answers, there is no traceback."""
    stage.sandbox.admin.faults(Fault("status", status=418))
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "answered 418" in said.err


def test_real_processes_end_with_the_same_codes(stage: Stage) -> None:
    """The entry point itself, with its own interpreter: 0 and 64, and no traceback."""
    codes = {}
    for typed in (["who", *now(stage)], ["sync", "--site", "hous"], ["nonsense"]):
        command = [sys.executable, "-c", "from saltoks.cli import main; main()", *typed]
        environment = os.environ | {"PYTHONPATH": str(PLUGINS)}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        codes[typed[-1]] = ended.returncode
        assert "Traceback" not in ended.stdout + ended.stderr
    assert list(codes.values()) == [0, 64, 64]


def test_a_plan_can_be_kept_as_a_page_or_as_markdown(stage: Stage, run: Run, tmp_path: Path) -> None:
    """F165: nothing is written to Salto, and the text names who, which door, when and because of what."""
    stage.book("b1", "ann", "room-1", 0, 60)
    page, text = tmp_path / "plan.html", tmp_path / "plan.md"
    assert run("plan", *now(stage), "--format", "html", "--output", str(page)).code == 0
    assert run("plan", *now(stage), "--format", "markdown", "--output", str(text)).code == 0
    for found in (page.read_text(encoding="utf-8"), text.read_text(encoding="utf-8")):
        assert all(word in found for word in ("ann", "Room 1 door", "booking b1", "Let in"))
    assert [call for call in stage.sandbox.admin.count() if not call.startswith("GET ")] == ["POST /connect/token"]
    assert "## house" in run("plan", *now(stage), "--format", "markdown").out


def test_a_plan_that_cannot_be_kept_says_why(stage: Stage, run: Run, tmp_path: Path) -> None:
    lost = run("plan", *now(stage), "--format", "html", "--output", str(tmp_path / "no" / "plan.html"))
    assert lost.code == 2
    assert "cannot be written: No such file or directory — name another file" in lost.err
    assert "--output needs --format" in run("plan", *now(stage), "--output", "x").err


def test_f166_held_changes_are_listed_and_accepted_in_the_terminal(stage: Stage, run: Run) -> None:
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 0, 600)
    run("sync", *now(stage))
    assert run("holds").code == 0
    stage.book("b1", "ann", "room-1", 0, 600, status="cancelled")
    stage.book("b2", "gus", "room-2", 0, 600, status="cancelled")
    run("sync", *now(stage))
    assert "Ann Able" in run("holds").out
    listed = run("holds", "--json")
    assert {(one["full_name"], *one["reasons"]) for one in json.loads(listed.out)["house"]} == {
        ("Ann Able", "booking b1"),
        ("Gus Guest", "booking b2"),
    }
    assert listed.code == 1
    assert {one["because"] for one in json.loads(listed.out)["house"]} == {
        "all 2 memberships would end early at this site"
    }
    assert run("holds", "accept", "--site", "house", "--by", "Vera", "--reason", "called off").code == 64
    word = ("--by", "Vera", "--reason", "called off")
    done = run("holds", "accept", "--site", "house", "--all", *word, *now(stage))
    assert (done.code, done.err) == (0, "")
    assert stage.members("Room 1") == stage.members("Room 2") == set()
    assert run("holds").code == 0
