"""Taking over a site on which another integration has suspended people (F82, F156, F162)."""

from __future__ import annotations

from typing import Any

from flows.acts import ANN, said, sync_at
from flows.conftest import OpenStage
from saltoks.flows import holds
from stage import SITE_UID, Stage

BEA = {"first_name": "Bea", "last_name": "Bold", "email": "bea@house.example", "subscription_state": "suspended"}
EVE = {"first_name": "Eve", "last_name": "Even", "email": "eve@house.example", "subscription_state": "suspended"}
LONG = 30 * 24 * 60


def house(open_stage: OpenStage, *, by_lock: bool = False, **keys: object) -> Stage:
    """Bea, Eve and Ann are customers; another integration has suspended Bea and Eve, and Bea has Room 1."""

    def change(world: dict[str, Any]) -> None:
        world["sites"][0]["users"] = [BEA, EVE]

    stage = open_stage(change)
    if by_lock:
        stage.configure(mapping=[{"item": "room-1", "locks": ["Room 1 door"], "door": "Room 1 door"}])
    stage.configure(**keys)
    stage.add("customers", "bea", "Bea Bold", str(BEA["email"]), "yes", "no")
    stage.add("customers", "eve", "Eve Even", str(EVE["email"]), "yes", "no")
    stage.book("b1", "bea", "room-1", 0, LONG)
    stage.book("b2", "ann", "room-1", 0, LONG)
    return stage


def suspended(stage: Stage) -> set[str]:
    """Who is suspended at Salto."""
    users = stage.sandbox.admin.world()["sites"][SITE_UID]["users"]
    return {one["email"] for one in users if one["subscription_state"] == "suspended"}


def test_left_alone_where_the_site_says_nothing(open_stage: OpenStage) -> None:
    """F156: told at every run, as before."""
    stage = house(open_stage)
    assert "customer bea is suspended or blocked at Salto" in said(stage.sync())
    assert suspended(stage) == {BEA["email"], EVE["email"]}


def test_the_first_take_over_subscribes_whoever_has_a_reason(open_stage: OpenStage) -> None:
    """F82, F162: Bea has a booking and opens her door; Eve has none, until she has one."""
    stage = house(open_stage, people={"take_over": "subscribe"})
    assert said(stage.sync()) == ""
    assert suspended(stage) == {EVE["email"]}
    assert stage.opens(str(BEA["email"]), "Room 1")
    stage.book("b3", "eve", "room-2", 0, LONG)
    sync_at(stage, 15)
    assert suspended(stage) == set()
    assert stage.opens(str(EVE["email"]), "Room 2")


def test_window_targets_too(open_stage: OpenStage) -> None:
    """F82: whoever gets into a slot gets the seat."""
    stage = house(open_stage, by_lock=True, people={"take_over": "subscribe"})
    stage.sync()
    assert suspended(stage) == {EVE["email"]}
    assert stage.opens(str(BEA["email"]), "Room 1")


def test_who_is_suspended_later_is_another_matter(open_stage: OpenStage) -> None:
    """F156: that is a person's act, and stays so."""
    stage = house(open_stage, people={"take_over": "subscribe"})
    stage.sync()
    for who in (ANN, str(BEA["email"])):
        stage.sandbox.admin.set_user(SITE_UID, stage.user_id(who), subscription_state="suspended")
    sync_at(stage, 15)
    sync_at(stage, 30)
    assert suspended(stage) == {ANN, BEA["email"], EVE["email"]}


def test_protected_people_admins_and_exempt_ones_stay_as_they_are(open_stage: OpenStage) -> None:
    """Design §5.4: whatever the site says of others."""
    until = "2026-05-01T00:00:00+00:00"
    exempt = [{"subject": "eve", "until": until, "author": "Desk", "reason": "owes us"}]
    stage = house(open_stage, people={"take_over": "subscribe", "protected": ["bea"]}, exempt=exempt)
    stage.book("b3", "eve", "room-2", 0, LONG)
    stage.sync()
    assert suspended(stage) == {BEA["email"], EVE["email"]}


def test_too_many_at_once_wait_for_a_person(open_stage: OpenStage) -> None:
    """F166: under a limit of its own; what is accepted is done, also after the first run."""
    limits = {"subscriptions_per_site": {"absolute": 1, "percent": 100}}
    stage = house(open_stage, people={"take_over": "subscribe"}, limits=limits)
    stage.book("b3", "eve", "room-2", 0, LONG)
    told = said(stage.sync())
    assert "2 subscriptions of people whom others suspended are more than the 1 allowed at once at this site" in told
    assert suspended(stage) == {BEA["email"], EVE["email"]}
    sync_at(stage, 15)
    assert suspended(stage) == {BEA["email"], EVE["email"]}
    stage.move(30)
    with stage.runtime() as rt:
        house_ = rt.settings.site("house")
        chosen = holds.holds(rt, house_)
        holds.accept(rt, house_, "a1", [one.hold_id for one in chosen], by="Desk", because="we take over")
    assert suspended(stage) == set()
    assert stage.opens(str(BEA["email"]), "Room 1")
