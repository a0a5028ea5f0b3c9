"""Access groups: names, counts, members by platform id, batches, locks."""

from __future__ import annotations

import pytest

from sandbox.rig import UNKNOWN, Rig, error


def members(rig: Rig, group: str) -> set[str]:
    return {item["id"] for item in rig.items(f"/access_groups/{group}/users", top=100)}


def test_a_group_is_created_named_renamed_and_deleted(rig: Rig) -> None:
    created = rig.ok("POST", "/access_groups", {"customer_reference": "Fitness"})
    assert set(created) == {"id", "customer_reference"}
    path = f"/access_groups/{created['id']}"
    assert rig.ok("GET", path) == created | {"lock_count": 0, "user_count": 0}
    assert rig.ok("PATCH", path, {"customer_reference": "Gym"})["customer_reference"] == "Gym"
    assert [g["id"] for g in rig.items("/access_groups", filter="customer_reference eq 'Gym'")] == [created["id"]]
    assert rig.send("DELETE", path).status_code == 204
    assert error(rig.send("GET", path)) == (404, "2202")


@pytest.mark.parametrize("body", [{}, {"customer_reference": ""}, {"name": "x"}])
def test_a_group_needs_a_name(rig: Rig, body: dict[str, str]) -> None:
    assert error(rig.send("POST", "/access_groups", body)) == (400, "1100")


def test_names_may_repeat_and_hold_quotes(rig: Rig) -> None:
    ids = {rig.group(name="O'Hara") for _ in range(2)}
    assert {g["id"] for g in rig.items("/access_groups", filter="customer_reference eq 'O''Hara'")} == ids


def test_members_go_by_platform_id(rig: Rig) -> None:
    group, user = rig.group(), rig.guest()
    path = f"/access_groups/{group}/users"
    assert error(rig.send("POST", path, {"user_id": user["id"]})) == (404, "2202")
    assert rig.ok("POST", path, {"user_id": user["user"]["id"]})["id"] == user["user"]["id"]
    assert members(rig, group) == {user["user"]["id"]}
    assert rig.ok("GET", f"/access_groups/{group}")["user_count"] == 1
    assert [g["id"] for g in rig.items(f"/users/{user['id']}/access_groups")] == [group]


def test_adding_twice_changes_nothing(rig: Rig) -> None:
    group, user = rig.group(), rig.guest()
    rig.join(group, user)
    rig.join(group, user)
    assert members(rig, group) == {user["user"]["id"]}


def test_a_member_is_removed_once(rig: Rig) -> None:
    group, user = rig.group(), rig.guest()
    rig.join(group, user)
    path = f"/access_groups/{group}/users/{user['user']['id']}"
    assert error(rig.send("DELETE", f"/access_groups/{group}/users/{user['id']}")) == (404, "2202")
    assert rig.send("DELETE", path).status_code == 204
    assert error(rig.send("DELETE", path)) == (404, "2202")


def test_a_batch_adds_and_removes(rig: Rig) -> None:
    group, people = rig.group(), [rig.guest()["user"]["id"] for _ in range(4)]
    path = f"/access_groups/{group}/users"
    assert rig.send("PATCH", path, {"add_ids": people[:3]}).status_code == 204
    assert rig.send("PATCH", path, {"add_ids": people[3:], "remove_ids": people[:2]}).status_code == 204
    assert members(rig, group) == set(people[2:])


@pytest.mark.parametrize("side", ["add_ids", "remove_ids"])
def test_a_batch_with_an_unknown_id_is_refused_whole(rig: Rig, side: str) -> None:
    group, first, second = rig.group(), rig.guest(), rig.guest()
    rig.join(group, first)
    path = f"/access_groups/{group}/users"
    for wrong in (UNKNOWN, second["id"]):
        body = {"add_ids": [second["user"]["id"]], "remove_ids": [first["user"]["id"]]}
        body[side].append(wrong)
        assert error(rig.send("PATCH", path, body)) == (404, "2202")
    assert members(rig, group) == {first["user"]["id"]}


def test_excluded_lists_everybody_else(rig: Rig) -> None:
    group, user = rig.group(), rig.guest()
    path = f"/v1.2/sites/{rig.site}/access_groups/{group}/users"
    everybody = {u["user"]["id"] for u in rig.items("/users", top=100)}
    rig.join(group, user)
    others = {u["id"] for u in rig.http.get(path, params={"excluded": "true", "$top": "100"}).json()["items"]}
    assert others == everybody - {user["user"]["id"]}
    assert error(rig.http.get(path, params={"excluded": "maybe"})) == (400, "1100")


def test_a_groups_locks(rig: Rig) -> None:
    front, cellar, attic = (rig.named("/locks", name) for name in ("Front", "Cellar", "Attic"))
    group = rig.group("Front")
    path = f"/access_groups/{group}/locks"
    assert rig.send("PATCH", path, {"add_ids": [cellar, attic], "remove_ids": [front]}).status_code == 204
    assert {lock["id"] for lock in rig.items(path)} == {cellar, attic}
    assert rig.ok("GET", f"/access_groups/{group}")["lock_count"] == 2
    assert rig.send("DELETE", f"{path}/{attic}").status_code == 204
    assert error(rig.send("DELETE", f"{path}/{attic}")) == (404, "2202")
    assert error(rig.send("POST", path, {"lock_id": UNKNOWN})) == (404, "2202")
    assert group in {g["id"] for g in rig.items(f"/locks/{cellar}/access_groups", top=100)}


def test_hands_in_the_web_app_can_change_members(rig: Rig) -> None:
    group, one, two = rig.group(name="By hand"), rig.guest(), rig.guest()
    rig.join(group, one)
    rig.admin.set_members(rig.site_uid, "By hand", add=[two["user"]["id"]], remove=[one["user"]["id"]])
    assert members(rig, group) == {two["user"]["id"]}
