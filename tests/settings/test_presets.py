"""Presets: the vendor's rules, what a site overrides, and where each value was written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.core.errors import ConfigError
from saltoks.core.model.canonical import Relation
from saltoks.core.model.rules import Rules
from saltoks.settings import lint, load

SHIPPED = Path(__file__).parents[2] / "config" / "presets"
PRESETS = sorted(path.stem for path in SHIPPED.glob("*.yaml"))


@pytest.fixture
def rules_of(write: Callable[..., Path], site: str) -> Callable[[str], Rules]:
    """The rules of a site whose file ends with some lines more."""

    def read(more: str) -> Rules:
        root = write(house=site + more)
        (root / "presets").symlink_to(SHIPPED)
        return load(root).site("house").rules

    return read


@pytest.mark.parametrize("preset", PRESETS)
def test_every_shipped_preset_loads(rules_of: Callable[[str], Rules], preset: str) -> None:
    assert rules_of(f"preset: {preset}\n") != Rules() or preset == "nexudus"


@pytest.mark.parametrize(
    ("preset", "before", "after"),
    [
        pytest.param("nexudus", 15, 15, id="F70 F71 nexudus"),
        pytest.param("deskworks", 15, 15, id="F72 the introduction"),
        pytest.param("deskworks-half-hour", 30, 30, id="F72 the notes"),
        pytest.param("ireserve", 15, 0, id="F67 ireserve, no tail"),
    ],
)
def test_f70_f71_f72_lead_and_tail(rules_of: Callable[[str], Rules], preset: str, before: int, after: int) -> None:
    """F67, F70, F71, F72."""
    rules = rules_of(f"preset: {preset}\n")
    assert (rules.before_minutes, rules.after_minutes) == (before, after)


def test_f78_only_deskworks_lets_co_members_inherit(rules_of: Callable[[str], Rules]) -> None:
    """F78."""
    assert rules_of("preset: deskworks\n").inherit == {Relation.CO_MEMBER}


def test_f61_f63_ireserve_opens_by_code(rules_of: Callable[[str], Rules]) -> None:
    """F61, F63: paid only, until an admin ticks more."""
    assert rules_of("preset: ireserve\n").status_codes == {"30"}


def test_what_a_site_writes_wins_and_the_rest_stays(write: Callable[..., Path], site: str) -> None:
    root = write(house=f"{site}preset: deskworks\nrules:\n  before_minutes: 5\n")
    (root / "presets").symlink_to(SHIPPED)
    house = load(root).site("house")
    assert (house.rules.before_minutes, house.rules.after_minutes) == (5, 15)
    line = site.count("\n") + 3
    assert house.origin.of("before_minutes") == f"config/sites/house.yaml:{line}"
    assert house.origin.of("after_minutes").startswith("presets/deskworks.yaml:")
    assert house.origin.of("pass_statuses") == "the default"


def test_a_presets_own_folder_wins_over_the_shipped_one(write: Callable[..., Path], site: str) -> None:
    root = write(house=f"{site}preset: deskworks\n")
    (root / "presets").mkdir()
    (root / "presets" / "deskworks.yaml").write_text("rules: {before_minutes: 7}\n", encoding="utf-8")
    assert load(root).site("house").rules == Rules(before_minutes=7)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        pytest.param("preset: deskwork\n", "'deskwork' is no preset", id="no such preset"),
        pytest.param("origin: x\n", "origin: is not a known key", id="a key of ours"),
        pytest.param("preset: nexudus\nrules: {before: 1}\n", "rules.before: is not a known key", id="unknown rule"),
    ],
)
def test_mistakes_name_file_and_key(rules_of: Callable[[str], Rules], more: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        rules_of(more)
    assert says in str(caught.value)
    assert "config/sites/house.yaml:" in str(caught.value)


def test_f46_one_object_one_lock_is_a_check(write: Callable[..., Path], site: str) -> None:
    """F46: it is said, and can be switched off."""
    two = site.replace("groups: [Studio A]", "groups: [Studio A, Entrance]") + "preset: ireserve\n"
    root = write(house=two, yard=two.replace("NL0000000001", "NL2").replace("name: harbour", "name: yard"))
    (root / "presets").symlink_to(SHIPPED)
    path = root / "sites" / "yard.yaml"
    path.write_text(path.read_text() + "rules: {one_target: false}\n", encoding="utf-8")
    found = [one for one in lint(load(root)) if "F46" in one.message]
    assert [(one.level, one.where) for one in found] == [("error", "config/sites/house.yaml: mapping.0.groups")]
