"""What others changed at a site: told, put right or left alone, as the site's policy says (F66, F155, F156, F183)."""

from __future__ import annotations

from typing import Any

import pytest

from flows.acts import ANN, by_hand, fresh, said, site, sync_at, tick
from flows.conftest import OpenStage
from saltoks.core.errors import ConfigError
from saltoks.flows.plan import drift_report as flow
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

ZOE = {"first_name": "Zoe", "last_name": "Zane", "email": "zoe@elsewhere.example"}
BEA = {"first_name": "Bea", "last_name": "Bold", "email": "bea@house.example"}
STRANGER = ZOE["email"]
REVERT = {"extra_member": "revert"}
LONG = 30 * 24 * 60


def house(open_stage: OpenStage, **keys: object) -> Stage:
    """Room 1 is ours alone; Ann has it booked, and Zoe, nobody's customer, is at the site."""

    def change(world: dict[str, Any]) -> None:
        world["sites"][0]["users"] = [ZOE, BEA]

    stage = open_stage(change)
    stage.configure(exclusive_groups=["Room 1"], limits={"percent_from": 50}, **keys)
    stage.add("customers", "bea", "Bea Bold", "bea@house.example", "yes", "no")
    stage.book("b1", "ann", "room-1", 0, LONG)
    stage.sync()
    return stage


def put_in(stage: Stage, who: str, room: str = "Room 1") -> None:
    """Somebody adds a member by hand."""
    stage.sandbox.admin.set_members(SITE_UID, room, add=[stage.user_id(who)])


def take_out(stage: Stage, who: str = ANN, room: str = "Room 1") -> None:
    """Somebody takes a member out by hand."""
    stage.sandbox.admin.set_members(SITE_UID, room, remove=[stage.user_id(who)])


def drift(stage: Stage, state: str = "open") -> list[tuple[str, str, str, str]]:
    """What is on record: kind, group, subject, and what was done."""
    rows = stage.query(f"select * from report.drift where state = '{state}' order by kind, first_seen, subject")  # noqa: S608
    return [(row["kind"], row["group_name"], row["subject"], row["done"]) for row in rows]


def test_an_extra_member_is_told_and_stays(open_stage: OpenStage) -> None:
    """F66, F156: the default; open until somebody takes them out."""
    stage = house(open_stage)
    put_in(stage, STRANGER)
    put_in(stage, "bea@house.example")
    stranger = f"user:{stage.user_id(STRANGER)}"
    sync_at(stage, 15)
    assert drift(stage) == [
        ("extra_member", "Room 1", "bea", "reported"),
        ("extra_member", "Room 1", stranger, "reported"),
    ]
    assert stage.members("Room 1") == {ANN, STRANGER, "bea@house.example"}
    take_out(stage, STRANGER)
    stage.book("b2", "bea", "room-1", 0, 600)
    sync_at(stage, 30)
    assert drift(stage) == []
    assert {row[2] for row in drift(stage, "closed")} == {"bea", stranger}


def test_an_extra_member_is_taken_out_where_the_site_says_so(open_stage: OpenStage) -> None:
    """F155: customers whom nothing asks in, and people who are nobody's customer."""
    stage = house(open_stage, drift=REVERT)
    put_in(stage, STRANGER)
    put_in(stage, "bea@house.example")
    outcomes = sync_at(stage, 15)
    assert outcomes[-1].counts["confirmed"] == 2
    assert stage.members("Room 1") == {ANN}
    assert {row[3] for row in drift(stage)} == {"put right"}
    assert fresh(stage, lambda: sync_at(stage, 30))[1] == 0
    assert drift(stage) == []


def test_a_flood_of_extra_members_is_held(open_stage: OpenStage) -> None:
    """F155, F166: reverting is a removal like any other, so the limits see it."""
    stage = house(open_stage, drift=REVERT)
    stage.configure(limits={"removals_per_group": {"absolute": 1, "percent": 100}})
    put_in(stage, STRANGER)
    put_in(stage, "bea@house.example")
    assert "2 early removals are more than the 1 allowed at once" in said(sync_at(stage, 15))
    assert STRANGER in stage.members("Room 1")
    assert all(row[3].startswith("held: 2 early removals") for row in drift(stage))


