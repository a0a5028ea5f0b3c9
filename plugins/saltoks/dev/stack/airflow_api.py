"""A small client of a running Airflow's REST API: what the demo and the end-to-end test need of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from saltoks.core.errors import (
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.sandbox.plain import TRUSTS_NOBODY

PAGE = 500
WRITE_SECONDS = 300.0
"""A run that is started must not be started twice, so a late answer is waited for."""
FINAL_STATES = ("success", "failed")
PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


A = TypeVar("A", bound=_Answer)


class Dag(_Answer):
    """A DAG as the scheduler knows it."""

    dag_id: str
    is_paused: bool
    has_import_errors: bool = False


class ImportProblem(_Answer):
    """A file in the DAG folder that could not be read."""

    filename: str
    stack_trace: str

    @property
    def reason(self) -> str:
        """The last line of the trace: what went wrong."""
        return self.stack_trace.strip().rpartition("\n")[2]


class TaskRun(_Answer):
    """One task instance; `duration` in seconds, None while it has not ended."""

    task_id: str
    map_index: int = -1
    state: str | None
    try_number: int
    duration: float | None = None


class Run(_Answer):
    """One DAG run; its instants are UTC."""

    dag_id: str
    dag_run_id: str
    state: str
    start_date: datetime | None = None
    end_date: datetime | None = None
    tasks: tuple[TaskRun, ...] = ()

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it has not ended."""
        if self.start_date is None or self.end_date is None:
            return None
        return (self.end_date - self.start_date).total_seconds()


class Health(BaseModel):
    """The parts of Airflow that are healthy now."""

    model_config = ConfigDict(frozen=True)

    healthy: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that are not."""
        return tuple(part for part in PARTS if part not in self.healthy)


class _Part(_Answer):
    status: str | None = None
    heartbeat: datetime | None = None


class _Token(_Answer):
    access_token: str


class _Dags(_Answer):
    dags: tuple[Dag, ...]


class _Problems(_Answer):
    import_errors: tuple[ImportProblem, ...]


class _Tasks(_Answer):
    task_instances: tuple[TaskRun, ...] = Field(default=())


class AirflowApi:
    """Airflow at `base_url`, signed in as `username`; usable as a context manager.

    Every call raises Unavailable when Airflow does not answer, SignInFailed, NotPermitted, NotThere or Refused
    when it answers no.
    """

    def __init__(self, base_url: str, username: str, password: str, *, timeout: float = 30) -> None:
        self._sign_in = {"username": username, "password": password}
        self._http = httpx.Client(base_url=base_url, timeout=timeout, trust_env=False, verify=TRUSTS_NOBODY)

    def __enter__(self) -> AirflowApi:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def health(self, since: float = 0) -> Health:
        """Which parts are healthy; a heartbeat from before `since` (Unix seconds) counts as none."""
        answer = self._send("GET", "/api/v2/monitor/health").json()
        parts = {name: _part(name, answer) for name in PARTS}
        alive = (name for name, part in parts.items() if _is_healthy(name, part, since))
        return Health(healthy=frozenset(alive))

    def accepts_us(self) -> bool:
        """Whether it takes our sign-in; another program on its port, or another Airflow, does not."""
        try:
            self._fetch_token()
        except SaltoksError:
            return False
        return True

    def dags(self) -> tuple[Dag, ...]:
        """Every DAG that has been parsed and is still there."""
        return self._get(_Dags, "/api/v2/dags", {"limit": PAGE}).dags

    def import_problems(self) -> tuple[ImportProblem, ...]:
        """The files in the DAG folder that could not be read."""
        return self._get(_Problems, "/api/v2/importErrors", {"limit": PAGE}).import_errors

    def unpause(self, dag_id: str) -> None:
        """Let the scheduler run this DAG."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Keep the scheduler from starting this DAG."""
        self._call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": True})

    def trigger(self, dag_id: str, conf: Mapping[str, Any] | None = None) -> Run:
        """Start a run by hand, with `conf` as its parameters."""
        body = {"logical_date": None, "conf": dict(conf or {})}
        return _read(Run, self._call("POST", f"/api/v2/dags/{dag_id}/dagRuns", body))

    def run(self, dag_id: str, run_id: str) -> Run:
        """A run as it is now, with its task instances."""
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}"
        run = self._get(Run, path)
        tasks = self._get(_Tasks, f"{path}/taskInstances", {"limit": PAGE}).task_instances
        return run.model_copy(update={"tasks": tasks})

    def wait_for_dags(
        self, dag_ids: Collection[str], timeout: float = 90, check: Callable[[], None] | None = None
    ) -> None:
        """Wait until all these DAGs have been parsed; `check` is called between looks and may raise."""

        def missing() -> set[str]:
            return set(dag_ids) - {dag.dag_id for dag in self.dags()}

        if not _until(lambda: not missing(), timeout, check):
            problems = "; ".join(f"{each.filename}: {each.reason}" for each in self.import_problems())
            raise Unavailable(
                f"Airflow has not parsed {', '.join(sorted(missing()))} after {timeout:.0f} seconds: "
                f"{problems or 'no import error is recorded, so look at the log of the dag-processor'}."
            )

    def wait_for_run(
        self, dag_id: str, run_id: str, timeout: float = 300, check: Callable[[], None] | None = None
    ) -> Run:
        """Wait until the run has ended, well or badly; `check` is called between looks and may raise."""
        if not _until(lambda: self._state(dag_id, run_id) in FINAL_STATES, timeout, check):
            raise Unavailable(
                f"Run {run_id} of {dag_id} has not ended after {timeout:.0f} seconds: look at it in the web interface."
            )
        return self.run(dag_id, run_id)

    def _state(self, dag_id: str, run_id: str) -> str:
        return self._get(Run, f"/api/v2/dags/{dag_id}/dagRuns/{run_id}").state

    def _get(self, shape: type[A], path: str, query: Mapping[str, int] | None = None) -> A:
        return _read(shape, self._call("GET", path, None, query))

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, int] | None = None
    ) -> httpx.Response:
        """Send a request with a token; a token that is missing or has run out is fetched once."""
        if "Authorization" not in self._http.headers:
            self._fetch_token()
        try:
            return self._send(method, path, body, query)
        except SignInFailed:
            self._fetch_token()
        return self._send(method, path, body, query)

    def _fetch_token(self) -> None:
        self._http.headers.pop("Authorization", None)
        token = _read(_Token, self._send("POST", "/auth/token", self._sign_in)).access_token
        self._http.headers["Authorization"] = f"Bearer {token}"

    def _send(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, query: Mapping[str, int] | None = None
    ) -> httpx.Response:
        try:
            asks_to_change = method != "GET" and "Authorization" in self._http.headers
            patience = WRITE_SECONDS if asks_to_change else self._http.timeout
            response = self._http.request(method, path, json=body, params=query, timeout=patience)
        except httpx.TransportError as error:
            raise Unavailable(f"Airflow at {self._http.base_url} does not answer {method} {path}.") from error
        if response.is_success:
            return response
        raise _refusal(response)


