"""Whose memberships may be changed: ours, those found, those of others, and what people do by hand (design §5.4)."""

from __future__ import annotations

from typing import Any

import pytest

from flows.acts import ANN, fresh, membership_records, said, site, tick
from flows.conftest import OpenStage
from stage import SITE_UID, Stage

ZOE = {"first_name": "Zoe", "last_name": "Zane", "email": "zoe@elsewhere.example"}
KNOWN = {"first_name": "Ann", "last_name": "Able", "email": ANN}


def with_members(open_stage: OpenStage) -> Stage:
    """A site where Ann, a customer, and Zoe, who is none, are in Room 1 before the first run."""

    def change(world: dict[str, Any]) -> None:
        house = world["sites"][0]
        house["users"] = [KNOWN, ZOE]
        house["groups"][0]["members"] = [ANN, ZOE["email"]]

    return open_stage(change)


def test_the_first_run_adopts_and_writes_nothing(open_stage: OpenStage) -> None:
    """F162: who is wanted and in already is noted as found, not as made by us."""
    stage = with_members(open_stage)
    stage.book("b1", "ann", "room-1", 0, 60)
    assert fresh(stage, stage.sync)[1] == 0
    assert membership_records(stage) == {("Room 1", "ann", "adopted")}


@pytest.mark.parametrize(
    ("exclusive", "left"),
    [([], {ANN, "zoe@elsewhere.example"}), (["Room 1"], {"zoe@elsewhere.example"})],
    ids=["a shared group keeps them", "an exclusive group does not"],
)
def test_who_was_there_before_us(open_stage: OpenStage, exclusive: list[str], left: set[str]) -> None:
    """F162: a found membership ends with its booking only where the group is ours alone; strangers always stay."""
    stage = with_members(open_stage)
    stage.configure(exclusive_groups=exclusive)
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    tick(stage, 75)
    assert stage.members("Room 1") == left


def test_strangers_are_said_only_where_the_group_is_ours_alone(open_stage: OpenStage) -> None:
    """F156, T6: drift is reported, never reverted unasked."""
    stage = with_members(open_stage)
    assert "Room 1" not in said(stage.sync())
    stage.configure(exclusive_groups=["Room 1"])
    stage.move(15)
    outcomes = stage.sync()
    assert "“Room 1” has 1 member(s) that are no customers of ours" in said(outcomes)
    assert stage.members("Room 1") == {ANN, ZOE["email"]}


def test_a_group_outside_the_mapping_is_never_read_or_written(open_stage: OpenStage) -> None:
    """T5: only mapped groups are ours."""
    stage = open_stage(
        lambda world: world["sites"][0].update(
            users=[ZOE],
            groups=[*world["sites"][0]["groups"], {"customer_reference": "Staff", "members": [ZOE["email"]]}],
        )
    )
    stage.configure(exclusive_groups=["Room 1", "Room 2", "Club"])
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    staff = next(group["id"] for group in site(stage)["groups"] if group["customer_reference"] == "Staff")
    assert not any(staff in call.path for call in stage.sandbox.admin.calls())
    assert stage.members("Staff") == {ZOE["email"]}


def test_somebody_taken_out_by_hand_comes_back(stage: Stage) -> None:
    """T30: while the booking runs, the next tick puts them in again."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", remove=[stage.user_id(ANN)])
    tick(stage, 15)
    assert stage.opens(ANN, "Room 1")
    rows = stage.query("select state, removed_because from access.group_memberships order by membership_id")
    assert [(row["state"], row["removed_because"]) for row in rows] == [
        ("out", "no longer there at Salto"),
        ("in", None),
    ]


def test_somebody_put_in_by_hand_is_left_alone(stage: Stage) -> None:
    """F162: not ours, so it stays when every booking is over."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    stage.sandbox.admin.set_members(SITE_UID, "Room 2", add=[stage.user_id(ANN)])
    for minute in (15, 75, 90):
        tick(stage, minute)
    assert stage.members("Room 1") == set()
    assert stage.members("Room 2") == {ANN}


def swapped(stage: Stage) -> None:
    """Ann is in Room 1 by us; then somebody takes her out and puts the account itself in: the count stays."""
    stage.book("b1", "ann", "room-1", 0, 48 * 60)
    stage.sync()
    other = next(one["user_id"] for one in site(stage)["users"] if one["user_id"] != stage.user_id(ANN))
    stage.sandbox.admin.set_members(SITE_UID, "Room 1", add=[other], remove=[stage.user_id(ANN)])


def test_a_swap_by_hand_hides_behind_the_count_and_is_found_by_a_full_sync(stage: Stage) -> None:
    """Design §9: equal counts save the read; `--full` reads every group."""
    swapped(stage)
    tick(stage, 15)
    assert ANN not in stage.members("Room 1")
    stage.move(30)
    stage.sync(fully=True)
    assert stage.opens(ANN, "Room 1")


def test_a_swap_by_hand_is_found_after_verify_groups_hours(stage: Stage) -> None:
    """Design §9: at least once a day every group is read back."""
    swapped(stage)
    tick(stage, 24 * 60 - 1)
    assert ANN not in stage.members("Room 1")
    tick(stage, 24 * 60 + 1)
    assert stage.opens(ANN, "Room 1")
    assert len(stage.members("Room 1")) == 2  # the stranger is left alone
