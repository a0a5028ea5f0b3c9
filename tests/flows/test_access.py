"""The access sync end to end: a row in the booking system, a member at Salto, a door that opens, and shuts again."""

from __future__ import annotations

import pytest

from flows.acts import ANN, GUS, by_hand, do, fresh, membership_records, said, site, tick
from saltoks.core.errors import FixInput
from saltoks.flows import access
from saltoks.flows.sync import dry_run
from stage import NOON, SITE_UID, Stage


def test_a_booking_opens_its_door_in_its_window_and_no_longer(stage: Stage) -> None:
    """F61, F67, F71: booked 13:00 to 14:00 UTC, with 15 minutes before and after."""
    stage.book("b1", "ann", "room-1", 60, 120)
    stage.sync()
    assert stage.members("Room 1") == set()
    assert stage.sandbox.admin.mailbox() == []
    tick(stage, 30)
    stage.move(45)
    assert stage.opens(ANN, "Room 1")
    assert not stage.opens(ANN, "Room 2")
    tick(stage, 120)
    assert stage.opens(ANN, "Room 1")
    tick(stage, 135)
    assert not stage.opens(ANN, "Room 1")
    assert membership_records(stage) == set()


def test_a_membership_opens_its_own_door_for_as_long_as_it_runs(stage: Stage) -> None:
    """F53, F64: from its first to its last day, without lead or tail."""
    stage.add("memberships", "m1", "ann", "club", "2026-03-10", "2026-03-10", "active")
    stage.sync()
    assert stage.opens(ANN, "Club")
    tick(stage, 11 * 60)  # midnight in Amsterdam
    assert not stage.opens(ANN, "Club")


@pytest.mark.parametrize("status", ["tentative", "rejected", "no_such_word", ""])
def test_a_status_that_does_not_say_yes_opens_nothing(stage: Stage, status: str) -> None:
    """F62: an unknown status never opens."""
    stage.book("b1", "ann", "room-1", 0, 60, status=status)
    stage.sync()
    assert stage.members("Room 1") == set()


def test_adjacent_bookings_are_one_stay(stage: Stage) -> None:
    """T7: the end of the first takes nothing away from the second, and costs no write."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "ann", "room-1", 60, 120)
    stage.sync()
    assert fresh(stage, lambda: tick(stage, 75))[1] == 0
    assert stage.opens(ANN, "Room 1")
    [row] = stage.query("select reasons, promised_until from access.group_memberships")
    assert row["reasons"] == ["booking b1", "booking b2"]


def test_an_extended_stay_is_a_new_promise_and_no_write(stage: Stage) -> None:
    """T11: nobody inside is touched; the records know the new end."""
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.sync()
    [before] = stage.query("select promised_until from access.group_memberships")
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.move(15)
    assert fresh(stage, stage.sync)[1] == 0
    [after] = stage.query("select promised_until from access.group_memberships")
    assert (after["promised_until"] - before["promised_until"]).total_seconds() == 90 * 60
    tick(stage, 45)
    assert stage.opens(ANN, "Room 1")


def test_a_cancelled_booking_loses_its_door_at_the_next_tick(stage: Stage) -> None:
    """T10: cancelled is not there any more, whoever it was for."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.book("b2", "gus", "room-2", 0, 120)
    stage.sync()
    stage.book("b1", "ann", "room-1", 0, 120, status="cancelled")
    stage.move(15)
    stage.sync()
    assert stage.members("Room 1") == set()
    assert stage.members("Room 2") == {GUS}
    [row] = stage.query("select removed_because, state from access.group_memberships where group_name = 'Room 1'")
    assert row == {"removed_because": "revoked", "state": "out"}


