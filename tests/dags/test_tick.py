"""The DAGs of a tick run as often as saltoks.yaml says, and are there whatever it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from airflow_home import DAGS
from saltoks.tick import crons

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.sdk import DAG

EACH_TICK = ["access_sync", "audit_trail"]


@pytest.fixture
def parsed(name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dagbag: DagBag) -> DAG:
    """A DAG as a process of Airflow reads it that starts with such a configuration."""
    from airflow.dag_processing.dagbag import DagBag

    (tmp_path / "saltoks.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("SALTOKS_CONFIG", str(tmp_path))
    monkeypatch.delitem(sys.modules, "saltoks.airflow_defaults")
    found = DagBag(DAGS / f"{name}.py")
    assert found.import_errors == {}
    return found.dags[name]


@pytest.mark.parametrize("name", EACH_TICK)
@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        pytest.param("tick_minutes: 30\n", 30, id="half an hour"),
        pytest.param("tick_minutes: 480\n", 480, id="three times a day"),
        pytest.param("tick_minutes: 15\nno: [YAML\n", 15, id="broken"),
    ],
)
def test_a_dag_follows_the_configuration(parsed: DAG, minutes: int) -> None:
    [expression] = crons(minutes)
    assert parsed.schedule == expression


@pytest.mark.parametrize("name", EACH_TICK)
@pytest.mark.parametrize("text", ["tick_minutes: 25\n"])
def test_a_tick_that_no_hour_holds_evenly_is_kept_by_several_expressions(parsed: DAG) -> None:
    """What Airflow keeps of it is what it reads back."""
    from airflow.serialization.serialized_objects import DagSerialization

    kept = json.loads(json.dumps(DagSerialization.to_dict(parsed)))
    assert DagSerialization.from_dict(kept).timetable.summary == ", ".join(crons(25))
