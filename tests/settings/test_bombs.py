"""Files that would grow without end while they are read: refused with file and line, within a second."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.core.errors import ConfigError
from saltoks.settings import load

Write = Callable[..., Path]


def alias_bomb(kind: str) -> str:
    """Ten anchors, each of which repeats the one before ten times."""
    lines = [f"x0: &x0 {'[a, a, a]' if kind == 'list' else '{k: v}'}"]
    for n in range(1, 11):
        many = ", ".join(f"*x{n - 1}" if kind == "list" else f"k{m}: *x{n - 1}" for m in range(10))
        lines.append(f"x{n}: &x{n} " + (f"[{many}]" if kind == "list" else f"{{{many}}}"))
    return "\n".join(lines) + "\n"


BOMBS = {
    "aliases in lists": (alias_bomb("list"), ":6: x5: repeats its anchors to more than 50000 values"),
    "aliases in blocks": (alias_bomb("block"), "more than 50000 values"),
    "aliases as a key": ("? &a [x, *a]\n: here\n", "a key is one word"),
    "an anchor inside itself": ("mapping: &a [*a, *a, *a]\n", ":1: mapping.0: is an anchor that contains itself"),
    "a block inside itself": ("rules: &a\n  deeper: *a\n", ":2: rules.deeper: is an anchor that contains itself"),
    "two anchors round in circles": ("rules: &a\n  b: &b\n    c: *a\n    d: *b\n", "is an anchor that contains itself"),
    "brackets": ("mapping: " + "[" * 200_000 + "\n", ":1: is not YAML: it is nested too deep"),
    "braces": ("mapping: " + "{a: " * 100_000 + "\n", ":1: is not YAML: it is nested too deep"),
    "dashes": ("mapping:\n  " + "- " * 50_000 + "a\n", ":2: is not YAML: it is nested too deep"),
    "indents": ("\n".join(" " * n + "a:" for n in range(1000)), "is not YAML: it is nested too deep"),
    "a list as key": ("[a, b]: c\n", ":1: has a key that is a list or a block"),
    "a long number": (
        "rules: {before_minutes: " + "9" * 5000 + "}\n",
        ":1: rules.before_minutes: is a number of 5000",
    ),
    "a long number below zero": ("rules: {before_minutes: -" + "9" * 5000 + "}\n", "is a number of 5001 digits"),
    "a large file": ("# " + "x" * 1_100_000, "the file is larger than 1000 kB"),
}


@pytest.mark.parametrize(("text", "said"), BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("where", ["site", "project"])
def test_a_bomb_is_refused_within_a_second(write: Write, site: str, text: str, said: str, where: str) -> None:
    root = write(head=text, harbour=site) if where == "project" else write(harbour=text)
    began = time.process_time()
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert time.process_time() - began < 1.5
    assert said in caught.value.message
    file = "config/saltoks.yaml:" if where == "project" else "config/sites/harbour.yaml:"
    assert file in caught.value.message
    assert len(caught.value.message) < 5000


def test_many_values_are_refused(write: Write) -> None:
    root = write(harbour="mapping: [" + "a, " * 60_000 + "a]\n")
    with pytest.raises(ConfigError, match=r"harbour\.yaml:1: is not YAML: it has too many values"):
        load(root)


@pytest.mark.timeout(20)
def test_what_never_ends_is_no_file(write: Write, site: str) -> None:
    root = write(harbour=site)
    (root / "sites" / "pipe.yaml").symlink_to("/dev/zero")
    os.mkfifo(root / "sites" / "fifo.yaml")
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert "config/sites/pipe.yaml:1: is no plain file" in caught.value.message
    assert "config/sites/fifo.yaml:1: is no plain file" in caught.value.message


def test_a_neighbour_of_a_bomb_is_still_judged(write: Write, site: str) -> None:
    root = write(bomb=alias_bomb("list"), harbour=site.replace("timezone: Europe/Amsterdam", "timezone: Moon"))
    with pytest.raises(ConfigError) as caught:
        load(root)
    assert "harbour.yaml:4: timezone: 'Moon' is not a time zone" in caught.value.message


def test_anchors_that_only_save_typing_are_fine(write: Write, site: str) -> None:
    text = site.replace("groups: [Studio A]", "groups: &rooms [Studio A]") + "  - item: unit:b\n    groups: *rooms\n"
    [made] = load(write(harbour=text)).sites
    assert [entry.groups for entry in made.mapping] == [("Studio A",), ("Studio A",)]
