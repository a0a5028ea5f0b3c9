"""The account that syncs loses something: said plainly, nobody loses a door, nothing is asked again and again (T31)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest

from flows.acts import ANN, GUS, do, membership_records, site, sync_at, writes
from flows.conftest import OpenStage
from saltoks.core.errors import FixAccess
from saltoks.flows import nightly
from saltoks.flows.check import check
from stage import NOON, SITE_UID, Stage

SERVICE = "pipeline@house.example"
CHIEF = {"username": "chief@house.example", "password": "planted-chief"}
RIGHTS = "give the user of this connection the rights of a Site Admin on this site"
PASSWORD = "check the user name and the password of the connection"
MOST_CALLS = 3
"""What a run may ask before it gives up: a token, and the first question or two."""


def as_chief(stage: Stage, method: str, path: str, body: object) -> None:
    """What an admin, who is somebody else, does in Salto's own web application."""
    form = {"grant_type": "password", "scope": "user_api.full_access"} | CHIEF
    auth = ("stage-client", "planted-client-secret")
    token = httpx.post(f"{stage.sandbox.url}/connect/token", data=form, auth=auth).json()["access_token"]
    url, headers = f"{stage.sandbox.url}/v1.2/sites/{site(stage)['id']}{path}", {"Authorization": f"Bearer {token}"}
    httpx.request(method, url, json=body, headers=headers).raise_for_status()


def with_role(stage: Stage, *codes: str) -> None:
    """The service account has these roles from now on."""
    [own] = [one["site_user_id"] for one in site(stage)["users"] if one["email"] == SERVICE]
    as_chief(stage, "PATCH", f"/users/{own}", {"role_ids": [site(stage)["roles"][code] for code in codes]})


def signed_in_with(patch: pytest.MonkeyPatch, stage: Stage, **extra: str) -> None:
    """What the connection says from now on."""
    patch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection(**extra)))


@dataclass(frozen=True)
class Loss:
    """Something is taken, and given back; `said` is the fix in the sentence."""

    take: Callable[[Stage, pytest.MonkeyPatch], object]
    give_back: Callable[[Stage, pytest.MonkeyPatch], object]
    said: str


def put_out(stage: Stage, _patch: pytest.MonkeyPatch) -> None:
    """The account is no user of the site any more."""
    stage.sandbox.admin.remove_user(SITE_UID, stage.user_id(SERVICE))


def put_in_again(stage: Stage, _patch: pytest.MonkeyPatch) -> None:
    """An admin makes it a user and an admin of the site once more."""
    roles = [site(stage)["roles"]["site_admin"]]
    body = {"first_name": "Service", "last_name": "Account", "email": SERVICE, "role_ids": roles}
    as_chief(stage, "POST", "/users", body)


LOSSES: dict[str, Loss] = {
    "its place at the site": Loss(put_out, put_in_again, RIGHTS),
    "the role of an admin": Loss(
        lambda stage, _: with_role(stage, "site_user"), lambda stage, _: with_role(stage, "site_admin"), RIGHTS
    ),
    "its password": Loss(
        lambda stage, patch: signed_in_with(patch, stage, user_password="planted-old"),
        lambda stage, patch: signed_in_with(patch, stage),
        PASSWORD,
    ),
    "its login": Loss(
        lambda stage, patch: signed_in_with(patch, stage, username="left@house.example"),
        lambda stage, patch: signed_in_with(patch, stage),
        PASSWORD,
    ),
}


