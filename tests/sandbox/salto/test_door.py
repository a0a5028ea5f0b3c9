"""The door model as a table: what a door does, the entry it writes, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from saltoks.sandbox.salto.admin.client import Attempt
from saltoks.sandbox.salto.door import UNKNOWN_PIN_USER, covers
from saltoks.sandbox.salto.state import Schedule
from saltoks.sandbox.salto.world import World
from sandbox.rig import ALWAYS, SITE, Rig, house

MONDAY_NOON = datetime(2026, 6, 1, 10, tzinfo=UTC)  # 12:00 in Amsterdam
WORKDAY = dict.fromkeys(["monday", "tuesday"], True) | {"start_time": "09:00", "end_time": "17:00"}
NOBODY = "99999999-9999-4999-8999-999999999999"


@dataclass(frozen=True)
class Case:
    """One visit: who comes, how, and what has been set up before."""

    expected: tuple[bool, str | None, str]
    by: str = "mkey"
    lock: str = "Front"
    group_locks: tuple[str, ...] = ("Front", "Cellar", "Attic")
    member: bool = True
    schedule: dict[str, object] | None = field(default_factory=lambda: dict(ALWAYS))
    use_pin: bool = True
    patch: dict[str, object] | None = None
    at: datetime = MONDAY_NOON


CASES = {
    "a member opens": Case((True, None, "granted")),
    "a member opens with a PIN": Case((True, None, "granted"), by="pin"),
    "F171 not a member": Case((False, "no_access", "not_member"), member=False),
    "a group without this lock": Case((False, "no_access", "not_member"), group_locks=("Attic",)),
    "a group without a schedule": Case((False, "no_access", "no_schedule"), schedule=None),
    "PIN: a group without a schedule": Case((False, "no_access", "no_schedule"), by="pin", schedule=None),
    "PIN: use_pin is off": Case((False, None, "pin_off"), by="pin", use_pin=False),
    "use_pin is off, but no PIN is used": Case((True, None, "granted"), use_pin=False),
    "PIN: no keypad": Case((False, "no_access", "unknown_pin"), by="pin", lock="Cellar"),
    "blocked": Case((False, None, "blocked"), patch={"blocked": True}),
    "F171 suspended": Case((False, "suspended", "suspended"), patch={"subscription_state": "suspended"}),
    "PIN: suspended": Case((False, "suspended", "suspended"), by="pin", patch={"subscription_state": "suspended"}),
    "within hours": Case((True, None, "granted"), schedule=WORKDAY),
    "outside hours": Case((False, None, "outside_schedule"), schedule=WORKDAY, at=MONDAY_NOON + timedelta(hours=6)),
    "PIN: outside hours": Case(
        (False, None, "outside_schedule"), by="pin", schedule=WORKDAY, at=MONDAY_NOON + timedelta(hours=6)
    ),
    "on another day": Case((False, None, "outside_schedule"), schedule=WORKDAY, at=MONDAY_NOON + timedelta(days=3)),
    "before the dates": Case(
        (False, None, "outside_schedule"), schedule=ALWAYS | {"start_date": "2026-06-01T12:00:01"}
    ),
    "from the start on": Case((True, None, "granted"), schedule=ALWAYS | {"start_date": "2026-06-01T12:00:00"}),
    "at the very end": Case((False, None, "outside_schedule"), schedule=ALWAYS | {"end_date": "2026-06-01T12:00:00"}),
    "just before the end": Case((True, None, "granted"), schedule=ALWAYS | {"end_date": "2026-06-01T12:00:01"}),
}


@pytest.fixture
def noon(rig: Rig) -> Rig:
    """The shared house on a Monday at noon, local time."""
    rig.admin.set_clock(MONDAY_NOON, frozen=True)
    rig.renew()
    return rig


def visit(rig: Rig, case: Case) -> tuple[Attempt, dict[str, Any]]:
    rig.admin.set_clock(case.at, frozen=True)
    rig.renew()
    user = rig.guest() if case.by == "pin" else rig.member()
    pin = rig.pin(user)
    rig.ok("PATCH", f"/users/{user['id']}", {"use_pin": case.use_pin})
    group = rig.group(*case.group_locks, schedule=case.schedule)
    if case.member:
        rig.join(group, user)
    if case.patch:
        rig.admin.set_user(SITE, user["id"], **case.patch)
    who: dict[str, Any] = {"pin": pin} if case.by == "pin" else {"user_id": user["user"]["id"], "by": case.by}
    return rig.admin.attempt(SITE, case.lock, **who), user


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_table(noon: Rig, case: Case) -> None:
    done, user = visit(noon, case)
    assert (done.opened, done.detail, done.reason) == case.expected
    entry = next(e for e in noon.entries(orderby="utc_date_time desc", top=100) if e["id"] == done.entry_id)
    assert entry["event_category"] == ("lock_opened" if done.opened else "lock_rejected")
    assert (entry["event_detail"], entry["lock_customer_reference"]) == (done.detail, case.lock)
    assert entry["access_by"] == ("pin_code" if case.by == "pin" else case.by)
    unknown_to_the_lock = case.by == "pin" and done.detail == "no_access"
    assert entry["user_id"] == (UNKNOWN_PIN_USER if unknown_to_the_lock else user["user"]["id"])
    assert entry["user_alias"] == (None if unknown_to_the_lock else "Booking 1")


@pytest.mark.parametrize(
    ("who", "reason", "user_id", "detail"),
    [
        pytest.param({"pin": "x"}, "unknown_pin", UNKNOWN_PIN_USER, "", id="PIN"),
        pytest.param({"tag": "TAG-9"}, "unknown_tag", None, "TAG-9", id="tag"),
        pytest.param({"user_id": NOBODY}, "unknown_user", NOBODY, "", id="person"),
    ],
)
def test_strangers(noon: Rig, who: dict[str, str], reason: str, user_id: str | None, detail: str) -> None:
    done = noon.admin.attempt(SITE, "Front", **who)
    assert (done.opened, done.detail, done.reason) == (False, "no_access", reason)
    entry = next(e for e in noon.entries(orderby="utc_date_time desc", top=100) if e["id"] == done.entry_id)
    assert (entry["user_id"], entry["access_detail"], entry["user_alias"]) == (user_id, detail, None)


def test_a_tag_opens_and_its_number_is_on_the_entry(noon: Rig) -> None:
    done = noon.admin.attempt(SITE, "Front", tag="TAG-1")
    assert (done.opened, done.reason) == (True, "granted")
    entry = next(e for e in noon.entries(orderby="utc_date_time desc", top=100) if e["id"] == done.entry_id)
    assert (entry["access_by"], entry["access_detail"], entry["user_first_name"]) == ("tag", "TAG-1", "Tess")


@pytest.mark.parametrize("by", ["mkey", "tag", "pin"])
def test_nobody_opens_with_a_key_that_they_cannot_have(fresh: Callable[[World], Rig], by: str) -> None:
    """F88: a guest has no e-mail to be invited to the app by; tags and PINs are given. Nothing reaches the door."""
    rig = fresh(house())
    guest = rig.guest()
    rig.join(rig.group("Front", schedule=ALWAYS), guest)
    who = {"user_id": guest["user"]["id"], "by": by}
    before = rig.entries(orderby="utc_date_time desc", top=100)
    done = rig.admin.attempt(SITE, "Front", **who)
    assert (done.opened, done.detail, done.reason, done.entry_id) == (False, None, f"no_{by}", "")
    assert rig.entries(orderby="utc_date_time desc", top=100) == before
    assert who["user_id"] in rig.admin.openings(SITE, [rig.admin.now()])[0]["Front"]
    give(rig, guest, by)
    assert rig.admin.attempt(SITE, "Front", **who).opened


def give(rig: Rig, user: dict[str, Any], by: str) -> None:
    """What it takes to open in a way."""
    if by == "mkey":
        rig.ok("PATCH", f"/users/{user['id']}", {"email": f"{user['id']}@house.example"})
    elif by == "tag":
        rig.ok("PATCH", f"/users/{user['id']}", {"tag_id": rig.items("/tags")[0]["id"]})
    else:
        rig.pin(user)


def test_a_door_knows_three_means(noon: Rig) -> None:
    with pytest.raises(ValueError, match="by"):
        noon.admin.attempt(SITE, "Front", user_id=NOBODY, by="charm")


def test_the_handle_inside_always_opens(noon: Rig) -> None:
    assert noon.admin.attempt(SITE, "Attic", exit=True).opened


def test_rotating_a_pin_kills_the_earlier_one(noon: Rig) -> None:
    user = noon.guest()
    group = noon.group("Front", schedule=ALWAYS)
    noon.join(group, user)
    first, second = noon.pin(user), noon.pin(user)
    assert [noon.admin.attempt(SITE, "Front", pin=pin).reason for pin in (first, second)] == [
        "unknown_pin",
        "granted",
    ]


def test_a_deleted_guest_is_a_stranger(noon: Rig) -> None:
    user = noon.guest()
    noon.join(noon.group("Front", schedule=ALWAYS), user)
    pin = noon.pin(user)
    noon.ok("DELETE", f"/users/{user['id']}")
    assert noon.admin.attempt(SITE, "Front", pin=pin).reason == "unknown_pin"
    assert noon.admin.attempt(SITE, "Front", user_id=user["user"]["id"]).reason == "unknown_user"


@pytest.mark.parametrize(("change", "reason"), [({"blocked": True}, "key_blocked"), ({}, "granted")])
def test_a_blocked_key_does_not_open(noon: Rig, change: dict[str, bool], reason: str) -> None:
    user = noon.guest()
    noon.join(noon.group("Front", schedule=ALWAYS), user)
    pin = noon.pin(user)
    key = noon.items(f"/users/{user['id']}/keys")[0]["id"]
    noon.ok("PATCH", f"/users/{user['id']}/keys/{key}", change)
    assert noon.admin.attempt(SITE, "Front", pin=pin).reason == reason


def test_a_pin_expires(noon: Rig) -> None:
    user = noon.guest()
    noon.join(noon.group("Front", schedule=ALWAYS), user)
    noon.pin(user)
    end = MONDAY_NOON + timedelta(days=2)
    pin = noon.ok("PUT", f"/users/{user['id']}/pin", {"expiry_date": end.isoformat()})
    before = end - timedelta(seconds=1)
    assert [noon.admin.attempt(SITE, "Front", pin=pin, at=at).reason for at in (before, end)] == [
        "granted",
        "key_expired",
    ]


@pytest.mark.parametrize(("closes", "reason"), [(False, "granted"), (True, "expired")])
def test_a_past_guest_keeps_its_key_unless_the_world_says_otherwise(
    fresh: Callable[[World], Rig], closes: bool, reason: str
) -> None:
    rig = fresh(house(guest_expiry_closes=closes))
    user = rig.guest(expires_at=(rig.admin.now() + timedelta(minutes=5)).isoformat())
    rig.join(rig.group("Front", schedule=ALWAYS), user)
    pin = rig.pin(user)
    assert rig.admin.attempt(SITE, "Front", pin=pin).opened
    rig.admin.advance(600)
    assert rig.admin.attempt(SITE, "Front", pin=pin).reason == reason


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ("2026-06-01T08:59:59", False),
        ("2026-06-01T09:00:00", True),
        ("2026-06-01T17:00:59", True),
        ("2026-06-01T17:01:00", False),
        ("2026-06-03T12:00:00", False),
    ],
)
def test_daily_hours_hold_to_the_second(local: str, expected: bool) -> None:
    schedule = Schedule(
        id="x", days=["monday", "tuesday"], start_time="09:00:00", end_time="17:00:59", since=MONDAY_NOON
    )
    assert covers(schedule, datetime.fromisoformat(local)) is expected


@pytest.mark.parametrize(
    ("at", "opened"),
    [
        pytest.param(datetime(2026, 10, 26, 7, 30, tzinfo=UTC), False, id="winter"),
        pytest.param(datetime(2026, 10, 23, 7, 30, tzinfo=UTC), True, id="summer"),
    ],
)
def test_hours_follow_the_local_clock_over_the_change_of_time(noon: Rig, at: datetime, opened: bool) -> None:
    """07:30 UTC is 09:30 in Amsterdam's summer and 08:30 in its winter."""
    user = noon.member()
    noon.join(noon.group("Front", schedule=ALWAYS | {"start_time": "09:00"}), user)
    assert noon.admin.attempt(SITE, "Front", user_id=user["user"]["id"], at=at).opened is opened
