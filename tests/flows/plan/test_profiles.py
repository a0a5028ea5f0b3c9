"""Data of people follow the source, and accounts that are there are used (F87, F138, F157, T11, T12, T30)."""

from __future__ import annotations

from typing import Any

import pytest

from flows.acts import ANN, GUS, do, fresh, said, site, tick
from flows.conftest import OpenStage
from saltoks.flows import access
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

OTHER = "NL0000000010"


def person(stage: Stage, who: str) -> dict[str, Any]:
    """Somebody at the site, by e-mail or alias."""
    return next(one for one in site(stage)["users"] if who in (one["email"], one["alias"]))


def test_a_longer_stay_prolongs_the_guest(stage: Stage) -> None:
    """T11: the same guest, who expires later; a shorter stay changes nothing."""
    stage.book("b1", "gus", "room-1", 0, 60)
    stage.sync()
    before = person(stage, GUS)
    assert before["expires_at"] == "2026-03-10T13:15:00Z"
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.move(30)
    assert stage.sync()[-1].counts["confirmed"] == 1
    after = person(stage, GUS)
    assert after["expires_at"] == "2026-03-10T22:15:00Z"
    assert after["user_id"] == before["user_id"]
    stage.book("b1", "gus", "room-1", 0, 300)
    stage.move(45)
    assert fresh(stage, stage.sync)[1] == 0


def test_a_guest_whose_access_has_no_end_is_prolonged_in_time(stage: Stage) -> None:
    """T11: made for a year, and for another one when that runs out; not at every tick."""
    stage.add("memberships", "m1", "gus", "club", "2026-03-01", "", "active")
    stage.sync()
    assert fresh(stage, lambda: tick(stage, 334 * 1440))[1] == 0
    assert fresh(stage, lambda: tick(stage, 336 * 1440))[1] == 1
    assert fresh(stage, lambda: tick(stage, 337 * 1440))[1] == 0
    assert person(stage, GUS)["expires_at"] == "2028-02-09T12:00:00Z"


def test_names_follow_the_source_until_there_is_a_profile(stage: Stage) -> None:
    """F87: what the plan says is which data, never their text."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.add("customers", "ann", "Ann van Able", ANN, "yes", "no")
    stage.move(15)
    stage.sync()
    assert (person(stage, ANN)["first_name"], person(stage, ANN)["last_name"]) == ("Ann van", "Able")
    [row] = stage.query("select sentence from access.changes where kind = 'update_person'")
    assert row["sentence"] == "Change name of customer ann to what the source has."
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), has_profile=True)
    stage.add("customers", "ann", "Ann Other", ANN, "yes", "no")
    stage.move(30)
    assert fresh(stage, stage.sync)[1] == 0


def test_an_email_that_vanishes_is_never_sent_empty(stage: Stage) -> None:
    """F87, salto-ks §3.2: Salto refuses an empty e-mail, so the one there is stays."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.add("customers", "ann", "Ann Able", "", "yes", "no")
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 0
    assert stage.members("Room 1") == {ANN}


def test_nobody_gets_the_email_of_another_user(open_stage: OpenStage) -> None:
    """T12, F87: it is said, and nothing is written."""
    eve = {"first_name": "Eve", "last_name": "Even", "email": "eve@house.example"}
    stage = open_stage(lambda world: world["sites"][0]["users"].append(eve))
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.add("customers", "ann", "Ann Able", "eve@house.example", "yes", "no")
    stage.move(15)
    assert "customer ann has the e-mail of another user of the site" in said(stage.sync())
    assert person(stage, ANN)["first_name"] == "Ann"


def test_people_whom_we_did_not_make_keep_their_data(open_stage: OpenStage) -> None:
    """F87: somebody wrote them in by hand, so the name is theirs."""
    ann = {"first_name": "Annie", "last_name": "A.", "email": ANN, "has_profile": False}
    stage = open_stage(lambda world: world["sites"][0]["users"].append(ann))
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    assert fresh(stage, lambda: tick(stage, 15))[1] == 0
    assert person(stage, ANN)["first_name"] == "Annie"


@pytest.mark.parametrize("alias", ["saltoks desk/gus", "saltoks desk/gus · Gus Guest"], ids=["id", "name"])
def test_a_site_chooses_whether_salto_learns_the_name_of_a_guest(stage: Stage, alias: str) -> None:
    """A pseudonym unless the site says otherwise; found again either way, also when the choice changes."""
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.configure(people={"alias": "name" if "·" in alias else "id"})
    stage.sync()
    assert stage.members("Room 1") == {alias}
    stage.configure(people={"alias": "id" if "·" in alias else "name"})
    tick(stage, 15)
    assert len(site(stage)["users"]) == 2
    assert person(stage, GUS if "·" in alias else "saltoks desk/gus · Gus Guest")


def elsewhere(world: dict[str, Any]) -> None:
    """Ann has a Salto account, at another site."""
    ann = {"first_name": "Ann", "last_name": "Elsewhere", "email": ANN, "has_profile": False}
    other = {"site_uid": OTHER, "customer_reference": "Other", "time_zone": "UTC", "country_code": "NL", "users": [ann]}
    world["sites"].append(other)


@pytest.mark.parametrize("how", ["joined", "refused"])
def test_somebody_with_a_salto_account_joins_with_it(open_stage: OpenStage, how: str) -> None:
    """F138: whether a create finds the account itself, or it must be searched and added."""

    def change(world: dict[str, Any]) -> None:
        elsewhere(world)
        world["options"]["create_known_email"] = how

    stage = open_stage(change)
    stage.book("b1", "ann", "room-1", 0, 60)
    outcomes = stage.sync()
    assert outcomes[-1].state == "done"
    assert stage.opens(ANN, "Room 1")
    kept = stage.query("select user_id, site_user_id, made_by_us from access.people")
    there = person(stage, ANN)
    assert kept == [{"user_id": there["user_id"], "site_user_id": there["site_user_id"], "made_by_us": True}]
    accounts = {one["user_id"] for one in stage.sandbox.admin.world()["sites"][OTHER]["users"]}
    assert there["user_id"] in accounts


def test_somebody_whom_another_site_manages_is_reported_and_not_fought(open_stage: OpenStage) -> None:
    """F87: their name is not ours to change."""
    stage = open_stage(elsewhere)
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 0
    [row] = stage.query("select notes from access.plans order by serial desc limit 1")
    assert "customer ann is managed by another site, so name must be changed there" in row["notes"]
    assert stage.opens(ANN, "Room 1")


def test_a_refused_create_that_no_account_explains_says_what_salto_said(stage: Stage) -> None:
    """T30: the refusal of the create itself, not that of the search."""
    stage.sandbox.admin.faults(Fault("status", route="POST /v1*/users", status=400, times=1))
    stage.book("b1", "ann", "room-1", 0, 60)
    outcomes = stage.sync()
    assert "Could not create a user" in said(outcomes)
    assert tick(stage, 15).state == "done"
    assert stage.opens(ANN, "Room 1")


def test_an_edit_that_salto_does_not_take_is_a_failure(stage: Stage) -> None:
    """F157, T30: read back, said, and tried again."""
    stage.book("b1", "gus", "room-1", 0, 60)
    stage.sync()
    stage.book("b1", "gus", "room-1", 0, 600)
    stage.move(30)
    stage.sandbox.admin.faults(Fault("status", route="PATCH /v1*/users/*", status=400, times=1))
    assert stage.sync()[-1].state == "failed"
    assert do(stage, "again", access.plan, access.apply)[-1].state == "done"
    assert person(stage, GUS)["expires_at"] == "2026-03-10T22:15:00Z"
