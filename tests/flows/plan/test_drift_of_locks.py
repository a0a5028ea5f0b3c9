"""Locks that somebody else takes out of groups, or puts into them: drift like any other (F156)."""

from __future__ import annotations

import pytest

from flows.acts import ANN, by_hand, said, site, sync_at
from flows.conftest import OpenStage
from flows.doors import by_lock
from flows.plan.test_drift import drift, house
from saltoks.flows.lint import lint
from stage import Stage


def lock_by_hand(stage: Stage, group: str, *, add: str = "", remove: str = "") -> None:
    """Somebody puts a lock into a group, or takes one out, in Salto's own application."""
    house = site(stage)
    target = next(one["id"] for one in house["groups"] if one["customer_reference"] == group)
    with by_hand(stage) as person:
        path = f"/v1.1/sites/{house['id']}/locks"
        ids = {one["customer_reference"]: one["id"] for one in person.get(path).raise_for_status().json()["items"]}
        body = {"add_ids": [ids[add]] if add else [], "remove_ids": [ids[remove]] if remove else []}
        person.patch(f"/v1.1/sites/{house['id']}/access_groups/{target}/locks", json=body).raise_for_status()


@pytest.mark.parametrize("fully", [True, False])
def test_a_lock_that_somebody_takes_out_of_a_group_is_told_until_it_is_back(open_stage: OpenStage, fully: bool) -> None:
    """F156: a door shuts for those who have it booked; a full run reads it, any other by the count of the list."""
    stage = house(open_stage)
    stage.sync("full/0", fully=True)
    lock_by_hand(stage, "Room 1", remove="Room 1 door")
    assert not stage.opens(ANN, "Room 1")
    text = "somebody else took lock “Room 1 door” out of “Room 1”, so it opens no more (F156)"
    stage.move(15)
    assert text in said(stage.sync("r1", fully=fully))
    assert drift(stage) == [("lost_lock", "Room 1", "Room 1 door", "reported")]
    sync_at(stage, 30)
    assert drift(stage) == [("lost_lock", "Room 1", "Room 1 door", "reported")]
    stage.move(45)
    assert text in said(stage.sync("full/1", fully=True))
    lock_by_hand(stage, "Room 1", add="Room 1 door")
    stage.move(60)
    assert "lock “" not in said(stage.sync("r2", fully=fully))
    assert drift(stage) == []
    assert stage.opens(ANN, "Room 1")


def test_a_lock_that_is_swapped_for_another_is_told_by_a_full_run(open_stage: OpenStage) -> None:
    """F156: the number of locks stays the same; whoever is in the group opens another door now."""
    stage = house(open_stage)
    stage.sync("full/0", fully=True)
    lock_by_hand(stage, "Room 1", remove="Room 1 door", add="Club door")
    stage.move(15)
    told = said(stage.sync("full/1", fully=True))
    assert "somebody else put lock “Club door” into “Room 1”, so it opens now (F156)" in told
    assert {row[:3] for row in drift(stage)} == {
        ("lost_lock", "Room 1", "Room 1 door"),
        ("extra_lock", "Room 1", "Club door"),
    }
    stage.configure(
        exempt=[{"subject": "Room 1", "until": "2026-04-01T00:00:00+00:00", "author": "eve", "reason": "repairs"}]
    )
    stage.move(30)
    assert "lock “" not in said(stage.sync("full/2", fully=True))


def test_a_lock_taken_out_of_a_group_of_our_own_is_told_and_put_back(stage: Stage) -> None:
    """F156: there we know which locks belong in it."""
    by_lock(stage, "Room 1")
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    lock_by_hand(stage, "saltoks room-1 #1", remove="Room 1 door")
    told = said(sync_at(stage, 15))
    assert "somebody else took lock “Room 1 door” out of “saltoks room-1 #1”" in told
    assert drift(stage) == [("lost_lock", "saltoks room-1 #1", "Room 1 door", "put right")]
    assert stage.opens(ANN, "Room 1")
    assert said(sync_at(stage, 30)) == ""
    assert drift(stage) == []


def test_lint_tells_of_locks_that_moved_since_a_run_read_them(open_stage: OpenStage) -> None:
    """F156: wherever the locks of groups are read."""
    stage = house(open_stage)
    stage.sync("full/0", fully=True)
    lock_by_hand(stage, "Room 1", remove="Room 1 door", add="Club door")
    with stage.runtime() as rt:
        found = [one.message for one in lint(rt, rt.settings.site("house"))]
    assert any("somebody else took lock “Room 1 door” out of “Room 1”" in one for one in found)
    assert any("somebody else put lock “Club door” into “Room 1”" in one for one in found)
