"""What every DAG keeps to, so that an operator who knows one knows them all (design §3, §10)."""

from __future__ import annotations

import ast
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_home import DAGS, PROJECT
from saltoks.core.errors import (
    AskPerson,
    ConfigError,
    NotPermitted,
    Refused,
    SignInFailed,
    SourceError,
    Throttled,
    Unavailable,
    UnexpectedAnswer,
)
from saltoks.flows.pages import NIGHTLY_AT

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

FILES = sorted(DAGS.glob("*.py"))
NAMES = [file.stem for file in FILES]
SITES = "sites"
"""The task group that is mapped over chunks of sites."""

EDGES = {
    "access_sync": ["extract", "validate", "plan", "apply"],
    "audit_trail": ["pull", "normalise", "check_in", "report"],
    "device_status": ["pull", "assess"],
    "nightly": ["extract", "validate", "plan", "apply"],
    "operations": ["check", "held", "approve", "accept"],
}
FLEET = ["access_sync", "audit_trail", "device_status", "nightly"]
"""DAGs that do every site, chunk by chunk; the others are started by hand for one."""

LAST = {"nightly": ["pages"]}
"""Tasks that come once, after all sites."""

SCHEDULES = {
    "access_sync": "*/15 * * * *",
    "audit_trail": "*/15 * * * *",
    "device_status": "*/5 * * * *",
    "nightly": f"{NIGHTLY_AT.minute} {NIGHTLY_AT.hour} * * *",
}
TIME_LIMIT = {"nightly": timedelta(hours=1)}
"""What a task may take at most, so that it never meets itself; where nothing is said, a quarter of an hour."""

AT_SALTO = {
    ("access_sync", "plan"),
    ("access_sync", "apply"),
    ("audit_trail", "pull"),
    ("device_status", "pull"),
    ("nightly", "plan"),
    ("nightly", "apply"),
    ("operations", "check"),
    ("operations", "accept"),
}
"""Tasks that ask Salto KS, and so share its request budget."""

ANYWAY = {(name, step) for name in FLEET for step in EDGES[name][1:]}
"""Tasks that go on when the one before failed: it may have failed for one site of the chunk, and grants follow the last
good rows (design §5.1)."""


def test_dag_files_import_without_errors(dagbag: DagBag) -> None:
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == set(NAMES) == set(EDGES)


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_is_named_as_its_file(dagbag: DagBag, name: str) -> None:
    assert Path(dagbag.dags[name].fileloc).stem == name


@pytest.mark.parametrize("name", NAMES)
def test_edges_are_those_of_the_design(dagbag: DagBag, name: str) -> None:
    dag, steps = dagbag.dags[name], EDGES[name]
    edges = {(task.task_id, after) for task in dag.tasks for after in task.downstream_task_ids}
    chunked = {("chunks", step) for step in steps} if name in FLEET else set()
    assert edges - {("held", "accept")} == {*pairwise([*steps, *LAST.get(name, [])])} | chunked


@pytest.mark.parametrize("name", FLEET)
def test_all_steps_are_mapped_over_chunks_of_sites_together(dagbag: DagBag, name: str) -> None:
    from airflow.sdk.definitions.taskgroup import MappedTaskGroup

    dag = dagbag.dags[name]
    group = dag.task_group.children[SITES]
    assert isinstance(group, MappedTaskGroup)
    assert set(group.children) == set(EDGES[name])
    assert set(dag.task_group.children) == {SITES, "chunks", *LAST.get(name, [])}


def test_what_is_done_by_hand_has_no_schedule(dagbag: DagBag) -> None:
    assert {name for name, dag in dagbag.dags.items() if dag.schedule is None} == set(NAMES) - set(FLEET)


@pytest.mark.parametrize("name", NAMES)
def test_schedule(dagbag: DagBag, name: str) -> None:
    dag = dagbag.dags[name]
    assert name not in FLEET or str(dag.schedule) == SCHEDULES[name]
    assert dag.start_date == datetime(2026, 1, 1, tzinfo=UTC)
    assert str(dag.timezone) == "UTC"
    assert not dag.catchup
    assert name not in FLEET or dag.max_active_runs == 1


@pytest.mark.parametrize("name", NAMES)
def test_owner_and_tags(dagbag: DagBag, name: str) -> None:
    dag = dagbag.dags[name]
    assert dag.owner == "saltoks"
    assert "saltoks" in dag.tags
    assert len(dag.tags) == 2


