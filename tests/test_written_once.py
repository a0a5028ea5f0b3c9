"""A value that more than one kind of file must know, such as SQL, YAML and Python, is the same in all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from saltoks.core.rate_limit import SALTO_AT_ONCE
from saltoks.flows.pages import NIGHTLY_AT
from saltoks.provider import POOL
from saltoks.settings import Devices, Project
from saltoks.tick import DEFAULT_TICK

PROJECT = Path(__file__).resolve().parents[1]
NUMBERS = {5: "five"}


def text(name: str) -> str:
    """A file of the project."""
    return (PROJECT / name).read_text(encoding="utf-8")


def every(dag: str) -> int:
    """So many minutes lie between two runs of a DAG, as its file says."""
    [minutes] = re.findall(r'schedule="\*/(\d+) \* \* \* \*"', text(f"dags/{dag}.py"))
    return int(minutes)


def in_readme(dag: str) -> str:
    """When a DAG runs, as the README says."""
    [when] = re.findall(rf"^\| `{dag}` \| (.*?) \|", text("README.md"), re.MULTILINE)
    return when


def test_the_shipped_configuration_says_the_defaults() -> None:
    """All of them: taking a line out changes nothing, and the examples send whoever looks for a key there."""
    assert yaml.safe_load(text("config/saltoks.yaml")) == Project().model_dump()


@pytest.mark.parametrize("dag", ["access_sync", "audit_trail"])
def test_a_tick_is_told_as_it_is(dag: str) -> None:
    assert in_readme(dag) == f"every {DEFAULT_TICK} minutes (`tick_minutes`)"
    assert "schedule=EVERY_TICK," in text(f"dags/{dag}.py")


def test_the_look_at_devices_is_told_as_it_is() -> None:
    minutes = every("device_status")
    assert in_readme("device_status") == f"every {minutes} minutes"
    assert f"read every {NUMBERS[minutes]} minutes" in text("dags/device_status.py").partition("\n")[0]


def test_the_night_is_told_as_it_is() -> None:
    at = f"{NIGHTLY_AT:%H:%M} UTC"
    assert in_readme("nightly") == at
    assert f"at {at};" in text("dags/nightly.py").partition("\n")[0]
    assert f'schedule="{NIGHTLY_AT.minute} {NIGHTLY_AT.hour} * * *"' in text("dags/nightly.py")


def test_as_many_tasks_may_ask_as_requests_go_out_at_the_same_time() -> None:
    pools = json.loads(text("config/pools.json"))
    assert {name: pool["slots"] for name, pool in pools.items()} == {POOL: SALTO_AT_ONCE}


def test_a_view_looks_back_as_far_as_a_site_does_that_says_nothing() -> None:
    [days] = re.findall(r"coalesce\(known\.days, (\d+)\)", text("sql/report/exposure.sql"))
    assert int(days) == Devices().look_back_days
