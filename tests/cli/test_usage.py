"""How the terminal explains itself: manual, version, completion, and what it says to words that mean nothing."""

from __future__ import annotations

import re

import pytest

from cli.conftest import Run

OPTIONS: dict[str, set[str]] = {
    "check": {"--site", "--json"},
    "plan": {"--site", "--as-of", "--json"},
    "sync": {"--site", "--as-of", "--dry-run", "--full", "--json"},
    "audit": {"--site", "--as-of", "--json"},
    "status": {"--site", "--as-of", "--json"},
    "who": {"--site", "--as-of", "--json"},
    "migrate": set(),
    "sandbox": {"--system", "--world", "--port", "--state", "--seed"},
    "report validation": {"--output"},
    "config lint": {"--site", "--offline", "--json"},
}


@pytest.mark.parametrize("command", OPTIONS)
def test_help_of_each_command_explains_its_options(run: Run, command: str) -> None:
    """No network, no configuration, no database."""
    said = run(*command.split(), "--help")
    assert said.code == 0
    lines = said.out.splitlines()
    for option in OPTIONS[command]:
        [line] = [line for line in lines if line.lstrip().startswith(option)]
        assert len(line.split()) > 3


def test_the_manual_names_every_command_and_every_exit_code(run: Run) -> None:
    """`saltoks --help` is where a person starts."""
    said = run("--help")
    assert all(command.split()[0] in said.out for command in OPTIONS)
    assert "0 done, 1 done, and somebody must act now" in " ".join(said.out.split())
    assert "2 failed, 64 wrong use" in " ".join(said.out.split())


def test_alone_it_shows_its_manual(run: Run) -> None:
    """As people are used to: the whole of each summary, and no error."""
    said = run()
    assert (said.code, said.err, said.out) == (0, "", run("--help").out)
    assert run("iq").code == 0
    assert "…" not in said.out
    assert "..." not in said.out.replace("[ARGS]...", "")


def test_version_and_completion(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    said = run("--version")
    assert said.code == 0
    assert re.fullmatch(r"saltoks \d+\.\d+\.\d+\n", said.out)
    monkeypatch.setenv("SHELL", "/bin/bash")
    assert "--install-completion" in run("--help").out


@pytest.mark.parametrize(
    "typed",
    [("nonsense",), ("sync", "--nonsense"), ("sync", "extra"), ("sync", "--site"), ("sandbox", "--port", "many")],
    ids=" ".join,
)
def test_wrong_use_ends_with_64(run: Run, typed: tuple[str, ...]) -> None:
    """One sentence and where to look; nothing is done."""
    said = run(*typed)
    assert said.code == 64
    assert said.err.startswith("saltoks: ")
    assert said.err.endswith("Try: saltoks --help\n")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("noon", "--as-of 'noon' is no time: write it like 2026-03-29T18:00+02:00"),
        ("2026-03-29T18:00", "--as-of '2026-03-29T18:00' has no offset: write +00:00 for UTC, or that of the site"),
    ],
    ids=["not a time", "without offset"],
)
def test_an_instant_that_means_nothing_is_refused(run: Run, text: str, sentence: str) -> None:
    """A wall clock without a zone is no instant."""
    said = run("plan", "--as-of", text)
    assert said.code == 64
    assert said.err == f"saltoks: {sentence}\n"
