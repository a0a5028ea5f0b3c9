"""Activating an IQ, its one-time codes, and opening from afar, as they were measured (salto-ks §3.6, §3.7)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from saltoks.sandbox.salto.world import World
from sandbox.rig import LOGIN, SITE, Rig, error, house

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
Fresh = Callable[[World], Rig]


def code(secret: str, pin: str, at: datetime) -> str:
    """The code of a second."""
    return hashlib.md5(f"{at:%Y%m%d%H%M%S}{secret}{pin}".encode(), usedforsecurity=False).hexdigest()[:5]


class Activated:
    """The rig's robot with an activation of IQ 1, at noon on a clock that stands still."""

    def __init__(self, rig: Rig) -> None:
        rig.admin.set_clock(NOON, frozen=True)
        rig.renew()
        self.rig, self.iq = rig, f"/iqs/{rig.named('/iqs', 'IQ 1')}"
        self.front = f"/locks/{rig.named('/locks', 'Front')}/locking"
        self.secret = str(rig.ok("GET", f"{self.iq}/secret")["secret"])
        self.mail()
        self.pin = rig.admin.mailbox()[-1].body.split()[-1]
        rig.ok("PUT", f"{self.iq}/pin", {"otp": self.code(), "delta": "0000"})

    def mail(self) -> httpx.Response:
        """Asks for the PIN by mail."""
        path = f"/v1.2/sites/{self.rig.site}{self.iq}/pin"
        return self.rig.http.get(path, params={"send_email": "true"})

    def code(self, seconds: float = 0, pin: str | None = None) -> str:
        """A code of so many seconds after now."""
        return code(self.secret, pin or self.pin, self.rig.admin.now() + timedelta(seconds=seconds))

    def open(self, otp: str | None, state: str = "unlocked") -> httpx.Response:
        """Asks for the front door."""
        body = {"locked_state": state} | ({"otp": otp} if otp else {})
        return self.rig.send("PATCH", self.front, body)


@pytest.fixture
def active(fresh: Fresh) -> Activated:
    return Activated(fresh(house()))


def test_a_secret_is_shown_until_the_first_activation(fresh: Fresh) -> None:
    rig = fresh(house())
    iq = f"/iqs/{rig.named('/iqs', 'IQ 1')}"
    first = rig.ok("GET", f"{iq}/secret")
    assert rig.ok("GET", f"{iq}/secret") == first
    [begun] = rig.http.get(f"/v1.2/me/{rig.site}/activated_iqs").json()["items"]
    assert (begun["activated"], begun["activation_date"]) == (False, None)
    active = Activated(rig)
    [done] = rig.http.get(f"/v1.2/me/{rig.site}/activated_iqs").json()["items"]
    assert (done["activated"], done["activation_date"]) == (True, "2026-06-01T12:00:00Z")
    assert error(rig.send("GET", f"{iq}/secret")) == (403, "2203")
    assert error(active.mail()) == (403, "2203")
    assert [mail.to for mail in rig.admin.mailbox()] == [LOGIN["username"]]


def test_a_right_code_shows_the_secret_again(active: Activated) -> None:
    """salto-ks §3.7: the code is judged, and wrong ones are counted by this command alone."""
    path = f"/v1.2/sites/{active.rig.site}{active.iq}/secret"

    def ask(otp: str) -> httpx.Response:
        return active.rig.http.get(path, params={"otp": otp})

    assert ask(active.code()).json() == {"secret": active.secret}
    assert [error(ask("00000")) for _ in range(3)] == [(400, "3102"), (400, "3102"), (403, "3102")]
    assert ask("00000").json()["Message"] == "otp_blocked"
    assert active.open(active.code()).status_code == 200
    assert error(active.rig.send("GET", f"{active.iq}/secret")) == (403, "2203")


