"""Items that name locks instead of groups: window targets (F46, F57)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.settings import load
from settings.lint_rig import findings_in

Write = Callable[..., Path]
GROUPS = "    groups: [Studio A]\n"
LOCKS = "    locks: [Studio A door, Entrance]\n"


def test_an_item_with_locks_needs_no_group(write: Write, site: str) -> None:
    """F57: every door on the way may be listed; nothing is looked up under the name of a group."""
    house = load(write(harbour=site.replace(GROUPS, LOCKS)), {}).site("harbour")
    assert house.mapping[0].locks == ("Studio A door", "Entrance")
    assert house.mapping[0].targets == ("saltoks unit:studio-a",)
    assert house.groups == ()
    assert (house.rules.window_lead_minutes, house.rules.window_settle_minutes) == (1440, 5)


MISTAKES = {
    "both": (GROUPS + LOCKS, "mapping.0.locks: stands next to groups — keep one"),
    "none": ("", "mapping.0.groups: names no access group, so it opens no door — list at least one"),
    "an empty list": ("    locks: []\n", "mapping.0.groups: names no access group"),
    "no name at all": ('    locks: [""]\n', "mapping.0.groups: names no access group"),
    "a lock without name": ('    locks: [Studio A door, ""]\n', "mapping.0.locks: holds a name without text"),
    "one of ours": ('    groups: ["saltoks studio-a #1"]\n', "mapping.0.groups: names a group that is made"),
}


@pytest.mark.parametrize(("lines", "message"), MISTAKES.values(), ids=MISTAKES.keys())
def test_an_item_names_groups_or_locks(
    lines: str, message: str, write: Write, site: str, complaints: Callable[..., list[str]]
) -> None:
    """F46: exactly one of both."""
    assert any(message in line for line in complaints(write(harbour=site.replace(GROUPS, lines))))


@pytest.mark.parametrize("key", ["window_lead_minutes", "window_settle_minutes"])
def test_times_of_windows_are_not_negative(
    key: str, write: Write, site: str, complaints: Callable[..., list[str]]
) -> None:
    text = site.replace("mapping:", f"rules: {{{key}: -1}}\nmapping:")
    assert any(f"rules.{key}: must be 0 or more" in line for line in complaints(write(harbour=text)))


@pytest.mark.parametrize(("target", "found"), [("true", ["mapping.0.locks"]), ("false", [])])
def test_f46_one_object_one_lock_is_checked(target: str, found: list[str], write: Write, site: str) -> None:
    """F46: with `one_target`, as i-Reserve has it."""
    text = site.replace(GROUPS, LOCKS).replace("mapping:", f"rules: {{one_target: {target}}}\nmapping:")
    doubts = findings_in(write(harbour=text))
    assert [one.where.removeprefix("config/sites/harbour.yaml: ") for one in doubts] == found
    assert all("(F46)" in one.message for one in doubts)
