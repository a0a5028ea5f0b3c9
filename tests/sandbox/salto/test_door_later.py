"""Doors that hear of changes late, or not at all: propagation delays, offline locks and IQs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from saltoks.sandbox.salto.world import World
from sandbox.rig import ALWAYS, SITE, Rig, house

MONDAY_NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)  # 12:00 in Amsterdam


@pytest.fixture
def slow(fresh: Callable[[World], Rig]) -> Rig:
    """A house whose doors hear of members after 45 s and of schedules after 210 s."""
    rig = fresh(house(member_delay_seconds=[45, 45], schedule_delay_seconds=[210, 210]))
    rig.admin.set_clock(MONDAY_NOON, frozen=True)
    rig.renew()
    return rig


def test_a_new_member_waits_for_the_door(slow: Rig) -> None:
    user, group = slow.member(), slow.named("/access_groups", "Everywhere")
    slow.join(group, user)
    reasons = []
    for seconds in (0, 44, 1):
        slow.admin.advance(seconds)
        reasons.append(slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).reason)
    assert reasons == ["not_synced", "not_synced", "granted"]


def test_a_removed_member_opens_until_the_door_has_heard(slow: Rig) -> None:
    user, group = slow.member(), slow.named("/access_groups", "Everywhere")
    slow.join(group, user)
    slow.admin.advance(60)
    slow.ok("DELETE", f"/access_groups/{group}/users/{user['user']['id']}")
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened
    slow.admin.advance(45)
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).reason == "not_member"


def test_a_schedule_and_its_change_wait_for_the_door(slow: Rig) -> None:
    user, group = slow.member(), slow.group("Front", schedule=ALWAYS)
    slow.join(group, user)
    slow.admin.advance(209)
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).reason == "not_synced"
    slow.admin.advance(1)
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened
    path = f"/access_groups/{group}/time_schedules"
    schedule = slow.items(path, version="v1.1")[0]["id"]
    slow.ok("PATCH", f"{path}/{schedule}", {"end_date": "2026-06-01T12:00:00"}, version="v1.1")
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened
    slow.admin.advance(210)
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).reason == "outside_schedule"


def test_a_deleted_schedule_counts_until_the_door_has_heard(slow: Rig) -> None:
    user, group = slow.member(), slow.group("Front", schedule=ALWAYS)
    slow.join(group, user)
    slow.admin.advance(300)
    path = f"/access_groups/{group}/time_schedules"
    schedule = slow.items(path, version="v1.1")[0]["id"]
    slow.ok("DELETE", f"{path}/{schedule}", version="v1.1")
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened
    slow.admin.advance(210)
    assert slow.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).reason == "no_schedule"


def break_iq(rig: Rig, online: bool) -> None:
    rig.admin.set_iq(SITE, "IQ 1", online=online)


def break_lock(rig: Rig, online: bool) -> None:
    rig.admin.set_lock(SITE, "Front", online=online)


@pytest.mark.parametrize(("breaks", "reason"), [(break_lock, "lock_offline"), (break_iq, "iq_offline")])
def test_what_happens_offline_is_heard_later_with_its_own_time(
    fresh: Callable[[World], Rig], breaks: Callable[[Rig, bool], None], reason: str
) -> None:
    rig = fresh(house(rights_survive_iq_outage=False))
    rig.admin.set_clock(MONDAY_NOON, frozen=True)
    rig.renew()
    user = rig.member()
    rig.join(rig.named("/access_groups", "Everywhere"), user)
    breaks(rig, False)
    done = rig.admin.attempt(SITE, "Front", user_id=user["user"]["id"])
    assert (done.opened, done.detail, done.reason) == (False, "offline", reason)
    rig.admin.advance(600)
    assert rig.entries() == []
    breaks(rig, True)
    entry = rig.entries()[0]
    assert (entry["id"], entry["utc_date_time"]) == (done.entry_id, "2026-06-01T10:00:00Z")
    assert entry["expiration_date_time"].startswith("2026-08-30T10:10:00")
    assert rig.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened


def test_f98_offline_access_opens_an_offline_lock_at_any_hour(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    tess = next(user for user in rig.items("/users") if user["user"]["first_name"] == "Tess")
    key = rig.items(f"/users/{tess['id']}/keys")[0]["id"]
    rig.admin.set_lock(SITE, "Front", online=False)
    assert not rig.admin.attempt(SITE, "Front", tag="TAG-1").opened
    rig.admin.set_lock(SITE, "Front", online=True)
    rig.ok("PATCH", f"/users/{tess['id']}/keys/{key}", {"offline_access": True})
    assert rig.ok("GET", f"/locks/{rig.named('/locks', 'Front')}")["offline_access_keys_count"] == 1
    rig.admin.set_lock(SITE, "Front", online=False)
    done = rig.admin.attempt(SITE, "Front", tag="TAG-1")
    assert (done.opened, done.reason) == (True, "offline_access")


def test_f102_an_iq_outage_freezes_the_rights_that_the_locks_have(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    old, new, group = rig.member(), rig.member(), rig.named("/access_groups", "Everywhere")
    rig.join(group, old)
    rig.admin.set_iq(SITE, "IQ 1", online=False)
    rig.join(group, new)
    rig.ok("DELETE", f"/access_groups/{group}/users/{old['user']['id']}")
    opened = [rig.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened for user in (old, new)]
    assert opened == [True, False]
    rig.admin.set_iq(SITE, "IQ 1", online=True)
    opened = [rig.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).opened for user in (old, new)]
    assert opened == [False, True]
