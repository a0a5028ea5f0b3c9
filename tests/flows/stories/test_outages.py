"""A 404 of an outage, on what is read and on what is written: nothing is told that nobody can know (T20, T22)."""

from __future__ import annotations

import pytest

from flows.acts import ANN, do, judge, said
from flows.doors import by_lock
from saltoks.core.errors import SaltoksError
from saltoks.flows import access
from saltoks.sandbox.salto.admin.client import Fault
from stage import Stage

GUESSES = ("never there", "is gone,", "does not show it yet", "Salto took the write", "taken out")
MEMBERS = "P* /v1.2/sites/*/access_groups/*/users*"


def pushed(stage: Stage, run_id: str) -> str:
    """Plans and applies, and gives what was said of it, whether it ended well or not."""
    judge(stage, run_id)
    try:
        return said(do(stage, run_id, access.plan, access.apply))
    except SaltoksError as error:
        return error.message


@pytest.mark.parametrize(
    "route", [MEMBERS, "DELETE *", "P* /v1*", "GET *", "GET */users*", "*", "* /v1.2/sites/*/access_groups*"]
)
@pytest.mark.parametrize("targets", ["groups", "locks"])
def test_an_outage_is_never_told_as_knowledge(stage: Stage, route: str, targets: str) -> None:
    """T20, T22: Ann is to leave Room 1 and enter Room 2, and all or a part of Salto KS answers 404."""
    if targets == "locks":
        by_lock(stage)
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-1", 0, 600)
    stage.sync()
    stage.book("b1", "ann", "room-2", 0, 600)
    stage.move(15)
    stage.sandbox.admin.faults(Fault("outage", route))
    told = pushed(stage, "r2")
    assert not any(guess in told for guess in GUESSES), told
    stage.sandbox.admin.faults()
    stage.move(30)
    stage.sync()
    stage.move(45)
    assert said(stage.sync()) == ""
    assert stage.opens(ANN, "Room 2")
    assert not stage.opens(ANN, "Room 1")
