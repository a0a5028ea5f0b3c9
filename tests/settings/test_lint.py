"""What `saltoks config lint` says without any network: every doubt next to a sound site that raises none (F144)."""

from __future__ import annotations

import pytest

from saltoks.settings import lint, load
from settings.lint_rig import FILE, Write, findings_in, is_keyless, replaced

NEVER_EARLY = "rules: {edge: never_early, before_minutes: 17, after_minutes: 17}\nmapping:"
WINDOWS = "    locks: [Studio A door]\n"
GROUPS = "    groups: [Studio A]\n"
DOOR = "    door: Studio A door\n"
OTHER_STUDIO = "  - item: unit:studio-b\n    groups: [{groups}]\n    door: Studio B door\n"
PLANS = "  - item: product:member\n    groups: [Members]\n  - item: product:vip\n    groups: [Members]\n"


SOUND: dict[str, list[tuple[str, str]]] = {
    "as it is": [],
    "numbered groups are different groups": [("[Studio A]", "[Studio A, Studio B, Floor 1, Floor 2]")],
    "a plan needs no door, and plans may share a group": [
        ("    door: Studio A door\n", "    door: Studio A door\n" + PLANS)
    ],
    "rooms share the way in": [
        ("[Studio A]", "[Entrance, Studio A]"),
        (DOOR, DOOR + OTHER_STUDIO.format(groups="Entrance, Studio B")),
    ],
    "never early with buffers as long as a tick and a push": [("mapping:", NEVER_EARLY)],
    "never early does not concern the windows of doors": [
        ("mapping:", NEVER_EARLY.replace("17", "0")),
        (GROUPS, WINDOWS),
    ],
    "never early with buffers of the item": [
        ("mapping:", NEVER_EARLY.replace("17", "0")),
        (GROUPS, GROUPS + "    before_minutes: 17\n    after_minutes: 20\n"),
    ],
    "windows ready in time": [(GROUPS, WINDOWS), ("mapping:", "rules: {window_lead_minutes: 20}\nmapping:")],
    "hours that touch": [
        (GROUPS, GROUPS + '    hours: [{starts: "09:00", ends: "12:00"}, {starts: "12:00", ends: "13:00"}]\n')
    ],
}


@pytest.mark.parametrize("changes", SOUND.values(), ids=SOUND.keys())
def test_nothing_to_say_about_a_sound_site(changes: list[tuple[str, str]], write: Write, site: str) -> None:
    assert findings_in(write(harbour=replaced(site, *changes))) == []


