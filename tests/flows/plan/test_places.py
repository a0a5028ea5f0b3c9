"""A connection that leads to another environment: what is kept of a site belongs to where it was read (F9, F10)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from flows.acts import ANN, do, fresh, said
from flows.conftest import OpenStage
from saltoks.core.errors import FixInput
from saltoks.flows import access, audit
from saltoks.flows.check import check
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World
from stage import SITE_UID, Stage, served

PRODUCTION = "11111111-2222-4333-8444-555555555555"
ZOE = {"first_name": "Zoe", "last_name": "Zane", "email": "zoe@elsewhere.example"}


@pytest.fixture
def production(stage: Stage) -> Iterator[SandboxServer]:
    """Another installation of Salto KS: the site has its UID there too, and everything in it has other ids."""
    world: dict[str, Any] = stage.world().model_dump()
    world["sites"][0] |= {"id": PRODUCTION, "users": [ZOE]}
    with served(World.model_validate(world)) as sandbox:
        sandbox.admin.set_clock(stage.at)
        yield sandbox


def lead_to(stage: Stage, sandbox: SandboxServer, patch: pytest.MonkeyPatch) -> None:
    """From now on the connection leads there."""
    stage.sandbox = sandbox
    sandbox.admin.set_clock(stage.at)
    patch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection()))


def synced(stage: Stage, minute: int) -> str:
    """One whole run at a minute from noon; what it said."""
    stage.move(minute)
    return said(stage.sync())


def acceptance(stage: Stage) -> SandboxServer:
    """Ann and Gus have Room 1 at acceptance, where one run has put them in."""
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.book("b2", "gus", "room-1", 0, 600)
    stage.sync()
    return stage.sandbox


def test_a_changed_environment_is_noticed_and_said_once(
    stage: Stage, production: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F9, F10: the site is asked for anew, and its people and groups are those of the new place."""
    acceptance(stage)
    lead_to(stage, production, monkeypatch)
    told = synced(stage, 15)
    assert f"{SITE_UID} is another site at Salto KS than before" in told
    assert "leads to another environment or account" in told
    assert stage.members("Room 1") == {ANN, "saltoks desk/gus"}
    assert stage.opens(ANN, "Room 1")
    assert synced(stage, 30) == ""
    [row] = stage.query("select site_id from ops.sites")
    assert row["site_id"] == PRODUCTION


def test_check_asks_anew_and_never_calls_an_old_id_right(
    stage: Stage, production: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F9, F10: also when nothing was synced since."""
    acceptance(stage)
    lead_to(stage, production, monkeypatch)
    with stage.runtime() as rt:
        found = check(rt, rt.settings.site("house"))
    told = [one.message for one in found if one.where == "site"]
    assert told[0] == f"{SITE_UID} is {PRODUCTION} (F10)"
    assert "another site at Salto KS than before" in told[1]
    assert not [one for one in found if "403" in one.message or "404" in one.message]


def test_nothing_is_lost_on_the_way_there_and_back(
    stage: Stage, production: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10, F162: who was put in at acceptance is still ours there, and is taken out when the booking is over."""
    first = acceptance(stage)
    lead_to(stage, production, monkeypatch)
    synced(stage, 15)
    lead_to(stage, first, monkeypatch)
    stage.book("b1", "ann", "room-1", 0, 30)
    stage.book("b3", "ann", "room-2", 0, 600)
    assert "another site at Salto KS than before" in synced(stage, 60)
    assert stage.members("Room 1") == {"saltoks desk/gus"}
    assert stage.members("Room 2") == {ANN}
    kept = stage.query("select site, count(*) as rows from access.group_memberships group by site order by site")
    assert {row["site"] for row in kept} == {"house", f"house @ {PRODUCTION}"}


def test_a_plan_of_one_place_is_never_made_at_another(
    stage: Stage, production: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10: a task that is run after the connection was changed writes nothing."""
    acceptance(stage)
    stage.book("b3", "ann", "room-2", 0, 600)
    stage.move(15)
    do(stage, "r2", access.extract, access.validate, access.plan)
    lead_to(stage, production, monkeypatch)
    with pytest.raises(FixInput, match="leads to another environment, account or site than when site house was last"):
        do(stage, "r2", access.apply)
    assert fresh(stage, lambda: None) == (0, 0)
    assert stage.members("Room 2") == set()


def test_the_audit_trail_of_another_place_is_read_from_its_beginning(
    stage: Stage, production: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10: the watermark is the other site's."""
    acceptance(stage)
    stage.opens(ANN, "Room 1")
    stage.move(15)
    do(stage, "a1", audit.pull)
    lead_to(stage, production, monkeypatch)
    production.admin.attempt(SITE_UID, "Room 1 door", user_id=stage.user_id(ZOE["email"]))
    stage.move(300)
    [outcome] = do(stage, "a2", audit.pull)
    assert outcome.counts["new"] == 1


def test_another_account_of_the_same_place_keeps_everything(
    open_stage: OpenStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F10: it is asked once more, and nothing is said, since the site is the same."""

    def change(world: dict[str, Any]) -> None:
        other = {**world["accounts"][0], "username": "other@house.example"}
        world["accounts"].append(other)

    stage = open_stage(change)
    stage.book("b1", "ann", "room-1", 0, 600)
    stage.sync()
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(stage.connection(username="other@house.example")))
    stage.sandbox.admin.forget_calls()
    assert synced(stage, 15) == ""
    assert sum(call.route.endswith("/sites") for call in stage.sandbox.admin.calls()) == 1
    stage.sandbox.admin.forget_calls()
    assert synced(stage, 30) == ""
    assert sum(call.route.endswith("/sites") for call in stage.sandbox.admin.calls()) == 0
    assert stage.members("Room 1") == {ANN}
