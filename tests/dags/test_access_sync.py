"""Whole runs of the access sync on a real sandbox and a real warehouse."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from dags.live import Live

ANN = "ann@house.example"
TICK = "access_sync"
ONE_TRY = 1


def wrong_secret(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection as somebody mistyped it."""
    mistyped = {**live.stage.connection(), "password": "planted-wrong-secret"}
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(mistyped))


def writes(live: Live) -> list[str]:
    """What Salto was asked to change."""
    return [call for call in live.stage.sandbox.admin.count() if not call.startswith("GET ") and "/v1.2/" in call]


def test_a_booking_opens_its_door(live: Live) -> None:
    """F184: a run that somebody starts by hand, between two ticks."""
    live.book("b1", "ann", "room-1", -30, 60)
    run = live.run(TICK)
    assert run.state == "success"
    assert run.tasks == dict.fromkeys(("chunks", "extract", "validate", "plan", "apply"), ("success", ONE_TRY))
    assert live.opens("Room 1 door", ANN)
    assert not live.opens("Room 2 door", ANN)


def test_a_second_run_asks_salto_to_change_nothing(live: Live) -> None:
    live.book("b1", "ann", "room-1", -30, 60)
    live.run(TICK)
    assert writes(live)
    live.stage.sandbox.admin.forget_calls()
    again = live.run(TICK)
    assert again.state == "success"
    assert writes(live) == []
    assert live.given(again, "plan")["add_member"] == 0


def test_a_wrong_secret_fails_at_once(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """T31: a second sign-in with the same secret cannot go better, and may lock the account."""
    live.book("b1", "ann", "room-1", -30, 60)
    wrong_secret(live, monkeypatch)
    run = live.run(TICK)
    assert run.state == "failed"
    assert run.tasks["validate"] == ("success", ONE_TRY)
    assert run.tasks["plan"] == run.tasks["apply"] == ("failed", ONE_TRY)
    assert "check that client id and client secret" in live.message(run, "plan")
    assert "see why its task `plan` failed" in live.message(run, "apply")
    assert live.stage.sandbox.admin.count() == {"POST /connect/token": 1}


def test_a_held_removal_fails_the_run_once_the_rest_is_done(live: Live) -> None:
    """T2: a mass removal waits for a person, who learns of it from a red run."""
    none = {"absolute": 0, "percent": 100}
    live.stage.configure(limits={"removals_per_site": none})
    live.book("b1", "ann", "room-1", -30, 60)
    live.run(TICK)
    live.stage.unbook("b1")
    live.book("b2", "gus", "room-2", -30, 60)
    run = live.run(TICK)
    assert run.state == "failed"
    assert run.tasks["plan"] == ("success", ONE_TRY)
    assert run.tasks["apply"] == ("failed", ONE_TRY)
    assert "1 early removals are more than the 0 allowed at once" in live.message(run, "apply")
    assert live.stage.members("Room 1") == {ANN}
    assert len(live.stage.members("Room 2")) == 1


def test_after_a_failed_extract_doors_follow_the_last_good_rows(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """T1, T35: unknown is not nobody. What was read before still opens doors, and the run is red with the reason."""
    live.book("b1", "ann", "room-1", -30, 60)
    with monkeypatch.context() as mistyped:
        wrong_secret(live, mistyped)
        live.run(TICK)
    (live.stage.root / "data" / "bookings.csv").unlink()
    run = live.run(TICK)
    assert run.state == "failed"
    assert live.given(run, "extract")["completeness"] == "failed"
    assert run.tasks["plan"] == ("success", ONE_TRY)
    assert run.tasks["apply"] == ("failed", ONE_TRY)
    said = live.message(run, "apply")
    assert said.startswith("the source could not be read, so doors follow the last good rows: ")
    assert "bookings.csv" in said
    assert live.opens("Room 1 door", ANN)


@pytest.mark.parametrize(
    ("kept", "newer"),
    [(None, False), ("extract|validate|plan", False), ("extract|validate|plan", True)],
    ids=["all of it", "apply alone", "apply alone, overtaken"],
)
def test_a_run_of_three_weeks_ago_is_cleared(live: Live, kept: str | None, newer: bool) -> None:
    """Design §5.6, F189: what Airflow calls the date of a run moves no door; Ann has another room by now."""
    then = datetime.now(UTC) - timedelta(days=21)
    live.book("b1", "ann", "room-1", -30, 60)
    first = live.run_of(TICK, then)
    assert live.stage.members("Room 1") == {ANN}
    live.book("b1", "ann", "room-2", -30, 60)
    live.rows("update src.extracts set extracted_at = extracted_at - interval '21 days'")
    live.rows("update access.plans set as_of = as_of - interval '21 days'")
    if newer:
        live.run(TICK)
    live.stage.sandbox.admin.forget_calls()
    again = live.run_of(TICK, then, kept=kept)
    assert (again.run_id, again.state) == (first.run_id, "success")
    assert (live.stage.members("Room 1"), live.stage.members("Room 2")) == (set(), {ANN})
    assert bool(writes(live)) is not newer


def test_a_configuration_that_cannot_be_read_fails_before_any_site(live: Live) -> None:
    """Airflow must not wait for ever for chunks that never come."""
    (live.stage.root / "config" / "saltoks.yaml").write_text("tick_minute: 15\n", encoding="utf-8")
    run = live.run(TICK)
    assert run.state == "failed"
    assert run.tasks["chunks"] == ("failed", ONE_TRY)
    assert "success" not in {state for state, _ in run.tasks.values()}
    assert live.stage.sandbox.admin.count() == {}


def test_a_site_that_fails_silences_no_other_of_its_task(live: Live, caplog: pytest.LogCaptureFixture) -> None:
    """Every failure and warning is in the log, in the error of the task, and in the warehouse."""
    live.book("b1", "ann", "room-1", -30, 60)
    live.stage.add("items", "sauna", "Sauna")
    live.book("s1", "ann", "sauna", -30, 60)
    for name, uid in (("aaa", "NL0000000006"), ("zzz", "NL0000000007")):
        body = live.stage.site | {
            "salto": live.stage.site["salto"] | {"site_uid": uid},
            "source": live.stage.site["source"] | {"name": name},
        }
        (live.stage.root / "config" / "sites" / f"{name}.yaml").write_text(json.dumps(body), encoding="utf-8")
    run = live.run(TICK)
    assert run.state == "failed"
    assert live.opens("Room 1 door", ANN)
    for uid in ("NL0000000006", "NL0000000007"):
        assert f"salto.site_uid {uid} is not among the sites" in caplog.text
    assert "item sauna is not mapped" in caplog.text
    kept = live.rows(
        "select site, step, level from ops.run_messages where level in ('failed', 'warning') order by site, step"
    )
    assert set(kept) == {
        ("aaa", "apply", "failed"),
        ("aaa", "plan", "failed"),
        ("house", "plan", "warning"),
        ("zzz", "apply", "failed"),
        ("zzz", "plan", "failed"),
    }
    assert live.rows("select 1 from ops.runs where state in ('failed', 'warned') and message is null") == []
