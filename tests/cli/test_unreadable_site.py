"""A site whose file cannot be read, at the terminal: its lines, exit code 2, and every other site is done."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml

from cli.conftest import Run, now
from stage import Stage

ANN = "ann@house.example"
BREAKAGES: dict[str, Callable[[str], str]] = {
    "YAML syntax": lambda text: text.replace("mapping:", "mapping: ["),
    "unknown key": lambda text: text + "rule: {}\n",
    "unknown preset": lambda text: text + "preset: nexus\n",
    "keys written twice": lambda text: text + "timezone: Europe/Paris\n",
    "nothing": lambda text: text[:0],
}
EVERYWHERE = (
    ("sync", "as-of"),
    ("sync", "--full", "as-of"),
    ("plan", "as-of"),
    ("plan", "--format", "markdown", "as-of"),
    ("audit", "as-of"),
    ("status", "as-of"),
    ("check",),
    ("who", "as-of"),
    ("holds",),
    ("drift",),
    ("owner",),
    ("config", "show"),
    ("config", "lint"),
    ("config", "lint", "--offline"),
)


def beside(stage: Stage, broken: Callable[[str], str]) -> None:
    """A second site that is broken so, before the house in order."""
    salto = stage.site["salto"] | {"site_uid": "NL0000000007"}
    body = stage.site | {"salto": salto, "source": stage.site["source"] | {"name": "other"}}
    (stage.root / "config" / "sites" / "aaa.yaml").write_text(broken(yaml.safe_dump(body)), encoding="utf-8")


def typed(stage: Stage, words: tuple[str, ...], *more: str) -> list[str]:
    return [part for word in (*words, *more) for part in (now(stage) if word == "as-of" else [word])]


def flat(text: str) -> str:
    """Text of a table or of lines, however it is folded."""
    return "".join(text.replace("│", "").split())


@pytest.mark.parametrize("broken", BREAKAGES.values(), ids=BREAKAGES.keys())
def test_its_neighbour_is_synced_and_its_lines_are_said_and_kept(
    stage: Stage, run: Run, broken: Callable[[str], str]
) -> None:
    beside(stage, broken)
    stage.book("b1", "ann", "room-1", 0, 60)
    said = run("sync", *now(stage))
    assert said.code == 2
    assert said.err.startswith("failed: aaa: config/sites/aaa.yaml:")
    assert all(line.startswith("failed: aaa: config/sites/aaa.yaml:") for line in said.err.splitlines())
    assert stage.opens(ANN, "Room 1")
    assert stage.query("select step, state from ops.runs where site = 'aaa'") == [{"step": "config", "state": "failed"}]
    assert stage.query("select 1 as n from ops.runs where site = 'house' and state <> 'done'") == []
    [kept] = json.loads(run("runs", "--site", "aaa", "--json").out)
    assert [f"failed: aaa: {one['text']}" for one in kept["sentences"]] == said.err.splitlines()
    assert run("warnings", "--site", "aaa").code == 0


@pytest.mark.parametrize("words", EVERYWHERE, ids=" ".join)
def test_every_command_shows_the_others_and_says_the_lines(stage: Stage, run: Run, words: tuple[str, ...]) -> None:
    run("sync", *now(stage))
    beside(stage, lambda text: text + "rule: {}\nrulez: {}\n")
    said = run(*typed(stage, words))
    assert said.code == 2
    for key in ("rule:", "rulez:"):
        assert flat(f"{key} is not a known key — did you mean 'rules'?")[len(key) :] in flat(said.out + said.err)
    assert "config/sites/aaa.yaml:" in said.out + said.err
    assert "house" in said.out or words[:2] in (("holds",), ("drift",), ("config", "lint"))


@pytest.mark.parametrize("words", EVERYWHERE, ids=" ".join)
def test_whoever_names_another_site_hears_nothing_of_it(stage: Stage, run: Run, words: tuple[str, ...]) -> None:
    run("sync", *now(stage))
    beside(stage, lambda text: text + "rule: {}\n")
    said = run(*typed(stage, words, "--site", "house"))
    assert said.code in (0, 1)
    assert "aaa" not in said.out + said.err


@pytest.mark.parametrize("words", [*EVERYWHERE, ("config", "lint", "--json")], ids=" ".join)
def test_whoever_names_it_hears_its_lines_and_nothing_is_asked(stage: Stage, run: Run, words: tuple[str, ...]) -> None:
    beside(stage, lambda text: text + "rule: {}\n")
    stage.sandbox.admin.forget_calls()
    said = run(*typed(stage, words, "--site", "aaa"))
    assert said.code == 2
    assert "config/sites/aaa.yaml:" in said.out + said.err
    assert stage.sandbox.admin.calls() == []


def test_a_decision_about_it_is_refused_with_its_lines(stage: Stage, run: Run) -> None:
    beside(stage, lambda text: text + "rule: {}\n")
    said = run("holds", "accept", "--site", "aaa", "--by", "Kim", "--reason", "seen", "--all")
    assert said.code == 2
    assert said.err.startswith("saltoks: config/sites/aaa.yaml:")


def test_a_name_that_is_nearly_one_of_all_sites_is_wrong_use(stage: Stage, run: Run) -> None:
    beside(stage, lambda text: text + "rule: {}\n")
    said = run("sync", "--site", "aab")
    assert (said.code, "there are aaa, house — did you mean 'aaa'?" in said.err) == (64, True)


def test_lint_lists_its_lines_beside_what_it_finds_elsewhere(stage: Stage, run: Run) -> None:
    beside(stage, lambda text: text + "rule: {}\n")
    stage.configure(exclusive_groups=["Sauna"])
    for more in ((), ("--site", "house", "--site", "aaa", "--offline"), ("--site", "house", "--site", "aaa")):
        found = json.loads(run("config", "lint", "--json", *more).out)
        files = {(one["level"], one["where"].partition(".yaml")[0]) for one in found}
        assert {("error", "config/sites/aaa"), ("warning", "config/sites/house")} <= files


def test_two_sites_that_claim_the_same_are_refused_and_a_third_is_synced(stage: Stage, run: Run) -> None:
    beside(stage, lambda text: text)
    text = (stage.root / "config" / "sites" / "aaa.yaml").read_text(encoding="utf-8")
    (stage.root / "config" / "sites" / "bbb.yaml").write_text(text, encoding="utf-8")
    stage.book("b1", "ann", "room-1", 0, 60)
    said = run("sync", *now(stage))
    assert said.code == 2
    for one, other in (("aaa", "bbb"), ("bbb", "aaa")):
        assert f"failed: {one}: config/sites/{one}.yaml:" in said.err
        assert f"is the same Salto KS site as in config/sites/{other}.yaml" in said.err
    assert stage.opens(ANN, "Room 1")


def test_a_broken_project_stays_fatal(stage: Stage, run: Run) -> None:
    (stage.root / "config" / "saltoks.yaml").write_text("tick_minute: 1\n", encoding="utf-8")
    stage.sandbox.admin.forget_calls()
    said = run("sync", *now(stage))
    assert said.code == 2
    assert said.err.startswith("saltoks: config/saltoks.yaml:1: tick_minute: is not a known key")
    assert stage.sandbox.admin.calls() == []
