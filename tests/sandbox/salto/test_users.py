"""Site users and guests: two ids, roles, e-mail, seats, settling, subscription, deletion."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from saltoks.sandbox.salto.world import World
from sandbox.rig import OTHER_SITE, SITE, UNKNOWN, Rig, error, full_house, house


def test_a_user_has_two_ids_that_are_not_interchangeable(rig: Rig) -> None:
    user = rig.user("Two", "Ids")
    assert user["id"] != user["user"]["id"]
    assert rig.ok("GET", f"/users/{user['id']}")["user"]["first_name"] == "Two"
    assert error(rig.send("GET", f"/users/{user['user']['id']}")) == (404, "2202")


def test_a_new_user_is_subscribed_and_has_no_profile(rig: Rig) -> None:
    user = rig.user("Plain", "User", alias="P1", use_pin=True, blocked=True)
    assert (user["subscription_state"], user["alias"], user["use_pin"], user["blocked"]) == (
        "subscribed",
        "P1",
        True,
        True,
    )
    assert (user["user"]["email"], user["user"]["has_profile"]) == (None, False)
    assert user["user"]["is_managed_by_current_site"] is True


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"role_ids": None}, (400, "1101"), id="no roles"),
        pytest.param({"role_ids": []}, (400, "1101"), id="empty roles"),
        pytest.param({"role_ids": [UNKNOWN]}, (404, "2202"), id="unknown role"),
        pytest.param({"role_ids": ["site_user"]}, (400, "1100"), id="a code is no id"),
        pytest.param({"email": ""}, (400, "1101"), id="empty e-mail"),
        pytest.param({"email": "nobody"}, (400, "1101"), id="no e-mail address"),
        pytest.param({"first_name": None}, (400, "1100"), id="no first name"),
        pytest.param({"last_name": " "}, (400, "1100"), id="blank last name"),
        pytest.param({"tag_id": UNKNOWN}, (404, "2202"), id="unknown tag"),
    ],
)
def test_a_create_is_refused(rig: Rig, changes: dict[str, object], expected: tuple[int, str]) -> None:
    before = len(rig.admin.world()["sites"][SITE]["users"])
    body = {"first_name": "A", "last_name": "B", "role_ids": [rig.role()], **changes}
    assert error(rig.send("POST", "/users", body)) == expected
    assert len(rig.admin.world()["sites"][SITE]["users"]) == before


def test_only_non_hierarchical_roles_do_not_do(rig: Rig) -> None:
    body = {"first_name": "A", "last_name": "B", "role_ids": [rig.role("site_mobile_user")]}
    assert error(rig.send("POST", "/users", body)) == (400, "1101")
    body["role_ids"].append(rig.role())
    assert len(rig.ok("POST", "/users", body)["roles"]) == 2


def test_an_email_sends_an_invitation(rig: Rig) -> None:
    rig.user("With", "Mail", email="with@mail.example")
    mails = [mail for mail in rig.admin.mailbox() if mail.to == "with@mail.example"]
    assert [mail.subject for mail in mails] == ["invitation"]
    user = rig.items("/users", filter="user/email eq 'with@mail.example'", inlinecount="allpages")[0]
    assert rig.send("PATCH", f"/users/{user['id']}/resend_invite").status_code == 204
    assert len([mail for mail in rig.admin.mailbox() if mail.to == "with@mail.example"]) == 2


def test_an_invitation_needs_an_email(rig: Rig) -> None:
    assert error(rig.send("PATCH", f"/users/{rig.user()['id']}/resend_invite")) == (400, "1100")


def test_the_same_email_twice_on_a_site_is_refused(rig: Rig) -> None:
    rig.user(email="twice@mail.example")
    body = {"first_name": "A", "last_name": "B", "role_ids": [rig.role()], "email": "Twice@mail.example"}
    assert error(rig.send("POST", "/users", body)) == (400, "1100")


def test_an_email_is_one_person_on_all_sites(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    far = rig.elsewhere(OTHER_SITE)
    here, there = (place.user("Same", "Person", email="same@mail.example") for place in (rig, far))
    assert here["user"]["id"] == there["user"]["id"]
    assert here["id"] != there["id"]
    assert there["user"]["is_managed_by_current_site"] is False
    assert error(far.send("PATCH", f"/users/{there['id']}", {"use_pin": True})) == (403, "2203")
    assert rig.send("PATCH", f"/users/{here['id']}", {"use_pin": True}).status_code == 200


def test_a_known_person_is_searched_and_added(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    far = rig.elsewhere(OTHER_SITE)
    query = {"search_for": "pia@house.example", "for_site_id": far.site}
    found = rig.http.get("/v1.1/users/search", params=query).json()["items"]
    assert [person["first_name"] for person in found] == ["Pia"]
    body = {"id": found[0]["id"], "role_ids": [far.role()], "alias": "P"}
    added = far.ok("POST", "/users/existing", body)
    assert (added["user"]["id"], added["alias"]) == (found[0]["id"], "P")
    assert error(far.send("POST", "/users/existing", body)) == (400, "1100")
    assert error(far.send("POST", "/users/existing", body | {"id": UNKNOWN})) == (404, "2202")


def test_a_change_applies_what_was_sent_and_nothing_else(rig: Rig) -> None:
    user = rig.user("Before", "Name", alias="keep", use_pin=True)
    changed = rig.ok("PATCH", f"/users/{user['id']}", {"first_name": "After", "blocked": True})
    assert changed["user"]["first_name"] == "After"
    assert (changed["alias"], changed["use_pin"], changed["blocked"]) == ("keep", True, True)
    assert rig.ok("GET", f"/users/{user['id']}") == changed


def test_names_and_email_belong_to_a_person_with_a_profile(rig: Rig) -> None:
    user = rig.user("Soon", "Profiled", email="profiled@mail.example")
    rig.admin.set_user(SITE, user["id"], has_profile=True)
    path = f"/users/{user['id']}"
    assert error(rig.send("PATCH", path, {"first_name": "Other"})) == (403, "2203")
    assert rig.send("PATCH", path, {"first_name": "Soon", "alias": "x"}).status_code == 200


def test_roles_can_be_changed_but_not_emptied(rig: Rig) -> None:
    user = rig.user()
    path = f"/users/{user['id']}"
    changed = rig.ok("PATCH", path, {"role_ids": [rig.role("site_admin")]})
    assert [role["code"] for role in changed["roles"]] == ["site_admin"]
    assert error(rig.send("PATCH", path, {"role_ids": []})) == (400, "1101")


def test_a_tag_is_assigned_by_its_id_and_moves(rig: Rig) -> None:
    tag = rig.items("/tags")[0]
    tess = tag["site_user"]["id"]
    user = rig.user("New", "Holder", tag_id=tag["id"])
    assert user["tag_owned_by_this_site"] is True
    assert [key["key_identifier"] for key in rig.items(f"/users/{user['id']}/keys")] == ["TAG-1"]
    assert rig.items("/tags")[0]["site_user"]["id"] == user["id"]
    rig.ok("PATCH", f"/users/{tess}", {"tag_id": tag["id"]})
    rig.ok("PATCH", f"/users/{user['id']}", {"tag_id": ""})
    assert rig.items(f"/users/{user['id']}/keys") == []


def test_a_guest_is_201_without_email_or_pin(rig: Rig) -> None:
    answer = rig.send("POST", "/guests", {"alias": "Booking 4711", "expires_at": "2030-12-01T10:00:00Z"})
    assert answer.status_code == 201
    guest = answer.json()
    assert [role["code"] for role in guest["roles"]] == ["site_guest"]
    assert (guest["alias"], guest["expires_at"], guest["use_pin"]) == (
        "Booking 4711",
        "2030-12-01T10:00:00Z",
        False,
    )
    assert (guest["user"]["email"], guest["subscription_state"]) == (None, "subscribed")


@pytest.mark.parametrize(
    "body", [{"alias": "x"}, {"expires_at": "2030-01-01T00:00:00Z"}, {"alias": "x", "expires_at": "soon"}]
)
def test_a_guest_needs_alias_and_end(rig: Rig, body: dict[str, str]) -> None:
    assert error(rig.send("POST", "/guests", body)) == (400, "1100")


def test_a_full_site_suspends_new_guests_and_users_silently(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(full_house(seats=6))
    assert rig.guest()["subscription_state"] == "subscribed"
    late = rig.guest()
    assert late["subscription_state"] == "suspended"
    assert len(rig.ok("PUT", f"/users/{late['id']}/pin", {})) == 6
    assert rig.user()["subscription_state"] == "suspended"
    assert rig.ok("GET", "")["active_user_amount"] == 6


def test_an_expired_guest_keeps_its_seat(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(full_house(seats=6))
    guest = rig.guest(expires_at=rig.admin.now().isoformat())
    rig.admin.advance(86400 / 48)
    assert rig.guest()["subscription_state"] == "suspended"
    assert rig.send("DELETE", f"/users/{guest['id']}").status_code == 202
    assert rig.guest()["subscription_state"] == "subscribed"


def test_suspending_frees_a_seat(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(full_house(seats=6))
    first = rig.guest()
    assert rig.send("PATCH", f"/users/{first['id']}/subscription", {"state": "suspended"}).status_code == 204
    assert rig.guest()["subscription_state"] == "subscribed"


@pytest.mark.parametrize(("option", "status"), [("ignored", 204), ("refused", 403)])
def test_subscribing_on_a_full_site_gives_no_seat(fresh: Callable[[World], Rig], option: str, status: int) -> None:
    world = full_house(seats=5).with_options(resubscribe_when_full=option)
    rig = fresh(world)
    guest = rig.guest()
    path = f"/users/{guest['id']}/subscription"
    assert rig.send("PATCH", path, {"state": "subscribed"}).status_code == status
    assert rig.ok("GET", f"/users/{guest['id']}")["subscription_state"] == "suspended"


@pytest.mark.parametrize("body", [{"subscription_state": "suspended"}, {"state": "gone"}, {}])
def test_the_subscription_field_is_state(rig: Rig, body: dict[str, str]) -> None:
    assert error(rig.send("PATCH", f"/users/{rig.user()['id']}/subscription", body)) == (400, "1101")


def test_a_deleted_user_is_gone_with_its_memberships(rig: Rig) -> None:
    user, group = rig.guest(), rig.group("Front")
    rig.join(group, user)
    assert rig.send("DELETE", f"/users/{user['id']}").status_code == 202
    assert error(rig.send("GET", f"/users/{user['id']}")) == (404, "2202")
    assert rig.items(f"/access_groups/{group}/users") == []
    assert error(rig.send("DELETE", f"/users/{user['id']}")) == (404, "2202")


def test_the_owner_cannot_be_deleted(rig: Rig) -> None:
    owner = rig.items("/users", filter="user/email eq 'owner@house.example'")[0]
    assert error(rig.send("DELETE", f"/users/{owner['id']}")) == (403, "2203")


def test_a_fresh_guest_settles_first(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(guest_settling_seconds=[60, 60]))
    rig.admin.set_clock(rig.admin.now(), frozen=True)
    guest, group = rig.guest(), rig.group("Front")
    member = {"user_id": guest["user"]["id"]}
    for seconds, roles, pin, join in ((0, 0, 403, 404), (59, 0, 403, 404), (1, 1, 200, 200)):
        rig.admin.advance(seconds)
        assert len(rig.ok("GET", f"/users/{guest['id']}")["roles"]) == roles
        assert rig.send("PUT", f"/users/{guest['id']}/pin", {}).status_code == pin
        assert rig.send("POST", f"/access_groups/{group}/users", member).status_code == join


def test_the_refusals_while_settling_have_the_measured_codes(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(guest_settling_seconds=[60, 60]))
    guest, group = rig.guest(), rig.group("Front")
    assert guest["roles"] == []
    assert error(rig.send("PUT", f"/users/{guest['id']}/pin", {})) == (403, "2203")
    batch = {"add_ids": [guest["user"]["id"]]}
    assert error(rig.send("PATCH", f"/access_groups/{group}/users", batch)) == (404, "2202")


def test_hands_in_the_web_app_can_change_and_remove_users(rig: Rig) -> None:
    user = rig.user()
    rig.admin.set_user(SITE, user["user"]["id"], blocked=True, subscription_state="suspended")
    seen = rig.ok("GET", f"/users/{user['id']}")
    assert (seen["blocked"], seen["subscription_state"]) == (True, "suspended")
    rig.admin.remove_user(SITE, user["id"])
    assert rig.send("GET", f"/users/{user['id']}").status_code == 404


def test_a_guests_end_can_be_moved_and_nobody_else_has_one(rig: Rig) -> None:
    guest, user = rig.guest(), rig.user("No", "End")
    later = {"expires_at": "2031-01-02T03:04:05Z"}
    assert rig.ok("PATCH", f"/users/{guest['id']}", later)["expires_at"] == "2031-01-02T03:04:05Z"
    assert rig.ok("PATCH", f"/users/{user['id']}", later)["expires_at"] is None


def test_a_known_email_may_be_refused_at_a_create(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(create_known_email="refused"))
    far = rig.elsewhere(OTHER_SITE)
    body = {"first_name": "Pia", "last_name": "Known", "email": "pia@house.example", "role_ids": [far.role()]}
    assert error(far.send("POST", "/users", body)) == (400, "1100")
    assert far.send("POST", "/users", body | {"email": "new@house.example"}).status_code == 200
