"""How often Salto is asked: the budgets of design §9, counted on the wire."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flows.acts import fresh, push, site, tick
from flows.conftest import OpenStage
from flows.doors import by_lock
from stage import NOON, Stage

MANY = 250
SEATS = "GET /v1.2/sites/{site_id}"
USERS = "GET /v1.2/sites/{site_id}/users"
GROUPS = "GET /v1.2/sites/{site_id}/access_groups"
MEMBERS = "GET /v1.2/sites/{site_id}/access_groups/{access_group_id}/users"
LOCKS = "GET /v1.2/sites/{site_id}/access_groups/{access_group_id}/locks"
SCHEDULES = "GET /v1.1/sites/{site_id}/access_groups/{access_group_id}/time_schedules"
CHANGE = "PATCH /v1.2/sites/{site_id}/access_groups/{access_group_id}/users"
CREATE = "POST /v1.2/sites/{site_id}/users"
MARK = "POST /v1.2/sites/{site_id}/access_groups"
LOCKS = "GET /v1.2/sites/{site_id}/access_groups/{access_group_id}/locks"
SCHEDULES = "GET /v1.1/sites/{site_id}/access_groups/{access_group_id}/time_schedules"


def count(stage: Stage) -> Counter[str]:
    """Calls by route, without the token's."""
    return Counter({route: n for route, n in stage.sandbox.admin.count().items() if "/connect/" not in route})


def test_a_first_tick_with_one_person(stage: Stage) -> None:
    """Design §9: the site and its seats once, each mapped group once with its locks, one create, one write read back.

    The very first push of an installation marks the site with a group of its own (T6).
    """
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    found = count(stage)
    assert found.pop("GET /v1.2/sites") == 1
    assert found.pop("GET /v1.2/sites/{site_id}/roles") == 1
    looks = {LOCKS: 3, SCHEDULES: 3}
    assert found == {GROUPS: 1, USERS: 1, SEATS: 1, MEMBERS: 3 + 1, CREATE: 1, CHANGE: 1, MARK: 1} | looks


def test_a_tick_without_change_reads_twice_and_writes_nothing(stage: Stage) -> None:
    """Design §9: the site's id is known, counts say that no group changed, and an empty plan asks nothing."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.move(15)
    assert fresh(stage, stage.sync) == (2, 0)
    assert count(stage) == {GROUPS: 1, USERS: 1}
    assert stage.sandbox.admin.count()["POST /connect/token"] == 1


def test_an_empty_plan_asks_salto_nothing(stage: Stage) -> None:
    """Design §9: `apply` opens no connection when there is nothing to do, not even for a token."""
    stage.sync()
    stage.move(15)
    outcome = push(stage, "quiet")
    assert outcome.calls is None
    [row] = stage.query("select reads, writes, tokens from ops.runs where run_id = 'quiet' and step = 'apply'")
    assert row == {"reads": 0, "writes": 0, "tokens": 0}


def crowd(world: dict[str, Any]) -> None:
    """250 groups with one lock each, and 250 people of whom each is in one group."""
    house = world["sites"][0]
    house["seats"] = None
    house["locks"] = [{"customer_reference": f"Door {n}"} for n in range(MANY)]
    house["users"] = [{"first_name": "Guest", "last_name": f"{n}", "email": f"p{n}@house.example"} for n in range(MANY)]
    house["groups"] = [
        {"customer_reference": f"Group {n}", "locks": [f"Door {n}"], "members": [f"p{n}@house.example"]}
        for n in range(MANY)
    ]


def crowded(open_stage: OpenStage) -> Stage:
    """The stage with the crowd: everybody has a membership of their own group's plan."""
    stage = open_stage(crowd)
    stage.configure(mapping=[{"item": f"plan-{n}", "groups": [f"Group {n}"]} for n in range(MANY)])
    stage.write("items", [(f"plan-{n}", f"Plan {n}") for n in range(MANY)])
    stage.write("customers", [(f"p{n}", f"Guest {n}", f"p{n}@house.example", "yes", "no") for n in range(MANY)])
    stage.write("memberships", [(f"m{n}", f"p{n}", f"plan-{n}", "2026-03-01", "", "active") for n in range(MANY)])
    return stage


def test_a_site_of_250_groups_and_250_people(open_stage: OpenStage) -> None:
    """Design §9: at most 4 reads and one per 100 groups and per 100 users, once every group was read."""
    stage = crowded(open_stage)
    first = fresh(stage, stage.sync)
    assert first == (2 + 3 + 3 + MANY + 2 * 20, 0)  # site, seats, groups, users (251), members; 20 groups looked at
    stage.sync("all", fully=True)
    assert fresh(stage, lambda: tick(stage, 15)) == (6, 0)
    assert count(stage) == {GROUPS: 3, USERS: 3}

    stage.write("memberships", [*stage.tables["memberships"], ("new", "p7", "plan-8", "2026-03-01", "", "active")])
    stage.move(30)
    assert fresh(stage, stage.sync) == (6 + 1, 1 + 1)  # the one group that changed is read back; the site is marked
    assert count(stage)[MEMBERS] == 1


def test_ten_changes_in_one_group_are_one_write(stage: Stage) -> None:
    """Design §9: five come and five go in a single request, never one per person."""
    people = [(f"c{n}", f"Club {n}", f"c{n}@house.example", "yes", "no") for n in range(10)]
    stage.write("customers", people)
    for n in range(10):
        stage.add("memberships", f"m{n}", f"c{n}", "club", "2026-03-01", "", "active")
        stage.book(f"b{n}", f"c{n}", "room-1", 0 if n < 5 else 60, 30 if n < 5 else 120)
    stage.sync()
    assert fresh(stage, lambda: tick(stage, 45)) == (2 + 1, 1)
    assert stage.members("Room 1") == {f"c{n}@house.example" for n in range(5, 10)}
    assert count(stage)[CHANGE] == 1


def test_a_group_is_read_again_only_when_its_count_moved(stage: Stage) -> None:
    """Design §9: a change by hand costs one read of that group."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    account = next(
        one["user_id"] for one in site(stage)["users"] if one["user_id"] != stage.user_id("ann@house.example")
    )
    stage.sandbox.admin.set_members("NL0000000009", "Room 2", add=[account])
    assert fresh(stage, lambda: tick(stage, 15)) == (3, 0)
    assert fresh(stage, lambda: tick(stage, 30)) == (2, 0)
    assert stage.at > NOON


def test_a_group_that_was_just_made_is_read_once(stage: Stage) -> None:
    """Design §9: it holds nothing yet, so only what was written to it is read back."""
    by_lock(stage)
    stage.book("b1", "ann", "room-1", 120, 180)
    stage.sync()
    reads = {route: n for route, n in count(stage).items() if route.startswith("GET") and "_id}/" in route[30:]}
    assert reads == {LOCKS: 1, SCHEDULES: 1, MEMBERS: 1}
