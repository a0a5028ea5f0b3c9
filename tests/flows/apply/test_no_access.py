"""People with no access left: kept, suspended or deleted, and who never is (F81, F82, F83, F159, F160, F161, T29)."""

from __future__ import annotations

from typing import Any

import pytest

from flows.acts import ANN, GUS, by_hand, do, fresh, said, site, tick
from flows.conftest import OpenStage
from saltoks.flows import nightly
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

DAY = 24 * 60


def night(stage: Stage, minute: int) -> Any:
    """The nightly full run, at a minute from noon."""
    stage.move(minute)
    return do(stage, f"night/{minute}", nightly.extract, nightly.validate, nightly.plan, nightly.apply)


def state(stage: Stage, who: str) -> str | None:
    """Whether somebody has a seat; None when they are not at the site."""
    found = [one for one in site(stage)["users"] if who in (one["email"], one["alias"])]
    return found[0]["subscription_state"] if found else None


def policy(stage: Stage, policy: str, grace: int = 2, **more: object) -> None:
    stage.configure(no_access={"policy": policy, "grace_hours": grace} | more)


def visited(stage: Stage) -> None:
    """Ann and the guest were in and are out again since 13:15."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 0, 60)
    stage.sync()
    tick(stage, 90)
    assert stage.members("Room 1") == stage.members("Room 2") == set()


@pytest.mark.parametrize(
    ("how", "expected"),
    [("keep", "subscribed"), ("suspend", "suspended"), ("delete", None)],
    ids=["F81 keep", "F82 suspend", "F83 delete"],
)
def test_the_night_applies_the_policy_to_members_and_guests(stage: Stage, how: str, expected: str | None) -> None:
    """F81, F82, F83, F160, T29: guests whose stay is over give their seats back as well; nothing is done twice."""
    policy(stage, how)
    visited(stage)
    outcomes = night(stage, 600)
    assert (state(stage, ANN), state(stage, GUS)) == (expected, expected)
    assert outcomes[-1].state == "done"
    assert outcomes[-1].counts.get("confirmed", 0) == (0 if how == "keep" else 2)
    assert site(stage)["seats_used"] == (3 if how == "keep" else 1)
    stage.sandbox.admin.forget_calls()
    night(stage, 615)
    assert [call for call in stage.sandbox.admin.calls() if call.method in ("PATCH", "DELETE")] == []


@pytest.mark.parametrize("minute", [194, 196], ids=["within the grace", "after it"])
def test_the_grace_counts_from_the_end_of_the_last_access(stage: Stage, minute: int) -> None:
    """F82: out at 13:15, two hours of grace."""
    policy(stage, "suspend")
    visited(stage)
    night(stage, minute)
    assert state(stage, ANN) == ("subscribed" if minute < 195 else "suspended")


def test_who_needs_a_door_within_a_week_stays(stage: Stage) -> None:
    """F161: a booking in five days protects; one in ten does not."""
    policy(stage, "delete")
    visited(stage)
    stage.book("b3", "ann", "room-1", 5 * DAY, 5 * DAY + 60)
    stage.book("b4", "gus", "room-1", 10 * DAY, 10 * DAY + 60)
    night(stage, 600)
    assert (state(stage, ANN), state(stage, GUS)) == ("subscribed", None)


def test_another_group_at_salto_protects(open_stage: OpenStage) -> None:
    """F161: the gym's group is not ours to know of, so its member stays; a later tick does not ask again."""
    stage = open_stage(lambda world: world["sites"][0]["groups"].append({"customer_reference": "Gym"}))
    policy(stage, "suspend", grace=0, just_in_time=True)
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    stage.sandbox.admin.set_members(SITE_UID, "Gym", add=[stage.user_id(ANN)])
    tick(stage, 90)
    assert fresh(stage, lambda: tick(stage, 105)) == (2 + 1, 0)
    assert fresh(stage, lambda: tick(stage, 120)) == (2, 0)
    assert state(stage, ANN) == "subscribed"


@pytest.mark.parametrize("how", ["an admin's role", "protected", "by an e-mail", "found by e-mail", "by hand"])
def test_never_those(open_stage: OpenStage, how: str) -> None:
    """F161, design §5.4: admins, listed people, people we did not make, and a person's own suspension."""
    ann = {"first_name": "Ann", "last_name": "Able", "email": ANN}
    stage = open_stage(lambda world: world["sites"][0]["users"].extend([ann] if how == "found by e-mail" else []))
    policy(stage, "delete", grace=0)
    visited(stage)
    if how in ("protected", "by an e-mail"):
        stage.configure(people={"protected": ["ann" if how == "protected" else ANN.upper()]})
    elif how == "an admin's role":
        make_admin(stage)
    elif how == "by hand":
        stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), subscription_state="suspended")
        tick(stage, 105)
    night(stage, 600)
    assert state(stage, ANN) == ("suspended" if how == "by hand" else "subscribed")
    assert state(stage, GUS) is None


def make_admin(stage: Stage) -> None:
    house, ann = site(stage), next(one for one in site(stage)["users"] if one["email"] == ANN)
    with by_hand(stage) as http:
        [place] = http.get("/v1.2/sites").json()["items"]
        assert house["seats"] == 500
        roles = http.get(f"/v1.2/sites/{place['id']}/roles").json()["items"]
        wanted = [one["id"] for one in roles if one["code"] in ("site_user", "site_admin")]
        path = f"/v1.2/sites/{place['id']}/users/{ann['site_user_id']}"
        http.patch(path, json={"role_ids": wanted}).raise_for_status()


