"""`saltoks config lint` as a person types it: with and without a site, exit codes, and what can be picked (F144)."""

from __future__ import annotations

import json

import pytest

from cli.conftest import Run
from stage import Stage

ATTIC = {"item": "attic", "groups": ["Attic"], "door": "Attic door"}
CHANGES: dict[str, tuple[dict[str, object], int]] = {
    "notes alone": ({}, 0),
    "a warning": ({"exclusive_groups": ["Sauna"]}, 1),
    "an error": ({"rules": {"booking_statuses": []}}, 2),
}


@pytest.mark.parametrize(("changes", "code"), CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("more", [(), ("--offline",)], ids=["online", "offline"])
def test_the_worst_finding_is_the_exit_code(
    stage: Stage, run: Run, changes: dict[str, object], code: int, more: tuple[str, ...]
) -> None:
    """0 nothing or notes, 1 something may be meant, 2 something keeps people out."""
    stage.configure(**changes)
    assert run("config", "lint", "--site", "house", *more).code == code


def test_f49_a_wrong_name_shows_what_can_be_picked(stage: Stage, run: Run) -> None:
    """F49: groups and locks of the site, live; file and key of what is wrong, what is so, and what to do."""
    stage.configure(mapping=[*stage.site["mapping"], ATTIC])
    said = run("config", "lint", "--site", "house", "--json")
    assert said.code == 2
    found = {(one["level"], one["where"]): one["message"] for one in json.loads(said.out) if one["level"] == "error"}
    assert found == {
        ("error", "config/sites/house.yaml: mapping.3.groups"): (
            "“Attic” is no access group of the site (F55) — create it in Salto KS, or correct the name"
        ),
        ("error", "config/sites/house.yaml: mapping.3.door"): (
            "“Attic door” is no lock of the site (F47) — did you mean 'Club door'?"
        ),
    }
    notes = [one["message"] for one in json.loads(said.out) if one["level"] == "note"]
    assert "access groups of the site: Club, Room 1, Room 2 (F49)" in notes
    assert "locks of the site: Club door, Room 1 door, Room 2 door (F49)" in notes


@pytest.mark.parametrize("options", [(), ("--site", "house", "--offline")], ids=["all sites", "one site, offline"])
def test_without_a_site_nobody_is_asked(stage: Stage, run: Run, options: tuple[str, ...]) -> None:
    """No network and no credentials: what needs Salto is not looked at."""
    stage.configure(mapping=[*stage.site["mapping"], ATTIC])
    said = run("config", "lint", *options)
    assert (said.code, said.out) == (0, "config: nothing to say, every file is in order\n")
    assert stage.sandbox.admin.calls() == []


def test_a_site_that_is_not_there(stage: Stage, run: Run) -> None:
    """The nearest name is offered, online or not."""
    for options in ((), ("--offline",)):
        said = run("config", "lint", "--site", "hose", *options)
        assert said.code == 64
        assert "no site is called 'hose'" in said.err


def test_check_counts_what_lint_tells(stage: Stage, run: Run) -> None:
    """F21: one line of `check` for the mapping as a whole; what exactly is wrong is told in one place."""
    fine = {one["what"]: (one["level"], one["message"]) for one in json.loads(run("check", "--json").out)}
    assert fine["mapping"] == ("ok", "3 group(s) and 3 item(s) are in order")
    stage.configure(exclusive_groups=["Sauna"])
    said = run("check", "--json")
    assert said.code == 1
    [mapping] = [one for one in json.loads(said.out) if one["what"] == "mapping"]
    assert (mapping["level"], mapping["message"]) == (
        "warning",
        "1 warning(s): see `saltoks config lint --site house` (F144)",
    )
