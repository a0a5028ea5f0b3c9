"""The client of Airflow's API against a real HTTP server that answers as Airflow does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from saltoks.core.errors import (
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.dev.demo import dag_runs
from saltoks.dev.stack import ports
from saltoks.dev.stack.airflow_api import AirflowApi, Run

RUN = "/api/v2/dags/access_sync/dagRuns/manual__1"
TASK = {"task_id": "plan", "map_index": 3, "state": "success", "try_number": 2, "duration": 1.5, "pool": "salto_api"}


class FakeAirflow(ThreadingHTTPServer):
    """Its answers by method and path; a token is good for as many calls as `token_calls` says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[tuple[int, object]]] = {}
        self.seen: list[tuple[str, object]] = []
        self.tokens = 0
        self.token_calls = 1000

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, call: str, *bodies: object, status: int = 200) -> None:
        """Answer `call` with these bodies in turn, the last one for ever."""
        self.answers[call] = [(status, body) for body in bodies]

    def next_answer(self, call: str) -> tuple[int, object]:
        """What to answer now."""
        queue = self.answers[call]
        return queue.pop(0) if len(queue) > 1 else queue[0]


class Handler(BaseHTTPRequestHandler):
    """Serves what the test prepared."""

    server: FakeAirflow

    def do_GET(self) -> None:
        """Answer any method alike."""
        call = f"{self.command} {self.path.partition('?')[0]}"
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
        self.server.seen.append((call, body))
        self._send(*self._decide(call))

    def do_POST(self) -> None:
        """Like any other."""
        self.do_GET()

    def do_PATCH(self) -> None:
        """Like any other."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _decide(self, call: str) -> tuple[int, object]:
        if call == "POST /auth/token" and call not in self.server.answers:
            self.server.tokens += 1
            return 201, {"access_token": f"{self.server.tokens}"}
        if call not in ("POST /auth/token", "GET /api/v2/monitor/health"):
            fresh = f"Bearer {self.server.tokens}"
            if self.headers.get("Authorization") != fresh or self.server.token_calls == 0:
                self.server.token_calls = 1000
                return 401, {"detail": "Invalid token"}
            self.server.token_calls -= 1
        return self.server.next_answer(call)

    def _send(self, status: int, body: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())


@pytest.fixture
def airflow() -> Iterator[FakeAirflow]:
    """A server that answers as Airflow does."""
    with FakeAirflow() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def api(airflow: FakeAirflow) -> Iterator[AirflowApi]:
    """A client of it."""
    with AirflowApi(airflow.url, "admin", "secret") as client:
        yield client


def test_it_signs_in_once_and_again_when_the_token_runs_out(airflow: FakeAirflow, api: AirflowApi) -> None:
    """One token serves many calls; a refused one is replaced without the caller noticing."""
    airflow.answer("PATCH /api/v2/dags/access_sync", {})
    airflow.token_calls = 2
    for _ in range(4):
        api.unpause("access_sync")
    assert airflow.tokens == 2
    assert airflow.seen[0] == ("POST /auth/token", {"username": "admin", "password": "secret"})
    assert airflow.seen[1] == ("PATCH /api/v2/dags/access_sync", {"is_paused": False})


def test_a_triggered_run_is_followed_to_its_end(airflow: FakeAirflow, api: AirflowApi) -> None:
    """State, seconds and task instances of the ended run; `check` is asked while it waits."""
    started = {"dag_id": "access_sync", "dag_run_id": "manual__1", "start_date": "2026-11-10T02:00:00Z"}
    airflow.answer("POST /api/v2/dags/access_sync/dagRuns", {**started, "state": "queued"})
    ended = {**started, "state": "failed", "end_date": "2026-11-10T02:00:07.500Z"}
    airflow.answer(f"GET {RUN}", {**started, "state": "running"}, ended)
    airflow.answer(f"GET {RUN}/taskInstances", {"task_instances": [TASK], "total_entries": 1})
    checks: list[bool] = []
    run = api.trigger("access_sync", {"site": "harbour"})
    run = api.wait_for_run("access_sync", run.dag_run_id, check=lambda: checks.append(True))
    assert (run.state, run.seconds) == ("failed", 7.5)
    assert [(task.task_id, task.map_index, task.duration) for task in run.tasks] == [("plan", 3, 1.5)]
    assert checks == [True]
    assert airflow.seen[1][1] == {"logical_date": None, "conf": {"site": "harbour"}}


def test_waiting_for_a_run_has_an_end(airflow: FakeAirflow, api: AirflowApi) -> None:
    """The sentence names run and DAG."""
    airflow.answer(f"GET {RUN}", {"dag_id": "access_sync", "dag_run_id": "manual__1", "state": "running"})
    with pytest.raises(Unavailable, match="Run manual__1 of access_sync has not ended after 0 seconds"):
        api.wait_for_run("access_sync", "manual__1", timeout=0)


def test_a_dag_that_does_not_parse_is_named_with_its_reason(airflow: FakeAirflow, api: AirflowApi) -> None:
    """What is missing, which file is to blame, and the last line of its trace."""
    dags = [{"dag_id": "nightly", "is_paused": True}]
    airflow.answer("GET /api/v2/dags", {"dags": dags})
    problem = {"filename": "access_sync.py", "stack_trace": "Traceback\n  line 1\nKeyError: 'site'\n"}
    airflow.answer("GET /api/v2/importErrors", {"import_errors": [problem]})
    api.wait_for_dags(["nightly"])
    with pytest.raises(Unavailable, match=r"has not parsed access_sync after 0 .*: access_sync\.py: KeyError: 'site'"):
        api.wait_for_dags(["nightly", "access_sync"], timeout=0)


def test_an_old_heartbeat_is_no_health(airflow: FakeAirflow, api: AirflowApi) -> None:
    """After a restart Airflow still calls the killed scheduler healthy for half a minute."""
    parts = {
        part: {"status": "healthy", f"latest_{part}_heartbeat": "2026-11-10T02:00:00+00:00"}
        for part in ("scheduler", "triggerer", "dag_processor")
    }
    parts["dag_processor"]["status"] = "unhealthy"
    airflow.answer("GET /api/v2/monitor/health", {"metadatabase": {"status": "healthy"}, **parts})
    two_o_clock = 1794276000.0
    assert api.health(two_o_clock).missing == ("dag_processor",)
    assert api.health(two_o_clock + 1).missing == ("scheduler", "triggerer", "dag_processor")


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, NotPermitted), (404, NotThere), (409, Refused), (422, Refused), (500, Unavailable)],
)
def test_a_refusal_says_what_to_do(
    airflow: FakeAirflow, api: AirflowApi, status: int, error: type[SaltoksError]
) -> None:
    """One kind of error for each kind of answer."""
    airflow.answer("PATCH /api/v2/dags/access_sync", {"detail": "no"}, status=status)
    with pytest.raises(error):
        api.unpause("access_sync")


def test_a_wrong_password_is_told_apart(airflow: FakeAirflow, api: AirflowApi) -> None:
    """It is neither a right that is missing nor an outage, and is not tried for ever."""
    airflow.answer("POST /auth/token", {"detail": "Invalid credentials"}, status=401)
    with pytest.raises(SignInFailed, match="check user and password"):
        api.dags()
    assert len(airflow.seen) == 1


def test_another_shape_is_told_apart(airflow: FakeAirflow, api: AirflowApi) -> None:
    """An Airflow that answers differently is named, not guessed at."""
    airflow.answer("GET /api/v2/dags", {"items": []})
    with pytest.raises(UnexpectedAnswer, match="/api/v2/dags"):
        api.dags()


def test_nobody_there_is_unavailable() -> None:
    """A refused connection is worth another try later."""
    with AirflowApi(f"http://127.0.0.1:{ports.any_free()}", "admin", "x") as api, pytest.raises(Unavailable):
        api.health()


def test_who_does_not_know_us_is_not_ours(airflow: FakeAirflow, api: AirflowApi) -> None:
    """Another program on the port refuses the sign-in, or does not understand it."""
    assert api.accepts_us()
    for status in (401, 404, 501):
        airflow.answer("POST /auth/token", {}, status=status)
        assert not api.accepts_us()


def test_late_answers_are_waited_for_until_the_deadline(airflow: FakeAirflow, api: AirflowApi) -> None:
    """A busy machine: a question that is not answered is asked again, and the wait tells what it is for."""
    run = {"dag_id": "access_sync", "dag_run_id": "manual__1", "state": "success"}
    airflow.answers[f"GET {RUN}"] = [(503, {}), (503, {}), (200, run)]
    airflow.answer(f"GET {RUN}/taskInstances", {"task_instances": [TASK]})
    assert api.wait_for_run("access_sync", "manual__1", timeout=30).state == "success"
    airflow.answer(f"GET {RUN}", {}, status=503)
    with pytest.raises(Unavailable, match="status 503"):
        api.wait_for_run("access_sync", "manual__1", timeout=0)


def test_a_long_wait_says_what_it_is_for(airflow: FakeAirflow, api: AirflowApi) -> None:
    airflow.answer(f"GET {RUN}", {"dag_id": "access_sync", "dag_run_id": "manual__1", "state": "running"})
    airflow.answer(f"GET {RUN}/taskInstances", {"task_instances": [TASK | {"state": "running"}]})
    said: list[str] = []
    run = Run(dag_id="access_sync", dag_run_id="manual__1", state="queued")
    dag_runs.Waiting(api, run, lambda: None, said.append, every=0).look()
    airflow.answer(f"GET {RUN}", {}, status=503)
    dag_runs.Waiting(api, run, lambda: None, said.append, every=0).look()
    assert said == [
        "  waiting for access_sync (0 of at most 600 s): plan running",
        "  waiting for access_sync (0 of at most 600 s): Airflow is slow to answer",
    ]
