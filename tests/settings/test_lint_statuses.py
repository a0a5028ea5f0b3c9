"""What `saltoks config lint` says of statuses, without any network (F61, F62, F63)."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings.lint_rig import FILE, IRESERVE, Write, findings_in, replaced

DOUBTS = {
    "a cancelled booking is said to open (F63)": (
        "mapping:",
        "rules: {booking_statuses: [cancelled, confirmed, checked_in]}\nmapping:",
        "warning",
        "rules.booking_statuses",
        "cancelled never opens, whatever stands here (F63) — take cancelled out",
    ),
    "a rejected booking is said to open (F63)": (
        "mapping:",
        "rules: {booking_statuses: [rejected, confirmed, checked_in]}\nmapping:",
        "warning",
        "rules.booking_statuses",
        "(F63) — take rejected out",
    ),
    "a blocked one is said to open (F63)": (
        "mapping:",
        "rules: {booking_statuses: [blocked, confirmed, checked_in]}\nmapping:",
        "warning",
        "rules.booking_statuses",
        "(F63) — take blocked out",
    ),
    "what is done opens (F63)": (
        "mapping:",
        "rules: {booking_statuses: [completed, confirmed, checked_in]}\nmapping:",
        "warning",
        "rules.booking_statuses",
        "a booking that is done opens doors until its end (F63)",
    ),
    "what nobody understands opens (F63)": (
        "mapping:",
        "rules: {booking_statuses: [unknown, confirmed, checked_in]}\nmapping:",
        "warning",
        "rules.booking_statuses",
        "a booking whose status nobody gave a meaning opens doors (F63)",
    ),
    "only a dead status is listed (F62)": (
        "status: {from: State, map: {Booked: confirmed}}",
        "status: {value: cancelled}",
        "error",
        "source.tables.bookings.columns.status",
        "every booking is cancelled, which is in no rule",
    ),
    "a word that says something else is read as confirmed (F63)": (
        "map: {Booked: confirmed}",
        "map: {Booked: confirmed, Pending approval: confirmed}",
        "warning",
        "source.tables.bookings.columns.status.map",
        "'Pending approval' is read as confirmed, so it opens doors (F63) — write tentative",
    ),
    "a code of a table that is cancelled (F63)": (
        "map: {Booked: confirmed}}\nmapping:",
        "map: {1 Booked: confirmed, 7 Gone: cancelled}}\nrules: {status_codes: ['1', '7']}\nmapping:",
        "warning",
        "rules.status_codes",
        "'7' means cancelled, which never opens (F63) — take '7' out",
    ),
    "a code of a table that nobody explained": (
        "mapping:",
        "rules: {status_codes: [Booked, Maybe]}\nmapping:",
        "warning",
        "rules.status_codes",
        "'Maybe' opens doors, but nothing says what it means, so its bookings count as unknown (F63) — add its word",
    ),
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
    "no status opens (F62)": (
        "mapping:",
        "rules: {booking_statuses: []}\nmapping:",
        "error",
        "rules.booking_statuses",
        "lists no status that opens, so no booking opens a door (F62) — add confirmed",
    ),
    "the only status opens nothing (F62)": (
        "status: {from: State, map: {Booked: confirmed}}",
        "status: {value: completed}",
        "error",
        "source.tables.bookings.columns.status",
        "every booking is completed, which is in no rule, so none opens a door (F62)",
    ),
}


@pytest.mark.parametrize(("old", "new", "level", "where", "message"), DOUBTS.values(), ids=DOUBTS.keys())
def test_a_doubt_about_the_statuses_of_a_table(
    old: str, new: str, level: str, where: str, message: str, write: Write, site: str
) -> None:
    [found] = findings_in(write(harbour=replaced(site, (old, new))))
    assert found.level == level
    assert found.where.startswith(FILE)
    assert found.where.endswith(where)
    assert message in found.message


CODES = {
    "sound": ((), []),
    "check-in code shut out": (
        (('"30", "23"', '"30"'),),
        [("error", "rules.status_codes", "is locked out from then on (F116) — add '23'")],
    ),
    "a code of the tenant's own that opens nothing (F62)": (
        (("{23: checked_in}", "{23: checked_in, 77: confirmed}"),),
        [("warning", "source.status_map.77", "77 means confirmed, but it is in no rule, so it opens no door (F62)")],
    ),
    "a code that nobody explained": (
        (('"30", "23"', '"30", "23", "55"'),),
        [("warning", "rules.status_codes", "'55' opens doors, but nothing says what it means")],
    ),
    "the vendor's own other codes are left shut": ((("{23: checked_in}", "{23: checked_in, 20: confirmed}"),), []),
    "nothing is said, so paid and checked in open (F63)": ((('status_codes: ["30", "23"], ', ""),), []),
    "by meaning instead of codes": (
        (('status_codes: ["30", "23"], ', "booking_statuses: [confirmed, checked_in], "),),
        [
            (
                "warning",
                "rules.booking_statuses",
                "20 opens doors, and its bookings are not paid (F63) — name the",
            ),
            ("note", "rules.booking_statuses", "40 opens doors, and nothing says whether its bookings are paid (F63)"),
        ],
    ),
    "by meaning, and paid": (
        (('status_codes: ["30", "23"], ', "booking_statuses: [confirmed, checked_in], require_paid: true, "),),
        [("note", "rules.booking_statuses", "40 opens doors, and nothing says whether its bookings are paid (F63)")],
    ),
    "no code means checked in": (
        (
            ('status_codes: ["30", "23"], ', "booking_statuses: [checked_in], "),
            (", status_map: {23: checked_in}", ""),
        ),
        [("warning", "rules.booking_statuses", "checked_in opens doors, but no code means it")],
    ),
    "tentative where only codes count": (
        (('"23"]', '"23"], booking_statuses: [tentative, cancelled]'),),
        [],
    ),
    "cancelled (F63)": (
        (('"23"]', '"23", "70"]'),),
        [("warning", "rules.status_codes", "'70' means cancelled")],
    ),
    "rejected (F63)": ((('"23"]', '"23", "80"]'),), [("warning", "rules.status_codes", "'80' means rejected, which")]),
    "blocked (F63)": ((('"23"]', '"23", "99"]'),), [("warning", "rules.status_codes", "'99' means blocked, which ne")]),
    "tentative (F63)": (
        (('"23"]', '"23", "10"]'),),
        [("warning", "rules.status_codes", "'10' means tentative: a booking that nobody confirmed opens doors (F63)")],
    ),
    "closed (F63)": ((('"23"]', '"23", "90"]'),), [("warning", "rules.status_codes", "'90' means completed: a booki")]),
    "open, which is not paid (F63)": (
        (('"23"]', '"23", "20"]'),),
        [("warning", "rules.status_codes", "20 opens doors, and its bookings are not paid (F63) — take '20' out, or ")],
    ),
    "open, where payment is asked for": ((('"23"]', '"23", "20"], require_paid: true'),), []),
    "changed, of which nobody knows whether it is paid (F63)": (
        (('"23"]', '"23", "40"]'),),
        [("note", "rules.status_codes", "40 opens doors, and nothing says whether its bookings are paid (F63)")],
    ),
    "cancelled with the vendor, confirmed here (F63)": (
        (('"23"]', '"23", "70"]'), ("{23: checked_in}", "{23: checked_in, 70: confirmed}")),
        [("warning", "source.status_map.70", "70 is cancelled with the vendor, and counts as confirmed here (F63)")],
    ),
}


@pytest.mark.parametrize(("changes", "expected"), CODES.values(), ids=CODES.keys())
def test_f61_status_codes_of_i_reserve(
    changes: tuple[tuple[str, str], ...], expected: list[tuple[str, str, str]], write: Write
) -> None:
    """F61, F62: which codes open, what they mean, and what is missing on either side."""
    found = findings_in(write(harbour=replaced(IRESERVE, *changes)))
    assert [(one.level, one.where) for one in found] == [(level, FILE + where) for level, where, _ in expected]
    assert all(message in one.message for one, (*_, message) in zip(found, expected, strict=True))


NEXUDUS = """\
salto: {connection: salto_demo, site_uid: NL0000000001}
timezone: Europe/Amsterdam
source: {system: nexudus, name: wharf, connection: wharf}
rules: {}
mapping:
  - item: resource:1
    groups: [Room]
    door: Room
