"""PIN codes and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from saltoks.sandbox.salto.world import World
from sandbox.rig import UNKNOWN, Rig, error, house


def test_a_pin_is_six_digits_and_every_call_gives_another(rig: Rig) -> None:
    user = rig.user()
    pins = [rig.ok("PUT", f"/users/{user['id']}/pin", {}) for _ in range(3)]
    assert all(len(pin) == 6 and pin.isdigit() for pin in pins)
    assert len(set(pins)) == 3


def test_pins_may_start_with_zero(rig: Rig) -> None:
    user = rig.user()
    pins = [rig.ok("PUT", f"/users/{user['id']}/pin", {}) for _ in range(60)]
    assert any(pin.startswith("0") for pin in pins)


def test_the_digits_are_never_shown_again(rig: Rig) -> None:
    user = rig.user()
    pin = rig.ok("PUT", f"/users/{user['id']}/pin", {})
    keys = rig.items(f"/users/{user['id']}/keys")
    assert [(key["type"], key["key_identifier"], key["expiry_date"]) for key in keys] == [("pin", "pin", None)]
    shown = rig.send("GET", f"/users/{user['id']}").text + rig.send("GET", f"/users/{user['id']}/keys").text
    assert pin not in shown


def test_rotating_keeps_one_pin_key(rig: Rig) -> None:
    user = rig.user()
    for _ in range(2):
        rig.ok("PUT", f"/users/{user['id']}/pin", {})
    assert len(rig.items(f"/users/{user['id']}/keys")) == 1


def test_a_pin_can_come_as_plain_text(fresh: Callable[[World], Rig]) -> None:
    rig = fresh(house(pin_as_text=True))
    answer = rig.send("PUT", f"/users/{rig.user()['id']}/pin", {})
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.isdigit()


def test_a_request_without_a_body_is_enough(rig: Rig) -> None:
    assert rig.send("PUT", f"/users/{rig.user()['id']}/pin").status_code == 200


@pytest.mark.parametrize(
    ("days", "status"), [(0.5, 400), (1.1, 200), (365, 200), (400, 400)], ids=["12 h", "1 day", "1 year", "more"]
)
def test_a_pins_expiry_lies_within_a_year(rig: Rig, days: float, status: int) -> None:
    expiry = (rig.admin.now() + timedelta(days=days)).isoformat()
    path = f"/users/{rig.user()['id']}/pin"
    assert rig.send("PUT", path, {"expiry_date": expiry}).status_code == status


def test_a_site_without_pins_refuses(fresh: Callable[[World], Rig]) -> None:
    world = house()
    world.sites[0].pin_enabled = False
    rig = fresh(world)
    assert error(rig.send("PUT", f"/users/{rig.user()['id']}/pin", {})) == (403, "2203")


def test_a_key_can_be_blocked_and_given_offline_access(rig: Rig) -> None:
    user = rig.user()
    rig.ok("PUT", f"/users/{user['id']}/pin", {})
    key = rig.items(f"/users/{user['id']}/keys")[0]
    path = f"/users/{user['id']}/keys"
    changed = rig.ok("PATCH", f"{path}/{key['id']}", {"blocked": True})
    assert changed == key | {"blocked": True}
    assert rig.ok("PATCH", f"{path}/{key['id']}", {"offline_access": True})["blocked"] is True
    assert error(rig.send("PATCH", f"{path}/{UNKNOWN}", {"blocked": True})) == (404, "2202")


def test_a_guest_that_settles_has_no_pin_yet(fresh: Callable[[World], Rig]) -> None:
    """T16, salto-ks §2.8: 403/2203 for a while, then the same call works."""
    rig = fresh(house(guest_settling_seconds=(30, 30)))
    guest = rig.guest()
    path = f"/users/{guest['id']}/pin"
    assert error(rig.send("PUT", path, {})) == (403, "2203")
    assert rig.items(f"/users/{guest['id']}/keys") == []
    rig.admin.advance(31)
    assert rig.ok("PUT", path, {}).isdigit()
