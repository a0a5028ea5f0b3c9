"""Customers become people at Salto, with two ids each, and some never are touched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from flows.acts import ANN, GUS, do, fresh, membership_records, push, said, site, tick
from flows.conftest import OpenStage
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.sync import sync
from saltoks.settings import load
from saltoks.warehouse.engine.database import Warehouse
from stage import NOON, SITE_UID, Stage


def test_a_customer_with_an_email_is_invited_and_one_for_reservations_is_a_guest(stage: Stage) -> None:
    """F77, F95, F138: site user or guest, and both ids of each on record."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 0, 60)
    stage.sync()
    assert stage.members("Room 1") == {ANN}
    assert stage.members("Room 2") == {GUS}
    assert [mail.to for mail in stage.sandbox.admin.mailbox()] == [ANN]
    there = {(one["email"] or one["alias"]): (one["user_id"], one["site_user_id"]) for one in site(stage)["users"]}
    rows = stage.query("select customer_id, user_id, site_user_id from access.people")
    kept = {row["customer_id"]: (row["user_id"], row["site_user_id"]) for row in rows}
    assert kept == {"ann": there[ANN], "gus": there[GUS]}
    assert kept["ann"][0] != kept["ann"][1]


@pytest.mark.parametrize(
    ("plan_end", "expiry"),
    [("", "2027-03-10T12:00:00+00:00"), ("2026-03-12", "2026-03-12T23:00:00+00:00")],
    ids=["no end", "an end"],
)
def test_every_guest_has_an_expiry(stage: Stage, plan_end: str, expiry: str) -> None:
    """F77: the end of the access, or a year when it has none."""
    stage.add("memberships", "m1", "gus", "club", "2026-03-01", plan_end, "active")
    stage.sync()
    guest = next(one for one in site(stage)["users"] if one["alias"] == GUS)
    assert datetime.fromisoformat(guest["expires_at"]) == datetime.fromisoformat(expiry)


def test_a_person_who_is_at_the_site_already_is_found_by_email(open_stage: OpenStage) -> None:
    """F138: no second Ann, however her address is written."""
    ann = {"first_name": "Ann", "last_name": "Able", "email": "Ann@House.example"}
    stage = open_stage(lambda world: world["sites"][0]["users"].append(ann))
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    assert stage.members("Room 1") == {"Ann@House.example"}
    assert len(site(stage)["users"]) == 2  # she and the account itself


def test_a_person_removed_from_the_site_by_hand_is_made_again(stage: Stage) -> None:
    """F138: the old ids are replaced, and the door opens again."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    old = stage.user_id(ANN)
    stage.sandbox.admin.remove_user(SITE_UID, old)
    tick(stage, 15)
    assert stage.opens(ANN, "Room 1")
    [row] = stage.query("select user_id from access.people where customer_id = 'ann'")
    assert row["user_id"] == stage.user_id(ANN)
    assert membership_records(stage) == {("Room 1", "ann", "ours")}


def test_a_member_without_an_email_is_noted_and_stops_nobody(stage: Stage) -> None:
    """F95: Salto cannot invite them; everybody else goes in."""
    stage.add("customers", "nil", "Nil Nomail", "", "yes", "no")
    stage.book("b1", "nil", "room-1", 0, 60)
    stage.book("b2", "ann", "room-1", 0, 60)
    outcomes = stage.sync()
    assert "customer nil has no e-mail, so Salto cannot invite them: add an e-mail" in said(outcomes)
    assert stage.members("Room 1") == {ANN}


def test_two_customers_with_one_email_are_one_person(stage: Stage) -> None:
    """T12: the end of one's booking does not shut out the other."""
    stage.add("customers", "abe", "Abe Able", ANN, "yes", "no")
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b2", "abe", "room-1", 0, 120)
    stage.sync()
    assert fresh(stage, lambda: tick(stage, 45))[1] == 0
    assert stage.opens(ANN, "Room 1")
    tick(stage, 135)
    assert not stage.opens(ANN, "Room 1")


def test_an_inactive_customer_has_no_access(stage: Stage) -> None:
    """F76."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.add("customers", "ann", "Ann Able", ANN, "no", "no")
    stage.move(15)
    stage.sync()
    assert stage.members("Room 1") == set()


@pytest.mark.parametrize("listed", ["ann", ANN, ANN.upper()], ids=["by id", "by e-mail", "by e-mail in capitals"])
def test_protected_people_are_never_touched(stage: Stage, listed: str) -> None:
    """Design §5.4: neither added nor removed, also in a group that is ours alone."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.configure(people={"protected": [listed]}, exclusive_groups=["Room 1", "Club"])
    stage.book("b1", "ann", "room-1", 0, 120, status="cancelled")
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "", "active")
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 0
    assert stage.members("Room 1") == {ANN}
    assert stage.members("Club") == set()