def test_a_booking_that_vanishes_from_a_complete_file_loses_its_door(stage: Stage) -> None:
    """T35: a removal that a complete extract asks for is made."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.configure(source=stage.site["source"] | {"guards": {"min_rows": 0, "max_shrink_percent": 100}})
    stage.sync()
    stage.unbook("b1")
    stage.move(15)
    outcomes = stage.sync()
    assert outcomes[0].ids["completeness"] == "complete"
    assert stage.members("Room 1") == set()


def test_never_early_gives_late_and_takes_early_without_a_hold(stage: Stage) -> None:
    """Design §4: access is taken at the last tick by its end, which is expected and so never held."""
    stage.configure(rules={"before_minutes": 0, "after_minutes": 0, "edge": "never_early"})
    stage.book("b1", "ann", "room-1", 10, 50)
    stage.sync()
    assert stage.members("Room 1") == set()
    tick(stage, 15)
    assert stage.members("Room 1") == {ANN}
    (stage.root / "data" / "items.csv").unlink()  # from now on every extract fails
    stage.move(45)
    outcomes = stage.sync()
    assert stage.members("Room 1") == set()
    assert outcomes[-1].held == []


def test_what_is_not_mapped_opens_nothing_and_is_said(stage: Stage) -> None:
    """F48."""
    stage.add("items", "sauna", "Sauna")
    stage.book("b1", "ann", "sauna", 0, 60)
    outcomes = stage.sync()
    assert "item sauna is not mapped, so 1 entitlement(s) to it open nothing" in said(outcomes)
    assert site(stage)["users"][1:] == []  # the account itself is the only user
    assert outcomes[-1].state == "done"


def test_a_group_that_is_missing_at_salto_stops_nothing_else(stage: Stage) -> None:
    """F55: the other doors open; the missing one is said with its fix."""
    mapping = [*stage.site["mapping"], {"item": "attic", "groups": ["Attic"]}]
    stage.configure(mapping=mapping)
    stage.add("items", "attic", "Attic")
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "ann", "attic", 0, 60)
    outcomes = stage.sync()
    assert stage.members("Room 1") == {ANN}
    assert "“Attic” is not at this site: create it in Salto KS" in said(outcomes)


def test_a_group_name_that_exists_twice_is_never_guessed(stage: Stage) -> None:
    """F55: which of the two would be a guess, so neither is written."""
    by_hand(stage).post(f"/v1.2/sites/{site(stage)['id']}/access_groups", json={"customer_reference": "Room 1"})
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.book("b2", "ann", "room-2", 0, 60)
    outcomes = stage.sync()
    assert "“Room 1” exists 2 times: rename all but one" in said(outcomes)
    assert [group["members"] for group in site(stage)["groups"] if group["customer_reference"] == "Room 1"] == [[], []]
    assert stage.members("Room 2") == {ANN}


def test_a_dry_run_says_what_it_would_do_and_does_nothing(stage: Stage) -> None:
    """F165: the plan is the one that a sync makes, and nothing is written anywhere."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sandbox.admin.forget_calls()
    with stage.runtime() as rt:
        plan = dry_run(rt, rt.settings.site("house"), "dry").plan
    assert [change.kind for change in plan.changes] == ["create_person", "add_member"]
    assert all(call.method == "GET" or call.path == "/connect/token" for call in stage.sandbox.admin.calls())
    assert stage.query("select * from access.plans") == []
    assert plan.fingerprint == do(stage, "dry", access.plan)[0].ids["fingerprint"]


def test_plan_without_any_extract_says_what_to_do(stage: Stage) -> None:
    """A first run whose `plan` is started alone."""
    with pytest.raises(FixInput, match="house was never extracted: run `saltoks sync --site house` once"):
        do(stage, "alone", access.plan)
    with pytest.raises(FixInput, match="house has no plan in run alone"):
        do(stage, "alone", access.apply)


def test_every_step_leaves_one_summary_row(stage: Stage) -> None:
    """Counts and calls of a run are on record; the first push makes a person, a member, and the mark of the site."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync("r1")
    rows = stage.query("select step, state, reads, writes, tokens, as_of from ops.runs order by started_at")
    assert [row["step"] for row in rows] == ["extract", "validate", "plan", "apply"]
    assert {row["state"] for row in rows} == {"done"}
    assert {row["as_of"] for row in rows} == {NOON}
    plan, apply = rows[2:]
    assert (plan["writes"], apply["writes"], plan["tokens"], apply["tokens"]) == (0, 3, 1, 1)
    calls = stage.sandbox.admin.calls()
    assert plan["reads"] + apply["reads"] == sum(call.method == "GET" for call in calls)
    assert all(SITE_UID not in call.path for call in calls)
