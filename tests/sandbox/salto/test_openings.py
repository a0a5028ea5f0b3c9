"""The look at all doors at once says what trying each of them would, and leaves no trace."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from saltoks.sandbox.salto.world import World
from sandbox.rig import ALWAYS, SITE, Rig, house

NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)
LOCKS = ("Front", "Cellar", "Attic")
INSTANTS = [NOON + timedelta(minutes=minutes) for minutes in (0, 3, 30, 300, 600, 1500)]
HOURS = (
    None,
    ALWAYS,
    ALWAYS | {"start_time": "11:00", "end_time": "15:00"},
    ALWAYS | {"start_date": "2026-06-01T12:20:00", "end_date": "2026-06-01T23:00:00"},
)


@pytest.mark.parametrize("outage", ["none", "a lock", "an IQ", "an IQ, and all doors behind it"])
def test_it_agrees_with_trying_every_door(fresh: Callable[[World], Rig], outage: str) -> None:
    """Whatever people, groups, schedules, delays, suspensions and outages there are."""
    rig = fresh(house(member_delay_seconds=(60, 300), rights_survive_iq_outage="doors" not in outage))
    rig.admin.set_clock(NOON, frozen=True)
    rig.renew()
    people = _crowd(rig, random.Random(outage))
    if outage == "a lock":
        rig.admin.set_lock(SITE, "Front", online=False)
    elif outage != "none":
        rig.admin.set_iq(SITE, "IQ 1", online=False)
    before = rig.admin.world()["sites"][SITE]["entries"]
    found = rig.admin.openings(SITE, INSTANTS)
    assert rig.admin.world()["sites"][SITE]["entries"] == before
    tried = [{lock: {one for one in people if _opens(rig, lock, one, at)} for lock in LOCKS} for at in INSTANTS]
    assert [{lock: seen[lock] & set(people) for lock in LOCKS} for seen in found] == tried
    assert any(seen["Attic"] for seen in tried)


def _crowd(rig: Rig, chance: random.Random) -> list[str]:
    users = [rig.member() for _ in range(12)]
    groups = [rig.group(*chance.sample(LOCKS, chance.randint(1, 3)), schedule=hours) for hours in HOURS * 2]
    for user in users:
        for group in chance.sample(groups, 2):
            rig.join(group, user)
    rig.admin.set_user(SITE, users[0]["id"], subscription_state="suspended")
    rig.admin.set_user(SITE, users[1]["id"], blocked=True)
    return [user["user"]["id"] for user in users]


def _opens(rig: Rig, lock: str, person: str, at: datetime) -> bool:
    return rig.admin.attempt(SITE, lock, user_id=person, at=at).opened


def test_seats_can_be_given_back(fresh: Callable[[World], Rig]) -> None:
    """Who has a seat keeps it; the next one finds none."""
    rig = fresh(house())
    first = rig.guest()
    rig.admin.set_site(SITE, seats=rig.admin.world()["sites"][SITE]["seats_used"])
    second = rig.guest()
    states = {one["id"]: one["subscription_state"] for one in rig.items("/users")}
    assert (states[first["id"]], states[second["id"]]) == ("subscribed", "suspended")
