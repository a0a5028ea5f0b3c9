"""A stage in real time and the project's DAGs on it: tasks ask the machine's clock, so bookings lie around now."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from saltoks.warehouse.engine.database import Warehouse
from stage import NOON, SITE_UID, Stage

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


@dataclass(frozen=True, slots=True)
class Run:
    """How a DAG run ended: every task with its state and its number of tries."""

    dag_id: str
    run_id: str
    state: str
    tasks: dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class XCom:
    """One value that a task handed over; `text` is its JSON."""

    task: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Live:
    """Books around the present moment, runs whole DAGs, and looks at what they left behind."""

    stage: Stage
    dagbag: DagBag
    metadata: Path

    def book(self, booking: str, customer: str, item: str, start: int, end: int, status: str = "confirmed") -> None:
        """Adds or replaces a booking, from and until so many minutes from now."""
        now = round((datetime.now(UTC) - NOON) / timedelta(minutes=1))
        self.stage.book(booking, customer, item, now + start, now + end, status)

    def run(self, dag_id: str, **conf: str) -> Run:
        """One whole run; waits through real retries, so only for failures that are final."""
        return self._ran(self.dagbag.dags[dag_id].test(run_conf=conf or None))

    def run_of(self, dag_id: str, at: datetime, *, kept: str | None = None) -> Run:
        """The run of a date: all its tasks are cleared if it ran before, but those whose names match `kept`."""
        return self._ran(self.dagbag.dags[dag_id].test(logical_date=at, run_after=at, mark_success_pattern=kept))

    def _ran(self, done: Any) -> Run:
        tasks = {one.task_id: (str(one.state), one.try_number) for one in done.get_task_instances()}
        return Run(done.dag_id, done.run_id, str(done.state), tasks)

    def xcoms(self, run: Run) -> list[XCom]:
        """Everything that the tasks of a run handed over, from Airflow's own database."""
        with closing(sqlite3.connect(self.metadata)) as connection:
            found = connection.execute(
                "select task_id, key, value from xcom where dag_id = ? and run_id = ?", (run.dag_id, run.run_id)
            )
            return [XCom(task, key, str(value)) for task, key, value in found]

    def given(self, run: Run, task: str) -> dict[str, int | str]:
        """What a task handed over about the stage's site."""
        [text] = [one.text for one in self.xcoms(run) if (one.task, one.key) == (task, "return_value")]
        found: dict[str, int | str] = json.loads(text)["house"]
        return found

    def message(self, run: Run, step: str) -> str:
        """The sentence that the history of runs keeps about a step."""
        at = {"step": step, "run": f"{run.dag_id}/{run.run_id}"}
        [[found]] = self.rows("select message from ops.runs where step = :step and run_id = :run", **at)
        return str(found)

    def rows(self, statement: str, **values: str) -> list[tuple[object, ...]]:
        """What a statement gives in the warehouse; it may also change it."""
        warehouse = Warehouse(self.stage.warehouse_url)
        with warehouse.session() as session:
            done = session.connection.execute(text(statement), values)
            found = [tuple(row) for row in done] if done.returns_rows else []
        warehouse.close()
        return found

    def opens(self, door: str, who: str) -> bool:
        """Whether a door opens for somebody who holds a mobile key to it."""
        return self.stage.sandbox.admin.attempt(SITE_UID, door, user_id=self.stage.user_id(who)).opened
