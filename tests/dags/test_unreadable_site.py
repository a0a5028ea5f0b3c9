"""A site whose file cannot be read, in Airflow: red with its name, and its neighbours of the same task are done."""

from __future__ import annotations

import pytest

from dags.live import Live

ANN = "ann@house.example"
CHAINS = {
    "access_sync": ("extract", "validate", "plan", "apply"),
    "audit_trail": ("pull", "normalise", "check_in", "report"),
    "device_status": ("pull", "assess"),
    "nightly": ("extract", "validate", "plan", "apply"),
}
BROKEN = {"aaa": "timezone: Mars/Olympus\n", "zzz": "salto: [\n"}


@pytest.mark.parametrize("dag", CHAINS)
def test_a_site_whose_file_cannot_be_read_stops_no_neighbour(
    live: Live, caplog: pytest.LogCaptureFixture, dag: str
) -> None:
    """Every step is done for the house, the task is red and names each broken site, and their failure is kept."""
    live.book("b1", "ann", "room-1", -30, 60)
    if dag == "audit_trail":
        live.run("access_sync")
        assert live.opens("Room 1 door", ANN)
    for name, text in BROKEN.items():
        (live.stage.root / "config" / "sites" / f"{name}.yaml").write_text(text, encoding="utf-8")
    caplog.clear()
    run = live.run(dag)
    assert run.state == "failed"
    assert {step: run.tasks[step] for step in CHAINS[dag]} == dict.fromkeys(CHAINS[dag], ("failed", 1))
    assert "aaa: config/sites/aaa.yaml:1: timezone: 'Mars/Olympus' is not a time zone" in caplog.text
    assert "zzz: config/sites/zzz.yaml:2: is not YAML" in caplog.text
    at = {"run": f"{run.dag_id}/{run.run_id}"}
    states = live.rows("select site, step, state from ops.runs where run_id = :run and site <> '*'", **at)
    house = {("house", step, "done") for step in CHAINS[dag]}
    assert house | {(name, "config", "failed") for name in BROKEN} <= set(states)
    assert {state for site, _, state in states if site == "house"} <= {"done", "warned"}
    said = live.rows("select site, sentence from ops.run_messages where run_id = :run and level = 'failed'", **at)
    assert {site for site, _ in said} == set(BROKEN)
    assert dag == "device_status" or live.opens("Room 1 door", ANN)
    if dag == "audit_trail":
        assert live.rows("select booking_id from audit.check_ins") == [("b1",)]