DOUBTS = {
    "visitors have no group of their own (F93)": (
        "mapping:",
        "rules: {visitors_open: visitors}\nmapping:",
        "error",
        "rules.visitors_open",
        "visitors open what 'visitors' is mapped to, and it is not mapped, so they open nothing (F93) — map it",
    ),
    "item without door (F116)": ("    door: Studio A door\n", "", "warning", "mapping.0", "has no door"),
    "a day early (F68)": ("mapping:", "rules: {before_minutes: 1440}\nmapping:", "warning", "before_minutes", "(F68)"),
    "a day early at an item (F68)": (
        "    door: Studio A door\n",
        "    door: Studio A door\n    before_minutes: 10080\n",
        "warning",
        "mapping.0.before_minutes",
        "doors open 10080 minutes early, a day or more (F68)",
    ),
    "longer than the rules of thumb (F69)": (
        "mapping:",
        "rules: {before_minutes: 61}\nmapping:",
        "note",
        "rules.before_minutes",
        "61 minutes are outside the rules of thumb: sports and studios take 15, hotels 30 to 60, self check-in more",
    ),
    "shorter than the rules of thumb (F69)": (
        "    door: Studio A door\n",
        "    door: Studio A door\n    before_minutes: 14\n",
        "note",
        "mapping.0.before_minutes",
        "(F69)",
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
    "people wait at the door": (
        "mapping:",
        NEVER_EARLY.replace("before_minutes: 17", "before_minutes: 5"),
        "error",
        "rules.edge",
        "never_early lets people in up to 17 minutes (tick_minutes 15 + push_minutes 2) after the window begins, which "
        "is 5 minutes before the booking: they wait up to 12 minutes at the door — set before_minutes to 17 or more",
    ),
    "people are out too soon": (
        "mapping:",
        NEVER_EARLY.replace("after_minutes: 17", "after_minutes: 0"),
        "error",
        "rules.edge",
        "before the window ends, which is 0 minutes after the booking: they are out up to 17 minutes too soon",
    ),
    "an item with buffers of its own waits": (
        "mapping:\n  - item: unit:studio-a\n",
        f"{NEVER_EARLY}\n  - item: unit:studio-a\n    before_minutes: 10\n",
        "error",
        "rules.edge",
        "they wait up to 7 minutes at the door",
    ),
    "windows ready too late": (
        "mapping:\n  - item: unit:studio-a\n" + GROUPS,
        "rules: {window_lead_minutes: 19}\nmapping:\n  - item: unit:studio-a\n" + WINDOWS,
        "error",
        "rules.window_lead_minutes",
        "ready 19 minutes ahead, but a run comes every 15 minutes (tick_minutes) and a new schedule needs 5 "
        "(window_settle_minutes) to reach a door, which opens up to 1 minutes late — set it to 20 or more",
    ),
    "two rooms, one group (F56)": (
        "    door: Studio A door\n",
        "    door: Studio A door\n" + OTHER_STUDIO.format(groups="Studio A"),
        "warning",
        "mapping.0.groups",
        "all that 'unit:studio-a' opens (Studio A) is opened by unit:studio-b as well: who has one has the other (F56) "
        "— one group per pass and per resource",
    ),
    "a plan that opens a room (F56)": (
        "    door: Studio A door\n",
        "    door: Studio A door\n  - item: product:vip\n    groups: [Members, Studio A]\n",
        "warning",
        "mapping.0.groups",
        "all that 'unit:studio-a' opens (Studio A) is opened by product:vip as well",
    ),
    "the same hours twice": (
        GROUPS,
        GROUPS + '    hours: [{starts: "09:00", ends: "13:00"}, {days: [mon, sat], starts: "12:00", ends: "15:00"}]\n',
        "warning",
        "mapping.0.hours.1",
        "'unit:studio-a' has hours twice over Mon 12:00–13:00, Sat 12:00–13:00, also in hours.0",
    ),
}


@pytest.mark.parametrize(("old", "new", "level", "where", "message"), DOUBTS.values(), ids=DOUBTS.keys())
def test_a_doubt_is_found(old: str, new: str, level: str, where: str, message: str, write: Write, site: str) -> None:
    doubts = findings_in(write(harbour=replaced(site, (old, new))))
    [found] = [one for one in doubts if level == "note" or one.level != "note"]
    assert found.level == level
    assert found.where.startswith(FILE)
    assert found.where.endswith(where)
    assert message in found.message


STUDIO_B = "  - item: unit:studio-b\n    locks: [Entrance{0}]\n    door: Studio B door\n"


def test_f56_two_rooms_behind_the_same_locks(write: Write, site: str) -> None:
    """F56: window targets that open the same doors; told once, although it is so the other way round."""
    text = replaced(site, (GROUPS, "    locks: [Entrance]\n")) + STUDIO_B.format("")
    [found] = findings_in(write(harbour=text))
    assert (found.level, found.where) == ("warning", f"{FILE}mapping.0.locks")
    assert "is opened by unit:studio-b as well" in found.message
    assert "one lock per pass and per resource" in found.message


def test_f57_rooms_with_a_lock_of_their_own_share_the_entrance(write: Write, site: str) -> None:
    """F57: the way in is on everybody's route."""
    text = replaced(site, (GROUPS, "    locks: [Entrance, Studio A door]\n")) + STUDIO_B.format(", Studio B door")
    assert findings_in(write(harbour=text)) == []


def _annex(site: str, *changes: tuple[str, str]) -> str:
    """Another file for the same Salto KS site, by another connection."""
    return replaced(site, ("salto_demo", "salto_other"), ("name: harbour", "name: annex"), *changes)


def test_f139_a_group_that_two_files_map(write: Write, site: str) -> None:
    """F139: two plans on one group of one site would undo each other; each file says so."""
    found = findings_in(write(harbour=site, annex=_annex(site)))
    assert [(one.level, one.where) for one in found] == [
        ("error", "config/sites/annex.yaml: mapping.0.groups"),
        ("error", f"{FILE}mapping.0.groups"),
    ]
    assert "'Studio A' is mapped in config/sites/harbour.yaml as well" in found[0].message
    assert "for the same Salto KS site NL0000000001" in found[0].message


@pytest.mark.parametrize(
    "changes",
    [[("[Studio A]", "[Annex]")], [("NL0000000001", "NL0000000002")]],
    ids=["groups of its own", "a site of its own"],
)
def test_two_files_that_keep_apart(changes: list[tuple[str, str]], write: Write, site: str) -> None:
    assert findings_in(write(harbour=site, annex=_annex(site, *changes))) == []


def test_only_the_sites_that_are_asked_for(write: Write, site: str) -> None:
    """Each site is held against all others, but only its own doubts are told."""
    settings = load(write(harbour=site, annex=_annex(site)), {})
    [found] = [one for one in lint(settings, [settings.site("harbour")]) if not is_keyless(one)]
    assert found.where == f"{FILE}mapping.0.groups"
