"""`check`, `config lint` and `plan` read the source, and say when it cannot be read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cli.conftest import Run, now
from stage import Stage

HARMS: dict[str, Callable[[Stage], object]] = {
    "gone": lambda stage: (stage.root / "data" / "bookings.csv").unlink(),
    "empty": lambda stage: (stage.root / "data" / "bookings.csv").write_bytes(b""),
    "no text": lambda stage: (stage.root / "data" / "bookings.csv").write_bytes(b"\x00\xff\x9f\x81"),
}
COMMANDS = {
    "check": ("check",),
    "lint": ("config", "lint"),
    "lint of a site": ("config", "lint", "--site", "house"),
    "plan": ("plan", "as-of"),
    "dry run": ("sync", "--dry-run", "as-of"),
}


def typed(stage: Stage, words: tuple[str, ...]) -> list[str]:
    return [part for word in words for part in (now(stage) if word == "as-of" else [word])]


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_a_source_that_cannot_be_read_is_said_and_fails(
    stage: Stage, run: Run, words: tuple[str, ...], harm: Callable[[Stage], object]
) -> None:
    """Before any run, and afterwards."""
    harm(stage)
    said = run(*typed(stage, words))
    told = (said.out + said.err).replace("\n", " ")
    assert said.code == 2
    assert "bookings" in told


def test_a_plan_of_a_source_that_cannot_be_read_says_what_it_follows(stage: Stage, run: Run) -> None:
    run("sync", *now(stage))
    (stage.root / "data" / "bookings.csv").unlink()
    stage.move(15)
    said = run("plan", *now(stage))
    assert said.code == 2
    assert "failed: house: the source could not be read, so the plan follows the last good rows: " in said.err


def test_check_says_what_was_read(stage: Stage, run: Run) -> None:
    found = {one["what"]: one for one in json.loads(run("check", "--json").out)}
    assert (found["source"]["level"], found["source"]["message"]) == (
        "ok",
        "was read: locations 1, customers 2, items 3",
    )
    assert stage.query("select 1 as n from src.extracts") == []


def test_the_source_is_read_where_salto_cannot_be(stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that must be mended is said at once."""
    mistyped = {**stage.connection(), "password": "planted-wrong-secret"}
    monkeypatch.setenv("AIRFLOW_CONN_STAGE", json.dumps(mistyped))
    (stage.root / "data" / "bookings.csv").unlink()
    levels = {one["what"]: one["level"] for one in json.loads(run("check", "--json").out)}
    assert (levels["connection"], levels["source"]) == ("error", "error")


def test_a_row_that_cannot_be_read_is_a_warning(stage: Stage, run: Run) -> None:
    stage.write("bookings", [("x", "room-1", "ann", "soon", "later", "confirmed")])
    for words in (("check",), ("config", "lint")):
        said = run(*words)
        assert said.code == 1
        assert "doubts" in said.out
    assert run("config", "lint", "--offline").code == 0