def _read(shape: type[A], response: httpx.Response) -> A:
    try:
        return shape.model_validate_json(response.content)
    except ValidationError as error:
        raise UnexpectedAnswer(
            f"Airflow answered {response.request.url.path} in another shape than this version was built for."
        ) from error


def _part(name: str, answer: Mapping[str, Any]) -> _Part:
    part = answer.get(name) or {}
    return _Part(status=part.get("status"), heartbeat=part.get(f"latest_{name}_heartbeat"))


def _is_healthy(name: str, part: _Part, since: float) -> bool:
    if part.status != "healthy":
        return False
    return name == "metadatabase" or (part.heartbeat is not None and part.heartbeat.timestamp() >= since)


def _refusal(response: httpx.Response) -> SaltoksError:
    """The error that says what the caller should do about a refused request."""
    status, what = response.status_code, f"{response.request.method} {response.request.url.path}"
    if status == 401:
        return SignInFailed(f"Airflow does not accept this sign-in for {what}: check user and password.")
    if status == 403:
        return NotPermitted(f"Airflow's user may not {what}: give it a role that may.")
    if status == 404:
        return NotThere(f"Airflow does not know {response.request.url.path}.")
    if status >= 500:
        return Unavailable(f"Airflow failed on {what} with status {status}: look at the log of the api-server.")
    return Refused(f"Airflow refused {what} with status {status}: {response.text[:300]}")


def _until(done: Callable[[], bool], timeout: float, check: Callable[[], None] | None) -> bool:
    """Whether it is done before the deadline; on a busy machine an answer may be late, which is no end of it."""
    end = time.monotonic() + timeout
    while True:
        late: Unavailable | None = None
        try:
            if done():
                return True
        except Unavailable as error:
            late = error
        if check:
            check()
        if time.monotonic() > end:
            if late:
                raise late
            return False
        time.sleep(0.25)