def test_an_activation_that_is_only_begun_opens_nothing(fresh: Fresh) -> None:
    """salto-ks §2.5: `pin_not_changed`; 3104 is for somebody who has no PIN at that IQ at all."""
    rig = fresh(house())
    rig.admin.set_clock(NOON, frozen=True)
    rig.renew()
    front = f"/locks/{rig.named('/locks', 'Front')}/locking"
    body = {"locked_state": "unlocked", "otp": "12345"}
    assert error(rig.send("PATCH", front, body)) == (404, "3104")
    rig.ok("GET", f"/iqs/{rig.named('/iqs', 'IQ 1')}/secret")
    refused = rig.send("PATCH", front, body)
    assert (refused.status_code, refused.json()["Message"]) == (403, "pin_not_changed")


def test_a_secret_may_be_shown_only_once(fresh: Fresh) -> None:
    rig = fresh(house().with_options(secret_shown_once=True))
    iq = f"/iqs/{rig.named('/iqs', 'IQ 1')}"
    rig.ok("GET", f"{iq}/secret")
    assert error(rig.send("GET", f"{iq}/secret")) == (403, "2203")


@pytest.mark.parametrize(("seconds", "status"), [(-181, 400), (-180, 200), (0, 200), (180, 200), (181, 400)])
def test_a_code_is_good_for_three_minutes_either_way(active: Activated, seconds: int, status: int) -> None:
    assert active.open(active.code(seconds)).status_code == status
    assert len(active.rig.entries()) == (1 if status == 200 else 0)


def test_what_a_refusal_says(active: Activated) -> None:
    assert error(active.open(None)) == (404, "2202")
    assert error(active.open("00000")) == (400, "3102")
    attic = f"/locks/{active.rig.named('/locks', 'Attic')}/locking"
    body = {"locked_state": "unlocked", "otp": active.code()}
    assert error(active.rig.send("PATCH", attic, body)) == (404, "3104")
    active.rig.admin.set_lock(SITE, "Front", online=False)
    assert error(active.open(active.code())) == (500, "3101")
    assert active.rig.entries() == []


def test_codes_are_blocked_for_twenty_minutes_by_command(active: Activated) -> None:
    answers = [error(active.open("00000")) for _ in range(3)]
    assert answers == [(400, "3102"), (400, "3102"), (403, "3102")]
    assert error(active.open(active.code())) == (403, "3102")
    active.rig.ok("PUT", f"{active.iq}/pin", {"otp": active.code(), "delta": "0000"})
    active.rig.admin.advance(20 * 60)
    assert active.open(active.code()).status_code == 200


def test_a_delta_is_taken_away_digit_by_digit(active: Activated) -> None:
    """salto-ks §3.7: 6596 with 6995 is 0601."""
    delta = "6995"
    active.rig.ok("PUT", f"{active.iq}/pin", {"otp": active.code(), "delta": delta})
    pin = "".join(str((int(old) - int(less)) % 10) for old, less in zip(active.pin, delta, strict=True))
    assert pin != active.pin
    assert error(active.open(active.code())) == (400, "3102")
    assert active.open(active.code(pin=pin)).status_code == 200


def test_the_app_makes_another_secret_and_nothing_shows_it(active: Activated) -> None:
    """T17."""
    before = active.rig.http.get(f"/v1.2/me/{active.rig.site}/activated_iqs").json()
    robot = next(one for one in active.rig.items("/users") if one["user"]["email"] == LOGIN["username"])
    active.rig.admin.sign_in_to_app(SITE, "IQ 1", robot["id"])
    assert active.rig.http.get(f"/v1.2/me/{active.rig.site}/activated_iqs").json() == before
    assert error(active.open(active.code())) == (400, "3102")


@pytest.mark.parametrize("how", ["remote_access", "blocked", "suspended"])
def test_who_may_not_open_from_afar(active: Activated, how: str) -> None:
    robot = next(one for one in active.rig.items("/users") if one["user"]["email"] == LOGIN["username"])
    wanted = {"remote_access": {"remote_access": False}, "blocked": {"blocked": True}}
    active.rig.admin.set_user(SITE, robot["id"], **wanted.get(how, {"subscription_state": "suspended"}))
    assert error(active.open(active.code())) == (403, "2203")


def test_office_mode_is_set_from_afar_too(active: Activated) -> None:
    assert active.open(active.code(), "office_mode").json()["locked_state"] == "office_mode"
    assert active.rig.entries() == []
