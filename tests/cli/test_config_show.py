"""What `saltoks config show` tells of a site: rules, mapping, and where each line was written."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run
from saltoks.settings import rule_names
from stage import Stage

SAUNA = {
    "item": "club",
    "groups": ["Club", "Room 1"],
    "before_minutes": 60,
    "hours": [{"days": ["mon", "fri"], "starts": "09:00", "ends": "17:00"}, {"starts": "22:00", "ends": "00:00"}],
}


def test_every_rule_and_every_entry_of_the_mapping_is_shown(stage: Stage, run: Run) -> None:
    """F60, F142, F145, F148, F151, F153: as JSON, with file and line or that it is the default."""
    stage.configure(mapping=[SAUNA], unmanaged=["Room 2"], rules={"missing_runs": 2, "overdue_grace_days": 7})
    said = run("config", "show", "--json")
    house = json.loads(said.out)["house"]
    assert (said.code, said.err) == (0, "")
    assert house.keys() == {*rule_names(), "map_by_name", "unmanaged", "mapping"}
    assert house["checkout_minutes"] == {"value": "15", "from": "the default"}
    values = {name: house[name]["value"] for name in ("missing_runs", "overdue_grace_days", "map_by_name", "unmanaged")}
    assert values == {
        "missing_runs": "2",
        "overdue_grace_days": "7",
        "map_by_name": "false",
        "unmanaged": "[Room 2]",
    }
    (entry,) = house["mapping"]
    assert entry.pop("from").startswith("config/sites/house.yaml:")
    assert entry == {
        "item": "club",
        "groups": ["Club", "Room 1"],
        "locks": [],
        "door": None,
        "before_minutes": 60,
        "after_minutes": None,
        "hours": ["mon fri 09:00–17:00", "22:00–00:00"],
    }


def test_people_read_the_buffers_that_hold(stage: Stage, run: Run) -> None:
    """F145: its own lead, and the tail of the rules."""
    stage.configure(mapping=[SAUNA])
    lines = run("config", "show").out.splitlines()
    cells = next([cell.strip() for cell in line.split("│")] for line in lines if "│ club" in line)
    assert cells[1:6] == ["club", "Club, Room 1", "", "60, 15", "mon fri 09:00–17:00; 22:00–00:00"]
    assert any("overdue_grace_days" in line and "not set" in line for line in lines)


def test_f141_what_names_decided_is_shown_as_such(stage: Stage, run: Run) -> None:
    """F141: before the first plan nothing is known of it; without the warehouse it is said that nothing can be."""
    stage.configure(mapping=[SAUNA], map_by_name=True)
    assert [one["item"] for one in json.loads(run("config", "show", "--json").out)["house"]["mapping"]] == ["club"]
    stage.sync()
    mapping = json.loads(run("config", "show", "--json").out)["house"]["mapping"]
    assert [(one["item"], one["groups"]) for one in mapping if one["from"] == "its name"] == [
        ("room-1", ["Room 1"]),
        ("room-2", ["Room 2"]),
    ]


def test_f141_without_the_warehouse_the_rest_is_shown(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """F141."""
    stage.configure(mapping=[SAUNA], map_by_name=True)
    nowhere = {"conn_type": "postgres", "host": "127.0.0.1", "port": 1, "login": "x", "password": "x", "schema": "none"}
    monkeypatch.setenv("AIRFLOW_CONN_SALTOKS_WAREHOUSE", json.dumps(nowhere))
    said = run("config", "show")
    assert said.code == 0
    assert said.err.startswith("note: what map_by_name decided is not known: the warehouse at 127.0.0.1:1/none cannot")
    assert "map_by_name" in said.out
