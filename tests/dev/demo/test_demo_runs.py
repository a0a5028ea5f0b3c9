"""What the demo says of a DAG run that failed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from saltoks.dev.demo.dag_runs import failure
from saltoks.dev.stack.airflow_api import Run, TaskRun

RUN_ID = "manual__2026-11-22T16:00:00+00:00"


def task(name: str, state: str, *, attempt: int = 1, index: int = 0) -> TaskRun:
    """A task instance."""
    return TaskRun(task_id=name, map_index=index, state=state, try_number=attempt)


def run(*tasks: TaskRun) -> Run:
    """A failed run."""
    return Run(dag_id="access_sync", dag_run_id=RUN_ID, state="failed", tasks=tasks)


def log(folder: Path, name: str, *lines: dict[str, object] | str, attempt: int = 1, index: int = 0) -> Path:
    """The log of a task, where Airflow keeps it."""
    where = folder / "dag_id=access_sync" / f"run_id={RUN_ID}" / f"task_id={name}"
    if index >= 0:
        where /= f"map_index={index}"
    where.mkdir(parents=True, exist_ok=True)
    path = where / f"attempt={attempt}.log"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def line(second: int, event: str, level: str = "info", died_of: str | None = None) -> dict[str, object]:
    """A line of a log."""
    body: dict[str, object] = {"timestamp": f"2026-11-22T16:00:{second:02}Z", "level": level, "event": event}
    return body | ({"error_detail": [{"exc_type": "FixAccess", "exc_value": died_of, "frames": []}]} if died_of else {})


def test_the_first_failed_task_and_its_exception_are_named(tmp_path: Path) -> None:
    """`apply` failed because `plan` had: the reason is in the log of `plan`."""
    path = log(
        tmp_path, "plan", line(5, "start"), line(6, "Task failed", "error", "the secret is wrong"), line(7, "bye")
    )
    log(tmp_path, "apply", line(8, "Task failed", "error", "there is no plan"))
    said = failure(run(task("apply", "failed"), task("extract", "success"), task("plan", "failed")), tmp_path)
    assert said.splitlines() == ["access_sync failed in task plan: the secret is wrong", f"run {RUN_ID}, log {path}"]


def test_the_last_attempt_counts(tmp_path: Path) -> None:
    """A task that was tried again is judged by its last attempt."""
    log(tmp_path, "plan", line(5, "Task failed", "error", "no connection"))
    log(tmp_path, "plan", line(40, "Task failed", "error", "still no connection"), attempt=2)
    assert "plan: still no connection" in failure(run(task("plan", "failed", attempt=2)), tmp_path)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((line(1, "start"), line(2, "killed by the system", "error"), line(3, "end")), "killed by the system"),
        ((line(1, "start"), "Segmentation fault"), "Segmentation fault"),
    ],
    ids=["an error without an exception", "a line that is no JSON"],
)
def test_without_an_exception_the_log_still_says_something(
    tmp_path: Path, lines: tuple[dict[str, object] | str, ...], sentence: str
) -> None:
    """A task can die in other ways, too."""
    log(tmp_path, "chunks", *lines, index=-1)
    assert f"failed in task chunks: {sentence}" in failure(run(task("chunks", "failed", index=-1)), tmp_path)


def test_a_run_without_any_log_lists_the_states(tmp_path: Path) -> None:
    """A task that never started left no log: the states are all there is to tell."""
    said = failure(run(task("chunks", "failed", index=-1), task("extract", "upstream_failed")), tmp_path)
    assert "(chunks failed, extract upstream_failed): look at the scheduler's log" in said
