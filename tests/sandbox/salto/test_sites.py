"""Sites, subscription, own profile, roles, hardware."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from saltoks.sandbox.salto.world import World
from sandbox.rig import OTHER_SITE, SITE, Rig, error, house

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def test_a_site_is_found_by_its_uid(rig: Rig) -> None:
    items = rig.http.get("/v1.2/sites", params={"$filter": f"site_uid eq '{OTHER_SITE}'"}).json()["items"]
    assert [(item["site_uid"], item["subscribed_user_amount"], item["time_zone"]) for item in items] == [
        (OTHER_SITE, 5, "America/Chicago")
    ]


def test_the_site_list_can_be_a_bare_array(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house())
    rig.admin.options(sites_as_array=True)
    body = rig.http.get("/v1.2/sites").json()
    assert [site["site_uid"] for site in body] == [SITE, OTHER_SITE]


def test_a_managed_site_counts_its_seats_in_use(rig: Rig) -> None:
    before = rig.ok("GET", "")
    rig.guest()
    after = rig.ok("GET", "")
    assert after["active_user_amount"] == before["active_user_amount"] + 1
    assert (after["pin_enabled"], after["store_events_ttl"]) == (True, "90.00:00:00")
    assert after["subscribed_user_amount"] is None
    assert after["owner"]["first_name"] == "Olga"


def test_the_service_account_takes_a_seat(rig: Rig) -> None:
    me = rig.ok("GET", "/me")
    listed = next(user for user in rig.items("/users", top=100) if user["id"] == me["id"])
    assert listed["subscription_state"] == "subscribed"
    assert [role["code"] for role in listed["roles"]] == ["site_admin"]
    assert me["user"]["id"] == rig.http.get("/v1.2/me").json()["id"]


def test_the_subscription_has_features(rig: Rig) -> None:
    body = rig.ok("GET", "/subscription")
    assert body["is_valid"] is True
    assert "events_storage" in {feature["code"] for feature in body["features"]}


def test_roles_are_found_by_code_and_differ_per_site(rig: Rig) -> None:
    roles = {role["code"]: role for role in rig.items("/roles")}
    assert {code for code, role in roles.items() if role["is_hierarchical"]} == {
        "site_admin",
        "site_user",
        "site_guest",
    }
    dump = rig.admin.world()["sites"]
    assert dump[SITE]["roles"]["site_user"] != dump[OTHER_SITE]["roles"]["site_user"]


def test_own_activations_are_listed(rig: Rig) -> None:
    assert rig.http.get(f"/v1.2/me/{rig.site}/activated_iqs").json()["items"] == []


def test_a_users_activated_iqs(rig: Rig) -> None:
    tess = next(user for user in rig.items("/users") if user["user"]["first_name"] == "Tess")
    assert rig.items(f"/users/{tess['id']}/activated_iqs") == [
        {"id": rig.named("/iqs", "IQ 1"), "customer_reference": "IQ 1", "otp_enabled": True}
    ]


def test_a_lock_has_its_iq_and_no_name(rig: Rig) -> None:
    lock = rig.ok("GET", f"/locks/{rig.named('/locks', 'Front')}")
    assert (lock["customer_reference"], lock["lock_type"]) == ("Front", "wall_reader_pin")
    assert lock["iq"]["customer_reference"] == "IQ 1"
    assert "name" not in lock
    assert "site_id" not in lock


def test_locks_are_filtered_by_a_part_of_the_name(rig: Rig) -> None:
    found = rig.items("/locks", filter="contains(customer_reference,'ront')")
    assert [lock["customer_reference"] for lock in found] == ["Front"]


def test_online_states_follow_the_hardware_when_five_heartbeats_are_missed(fresh: Callable[[World], Rig]) -> None:
    """T23: half an hour at most; until then the service calls online what is not (salto-ks §5)."""
    rig = fresh(house())
    rig.admin.set_clock(NOON)
    lock, iq = rig.named("/locks", "Attic"), rig.named("/iqs", "IQ 2")
    rig.admin.set_iq(SITE, "IQ 2", online=False)
    rig.admin.set_lock(SITE, "Attic", online=False, battery_level="critical", left_open_alarm=True)
    assert rig.ok("GET", f"/locks/{lock}")["online"] is True
    assert rig.ok("GET", f"/iqs/{iq}")["online"] is True
    rig.admin.set_clock(NOON + timedelta(minutes=31))
    found = rig.ok("GET", f"/locks/{lock}")
    assert (found["online"], found["battery_level"], found["left_open_alarm"]) == (False, "critical", True)
    assert found["iq"]["is_online"] is False
    assert rig.ok("GET", f"/iqs/{iq}")["online"] is False
    assert rig.ok("GET", f"/locks/{rig.named('/locks', 'Front')}")["online"] is True


def test_lock_settings_are_kept(rig: Rig) -> None:
    path = f"/locks/{rig.named('/locks', 'Cellar')}/settings"
    rig.ok("PUT", path, {"open_time": 12, "offline_access_by_audit_trail_day_count": 7})
    assert rig.ok("GET", path) == {
        "open_time": 12,
        "offline_access_by_audit_trail_day_count": 7,
        "wall_reader_near_detection_opening": False,
    }


@pytest.mark.parametrize(
    "body", [{"open_time": 0}, {"open_time": 241}, {"offline_access_by_audit_trail_day_count": 256}]
)
def test_lock_settings_have_limits(rig: Rig, body: dict[str, int]) -> None:
    assert error(rig.send("PUT", f"/locks/{rig.named('/locks', 'Cellar')}/settings", body)) == (400, "1100")
