"""`saltoks report`: the pages from a terminal."""

from __future__ import annotations

from pathlib import Path

from cli.conftest import Run, now
from stage import Stage


def test_the_page_is_printed_or_written(stage: Stage, run: Run, tmp_path: Path) -> None:
    """Freshly built from the warehouse: neither Salto nor the source is asked."""
    stage.book("b1", "ann", "room-1", 0, 60)
    run("sync", *now(stage))
    stage.sandbox.admin.forget_calls()
    printed = run("report", "validation")
    assert (printed.code, printed.err) == (0, "")
    assert printed.out.startswith("<!doctype html>")
    file = tmp_path / "page.html"
    assert run("report", "validation", "--output", str(file)).code == 0
    assert ">house</h2>" in file.read_text(encoding="utf-8")
    assert stage.sandbox.admin.calls() == []


def test_the_page_says_so_when_nothing_was_read_yet(stage: Stage, run: Run) -> None:
    said = run("report", "validation")
    assert said.code == 0
    assert "Nothing was ever read here: unpause the DAG access_sync" in said.out


def test_a_file_that_cannot_be_written_is_one_sentence(stage: Stage, run: Run, tmp_path: Path) -> None:
    said = run("report", "validation", "--output", str(tmp_path / "nowhere" / "page.html"))
    assert said.code == 2
    assert "page.html cannot be written" in said.err