def test_the_first_applied_plan_takes_nobody_out(open_stage: OpenStage) -> None:
    """F162: whoever is in already is adopted or told, whatever the policy."""

    def change(world: dict[str, Any]) -> None:
        world["sites"][0]["users"] = [ZOE]
        world["sites"][0]["groups"][0]["members"] = [STRANGER]

    stage = open_stage(change)
    stage.configure(exclusive_groups=["Room 1"], drift=REVERT)
    assert fresh(stage, stage.sync)[1] == 0
    assert [row[3] for row in drift(stage)] == ["left as it is"]
    tick(stage, 15)
    assert stage.members("Room 1") == set()


def test_admins_and_protected_people_are_never_taken_out(open_stage: OpenStage) -> None:
    """Design §5.4: not even where everybody else is."""
    stage = house(open_stage, drift=REVERT, people={"protected": [STRANGER.upper()]})
    admin = next(one["user_id"] for one in site(stage)["users"] if one["email"] == "pipeline@house.example")
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", add=[admin, stage.user_id(STRANGER)])
    assert fresh(stage, lambda: sync_at(stage, 15))[1] == 0
    assert {row[3] for row in drift(stage)} == {"left as it is"}


def test_a_shared_or_unmapped_group_has_no_extra_members(open_stage: OpenStage) -> None:
    """T5: whoever is in a group that is not ours alone is none of our business."""
    stage = house(open_stage, drift=REVERT)
    put_in(stage, STRANGER, "Room 2")
    sync_at(stage, 15)
    assert drift(stage) == []
    assert stage.members("Room 2") == {STRANGER}


@pytest.mark.parametrize("subject", ["bea", "Room 1"], ids=["the customer", "the group"])
def test_what_is_exempt_is_left_alone_until_its_day(open_stage: OpenStage, subject: str) -> None:
    """F155: with who said so and why; then the policy counts again."""
    rule = {"subject": subject, "until": "2026-03-10T13:00:00+00:00", "author": "Desk", "reason": "fair"}
    stage = house(open_stage, drift=REVERT, exempt=[rule])
    put_in(stage, "bea@house.example")
    tick(stage, 15)
    assert "bea@house.example" in stage.members("Room 1")
    assert [row[3] for row in drift(stage)] == ["exempt until 2026-03-10 13:00 UTC by Desk: fair"]
    tick(stage, 60)
    assert stage.members("Room 1") == {ANN}


def test_a_lost_member_is_put_back_and_told(open_stage: OpenStage) -> None:
    """T30: on record until the run that sees them there again."""
    stage = house(open_stage)
    take_out(stage)
    outcomes = sync_at(stage, 15)
    assert "“Room 1”: somebody else took out 1 member(s) of ours (T30)" in said(outcomes)
    assert drift(stage) == [("lost_member", "Room 1", "ann", "put right")]
    assert stage.opens(ANN, "Room 1")
    sync_at(stage, 30)
    assert drift(stage) == []


def test_a_lost_member_stays_out_where_the_site_says_so(open_stage: OpenStage) -> None:
    """F156: told in every run, for as long as the booking asks for it."""
    stage = house(open_stage, drift={"lost_member": "report"})
    take_out(stage)
    for minute in (15, 30):
        sync_at(stage, minute)
        assert drift(stage) == [("lost_member", "Room 1", "ann", "reported")]
    assert stage.members("Room 1") == set()
    stage.book("b1", "ann", "room-1", 0, LONG, status="cancelled")
    sync_at(stage, 45)
    assert drift(stage) == []


