"""What a site may say about hours, buffers, names, debts and missing rows, and where every mistake in it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from core.worlds import cases
from saltoks.core.time.week import WeeklyHours
from saltoks.settings import Site, hours_in_words, load

Write = Callable[..., Path]
LINE = 21
"""The first line after the site of the fixture; its only entry of the mapping goes on there."""


@pytest.fixture
def read(write: Write, site: str) -> Callable[[str], Site]:
    """The site of the fixture with some lines more."""
    return lambda more: load(write(house=site + more)).site("house")


def test_f60_f145_hours_and_buffers_of_an_item(read: Callable[[str], Site]) -> None:
    """F60, F145: days by their words, times as wall clocks, quoted or not."""
    (entry,) = read(
        "    before_minutes: 0\n    after_minutes: 45\n    hours:\n"
        '      - {days: [mon, tue, fri], starts: 09:00, ends: "17:30"}\n'
        "      - {starts: 22:00, ends: 00:00}\n"
    ).mapping
    assert (entry.before_minutes, entry.after_minutes) == (0, 45)
    assert entry.hours == (
        WeeklyHours(starts=time(9), ends=time(17, 30), days=frozenset({1, 2, 5})),
        WeeklyHours(starts=time(22), ends=time(0)),
    )
    assert [hours_in_words(one) for one in entry.hours] == ["mon tue fri 09:00–17:30", "22:00–00:00"]


def test_the_rules_are_neutral_until_they_are_switched_on(read: Callable[[str], Site]) -> None:
    """F141, F142, F148, F151, F153."""
    site = read("")
    assert (site.map_by_name, site.unmanaged, site.former_groups) == (False, frozenset(), frozenset())
    rules = site.rules
    assert (rules.missing_runs, rules.checkout_minutes, rules.overdue_grace_days) == (1, 15, None)


def test_f148_f151_f153_rules_have_their_place(read: Callable[[str], Site]) -> None:
    """F148, F151, F153: and every value tells its line."""
    site = read("rules:\n  missing_runs: 2\n  checkout_minutes: 0\n  overdue_grace_days: 14\nmap_by_name: true\n")
    rules = site.rules
    assert (rules.missing_runs, rules.checkout_minutes, rules.overdue_grace_days) == (2, 0, 14)
    keys = ("missing_runs", "overdue_grace_days", "map_by_name", "mapping.0", "unmanaged")
    places = [f"config/sites/house.yaml:{line}" for line in (LINE + 2, LINE + 4, LINE + 5, LINE - 2)]
    assert [site.origin.of(key) for key in keys] == [*places, "the default"]


def test_f141_a_site_may_be_mapped_by_names_alone(write: Write, site: str) -> None:
    """F141."""
    text = site[: site.index("mapping:")] + "mapping: []\nmap_by_name: true\n"
    assert load(write(house=text)).site("house").mapping == ()


@cases(
    "more, line, says",
    {
        "a day that is none": (
            "    hours:\n      - {days: [mon, tues], starts: '09:00', ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.days.1: 'tues' is no day — did you mean 'tue'?",
        ),
        "a day as a number": (
            "    hours:\n      - {days: [1], starts: '09:00', ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.days.0: '1' is no day — use",
        ),
        "no day at all": (
            "    hours:\n      - {days: [], starts: '09:00', ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.days: names no day — leave it out for every day",
        ),
        "days that are no list": (
            "    hours:\n      - {days: mon, starts: '09:00', ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.days: must be a list",
        ),
        "an hour without minutes": (
            "    hours:\n      - {starts: 9, ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.starts: '9' is no wall clock — write it like 09:00; midnight is 00:00",
        ),
        "midnight as 24": (
            "    hours:\n      - {starts: '09:00', ends: '24:00'}\n",
            2,
            "mapping.0.hours.0.ends: '24:00' is no",
        ),
        "a time with an offset": (
            "    hours:\n      - {starts: '09:00+01:00', ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.starts: '09:00+01:00' is no wall clock",
        ),
        "no end": ("    hours:\n      - {starts: '09:00'}\n", 2, "mapping.0.hours.0.ends: is missing — add it"),
        "an unknown key of hours": (
            "    hours:\n      - {start: '09:00', starts: '09:00', ends: '17:00'}\n",
            2,
            "mapping.0.hours.0.start: is not a known key — did you mean 'starts'?",
        ),
        "hours that are no list": ("    hours: always\n", 1, "mapping.0.hours: must be a list"),
        "hours that are no block": ("    hours: [09:00]\n", 1, "mapping.0.hours.0: must be a block of keys"),
        "F145 a negative buffer": ("    before_minutes: -5\n", 1, "mapping.0.before_minutes: must be 0 or more"),
        "F145 a buffer that no run looks at": (
            "    after_minutes: 2881\n",
            1,
            "mapping.0.after_minutes: must be 2880 or",
        ),
        "F145 a lead that no run looks at": (
            "rules: {before_minutes: 10081}\n",
            1,
            "rules.before_minutes: must be 10080",
        ),
        "F145 a buffer in words": ("    after_minutes: long\n", 1, "mapping.0.after_minutes: must be a whole number"),
        "F142 mapped and unmanaged": (
            "unmanaged: [studio a]\n",
            -1,
            "mapping.0.groups: 'Studio A' is unmanaged — take it out of here, or out of unmanaged",
        ),
        "F142 an item": ("unmanaged: ['unit:studio-a']\n", -2, "mapping.0.item: 'unit:studio-a' is unmanaged"),
        "F142 an exclusive group": (
            "unmanaged: [Sauna]\nexclusive_groups: [Sauna]\n",
            2,
            "exclusive_groups: 'Sauna' is unmanaged",
        ),
        "F142 an exception by hand": (
            "unmanaged: [Sauna]\nexceptions:\n  - {verb: allow, customer: c, group: Sauna, author: a, reason: r,\n"
            "     since: '2026-01-01T00:00Z', until: '2026-01-02T00:00Z'}\n",
            2,
            "exceptions: 'Sauna' is unmanaged",
        ),
        "F142 one name instead of a list": ("unmanaged: Sauna\n", 1, "unmanaged: must be a list"),
        "F141 neither yes nor no": ("map_by_name: perhaps\n", 1, "map_by_name: must be true or false"),
        "F141 a key of ours": ("former_groups: [Sauna]\n", 1, "former_groups: is not a known key"),
        "F148 never missing": ("rules: {missing_runs: 0}\n", 1, "rules.missing_runs: must be 1 or more"),
        "F151 a negative tail": ("rules: {checkout_minutes: -1}\n", 1, "rules.checkout_minutes: must be 0 or more"),
        "F153 a negative grace": ("rules: {overdue_grace_days: -1}\n", 1, "rules.overdue_grace_days: must be 0 or"),
        "F153 a grace without end": (
            "rules: {overdue_grace_days: 9999}\n",
            1,
            "rules.overdue_grace_days: must be 3650 or less",
        ),
    },
)
def test_every_mistake_has_its_file_its_line_and_its_key(
    write: Write, site: str, complaints: Callable[..., list[str]], more: str, line: int, says: str
) -> None:
    """F60, F141, F142, F145, F148, F151, F153."""
    (complaint,) = complaints(write(house=site + more))
    assert complaint.startswith(f"config/sites/house.yaml:{LINE + line}: {says}")


def test_f141_i_reserve_has_no_names_to_go_by(write: Write, complaints: Callable[..., list[str]]) -> None:
    """F141: its objects are only read once they are mapped."""
    text = """\
salto: {connection: s, site_uid: NL0000000001}
timezone: Europe/Amsterdam
map_by_name: true
source: {system: ireserve, name: court, connection: ireserve_court}
mapping:
  - {item: "object:1", groups: [Court 1]}
"""
    (complaint,) = complaints(write(court=text))
    assert complaint.startswith("config/sites/court.yaml:3: map_by_name: cannot work: i-Reserve is read by the objects")
