"""`saltoks init` writes what one begins with, and never over what somebody wrote."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cli.conftest import Run
from saltoks.package_data import ROOT

DAGS = sorted(path.name for path in (ROOT / "dags").glob("*.py"))


def test_a_folder_has_the_dags_and_a_configuration_without_a_site(tmp_path: Path, run: Run) -> None:
    """The demo's sites are examples there, each of which becomes a site by being copied; presets stay the product's."""
    made = run("init", str(tmp_path / "new"))
    assert (made.code, made.err) == (0, "")
    assert f"SALTOKS_CONFIG={tmp_path / 'new' / 'config'}" in made.out
    assert sorted(path.name for path in (tmp_path / "new" / "dags").iterdir()) == DAGS
    config = tmp_path / "new" / "config"
    assert sorted(path.name for path in config.iterdir()) == ["examples", "mail", "pools.json", "saltoks.yaml", "sites"]
    assert list((config / "sites").iterdir()) == []
    assert {path.name for path in (config / "examples").iterdir()} == {"demo", "deskworks", "tabular"}


@pytest.mark.parametrize("site", ["harbour", "wharf", "loop"])
def test_an_example_that_is_copied_is_a_site(
    site: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("init", str(tmp_path))
    config = tmp_path / "config"
    shutil.copy(config / "examples" / "demo" / "sites" / f"{site}.yaml", config / "sites")
    monkeypatch.setenv("SALTOKS_CONFIG", str(config))
    monkeypatch.setenv("SALTOKS_DATA", str(tmp_path))
    shown = run("config", "show")
    assert (shown.code, shown.err) == (0, "")
    assert "presets/" in shown.out


def test_what_is_there_stays(tmp_path: Path, run: Run) -> None:
    """A file of another version is named: whoever upgrades decides which to keep."""
    run("init", str(tmp_path))
    edited = tmp_path / "dags" / DAGS[0]
    edited.write_text("# ours\n", encoding="utf-8")
    again = run("init", str(tmp_path))
    assert again.code == 0
    assert "0 files written" in again.out
    assert [line for line in again.out.splitlines() if " stays, " in line] == [
        f"{edited} stays, and this version has another: to take that, delete the file and run this again"
    ]
    assert edited.read_text(encoding="utf-8") == "# ours\n"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, run: Run) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    said = run("init", str(tmp_path / "file"))
    assert (said.code, said.out) == (2, "")
    assert "file" in said.err
    assert said.err.endswith("name another folder\n")
