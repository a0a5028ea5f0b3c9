"""What the DAG tests share: a throw-away Airflow, the DAGs of the project, and a stage that lives in real time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import airflow_home

HOME = airflow_home.set_up()

from dags.live import Live  # noqa: E402  # the environment comes before everything that may import airflow

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

    from stage import Stage


@pytest.fixture(scope="session")
def dagbag() -> DagBag:
    """The DAGs of the project, parsed once; also makes Airflow's metadata database."""
    from airflow.dag_processing.dagbag import DagBag
    from airflow.utils.db import initdb

    initdb()
    airflow_home.import_pools()
    return DagBag(airflow_home.DAGS)


@pytest.fixture
def live(stage: Stage, dagbag: DagBag) -> Live:
    """The stage of a test in real time, with DAGs that can be run on it."""
    stage.sandbox.admin.real_clock()
    return Live(stage, dagbag, HOME / "airflow.db")
