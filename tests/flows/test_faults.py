"""Salto is slow, throttles, fails or forgets who we are: the sync waits, asks again, or says so and goes on later."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from flows.acts import ANN, GUS, do, fresh, judge, membership_records, push, tick
from saltoks.core.errors import SignInFailed, Throttled, Unavailable, UnexpectedAnswer
from saltoks.flows import access
from saltoks.sandbox.salto.admin.client import Fault
from stage import SITE_UID, Stage

USERS = "GET /v1.2/sites/*/users"
CHANGE = "PATCH */users"
CREATE = "POST /v1.2/sites/*/users"


def wanting(stage: Stage) -> None:
    """Ann and Gus have bookings."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-2", 0, 600)


def is_done(stage: Stage) -> bool:
    """Whether both are in, and nothing is left to do."""
    inside = stage.members("Room 1") == {ANN} and stage.members("Room 2") == {GUS}
    booked = membership_records(stage) == {("Room 1", "ann", "ours"), ("Room 2", "gus", "ours")}
    stage.sandbox.admin.faults()
    stage.move(15)
    return inside and booked and fresh(stage, lambda: push(stage, "last"))[1] == 0


QUICK: dict[str, Fault] = {
    "429 with Retry-After": Fault("status", route="* /v1*", status=429, retry_after=0.3, skip=2, times=2),
    "503 burst on reads": Fault("status", route=USERS, status=503, times=1),
    "500 on a change": Fault("status", route=CHANGE, status=500, times=1),
    "a write that hangs": Fault("hang", route=CHANGE, seconds=0.2, times=1),
    "a read that hangs": Fault("hang", route=USERS, seconds=0.2, times=1),
    "a token that is refused": Fault("status", route=CHANGE, status=401, times=1),
}


@pytest.mark.parametrize("fault", QUICK.values(), ids=QUICK.keys())
def test_what_passes_by_is_waited_out_in_the_same_run(stage: Stage, fault: Fault) -> None:
    """T36: reads, changes of groups and throttled calls are repeated where a repeat is safe."""
    wanting(stage)
    stage.sandbox.admin.faults(fault)
    assert stage.sync()[-1].state == "done"
    assert is_done(stage)


def test_retry_after_holds_everybody_who_uses_the_account(stage: Stage) -> None:
    """T36: the pause is a row of the warehouse, so that other tasks keep to it as well."""
    wanting(stage)
    stage.sandbox.admin.faults(Fault("status", route=USERS, status=429, retry_after=0.5, times=1))
    began = time.monotonic()
    stage.sync()
    assert time.monotonic() - began >= 0.5
    [row] = stage.query("select sum(waited_seconds) as waited from ops.runs")
    assert row["waited"] >= 0.4
    assert is_done(stage)


LASTING: dict[str, tuple[Fault, type[Exception]]] = {
    "a throttle of ten minutes": (Fault("status", route=USERS, status=429, retry_after=600), Throttled),
    "a user that cannot be made": (Fault("status", route=CREATE, status=500), Unavailable),
    "an outage of the identity server": (Fault("status", route="POST /connect/token", status=400), UnexpectedAnswer),
    "an answer that is no JSON": (Fault("garbage", route=USERS), UnexpectedAnswer),
    "an answer without a body": (Fault("empty_body", route=USERS), UnexpectedAnswer),
    "rights that were taken": (Fault("status", route="* /v1*", status=401), SignInFailed),
}


@pytest.mark.parametrize(("fault", "error"), LASTING.values(), ids=LASTING.keys())
def test_what_lasts_fails_the_run_and_the_next_one_goes_on(stage: Stage, fault: Fault, error: type[Exception]) -> None:
    """Errors are named by what to do; whatever was reached, the next run completes it."""
    wanting(stage)
    stage.sandbox.admin.faults(fault)
    with pytest.raises(error):
        stage.sync("r1")
    [row] = stage.query("select state, message, finished_at from ops.runs where state <> 'done'")
    assert row["state"] == "failed"
    assert "connection 'stage'" in row["message"]
    assert row["finished_at"] is not None
    stage.sandbox.admin.faults()
    assert tick(stage, 5).state == "done"
    assert is_done(stage)


@pytest.mark.parametrize("refusal", [400, 403, 404])
def test_one_refused_person_stops_nobody_else(stage: Stage, refusal: int) -> None:
    """T22: Salto refuses to make Ann; Gus gets in, the run says so, the next one makes up for it."""
    wanting(stage)
    stage.sandbox.admin.faults(Fault("status", route=CREATE, status=refusal))
    outcome = stage.sync()[-1]
    assert outcome.state == "failed"
    assert [text.split(",")[0] for text in outcome.failures] == [
        "Make customer ann a site user",
        "Add customer ann to “Room 1” from 2026-03-10 12:45 until 2026-03-10 23:15",
    ]
    assert stage.members("Room 2") == {GUS}
    stage.sandbox.admin.faults()
    tick(stage, 5)
    assert is_done(stage)


def test_somebody_who_vanishes_between_plan_and_apply_fails_alone(stage: Stage) -> None:
    """T22: a batch is all or nothing, so after a refusal everybody is tried alone; the next run makes them anew."""
    wanting(stage)
    stage.sync("r1")
    stage.book("b3", "ann", "club", 15, 600)
    stage.book("b4", "gus", "club", 15, 600)
    stage.move(15)
    judge(stage, "r2")
    do(stage, "r2", access.plan)
    stage.sandbox.admin.remove_user(SITE_UID, stage.user_id(ANN))
    outcome = do(stage, "r2", access.apply)[0]
    assert stage.members("Club") == {GUS}
    assert [text.split(" from")[0] for text in outcome.failures] == ["Add customer ann to “Club”"]
    assert tick(stage, 30).state == "done"
    assert stage.members("Club") == {ANN, GUS}


def test_removing_somebody_who_is_gone_already_is_done(stage: Stage) -> None:
    """T22, F164: 404 on a removal means that it is true already; the others of the batch leave too."""
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b2", "gus", "room-1", 0, 30)
    stage.sync("r1")
    stage.move(45)
    do(stage, "r2", access.plan)
    stage.sandbox.admin.remove_user(SITE_UID, stage.user_id(ANN))
    outcome = do(stage, "r2", access.apply)[0]
    assert outcome.failures == []
    assert outcome.counts["confirmed"] == 2
    assert stage.members("Room 1") == set()
    assert membership_records(stage) == set()


def test_tokens_revoked_in_the_middle_of_a_run(stage: Stage) -> None:
    """The next request is refused once, signs in anew and goes through."""
    wanting(stage)
    stage.sandbox.admin.faults(Fault("slow", route=CREATE, seconds=0.5, times=1))
    found: list[Any] = []
    run = threading.Thread(target=lambda: found.extend(stage.sync()))
    run.start()
    until = time.monotonic() + 10
    while not stage.query("select 1 from access.changes where state = 'sent'"):
        assert time.monotonic() < until
    time.sleep(0.1)
    stage.sandbox.admin.revoke_tokens()
    run.join()
    assert found[-1].state == "done"
    assert 401 in {call.status for call in stage.sandbox.admin.calls()}
    assert is_done(stage)
