"""T32: a task `validate` that breaks stops nothing that people are entitled to, and ends nothing early."""

from __future__ import annotations

import pytest

from dags.live import Live

ANN = "ann@house.example"


def mislaid(live: Live, table: str) -> None:
    """A table of the warehouse cannot be found."""
    live.rows(f"alter table {table} rename to mislaid")


def found_again(live: Live, table: str) -> None:
    """It is back."""
    schema, _, name = table.partition(".")
    live.rows(f"alter table {schema}.mislaid rename to {name}")


@pytest.mark.parametrize(("step", "table"), [("validate", "src.checks"), ("extract", "src.staged")])
@pytest.mark.parametrize("name", ["access_sync", "nightly"])
def test_t32_a_step_that_breaks_lets_doors_follow_the_last_good_rows(
    live: Live, name: str, step: str, table: str
) -> None:
    """The rows that say that Ann's booking is off were never judged: they are not believed, and the run is red."""
    live.book("b1", "ann", "room-1", -30, 60)
    live.run(name)
    assert live.opens("Room 1 door", ANN)
    live.stage.unbook("b1")
    live.book("b2", "gus", "room-2", -30, 60)
    mislaid(live, table)
    run = live.run(name)
    found_again(live, table)
    assert run.state == "failed"
    assert run.tasks[step] == ("failed", 1)
    assert run.tasks["plan"] == ("success", 1)
    assert run.tasks["apply"] == ("failed", 1)
    assert live.opens("Room 1 door", ANN)
    assert live.stage.members("Room 2") == set()