@pytest.mark.parametrize("name", NAMES)
def test_runbook_says_what_red_means_and_what_to_do(dagbag: DagBag, name: str) -> None:
    text = dagbag.dags[name].doc_md or ""
    heads = [line.removeprefix("### ") for line in text.splitlines() if line.startswith("### ")]
    assert heads == ["What it does", "What red means", "What to do"]
    red = text.split("### What red means")[1].split("### What to do")[0]
    assert [step for step in [*EDGES[name], *LAST.get(name, [])] if step not in red] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_task_repeats_what_may_get_better(dagbag: DagBag, name: str) -> None:
    for task in dagbag.dags[name].tasks:
        assert task.retries == 2, task.task_id
        assert task.retry_delay == timedelta(seconds=30)
        assert task.retry_policy is not None
        if task.task_id == "approve":
            continue  # a person takes as long as a person takes: `response_timeout` bounds it
        assert task.execution_timeout is not None
        assert task.execution_timeout < TIME_LIMIT.get(name, timedelta(minutes=15))


FINAL = [ConfigError, SourceError, SignInFailed, NotPermitted, AskPerson, Refused, UnexpectedAnswer]


@pytest.mark.parametrize("error", [*FINAL, Throttled, Unavailable, RuntimeError], ids=lambda kind: kind.__name__)
def test_the_kind_of_error_decides_whether_a_task_is_tried_again(dagbag: DagBag, error: type[Exception]) -> None:
    """What a person must change fails at once; what may get better by itself does not."""
    from airflow.sdk import RetryAction

    policy = dagbag.dags["access_sync"].get_task("plan").retry_policy
    assert policy is not None
    decision = policy.evaluate(error("said"), try_number=1, max_tries=3)
    if error in FINAL:
        assert decision.action is RetryAction.FAIL
    else:
        assert decision.action is not RetryAction.FAIL
    if error is Throttled:
        assert decision.retry_delay == timedelta(minutes=1)


@pytest.mark.parametrize("name", NAMES)
def test_only_tasks_that_ask_salto_take_a_slot_of_its_pool(dagbag: DagBag, name: str) -> None:
    """Airflow leaves tasks of a pool that nobody made waiting for ever."""
    known = json.loads((PROJECT / "config" / "pools.json").read_text(encoding="utf-8"))
    for task in dagbag.dags[name].tasks:
        expected = "salto_api" if (name, task.task_id) in AT_SALTO else "default_pool"
        assert task.pool == expected, task.task_id
        assert task.pool in {*known, "default_pool"}


@pytest.mark.parametrize("name", NAMES)
def test_trigger_rules(dagbag: DagBag, name: str) -> None:
    for task in dagbag.dags[name].tasks:
        if not task.is_teardown:
            expected = "all_done" if (name, task.task_id) in ANYWAY else "all_success"
            assert task.trigger_rule == expected, task.task_id


def test_a_report_is_a_teardown(dagbag: DagBag) -> None:
    """It runs after a failure too, and does not turn the run green (design §10)."""
    found = {(name, task.task_id) for name, dag in dagbag.dags.items() for task in dag.tasks if task.is_teardown}
    assert found == {("audit_trail", "report"), ("nightly", "pages")}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_dag_depends_on_when_it_was_parsed(dagbag: DagBag, name: str) -> None:
    """A value that changes at every parse makes a new version of the DAG each time."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    assert name in dagbag.dags
    parsed = (DagBag(DAGS / f"{name}.py").dags[name] for _ in range(2))
    first, second = (json.dumps(DagSerialization.to_dict(dag), sort_keys=True) for dag in parsed)
    assert first == second


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_a_dag_file_imports_only_what_describes_it(file: Path) -> None:
    """Work is imported inside the tasks, from the flows alone."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert all(isinstance(node, ast.ImportFrom) for node in imports)
    top = {node.module for node in imports if node in tree.body and isinstance(node, ast.ImportFrom)}
    inside = {node.module for node in imports if node not in tree.body and isinstance(node, ast.ImportFrom)}
    assert top - {"saltoks.approval"} == {"__future__", "datetime", "airflow.sdk", "saltoks.airflow_defaults"}
    assert inside == {"saltoks.flows"}
