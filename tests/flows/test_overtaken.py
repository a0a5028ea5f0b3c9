"""Reruns converge to now: what a newer run has overtaken writes nothing, and one site has one writer (design §5.6)."""

from __future__ import annotations

import threading
import time

import pytest

from flows.acts import ANN, do, fresh, judge, membership_records, push, writes
from saltoks.core.errors import FixInput, TryAgain
from saltoks.flows import access
from saltoks.flows.run.steps import Outcome
from saltoks.sandbox.salto.admin.client import Fault
from stage import NOON, Stage


def planned(stage: Stage, run_id: str) -> None:
    """A run up to its plan."""
    judge(stage, run_id)
    do(stage, run_id, access.plan)


def applied(stage: Stage, run_id: str) -> Outcome:
    """The task `apply` of a run, started alone."""
    return do(stage, run_id, access.apply)[0]


def test_a_run_that_a_newer_one_overtook_writes_nothing(stage: Stage) -> None:
    """Design §5.6: it says by which, and its plan stays on record as overtaken."""
    stage.book("b1", "ann", "room-1", 0, 60)
    planned(stage, "old")
    planned(stage, "young")
    stage.sandbox.admin.forget_calls()
    outcome = applied(stage, "old")
    assert stage.sandbox.admin.calls() == []
    assert outcome.ids["overtaken_by"] == "young"
    assert outcome.warnings == ["run young has planned since: this run writes nothing"]
    assert stage.members("Room 1") == set()
    assert applied(stage, "young").counts["confirmed"] == 2
    states = {row["run_id"]: row["state"] for row in stage.query("select run_id, state from access.plans")}
    assert states == {"old": "overtaken", "young": "applied"}


def test_clearing_apply_of_last_weeks_run_does_not_bring_back_last_weeks_doors(stage: Stage) -> None:
    """Design §5.6: the booking of then is over, and stays over."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync("old")
    stage.move(75)
    stage.sync("young")
    assert fresh(stage, lambda: applied(stage, "old")) == (0, 0)
    assert stage.members("Room 1") == set()


def test_a_second_apply_of_the_newest_run_looks_again(stage: Stage) -> None:
    """A cleared task works towards what is true now: a plan that was used is made anew."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync("only")
    assert fresh(stage, lambda: applied(stage, "only")) == (2, 0)
    stage.sandbox.admin.set_members("NL0000000009", "Room 1", remove=[stage.user_id(ANN)])
    assert applied(stage, "only").counts["confirmed"] == 1
    assert stage.opens(ANN, "Room 1")
    plans = stage.query("select state from access.plans order by serial")
    assert [row["state"] for row in plans] == ["applied", "applied", "applied"]


def test_a_cleared_plan_task_makes_a_plan_of_today(stage: Stage) -> None:
    """Clearing `plan` and `apply` of an old run makes it the newest: it then does what is right now."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync("old")
    stage.move(75)
    stage.sync("young")
    stage.book("b2", "gus", "room-2", 75, 120)
    judge(stage, "old")
    push(stage, "old")
    assert membership_records(stage) == {("Room 2", "gus", "ours")}


def test_an_extract_that_is_cleared_alone_takes_nothing_back(stage: Stage) -> None:
    """What this run loaded before stays on record until what it reads now is judged as well."""
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync("only")
    do(stage, "only", access.extract)
    assert push(stage, "next").counts == {}
    assert stage.members("Room 1") == {ANN}
    found = stage.query("select extract_id, state from src.extracts order by extract_id")
    assert [(row["extract_id"], row["state"]) for row in found] == [("only/desk", "loaded"), ("only/desk/2", "staged")]
    do(stage, "only", access.extract, access.validate)
    [states] = stage.query("select array_agg(state order by extract_id) as found from src.extracts")
    assert states["found"] == ["loaded", "loaded"]


def test_there_is_nothing_to_judge_in_a_run_that_read_nothing(stage: Stage) -> None:
    with pytest.raises(FixInput, match="run bare has read nothing for site house: clear its task `extract`"):
        do(stage, "bare", access.validate)


@pytest.mark.parametrize(("minutes", "plans"), [(14, 1), (15, 2)], ids=["within a tick", "a tick old"])
def test_a_plan_that_lay_too_long_is_made_anew(stage: Stage, minutes: int, plans: int) -> None:
    """Design §5.6: a plan of two hours ago would put in who has left since."""
    stage.book("b1", "ann", "room-1", 0, 600)
    planned(stage, "slow")
    stage.move(minutes)
    applied(stage, "slow")
    assert len(stage.query("select * from access.plans")) == plans
    assert stage.opens(ANN, "Room 1")


def test_a_stale_plan_is_not_carried_out(stage: Stage) -> None:
    """Design §5.6: Ann's booking ended while the task waited."""
    stage.book("b1", "ann", "room-1", 0, 60)
    planned(stage, "slow")
    stage.move(90)
    stage.sandbox.admin.forget_calls()
    applied(stage, "slow")
    assert writes(stage) == 0
    assert stage.at > NOON


def test_two_at_once_on_one_site(stage: Stage) -> None:
    """F189: the second one is told to come again, and the first is not disturbed."""
    stage.book("b1", "ann", "room-1", 0, 600)
    planned(stage, "first")
    stage.sandbox.admin.faults(Fault("slow", route="PATCH */users", seconds=0.6, times=1))
    found: list[Outcome] = []
    run = threading.Thread(target=lambda: found.append(applied(stage, "first")))
    run.start()
    until = time.monotonic() + 10
    while not stage.query("select 1 from access.changes where kind = 'add_member' and state = 'sent'"):
        assert time.monotonic() < until
    with pytest.raises(TryAgain, match="another run is writing to site house now: wait until it ends"):
        applied(stage, "first")
    run.join()
    assert found[0].counts["confirmed"] == 2
    stage.move(15)
    assert push(stage, "second").state == "done"  # the lock is free again