"""
HELD = {
    "tentative": ("booking_statuses: [tentative, confirmed, checked_in]", "booking_statuses", "nobody confirmed"),
    "a membership that is over": ("membership_statuses: [active, ended]", "membership_statuses", "that are ended open"),
    "a pass that is used up": ("pass_statuses: [valid, exhausted]", "pass_statuses", "that are exhausted open"),
    "a visitor whom nobody let up": ("approvals: [granted, hold]", "approvals", "that are hold open doors (F63)"),
    "codes where there are none": (
        "status_codes: ['30', tentative=0;checkedin=1]",
        "status_codes",
        "Nexudus has no",
    ),
}


@pytest.mark.parametrize(("rule", "key", "message"), HELD.values(), ids=HELD.keys())
def test_f63_statuses_of_all_that_people_hold(rule: str, key: str, message: str, write: Write) -> None:
    """F63: memberships, passes and visits like bookings, where the source has them."""
    [found] = findings_in(write(harbour=NEXUDUS.replace("{}", f"{{{rule}}}")))
    assert (found.level, found.where) == ("warning", f"{FILE}rules.{key}")
    assert message in found.message
    assert "(F63)" in found.message


def test_f63_what_a_source_does_not_have_is_no_doubt(write: Write, site: str) -> None:
    rules = "rules: {membership_statuses: [ended], pass_statuses: [expired], approvals: [hold]}\nmapping:"
    assert findings_in(write(harbour=replaced(site, ("mapping:", rules)))) == []


def test_f46_a_subscription_is_no_object_with_one_lock(write: Write) -> None:
    """F46: the check is of what is booked."""
    more = "    door: Court 1\n  - item: subscription:7\n    groups: [Gym, Sauna]\n"
    rules = ("after_minutes: 0", "after_minutes: 0, one_target: true")
    assert findings_in(write(harbour=replaced(IRESERVE, rules, ("    door: Court 1\n", more)))) == []


SHIPPED = Path(__file__).parents[2] / "config" / "presets"
SITES = {"ireserve": IRESERVE, "nexudus": NEXUDUS, "deskworks": None, "deskworks-half-hour": None}


@pytest.mark.parametrize("preset", SITES)
def test_no_preset_raises_a_doubt(preset: str, write: Write, site: str) -> None:
    """F61, F63, F69: each as its vendor has it, and with nothing of the site's own."""
    text = (SITES[preset] or site).replace('rules: {status_codes: ["30", "23"], after_minutes: 0}', RULES[preset])
    root = write(harbour=f"{text.replace('rules: {}', '')}\npreset: {preset}\n")
    (root / "presets").symlink_to(SHIPPED)
    assert findings_in(root) == []


RULES = dict.fromkeys(SITES, "") | {"ireserve": "rules: {status_codes: ['30', '23']}"}
"""A tenant with a code for those who have arrived must list it."""


def test_every_preset_is_tried() -> None:
    assert {file.stem for file in SHIPPED.glob("*.yaml")} == set(SITES)