def test_a_deletion_names_what_is_lost(stage: Stage) -> None:
    """F161: tag, PIN and mobile key go with the person, and the plan says so beforehand."""
    policy(stage, "delete")
    visited(stage)
    with by_hand(stage) as http:
        [place] = http.get("/v1.2/sites").json()["items"]
        user = next(one["site_user_id"] for one in site(stage)["users"] if one["alias"] == GUS)
        http.patch(f"/v1.2/sites/{place['id']}/users/{user}", json={"use_pin": True}).raise_for_status()
        http.put(f"/v1.2/sites/{place['id']}/users/{user}/pin", json={}).raise_for_status()
    night(stage, 600)
    found = stage.query("select customer_id, sentence from access.changes where kind = 'delete_person' order by 1")
    assert [one["sentence"] for one in found] == [
        "Delete customer ann: no access left, the last was until 2026-03-10 14:15.",
        "Delete customer gus, who loses a PIN: no access left, the last was until 2026-03-10 14:15.",
    ]


def test_somebody_who_comes_back_is_subscribed_before_they_are_let_in(stage: Stage) -> None:
    """F82, F84, F159: just in time, both ways, and nobody waits at a door."""
    policy(stage, "suspend", grace=0, just_in_time=True)
    visited(stage)
    tick(stage, 105)
    assert state(stage, ANN) == "suspended"
    stage.book("b3", "ann", "room-1", 200, 260)
    stage.move(165)
    stage.sync()
    assert state(stage, ANN) == "suspended"
    stage.move(180)
    stage.sandbox.admin.forget_calls()
    outcomes = stage.sync()
    assert stage.opens(ANN, "Room 1")
    assert outcomes[-1].state == "done"
    changes = [call.route.split("/")[-1] for call in stage.sandbox.admin.calls() if call.method == "PATCH"]
    assert changes == ["subscription", "users"]


def test_a_guest_who_was_deleted_is_made_again(stage: Stage) -> None:
    """F160: a later stay is a new guest, under the ids of the new one."""
    policy(stage, "delete", grace=0)
    visited(stage)
    night(stage, 600)
    stage.book("b3", "gus", "room-2", 620, 700)
    stage.move(615)
    stage.sync()
    assert stage.lets_in(GUS, "Room 2")


def test_a_suspension_by_hand_is_not_undone(stage: Stage) -> None:
    """F82: only what we suspended is subscribed again."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), subscription_state="suspended")
    tick(stage, 15)
    [row] = stage.query("select suspended_because from access.people where customer_id = 'ann'")
    assert row["suspended_because"] == "by_hand"
    outcomes = [tick(stage, 30)]
    assert state(stage, ANN) == "suspended"
    assert outcomes[0].counts.get("confirmed", 0) == 0


@pytest.mark.parametrize("how", ["suspend", "delete"])
def test_whoever_is_gone_already_is_done(stage: Stage, how: str) -> None:
    """T22, F164: removed by hand between plan and apply; the other one leaves all the same, and the run is green."""
    policy(stage, how)
    visited(stage)
    stage.move(600)
    do(stage, "r", nightly.extract, nightly.validate, nightly.plan)
    stage.sandbox.admin.remove_user(SITE_UID, stage.user_id(ANN))
    [outcome] = do(stage, "r", nightly.apply)
    assert (outcome.state, outcome.counts["confirmed"]) == ("done", 2)
    assert state(stage, GUS) == ("suspended" if how == "suspend" else None)


def test_one_that_salto_refuses_does_not_stop_the_others(stage: Stage) -> None:
    """T30: it failed for one, is said, and is tried again the next night."""
    policy(stage, "delete")
    visited(stage)
    stage.sandbox.admin.faults(Fault("status", route="DELETE /v1*/users/*", status=403, times=1))
    outcomes = night(stage, 600)
    assert outcomes[-1].state == "failed"
    assert "Delete customer ann: no access left" in said(outcomes)
    assert (state(stage, ANN), state(stage, GUS)) == ("subscribed", None)
    assert night(stage, 600 + DAY)[-1].state == "done"
    assert state(stage, ANN) is None


def test_a_guest_whose_customer_is_gone_from_the_source_is_cleaned_up(stage: Stage) -> None:
    """F163, T29: made, never written down, and not in the source any more: found by the alias, gone after the grace."""
    policy(stage, "delete", grace=1)
    stage.sync()
    with by_hand(stage) as http:
        [place] = http.get("/v1.2/sites").json()["items"]
        guest = {"alias": "saltoks desk/left-behind", "expires_at": "2026-03-10T14:00:00Z"}
        http.post(f"/v1.2/sites/{place['id']}/guests", json=guest).raise_for_status()
    night(stage, 600)
    assert state(stage, "saltoks desk/left-behind") == "subscribed"
    night(stage, 661)
    assert state(stage, "saltoks desk/left-behind") is None


def test_a_window_that_is_over_keeps_nobody(stage: Stage) -> None:
    """T29: a slot holds its guests until it is needed again, but it opens nothing, so they leave all the same."""
    policy(stage, "delete")
    stage.configure(mapping=[{"item": "room-1", "locks": ["Room 1 door"], "door": "Room 1 door"}])
    stage.book("b1", "gus", "room-1", 60, 120)
    stage.book("b2", "ann", "room-1", 700, 760)
    stage.sync()
    assert stage.members("saltoks room-1 #1") == {GUS}
    night(stage, 600)
    assert (state(stage, ANN), state(stage, GUS)) == ("subscribed", None)
    assert night(stage, 615)[-1].state == "done"
    assert (
        stage.query("select 1 from access.group_memberships where customer_id = 'gus' and state in ('in', 'sent')")
        == []
    )
