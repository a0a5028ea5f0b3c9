"""A site with too few seats: who is served, who is said, and what is foreseen (F150, F157, F185, T13, T14, T30)."""

from __future__ import annotations

from typing import Literal

import pytest

from flows.acts import ANN, GUS, by_hand, do, push, said, site, tick
from flows.conftest import OpenStage
from saltoks.flows import access
from stage import SITE_UID, Stage


def full(open_stage: OpenStage, seats: int | None, **options: object) -> Stage:
    """A house with so many seats, of which the account has one."""

    def change(world: dict) -> None:  # type: ignore[type-arg]
        world["sites"][0].update(seats=seats)
        world["options"].update(options)

    return open_stage(change)


def take_a_seat(stage: Stage) -> str:
    """A guest whom somebody makes by hand; gives their site user id."""
    with by_hand(stage) as http:
        [place] = http.get("/v1.2/sites").json()["items"]
        guest = {"alias": "by hand", "expires_at": "2026-03-12T12:00:00Z"}
        made: str = http.post(f"/v1.2/sites/{place['id']}/guests", json=guest).raise_for_status().json()["id"]
    return made


def test_a_seat_lost_between_plan_and_write_is_seen_and_made_good(open_stage: OpenStage) -> None:
    """F157, T14: 201, and suspended all the same; the run is red, and once a seat is free the next one subscribes."""
    stage = full(open_stage, 2)
    stage.book("b1", "gus", "room-1", 0, 120)
    do(stage, "r1", access.extract, access.validate, access.plan)
    other = take_a_seat(stage)
    [outcome] = do(stage, "r1", access.apply)
    assert "customer gus got no seat, the site is full" in said([outcome])
    [row] = stage.query("select subscribed, suspended_because from access.people")
    assert row == {"subscribed": False, "suspended_because": "no_seat"}
    stage.move(15)
    assert "customer gus gets no seat: 0 of 2 free, 1 asking" in said(stage.sync())
    stage.sandbox.admin.remove_user(SITE_UID, other)
    stage.move(30)
    assert stage.sync()[-1].state == "done"
    assert stage.lets_in(GUS, "Room 1")


@pytest.mark.parametrize("how", ["ignored", "refused"])
def test_a_seat_that_salto_does_not_give_back_is_a_failure(
    open_stage: OpenStage, how: Literal["ignored", "refused"]
) -> None:
    """T14: a 204 is no seat yet; whether Salto is silent or refuses, it is said, and tried again."""
    stage = full(open_stage, 2, resubscribe_when_full=how)
    stage.configure(no_access={"policy": "suspend", "grace_hours": 0, "just_in_time": True})
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b2", "ann", "room-1", 180, 240)
    stage.sync()
    tick(stage, 60)
    tick(stage, 75)
    stage.move(165)
    do(stage, "r", access.extract, access.validate, access.plan)
    other = take_a_seat(stage)
    [outcome] = do(stage, "r", access.apply)
    assert "customer ann got no seat, the site is full" in said([outcome])
    assert stage.members("Room 1") == {ANN}
    stage.sandbox.admin.remove_user(SITE_UID, other)
    assert tick(stage, 180).state == "done"
    assert stage.opens(ANN, "Room 1")


def test_who_is_checked_in_comes_first_and_who_is_in_is_never_put_out(open_stage: OpenStage) -> None:
    """F147, F150, T13: the stated order, and every one who is left out with their place in it."""
    stage = full(open_stage, 3)
    stage.book("b0", "ann", "club", 0, 600)
    stage.sync()
    for name in ("bea", "cal", "dan"):
        stage.add("customers", name, name.title() + " Bold", f"{name}@house.example", "yes", "no")
    stage.book("b1", "bea", "room-1", 70, 130)
    stage.book("b2", "cal", "room-1", 60, 130)
    stage.book("b3", "dan", "room-2", 75, 130, status="checked_in")
    stage.move(60)
    outcomes = stage.sync()
    assert stage.members("Room 2") == {"dan@house.example"}
    assert stage.members("Room 1") == set()
    assert stage.opens(ANN, "Club")
    rows = stage.query("select customer_id, place, inside from report.seats_left_out order by place")
    assert [tuple(row.values()) for row in rows] == [("cal", 1, False), ("bea", 2, False)]
    assert outcomes[-1].state == "failed"
    assert [one.split(":")[0] for one in outcomes[-1].failures] == [
        "customer cal gets no seat",
        "customer bea gets no seat",
    ]


def test_nobody_is_planned_for_a_window_without_a_seat(open_stage: OpenStage) -> None:
    """T13: no group of ours is made, and no window set, for somebody who is left out."""
    stage = full(open_stage, 2)
    stage.configure(mapping=[{"item": "room-1", "locks": ["Room 1 door"], "door": "Room 1 door"}])
    stage.book("b1", "ann", "room-1", 60, 120)
    stage.book("b2", "gus", "room-1", 200, 260)
    outcomes = stage.sync()
    assert "customer gus gets no seat" in said(outcomes)
    changes = stage.query("select kind, customer_id from access.changes order by position")
    assert [tuple(row.values()) for row in changes] == [
        ("create_person", "ann"),
        ("add_member", "ann"),
        ("set_window", ""),
    ]


def test_the_forecast_says_when_the_seats_will_not_do(open_stage: OpenStage) -> None:
    """F185: 80 % and 100 %, each with the first quarter; the table is there for a chart."""
    stage = full(open_stage, 4)
    for n, name in enumerate(("ann", "bea", "cal", "dan")):
        stage.add("customers", name, name.title() + " Bold", f"{name}@house.example", "yes", "no")
        stage.book(f"b{n}", name, "room-1", 120 * n + 240, 700)
    outcomes = stage.sync()
    assert [one for one in outcomes[2].warnings if "seats" in one] == [
        "80 % of the 4 seats are needed from 2026-03-10 20:15 on, first 4: free seats, or buy more",
        "more than the 4 seats are needed from 2026-03-10 22:15 on, first 5: free seats, or buy more",
    ]
    rows = stage.query("select needed, allowed, short, share from report.seat_forecast order by starts_at")
    assert len(rows) == 192
    assert {row["needed"] for row in rows} == {1, 2, 3, 4, 5}
    assert [(float(row["share"]), row["short"]) for row in rows[-1:]] == [(1.25, True)]
    assert outcomes[-1].state == "done"


def test_seats_given_back_are_foreseen(open_stage: OpenStage) -> None:
    """F185: with a policy that frees seats, one is free again after the grace."""
    stage = full(open_stage, 4)
    stage.configure(no_access={"policy": "suspend", "grace_hours": 1, "just_in_time": True})
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    rows = stage.query("select needed from report.seat_forecast order by starts_at")
    assert [row["needed"] for row in rows[:10]] == [2] * 9 + [1]


def test_a_site_without_a_limit_leaves_nobody_out(open_stage: OpenStage) -> None:
    stage = full(open_stage, None)
    stage.book("b1", "ann", "room-1", 0, 60)
    assert stage.sync()[-1].state == "done"
    assert {row["share"] for row in stage.query("select share from report.seat_forecast")} == {None}


def test_a_new_seat_is_used_at_the_next_tick(open_stage: OpenStage) -> None:
    """T30: who was left out is asked for again by itself."""
    stage = full(open_stage, 2)
    other = take_a_seat(stage)
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    assert stage.members("Room 1") == set()
    stage.sandbox.admin.remove_user(SITE_UID, other)
    stage.move(15)
    assert push(stage, "again").state == "done"
    assert stage.opens(ANN, "Room 1")
    assert site(stage)["seats_used"] == 2
