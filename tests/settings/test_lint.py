from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.settings import Finding, lint, load

Write = Callable[..., Path]


def _findings(root: Path) -> list[Finding]:
    return lint(load(root, {}))


def test_nothing_to_say_about_a_sound_site(write: Write, site: str) -> None:
    assert _findings(write(harbour=site)) == []


DOUBTS = {
    "item without door (F116)": ("    door: Studio A door\n", "", "warning", "mapping.0", "has no door"),
    "a day early (F68)": ("mapping:", "rules: {before_minutes: 1441}\nmapping:", "warning", "before_minutes", "(F68)"),
    "tentative opens (F63)": (
        "mapping:",
        "rules: {booking_statuses: [tentative, confirmed, checked_in]}\nmapping:",
        "warning",
        "rules.booking_statuses",
        "(F63)",
    ),
    "first opening locks out": (
        "mapping:",
        "rules: {booking_statuses: [confirmed]}\nmapping:",
        "error",
        "rules.booking_statuses",
        "add checked_in",
    ),
    "group nearly the same": ("groups: [Studio A]", "groups: [Entrance, Entrence]", "warning", "mapping", "nearly"),
    "exclusive but not mapped": (
        "mapping:",
        "exclusive_groups: [Sauna]\nmapping:",
        "warning",
        "exclusive_groups",
        "in no mapping",
    ),
    "query that is not there": ("csv: data/bookings.csv", "sql: sql/none.sql", "error", "bookings.sql", "not there"),
}


@pytest.mark.parametrize(("old", "new", "level", "where", "message"), DOUBTS.values(), ids=DOUBTS.keys())
def test_a_doubt_is_found(old: str, new: str, level: str, where: str, message: str, write: Write, site: str) -> None:
    assert old in site
    found = _findings(write(harbour=site.replace(old, new, 1)))
    assert len(found) == 1
    assert found[0].level == level
    assert found[0].where.startswith("config/sites/harbour.yaml: ")
    assert found[0].where.endswith(where)
    assert message in found[0].message


def test_numbered_groups_are_different_groups(write: Write, site: str) -> None:
    assert _findings(write(harbour=site.replace("[Studio A]", "[Studio A, Studio B, Floor 1, Floor 2]"))) == []


def test_a_plan_needs_no_door(write: Write, site: str) -> None:
    text = site + "  - item: product:member\n    groups: [Members]\n"
    assert _findings(write(harbour=text)) == []
