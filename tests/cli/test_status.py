"""`saltoks status`: each site is shown, whatever happens at another, with everything that its reading had to say."""

from __future__ import annotations

import json

from cli.conftest import Run
from cli.test_commands import now
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

LOCKS = "GET /v1.2/sites/*/locks"


def other_site(stage: Stage) -> None:
    """One more site, first in order, whose address is not at this Salto KS."""
    broken = stage.site | {"salto": stage.site["salto"] | {"site_uid": "NL0000000007"}}
    broken["source"] = broken["source"] | {"name": "other"}
    (stage.root / "config" / "sites" / "aaa.yaml").write_text(json.dumps(broken), encoding="utf-8")


def test_a_site_that_cannot_be_read_hides_no_other(stage: Stage, run: Run) -> None:
    """F111: the first of two fails; the second is shown, and both ends are told."""
    other_site(stage)
    said = run("status", *now(stage))
    assert said.code == 2
    assert "Room 1 door" in said.out
    assert "NL0000000007" in said.err
    rows = json.loads(run("status", *now(stage), "--json").out)
    assert rows["aaa"] == []
    assert len(rows["house"]) == 3


def test_a_site_that_cannot_be_read_now_is_shown_as_it_was(stage: Stage, run: Run) -> None:
    """F112: with the time of the last reading, and unknown once that is old."""
    assert run("status", *now(stage)).code == 0
    stage.sandbox.admin.faults(Fault("status", status=418, route=LOCKS))
    stage.move(120)
    said = run("status", *now(stage), "--json")
    assert said.code == 2
    assert "answered 418" in said.err
    assert {one["state"] for one in json.loads(said.out)["house"]} == {"unknown"}


def test_a_battery_that_is_nearly_empty_is_said_and_counts(stage: Stage, run: Run) -> None:
    """F168: a script sees it in the exit code."""
    stage.sandbox.admin.set_lock(SITE_UID, "Club door", battery_level="critical")
    said = run("status", *now(stage))
    assert said.code == 1
    assert "warning: house: the battery of “Club door” is low: change it (F168)" in said.err
