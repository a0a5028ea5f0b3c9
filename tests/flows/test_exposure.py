"""What locks that are not online may not have heard yet (T23, T25)."""

from __future__ import annotations

import pytest

from flows.acts import sync_at
from saltoks.cli.app import main
from saltoks.flows import drift
from saltoks.flows.sync import STATUS, steps
from stage import SITE_UID, Stage


def looked(stage: Stage, minute: int) -> list[str]:
    """Reads the devices, and gives what a person is told."""
    stage.move(minute)
    with stage.runtime() as rt:
        house = rt.settings.site("house")
        steps(rt, house, f"status/{minute}", STATUS)
        return drift.unheard(rt, house)


def before(stage: Stage) -> None:
    """Ann has room 1 for an hour, the locks of each group are known, and all devices are online."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync(fully=True)
    assert looked(stage, 10) == []


def test_who_left_may_still_open_a_lock_that_is_offline(stage: Stage) -> None:
    """T25: by lock, until it is online again or they are entitled again."""
    before(stage)
    sync_at(stage, 75)
    assert looked(stage, 80) == []
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    stage.sandbox.admin.set_lock(SITE_UID, "Room 2 door", online=False)
    [told] = looked(stage, 90)
    assert told.startswith("1 person(s) who lost access may still open 1 lock(s) that are not online")
    [row] = stage.query("select lock_name, customer_id from report.exposure")
    assert row == {"lock_name": "Room 1 door", "customer_id": "ann"}
    stage.book("b2", "ann", "room-1", 90, 600)
    sync_at(stage, 95)
    assert stage.query("select 1 from report.exposure") == []


def test_what_changed_behind_an_iq_that_is_offline(stage: Stage) -> None:
    """T23: Salto has it, the locks do not; over when the IQ is back."""
    before(stage)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    stage.book("b2", "gus", "room-2", 15, 600)
    sync_at(stage, 15)
    told = looked(stage, 20)
    assert told == [
        "1 change(s) reach their locks when the IQ is back: see the view report.pending_behind_iq (T23)",
    ]
    [row] = stage.query("select iq_name, lock_name, kind, customer_id from report.pending_behind_iq")
    assert row == {"iq_name": "House IQ", "lock_name": "Room 2 door", "kind": "add_member", "customer_id": "gus"}
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=True)
    assert looked(stage, 30) == []


def test_the_terminal_says_it_beside_the_locks(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """T25: one line in `saltoks status`."""
    before(stage)
    sync_at(stage, 75)
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    stage.sandbox.admin.forget_calls()
    with pytest.raises(SystemExit) as ended:
        main(["status", "--as-of", "2026-03-10T14:30:00+01:00"])
    assert ended.value.code == 1
    assert "note: house: 1 person(s) who lost access may still open 1 lock(s)" in capsys.readouterr().err