@pytest.fixture
def busy(open_stage: OpenStage) -> Stage:
    """Ann is in for the day, Gus until 12:45; a chief of the site is there beside the service account."""

    def change(world: dict[str, Any]) -> None:
        world["accounts"].append(CHIEF | {"sites": [{"site_uid": SITE_UID, "role": "site_admin"}]})

    stage = open_stage(change)
    stage.book("b1", "ann", "room-1", 0, 1440)
    stage.book("b2", "gus", "room-2", 0, 30)
    assert stage.sync()[-1].state == "done"
    return stage


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_t31_an_account_that_lost_something(busy: Stage, monkeypatch: pytest.MonkeyPatch, loss: Loss) -> None:
    """T31: `check` and each run say what to do; records and doors stay, and the next good run makes up for it."""
    before = (membership_records(busy), {name: busy.members(name) for name in ("Room 1", "Room 2")})
    loss.take(busy, monkeypatch)
    busy.book("b3", "ann", "club", 60, 600)
    for minute in (45, 60, 75):
        busy.sandbox.admin.forget_calls()
        with pytest.raises(FixAccess, match=loss.said):
            sync_at(busy, minute)
        assert len(busy.sandbox.admin.calls()) <= MOST_CALLS
        assert writes(busy) == 0
        assert busy.opens(ANN, "Room 1")
    assert (membership_records(busy), {name: busy.members(name) for name in ("Room 1", "Room 2")}) == before
    busy.sandbox.admin.forget_calls()
    with busy.runtime() as rt:
        found = check(rt, rt.settings.site("house"))
    assert loss.said in found[-1].message
    assert (found[-1].level, found[-1].where) == ("error", "connection")
    assert len(busy.sandbox.admin.calls()) <= MOST_CALLS
    loss.give_back(busy, monkeypatch)
    assert sync_at(busy, 90)[-1].state == "done"
    assert (busy.members("Room 2"), busy.members("Club")) == (set(), {ANN})


def test_t31_rights_that_go_between_plan_and_apply(busy: Stage) -> None:
    """T31: what was planned is not done, not even by half; the next run that may does it."""
    busy.book("b3", "ann", "club", 15, 600)
    busy.move(45)
    do(busy, "r2", nightly.extract, nightly.validate, nightly.plan)
    with_role(busy, "site_user")
    busy.sandbox.admin.forget_calls()
    with pytest.raises(FixAccess, match=RIGHTS):
        do(busy, "r2", nightly.apply)
    assert len(busy.sandbox.admin.calls()) <= 1 + 2 * MOST_CALLS
    assert (busy.members("Room 2"), busy.members("Club")) == ({GUS}, set())
    with_role(busy, "site_admin")
    assert sync_at(busy, 60)[-1].state == "done"
    assert (busy.members("Room 2"), busy.members("Club")) == (set(), {ANN})


STEPS = (nightly.extract, nightly.validate, nightly.plan, nightly.apply)


@pytest.mark.parametrize(
    ("days", "state"),
    [(60, "done"), (28, "warned"), (8, "warned"), (7, "failed"), (1, "failed")],
    ids=lambda one: str(one),
)
def test_f186_the_night_counts_the_days_of_a_subscription(open_stage: OpenStage, days: int, state: str) -> None:
    """F186: four weeks ahead it is told, and in the last week the night is red; nobody is touched for it."""
    end = NOON + timedelta(days=days)
    stage = open_stage(lambda world: world["sites"][0].update(subscription_ends=end.isoformat()))
    stage.book("b1", "ann", "room-1", 0, 60)
    outcome = do(stage, "night", *STEPS)[-1]
    assert outcome.state == state
    told = [*outcome.warnings, *outcome.failures]
    assert [f"in {days} day(s), and every seat and IQ with it (F186)" in one for one in told] == [True] * (days <= 28)
    assert stage.opens(ANN, "Room 1")


def test_t31_the_night_says_that_all_hangs_on_one_customer(stage: Stage) -> None:
    """T31: long before they leave; by the id of the source."""
    stage.add("customers", "bo", "Bo Boss", SERVICE, "yes", "no")
    [told] = do(stage, "night", *STEPS)[-1].warnings
    assert told.startswith(
        "connection 'stage' signs in as customer bo: when they leave, no door is synced any more (T31)"
    )
    assert "Boss" not in told