def test_a_protected_person_stays_when_their_row_goes(stage: Stage) -> None:
    """Design §5.4: a customer listed by id is not touched either once the source no longer has them."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0, "max_shrink_percent": 100}})
    stage.sync()
    stage.configure(people={"protected": ["ann"]})
    stage.write("customers", stage.tables["customers"][1:])
    stage.unbook("b1")
    stage.move(15)
    stage.sync()
    assert stage.members("Room 1") == {ANN}


def test_a_full_site_is_a_failure_that_names_who_is_left_out(open_stage: OpenStage) -> None:
    """T13, F150: nothing is done for somebody without a seat, and every run says so until there is one."""
    stage = open_stage(lambda world: world["sites"][0].update(seats=2))
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.book("b2", "gus", "room-2", 5, 120)
    outcomes = stage.sync()
    assert outcomes[-1].state == "failed"
    assert "customer gus gets no seat: 1 of 2 free, 2 asking" in said(outcomes)
    assert stage.opens(ANN, "Room 1")
    assert {one["email"] or one["alias"] for one in site(stage)["users"]} == {ANN, "pipeline@house.example"}
    stage.move(15)
    assert "customer gus gets no seat: 0 of 2 free, 1 asking" in said(stage.sync())


def test_the_soonest_need_gets_the_last_seat(open_stage: OpenStage) -> None:
    """T13: with one seat left, the earlier window is served."""
    stage = open_stage(lambda world: world["sites"][0].update(seats=2))
    stage.book("b1", "ann", "room-1", 20, 120)
    stage.book("b2", "gus", "room-2", 0, 120)
    stage.sync()
    assert stage.lets_in(GUS, "Room 2")
    assert stage.members("Room 1") == set()


@pytest.mark.parametrize("change", [{"blocked": True}, {"subscription_state": "suspended"}], ids=["blocked", "no seat"])
def test_somebody_shut_out_at_salto_is_said_and_not_undone(stage: Stage, change: dict[str, Any]) -> None:
    """A person's decision in Salto KS stands; the run names the customer."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.sandbox.admin.set_user(SITE_UID, stage.user_id(ANN), **change)
    stage.move(15)
    outcomes = stage.sync()
    assert "customer ann is suspended or blocked at Salto" in said(outcomes)
    assert outcomes[-1].calls is None  # nothing to write, so nothing is asked


class MovingClock:
    """A clock at the stage's instant, on which waiting moves the sandbox instead of the hands of a watch."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.slept = 0.0

    def now(self) -> datetime:
        """The stage's instant."""
        return self._stage.at

    def sleep(self, seconds: float) -> None:
        """The sandbox's time passes."""
        self.slept += seconds
        self._stage.sandbox.admin.advance(seconds)


def sync_on(stage: Stage, clock: MovingClock) -> list[Any]:
    """A whole sync on a clock that can be watched."""
    warehouse = Warehouse(stage.warehouse_url)
    try:
        settings = load(stage.root / "config")
        return sync(Runtime(settings, warehouse, clock), settings.site("house"), "moving")
    finally:
        warehouse.close()


@pytest.mark.parametrize("settling", [12, 60], ids=["12 s", "a minute"])
def test_a_new_guest_that_settles_first_is_waited_for(open_stage: OpenStage, settling: float) -> None:
    """T16: 404/2202 for up to a minute looks final and is not; the guest is in and confirmed in the same run."""
    stage = open_stage(lambda world: world["options"].update(guest_settling_seconds=(settling, settling)))
    stage.book("b1", "gus", "room-1", 0, 60)
    stage.book("b2", "ann", "room-1", 0, 60)
    clock = MovingClock(stage)
    outcomes = sync_on(stage, clock)
    assert settling - 2 < clock.slept <= settling + 8  # the sandbox's own clock runs on meanwhile
    assert outcomes[-1].counts["confirmed"] == 4
    assert outcomes[-1].state == "done"
    assert stage.lets_in(GUS, "Room 1")
    assert membership_records(stage) == {("Room 1", "ann", "ours"), ("Room 1", "gus", "ours")}


def test_a_guest_that_never_settles_fails_alone(open_stage: OpenStage) -> None:
    """T16: the wait is over; the others in the batch go in, and the next tick tries the guest again."""
    stage = open_stage(lambda world: world["options"].update(guest_settling_seconds=(500, 500)))
    stage.book("b1", "gus", "room-1", 0, 60)
    stage.book("b2", "ann", "room-1", 0, 60)
    clock = MovingClock(stage)
    outcomes = sync_on(stage, clock)
    assert 90 <= clock.slept < 98
    assert [text.split(" Failed:")[0] for text in outcomes[-1].failures] == [
        "Add customer gus to “Room 1” from 2026-03-10 12:45 until 2026-03-10 14:15, because of booking b1."
    ]
    assert stage.opens(ANN, "Room 1")
    stage.move(15)
    assert stage.sync()[-1].counts["confirmed"] == 1
    assert stage.lets_in(GUS, "Room 1")


def test_a_role_that_cannot_be_handed_out_is_said(stage: Stage) -> None:
    """Only those who would need it are affected."""
    stage.configure(people={"role": "night_watch"})
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "gus", "room-2", 0, 60)
    outcomes = stage.sync()
    assert "role 'night_watch' cannot be handed out at site house: correct people.role" in said(outcomes)
    assert stage.members("Room 2") == {GUS}
    assert outcomes[-1].state == "failed"


def test_the_ids_of_a_person_are_kept_when_another_email_comes(stage: Stage) -> None:
    """F138, F87: who is who is a matter of stored ids, so that a new address makes no new person."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    before = stage.user_id(ANN)
    stage.add("customers", "ann", "Ann Able", "ann@elsewhere.example", "yes", "no")
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 1
    assert stage.user_id("ann@elsewhere.example") == before
    assert push(stage, "again").state == "done"
    assert len(site(stage)["users"]) == 2
    assert stage.at > NOON
    assert do(stage, "none") == []
