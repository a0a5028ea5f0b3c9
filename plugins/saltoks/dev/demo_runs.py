"""DAG runs that the demo starts and waits for, and what to say about one that failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from saltoks.dev.airflow_api import AirflowApi, Run, TaskRun

RUN_SECONDS = 600.0
"""Long enough for all retries of a task: then the run says itself what is wrong."""


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


def run_all(api: AirflowApi, dag_ids: Sequence[str], check: Callable[[], None]) -> list[Run]:
    """Start a run of each DAG and wait until all of them have ended, well or badly; `check` may raise in between."""
    started = [_start(api, dag_id) for dag_id in dag_ids]
    return [api.wait_for_run(run.dag_id, run.dag_run_id, timeout=RUN_SECONDS, check=check) for run in started]


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