def test_a_removal_of_ours_that_shows_late_is_no_loss(open_stage: OpenStage) -> None:
    """T20: we took them out ourselves."""
    stage = house(open_stage)
    stage.unbook("b1")
    stage.book("b9", "bea", "room-1", 0, LONG)
    stage.sandbox.admin.faults(Fault("status", route="PATCH */users", status=204, times=1))
    assert "does not show it yet" in said(sync_at(stage, 15))
    take_out(stage)
    sync_at(stage, 30)
    assert drift(stage, "open") + drift(stage, "closed") == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"subscription_state": "suspended"}, "suspended"), ({"blocked": True}, "blocked")],
    ids=["suspended", "blocked"],
)
def test_who_was_shut_out_by_hand(open_stage: OpenStage, change: dict[str, Any], kind: str) -> None:
    """F156, F183: told by customer, and over once it is undone."""
    stage = house(open_stage)
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), **change)
    sync_at(stage, 15)
    assert drift(stage) == [(kind, "", "ann", "reported")]
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), subscription_state="subscribed", blocked=False)
    sync_at(stage, 30)
    assert drift(stage) == []


def test_a_suspension_by_hand_is_undone_where_the_site_says_so(open_stage: OpenStage) -> None:
    """F156: only for who has access."""
    stage = house(open_stage, drift={"suspended": "revert"})
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), subscription_state="suspended")
    sync_at(stage, 15)
    assert drift(stage) == [("suspended", "", "ann", "put right")]
    assert stage.opens(ANN, "Room 1")


def test_a_changed_schedule_is_noticed_by_full_runs(open_stage: OpenStage) -> None:
    """F156: against what the full run before read; never written."""
    stage = house(open_stage)
    stage.sync("full/0", fully=True)
    group = next(one for one in site(stage)["groups"] if one["customer_reference"] == "Room 2")
    place = f"/v1.1/sites/{site(stage)['id']}/access_groups/{group['id']}/time_schedules"
    with by_hand(stage) as person:
        days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), True)
        body = {**days, "start_time": "09:00:00", "end_time": "17:00:00", "start_date": None, "end_date": None}
        person.post(place, json=body).raise_for_status()
    sync_at(stage, 15)
    assert drift(stage) == []
    stage.move(30)
    told = said(stage.sync("full/1", fully=True))
    assert "somebody else changed the schedule of “Room 2” (F156)" in told
    sync_at(stage, 45)
    assert drift(stage) == [("changed_schedule", "Room 2", "", "reported")]
    stage.move(60)
    stage.sync("full/2", fully=True)
    assert drift(stage) == []


def test_a_group_that_is_gone(open_stage: OpenStage) -> None:
    """F156: one that was there; the members of it are not lost one by one."""
    stage = house(open_stage)
    group = next(one for one in site(stage)["groups"] if one["customer_reference"] == "Room 1")
    with by_hand(stage) as person:
        person.delete(f"/v1.2/sites/{site(stage)['id']}/access_groups/{group['id']}").raise_for_status()
    sync_at(stage, 15)
    assert drift(stage) == [("group_gone", "Room 1", "", "reported")]


def test_the_report_asks_salto_nothing(open_stage: OpenStage) -> None:
    """F156: what the last run saw, with when it began."""
    stage = house(open_stage)
    put_in(stage, STRANGER)
    sync_at(stage, 15)
    sync_at(stage, 30)
    stage.sandbox.admin.forget_calls()
    with stage.runtime() as rt:
        [one] = flow.open_drift(rt, rt.settings.site("house"))
    assert (one.last_seen - one.first_seen).total_seconds() == 15 * 60
    assert "nobody's customer, is in “Room 1”, which nothing asks for" in one.sentence
    assert stage.sandbox.admin.calls() == []


@pytest.mark.parametrize("key", ["schedule", "blocked"])
def test_what_is_never_put_right_cannot_be_asked_for(stage: Stage, key: str) -> None:
    """The mistake is named with its place."""
    stage.configure(drift={key: "revert"})
    with pytest.raises(ConfigError, match=f"drift.{key}: is never put right"), stage.runtime():
        pass
