"""What is held, approved in Airflow by a real answer, and the ways round the question that do not work."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dags.live import Live
from saltoks.core.errors import AskPerson, FixInput
from saltoks.flows import operations
from saltoks.flows.operations import accept

ANN = "ann@house.example"
BOB = "bob@house.example"
DAG = "operations"
ANSWERED = {
    "chosen_options": ["Approve"],
    "params_input": {"reason": "the event was called off"},
    "responded_by_user": {"id": "vera", "name": "Vera"},
    "responded_at": datetime.now(UTC),
}


@pytest.fixture
def held(live: Live) -> Live:
    """Ann and Bob are in Room 1 and their bookings are called off: both removals are held."""
    live.stage.configure(limits={"removals_per_site": {"absolute": 0, "percent": 100}})
    live.stage.add("customers", "bob", "Bob Baker", BOB, "yes", "no")
    live.book("b1", "ann", "room-1", -30, 600)
    live.book("b2", "bob", "room-1", -30, 600)
    live.stage.at = datetime.now(UTC)
    live.stage.sync()
    for booking, who in (("b1", "ann"), ("b2", "bob")):
        live.book(booking, who, "room-1", -30, 600, status="cancelled")
    live.stage.sync()
    assert live.stage.members("Room 1") == {ANN, BOB}
    return live


class Answering(threading.Thread):
    """Somebody who answers the next question of a run in Airflow's own API, as the tab Required Actions does."""

    def __init__(self, live: Live, option: str, **form: str) -> None:
        super().__init__(daemon=True)
        self._live = live
        self._answer = {"chosen_options": [option], "params_input": form}
        self.status = 0
        self.question = ""

    def run(self) -> None:
        """Waits for the question, reads it and answers."""
        from airflow.api_fastapi.app import create_app
        from starlette.testclient import TestClient

        app = create_app(apps="all")
        with TestClient(app, base_url="http://localhost") as client:
            token = client.get("/auth/token").json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            asked = self._asked(client)
            run, task = asked["task_instance"]["dag_run_id"], asked["task_instance"]["task_id"]
            self.question = asked["body"]
            where = f"/api/v2/dags/{DAG}/dagRuns/{run}/taskInstances/{task}/-1/hitlDetails"
            self.status = client.patch(where, json=self._answer).status_code

    def _asked(self, client: Any) -> dict[str, Any]:
        for _ in range(240):
            found = client.get(f"/api/v2/dags/{DAG}/dagRuns/~/hitlDetails?response_received=false").json()
            waiting = [
                one for one in found.get("hitl_details", []) if one["task_instance"]["state"] == "awaiting_input"
            ]
            if waiting:
                time.sleep(3)  # an answer within the first second is lost by the scheduler of Airflow 3.3
                return dict(waiting[-1])
            time.sleep(0.5)
        raise AssertionError("nobody asked")


@pytest.fixture
def everybody_is_admin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's own sign-in is not what this is about."""
    monkeypatch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS", "True")
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "planted-jwt-secret-" * 4)


@pytest.mark.usefixtures("everybody_is_admin")
@pytest.mark.parametrize(
    ("option", "left", "state"),
    [("Approve", set(), "success"), ("Reject", {ANN, BOB}, "skipped")],
    ids=["approved", "rejected"],
)
def test_f166_a_person_decides_in_airflow(
    held: Live,
    option: str,
    left: set[str],
    state: str,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Who decides sees the name; no log does."""
    somebody = Answering(held, option, reason="the event was called off")
    somebody.start()
    run = held.run(DAG, site="house")
    somebody.join(60)
    assert somebody.status == 200
    assert "2 change(s) at **house** wait for a decision" in somebody.question
    assert "**Ann Able, for room-1, from " in somebody.question
    assert ", let in because of booking b1**: Remove customer ann from “Room 1”" in somebody.question
    assert ANN not in somebody.question
    assert {task: found for task, (found, _) in run.tasks.items()} == {
        "check": "success",
        "held": "success",
        "approve": "success",
        "accept": state,
    }
    assert held.stage.members("Room 1") == left
    written = capfd.readouterr()
    assert "Ann Able" not in written.out + written.err + caplog.text
    [row] = held.rows("select distinct accepted_because, accepted_by is not null from access.holds")
    assert row == (("the event was called off", True) if option == "Approve" else (None, False))


def test_nothing_held_is_nothing_to_ask(live: Live) -> None:
    run = live.run(DAG, site="house")
    assert {task: found for task, (found, _) in run.tasks.items()} == {
        "check": "success",
        "held": "skipped",
        "approve": "skipped",
        "accept": "skipped",
    }


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        ANSWERED | {"chosen_options": ["Reject"]},
        ANSWERED | {"chosen_options": []},
        ANSWERED | {"responded_by_user": None},
        ANSWERED | {"params_input": {"reason": ""}},
        ANSWERED | {"params_input": None},
    ],
    ids=["marked as done", "empty", "rejected", "nothing chosen", "nobody", "no reason", "no form"],
)
def test_without_a_recorded_approval_nothing_is_done(held: Live, answer: dict[str, object] | None) -> None:
    """An admin may mark the question as done: that is no answer (design §10)."""
    asked = operations.held("house")
    with pytest.raises(AskPerson, match="no approval with a name and a reason is on record"):
        accept("house", asked, answer)
    assert held.stage.members("Room 1") == {ANN, BOB}


@pytest.mark.parametrize("shown", [None, {}, {"held": 2, "digest": "of another day"}], ids=["none", "empty", "other"])
def test_an_approval_of_something_else_is_none(held: Live, shown: dict[str, int | str] | None) -> None:
    with pytest.raises(AskPerson, match="is no longer what was shown"):
        accept("house", shown, ANSWERED)
    assert held.stage.members("Room 1") == {ANN, BOB}


@pytest.mark.parametrize("hours", [25, 21 * 24, None], ids=["a day", "three weeks", "without a time"])
def test_accept_of_an_old_run_cleared(held: Live, hours: float | None) -> None:
    """Airflow keeps an answer with its run for ever; it is good for as long as a person's word is, and not later."""
    asked = operations.held("house")
    at = hours and (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    with pytest.raises(AskPerson, match=r"an approval .* counts no more, as it is good for 24 h: start this run again"):
        accept("house", asked, ANSWERED | {"responded_at": at})
    assert held.stage.members("Room 1") == {ANN, BOB}


def test_a_site_that_is_not_ready_is_not_asked_about(live: Live) -> None:
    live.stage.configure(mapping=[{"item": "room-1", "groups": ["Nowhere"]}])
    with pytest.raises(FixInput, match="mapping"):
        operations.check("house")
