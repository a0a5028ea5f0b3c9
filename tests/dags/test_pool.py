"""A pool that nobody made: Airflow waits for ever and says nothing, so `check` says it (case: pool nobody mentions)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import airflow_home
from saltoks.flows.check import check
from saltoks.flows.run.from_airflow import has_pool, is_set_up_here
from saltoks.settings import Finding
from stage import Stage

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag


def pool(stage: Stage) -> list[Finding]:
    """What a check says of the pool."""
    with stage.runtime() as rt:
        return [one for one in check(rt, rt.settings.site("house")) if one.where == "pool"]


@pytest.fixture
def pools(dagbag: DagBag) -> Iterator[None]:
    """The pools are there again after a test."""
    airflow_home.import_pools()
    yield
    airflow_home.import_pools()


def test_a_pool_that_is_there(stage: Stage, pools: None) -> None:
    assert pool(stage) == [Finding("ok", "pool", "salto_api is there")]


def test_a_missing_pool_is_an_error_with_the_command_that_makes_it(stage: Stage, pools: None) -> None:
    from airflow.models.pool import Pool

    Pool.delete_pool("salto_api")
    [found] = pool(stage)
    assert found.level == "error"
    assert found.message.endswith("so no task that asks Salto ever runs: run `airflow pools import config/pools.json`")


def test_a_pool_without_slots_is_as_good_as_none(pools: None) -> None:
    from airflow.models.pool import Pool

    Pool.create_or_update_pool("salto_api", slots=0, description="", include_deferred=False)
    assert has_pool("salto_api") is False


def test_a_terminal_without_airflow_is_not_asked(tmp_path: object) -> None:
    assert not is_set_up_here({"AIRFLOW_HOME": str(tmp_path)})
    assert is_set_up_here({"AIRFLOW_HOME": str(tmp_path), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": "sqlite:///x"})


def test_the_readme_makes_the_pool_before_the_dags_run() -> None:
    steps = (
        (airflow_home.PROJECT / "README.md").read_text(encoding="utf-8").partition("## Pointing it at a real site")[2]
    )
    assert steps.index("airflow pools import config/pools.json") < steps.index("unpause")
