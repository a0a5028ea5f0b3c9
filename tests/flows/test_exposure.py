"""What locks that are not online may not have heard yet (T23, T25)."""

from __future__ import annotations

import pytest

from flows.acts import GUS, sync_at
from flows.conftest import OpenStage
from saltoks.cli.app import main
from saltoks.flows.lint import lint
from saltoks.flows.plan import drift_report
from saltoks.flows.sync import STATUS, steps
from stage import SITE_UID, Stage, minutes

DAY = 24 * 60
LOCKS = "GET /v1.2/sites/{site_id}/access_groups/{access_group_id}/locks"


def looked(stage: Stage, minute: int) -> list[str]:
    """Reads the devices, and gives what a person is told."""
    stage.move(minute)
    with stage.runtime() as rt:
        house = rt.settings.site("house")
        steps(rt, house, f"status/{minute}", STATUS)
        return drift_report.offline_lock_warnings(rt, house)


def before(stage: Stage) -> None:
    """Ann has room 1 for an hour, the locks of each group are known, and all devices are online."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
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
    looked(stage, 40)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    stage.book("b2", "gus", "room-2", 45, 600)
    sync_at(stage, 45)
    told = looked(stage, 50)
    assert told == [
        "1 change(s) reach their locks when the IQ is back: see the view report.pending_behind_iq (T23)",
    ]
    [row] = stage.query("select iq_name, lock_name, kind, customer_id from report.pending_behind_iq")
    assert row == {"iq_name": "House IQ", "lock_name": "Room 2 door", "kind": "add_member", "customer_id": "gus"}
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=True)
    assert looked(stage, 60) == []


def test_what_changed_while_a_dead_iq_was_still_called_online(stage: Stage) -> None:
    """T23: Salto notices after five heartbeats; whatever went out since the last sure one is in doubt."""
    stage.sandbox.admin.options(heartbeat_seconds=360)
    before(stage)
    looked(stage, 100)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    stage.book("b2", "gus", "room-2", 110, 600)
    sync_at(stage, 110)
    assert not stage.lets_in(GUS, "Room 2")
    assert looked(stage, 125) == []
    assert stage.query("select iq_online from report.locks_now limit 1") == [{"iq_online": True}]
    told = looked(stage, 135)
    assert [text for text in told if "T23" in text] == [
        "2 change(s) reach their locks when the IQ is back: see the view report.pending_behind_iq (T23)"
    ]
    [row] = stage.query("select customer_id, last_online from report.pending_behind_iq where kind = 'add_member'")
    assert row == {"customer_id": "gus", "last_online": minutes(125)}


def test_who_left_while_a_dead_iq_was_still_called_online_is_exposed(stage: Stage) -> None:
    """T25: whatever the lock's own look-back is."""
    stage.configure(devices={"look_back_days": 0})
    stage.sandbox.admin.options(heartbeat_seconds=360)
    before(stage)
    looked(stage, 70)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    sync_at(stage, 75)
    looked(stage, 95)
    assert len(looked(stage, 105)) == 2
    assert exposed(stage) == {"Room 1 door": (0, False)}


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


def exposed(stage: Stage) -> dict[str, tuple[int, bool]]:
    """Whom each lock may still let in although they lost it: its look-back, and whether they lost it before that."""
    rows = stage.query("select * from report.exposure")
    assert {row["customer_id"] for row in rows} <= {"ann"}
    return {row["lock_name"]: (row["look_back_days"], row["beyond_look_back"]) for row in rows}


@pytest.mark.parametrize(
    ("devices", "day", "found"),
    [
        ({}, 59, {"Room 1 door": (60, False)}),
        ({}, 61, {}),
        ({"look_back_days": 7}, 6, {"Room 1 door": (7, False)}),
        ({"look_back_days": 7}, 8, {}),
        ({"look_back_days": 7, "look_back_days_of": {"Room 1 door": 255}}, 8, {"Room 1 door": (255, False)}),
        ({"look_back_days_of": {"Room 1 door": 0, "Room 2 door": 90}}, 1, {}),
    ],
    ids=["sixty days", "after sixty days", "a site's own", "after a site's own", "a lock's own", "switched off"],
)
def test_a_lock_that_is_offline_looks_back_as_far_as_it_is_set_to(
    devices: dict[str, object], day: int, found: dict[str, tuple[int, bool]], stage: Stage
) -> None:
    """T25, F99: it heard that Ann left, and goes by its own audit trail all the same."""
    stage.configure(devices=devices)
    before(stage)
    sync_at(stage, 75)
    looked(stage, day * DAY - 15)
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    looked(stage, day * DAY)
    assert exposed(stage) == found


def test_what_fell_out_of_the_look_back_of_a_silent_lock_is_told(stage: Stage) -> None:
    """T25: nobody can tell whether Ann opened it since, which would let her in for as long again."""
    stage.configure(devices={"look_back_days": 7})
    before(stage)
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    sync_at(stage, 75)
    assert len(looked(stage, DAY)) == 1
    assert looked(stage, 8 * DAY) == [
        "1 person(s) lost access before the days that 1 silent lock(s) look back: whoever opened one since still may "
        "(report.exposure, T25)"
    ]
    assert exposed(stage) == {"Room 1 door": (7, True)}
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=True)
    assert looked(stage, 8 * DAY + 5) == []
    stage.sandbox.admin.set_lock(SITE_UID, "Room 1 door", online=False)
    assert looked(stage, 8 * DAY + 10) == []


def test_an_iq_that_did_not_hear_of_it_goes_on_with_what_it_knows(stage: Stage) -> None:
    """T23, T25: however long ago, and whatever the lock's look-back is."""
    stage.configure(devices={"look_back_days": 0})
    before(stage)
    stage.sandbox.admin.set_iq(SITE_UID, "House IQ", online=False)
    sync_at(stage, 75)
    told = looked(stage, 100 * DAY)
    assert told[0].startswith("1 person(s) who lost access may still open 1 lock(s) that are not online")
    assert exposed(stage) == {"Room 1 door": (0, False)}


def test_a_look_back_of_a_lock_that_is_not_there_is_doubtful(stage: Stage) -> None:
    """T25: a slip in a name would leave the lock at the usual days."""
    stage.configure(devices={"look_back_days_of": {"Room 1 dor": 7}})
    stage.sync()
    with stage.runtime() as rt:
        found = [one.message for one in lint(rt, rt.settings.site("house")) if "look_back_days_of" in one.where]
    assert found == ["“Room 1 dor” is no lock of the site (T25) — did you mean 'Room 1 door'?"]


def test_the_locks_of_new_groups_are_read_by_plain_runs_some_at_a_time(open_stage: OpenStage) -> None:
    """T23, T25: no list waits for the first full run, nor does a tick spend all its calls on them."""
    names = sorted(f"Group {n}" for n in range(25))
    added = [{"customer_reference": name, "locks": ["Club door"]} for name in names]
    stage = open_stage(lambda world: world["sites"][0].update(groups=added))
    stage.configure(mapping=[{"item": "club", "groups": names, "door": "Club door"}])
    looks = []
    for minute in (0, 15, 30):
        stage.sandbox.admin.forget_calls()
        sync_at(stage, minute)
        looks.append(stage.sandbox.admin.count().get(LOCKS, 0))
    assert looks == [20, 5, 0]
    known = stage.query("select name, locks from access.group_schedules order by name")
    assert known == [{"name": name, "locks": ["Club door"]} for name in names]
