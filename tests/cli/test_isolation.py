"""Whatever goes wrong at one site, or in the program, is one sentence and exit code 2; the others go on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import Run, now
from saltoks.cli.sites import gathered
from saltoks.core.errors import FixInput
from stage import Stage

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
COMMAND = f"{sys.executable} -c 'from saltoks.cli import main; main()'"
ANN = "ann@house.example"


def beside(stage: Stage, **changes: object) -> None:
    """A second site, done before the house."""
    salto = stage.site["salto"] | {"site_uid": "NL0000000007"}
    body = stage.site | {"salto": salto, "source": stage.site["source"] | {"name": "other"}} | changes
    (stage.root / "config" / "sites" / "aaa.yaml").write_text(json.dumps(body), encoding="utf-8")


def shell(line: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A line of a shell that runs the terminal's command."""
    environment = os.environ | {"PYTHONPATH": str(PLUGINS)} | more
    return subprocess.run(
        ["bash", "-c", line], env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_every_site_is_done_whatever_one_raises(stage: Stage) -> None:
    """What it gave before it broke is told as well."""
    with stage.runtime() as rt:
        house = rt.settings.site("house")

    def work(site: object) -> list[str]:
        if site is house:
            raise ZeroDivisionError
        return ["done"]

    found = gathered([house, house.model_copy(update={"name": "b"})], work)
    assert found.found == ["done"]
    [error] = found.errors
    assert error.sentence.startswith("house: unexpected ZeroDivisionError in ")


@pytest.mark.parametrize("host", ["http://[::1", "http://exa mple", "https://house.example:99999"])
def test_a_source_whose_address_is_nonsense_stops_nobody_else(
    stage: Stage, run: Run, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """No row stays open, the neighbour is synced, and there is one sentence for each step that failed."""
    odd = {"conn_type": "http", "host": host, "login": "x", "password": "planted-x"}
    monkeypatch.setenv("AIRFLOW_CONN_ODD", json.dumps(odd))
    beside(stage, source={"system": "nexudus", "name": "other", "connection": "odd", "businesses": [1]})
    stage.book("b1", "ann", "room-1", 0, 60)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert "failed: aaa: " in said.err
    assert stage.opens(ANN, "Room 1")
    assert stage.query("select 1 as n from ops.runs where state = 'running'") == []
    assert run("plan", *now(stage)).code == 2
    assert run("runs", "--site", "aaa").code == 0


def test_a_site_that_fails_keeps_what_its_steps_said(stage: Stage, run: Run) -> None:
    """The steps before it, too, and the site's name beside the sentence."""
    beside(stage)
    said = run("sync", *now(stage), "--json")
    body = json.loads(said.out)
    assert [(one["site"], one["step"]) for one in body["steps"]][:3] == [
        ("aaa", "extract"),
        ("aaa", "validate"),
        ("house", "extract"),
    ]
    [error] = body["errors"]
    assert (error["site"], error["message"][:29]) == ("aaa", "config/sites/aaa.yaml: salto.")
    listed = json.loads(run("runs", "--site", "aaa", "--json").out)
    assert [(one["step"], one["state"]) for one in listed] == [
        ("plan", "failed"),
        ("validate", "done"),
        ("extract", "done"),
    ]
    assert listed[0]["sentences"][0]["level"] == "failed"


def test_an_uncaught_error_is_2_and_its_trace_is_for_debug(stage: Stage) -> None:
    """An output that is closed is nothing that anybody foresaw."""
    assert stage.root
    quiet = shell(f"{COMMAND} migrate >&-")
    assert quiet.returncode == 2
    assert quiet.stderr.startswith("saltoks: unexpected ")
    assert "Traceback" not in quiet.stderr
    assert len(quiet.stderr.splitlines()) == 1
    loud = shell(f"{COMMAND} --debug migrate >&-")
    assert loud.returncode == 2
    assert "in saltoks.cli.app, line" in loud.stderr or "  saltoks.cli.app, line" in loud.stderr


def test_a_reader_that_goes_away_ends_in_one_sentence() -> None:
    """`saltoks --help | head -1`, in a shell that looks at the codes of both."""
    done = shell(f"set -o pipefail; {COMMAND} --help | true")
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_a_terminal_that_cannot_show_a_letter_loses_nothing_else(stage: Stage) -> None:
    stage.book("b1", "ann", "room-1", 0, 60)
    done = shell(f"{COMMAND} plan --as-of {stage.at.isoformat()}", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "because of booking b1" in done.stdout


def test_an_installation_that_is_broken_is_2() -> None:
    done = shell(f"{COMMAND} --help", PYTHONPATH=f"{Path(__file__).parent / 'broken'}:{PLUGINS}")
    assert done.returncode == 2
    assert done.stderr.startswith("saltoks: cannot start (ImportError: half of it is missing)")


def test_the_error_of_a_site_is_told_with_its_name(stage: Stage) -> None:
    with stage.runtime() as rt:
        [error] = gathered([rt.settings.site("house")], refuse).errors
    assert error.sentence == "house: mend it"


def refuse(_: object) -> list[str]:
    """Fails as a flow does."""
    raise FixInput("mend it")
