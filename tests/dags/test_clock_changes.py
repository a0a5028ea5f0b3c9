"""T28: days on which clocks change are days like any other to the scheduler, and to a run that is started by hand."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_home import DAGS, PROJECT
from dags.live import Live, Run

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

EVERY = {
    "access_sync": timedelta(minutes=15),
    "audit_trail": timedelta(minutes=15),
    "device_status": timedelta(minutes=5),
    "nightly": timedelta(days=1),
}
"""DAGs that have a schedule, and how long it is from tick to tick."""

DAYS = {
    "Chicago in spring": datetime(2026, 3, 8, tzinfo=UTC),
    "Amsterdam and London in spring": datetime(2026, 3, 29, tzinfo=UTC),
    "Amsterdam and London in autumn": datetime(2026, 10, 25, tzinfo=UTC),
    "Chicago in autumn": datetime(2026, 11, 1, tzinfo=UTC),
    "a quiet day": datetime(2026, 6, 10, tzinfo=UTC),
}
TOLD_BY_AIRFLOW = re.compile(
    r"\b(logical_date|execution_date|data_interval\w*|run_after|(prev|next)_(ds|execution)\w*|ds|ds_nodash|ts|ts_nodash)\b"
)
"""Airflow's names for the time that a run stands for."""


def ticks(dag: DAG, since: datetime, until: datetime) -> list[datetime]:
    """When the scheduler starts a DAG in a span of time, by the timetable as Airflow stores it."""
    from airflow.serialization.serialized_objects import DagSerialization

    stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    found = stored.iter_dagrun_infos_between(since, until)
    return [datetime.fromtimestamp(one.run_after.timestamp(), UTC) for one in found]


def gaps(dag: DAG, day: datetime) -> list[timedelta]:
    """The time between ticks, from the day before until the day after."""
    found = ticks(dag, day - timedelta(days=1), day + timedelta(days=2, seconds=-1))
    return [after - before for before, after in pairwise(found)]


@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS.keys())
@pytest.mark.parametrize("name", EVERY)
def test_t28_ticks_come_evenly_also_when_clocks_change(dagbag: DagBag, name: str, day: datetime) -> None:
    """A cron in local time would skip an hour in spring and come twice in autumn."""
    assert gaps(dagbag.dags[name], day) == [EVERY[name]] * (timedelta(days=3) // EVERY[name] - 1)


def test_every_dag_with_a_schedule_is_among_them(dagbag: DagBag) -> None:
    assert {name for name, dag in dagbag.dags.items() if dag.schedule} == set(EVERY)


def test_a_night_in_local_time_would_be_noticed() -> None:
    from airflow.sdk import DAG, CronTriggerTimetable

    local = CronTriggerTimetable("30 2 * * *", timezone="Europe/Amsterdam")
    dag = DAG("local", schedule=local, start_date=datetime(2026, 1, 1, tzinfo=UTC))
    assert set(gaps(dag, DAYS["Amsterdam and London in spring"])) != {timedelta(days=1)}


@pytest.mark.parametrize("name", EVERY)
def test_t28_a_tick_is_a_point_in_time_and_nothing_is_caught_up(dagbag: DagBag, name: str) -> None:
    """An interval could come out empty; here none has a length, and a night that was missed is not run later."""
    from airflow.serialization.serialized_objects import DagSerialization

    stored = DagSerialization.from_dict(DagSerialization.to_dict(dagbag.dags[name]))
    [*found] = stored.iter_dagrun_infos_between(DAYS["a quiet day"], DAYS["a quiet day"] + timedelta(days=1))
    intervals = [one.data_interval for one in found if one.data_interval]
    assert len(intervals) == len(found) > 0
    assert all(one.start == one.end for one in intervals)
    assert stored.catchup is False


def told(source: str) -> set[str]:
    """Airflow's names for the time of a run, wherever code or its texts use them."""
    tree = ast.parse(source)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg | ast.keyword) and node.arg}
    slices = (node.slice for node in ast.walk(tree) if isinstance(node, ast.Subscript))
    keys = {str(one.value) for one in slices if isinstance(one, ast.Constant)}
    return {name for name in names | keys if TOLD_BY_AIRFLOW.fullmatch(name)}


CODE = sorted([*DAGS.glob("*.py"), *(PROJECT / "plugins" / "saltoks" / "flows").rglob("*.py")])


@pytest.mark.parametrize("file", CODE, ids=lambda file: file.stem)
def test_t28_no_flow_asks_what_time_its_run_stands_for(file: Path) -> None:
    """Flows ask the clock: a rerun works towards what is true now (design §5.6)."""
    assert told(file.read_text(encoding="utf-8")) == set()


def test_such_a_question_would_be_noticed() -> None:
    assert told('context["logical_date"]; run.data_interval_end; f(ds=1)') == {
        "logical_date",
        "data_interval_end",
        "ds",
    }


def by_hand(live: Live, logical_date: datetime) -> Run:
    """A run that somebody starts by hand for another day."""
    done = live.dagbag.dags["access_sync"].test(logical_date=logical_date)
    return Run("access_sync", done.run_id, str(done.state), {})


@pytest.mark.parametrize(
    "hour",
    [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)],
    ids=["the hour that is not there", "the hour that comes twice"],
)
def test_t28_a_run_by_hand_for_such_an_hour_works_towards_now(live: Live, hour: datetime) -> None:
    live.book("b1", "ann", "room-1", -30, 60)
    assert by_hand(live, hour).state == "success"
    assert live.opens("Room 1 door", "ann@house.example")
    [[as_of]] = live.rows("select as_of from access.plans")
    assert isinstance(as_of, datetime)
    assert datetime.now(UTC) - as_of < timedelta(minutes=5)
