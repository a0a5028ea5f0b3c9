"""DAG runs that the demo starts and waits for, and what to say about one that failed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from saltoks.core.errors import Unavailable
from saltoks.dev.stack.airflow_api import AirflowApi, Run, TaskRun
from saltoks.dev.stack.progress import Progress

RUN_SECONDS = 600.0
"""Long enough for all retries of a task: then the run says itself what is wrong."""
TELL_SECONDS = 15.0


class _Cause(BaseModel):
    model_config = ConfigDict(extra="ignore")

    exc_value: str = ""


class _Line(BaseModel):
    """One line of a task's log."""

    model_config = ConfigDict(extra="ignore")

    timestamp: datetime | None = None
    level: str = ""
    event: str = ""
    error_detail: list[_Cause] | None = None


_LINE = TypeAdapter(_Line)


@dataclass(frozen=True, slots=True)
class _TaskLog:
    task: TaskRun
    path: Path
    lines: tuple[_Line, ...]

    @property
    def began(self) -> datetime:
        return next(line.timestamp for line in self.lines if line.timestamp)

    @property
    def sentence(self) -> str:
        """What the task died of: its exception, else its last error, else its last word."""
        causes = [line.error_detail[0].exc_value for line in self.lines if line.error_detail]
        errors = [line.event for line in self.lines if line.level in ("error", "critical")]
        return next(text for text in (*causes[-1:], *errors[-1:], self.lines[-1].event) if text)


def run_all(api: AirflowApi, dag_ids: Sequence[str], check: Callable[[], None], progress: Progress) -> list[Run]:
    """Start a run of each DAG and wait until all of them have ended, well or badly; `check` may raise in between.

    What is waited for is told every `TELL_SECONDS`.
    """
    started = [_start(api, dag_id) for dag_id in dag_ids]
    return [
        api.wait_for_run(
            run.dag_id, run.dag_run_id, timeout=RUN_SECONDS, check=Waiting(api, run, check, progress.note).look
        )
        for run in started
    ]


class Waiting:
    """Looks on while a run lasts, and tells now and then how far it is."""

    def __init__(
        self,
        api: AirflowApi,
        run: Run,
        check: Callable[[], None],
        say: Callable[[str], None],
        every: float = TELL_SECONDS,
    ) -> None:
        self._api, self._run, self._check, self._say = api, run, check, say
        self._every = every
        self._began = self._told = time.monotonic()

    def look(self) -> None:
        """One look, between two questions whether the run has ended."""
        self._check()
        now = time.monotonic()
        if now - self._told >= self._every:
            self._told = now
            waited, most = round(now - self._began), round(RUN_SECONDS)
            self._say(f"  waiting for {self._run.dag_id} ({waited} of at most {most} s): {self._tasks()}")

    def _tasks(self) -> str:
        try:
            tasks = self._api.run(self._run.dag_id, self._run.dag_run_id).tasks
        except Unavailable:
            return "Airflow is slow to answer"
        return ", ".join(f"{one.task_id} {one.state or 'not begun'}" for one in tasks) or "no task has begun"


def _start(api: AirflowApi, dag_id: str) -> Run:
    run = api.trigger(dag_id)
    api.unpause(dag_id)
    return run


def failure(run: Run, logs: Path) -> str:
    """Which task of a failed run failed first, what it said last, and where the rest is; `logs` is Airflow's folder."""
    found = [_log(logs, run, task) for task in run.tasks if task.state == "failed"]
    told = sorted((log for log in found if any(line.timestamp for line in log.lines)), key=lambda log: log.began)
    if not told:
        states = ", ".join(f"{task.task_id} {task.state}" for task in run.tasks) or "no task ran"
        return f"{run.dag_id} ended as {run.state} in run {run.dag_run_id} ({states}): look at the scheduler's log."
    first = told[0]
    return f"{run.dag_id} failed in task {first.task.task_id}: {first.sentence}\nrun {run.dag_run_id}, log {first.path}"


def _log(logs: Path, run: Run, task: TaskRun) -> _TaskLog:
    folder = logs / f"dag_id={run.dag_id}" / f"run_id={run.dag_run_id}" / f"task_id={task.task_id}"
    if task.map_index >= 0:
        folder /= f"map_index={task.map_index}"
    path = folder / f"attempt={task.try_number}.log"
    text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    return _TaskLog(task, path, tuple(_line(line) for line in text.splitlines() if line.strip()))


def _line(text: str) -> _Line:
    """A line of JSON, or one that something wrote past Airflow's logging."""
    return _LINE.validate_json(text) if text.startswith("{") else _Line(event=text)
