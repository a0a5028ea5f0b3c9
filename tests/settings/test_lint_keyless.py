"""Guests and visitors whom no credential is for are told by lint from a site's file alone (F88, F93)."""

from __future__ import annotations

from pathlib import Path

import pytest

from saltoks.settings import Finding, lint, load
from settings.lint_rig import FILE, IRESERVE, Write, is_keyless, replaced

TAGS = "credentials: {tags: true}\n"
CUSTOMERS = """\
    customers:
      csv: data/customers.csv
      columns: {source_id: Id, full_name: Name, reservation_only: FLAG}
    bookings:"""
VISITORS = """\
    visitors:
      csv: data/visitors.csv
      columns: {source_id: Id, full_name: Name, expected_at: At, approval: {value: granted}}
    bookings:"""
BY_ID = ("customer_email: E-mail", "customer_id: Customer")
ONLY_BOOKED, FLAGGED = "people whom only a booking names", "customers who are reservation_only"
NEXUDUS = """\
salto: {connection: salto_demo, site_uid: NL0000000002}
timezone: Europe/Amsterdam
source: {system: nexudus, name: hub, connection: hub}
mapping:
  - item: resource:7
    groups: [Room 7]
    door: Room 7 door
"""


def keyless(root: Path) -> list[Finding]:
    """What is said of those who have nothing to open a door with."""
    return [one for one in lint(load(root, {})) if is_keyless(one)]


def with_pin(text: str, pin: str) -> str:
    """A site that gives PINs to these, or to nobody."""
    return f"{text}credentials: {{pin: '{pin}', pin_delivery: none}}\n"


def flagged(flag: str) -> list[tuple[str, str]]:
    """A table of customers with this column of guests; bookings name them by id."""
    return [BY_ID, ("    bookings:", CUSTOMERS.replace("FLAG", flag))]


GUESTS: dict[str, tuple[list[tuple[str, str]], str]] = {
    "no table of customers": ([BY_ID], ONLY_BOOKED),
    "bookings name people beside the table": (
        [("    bookings:", CUSTOMERS.replace("FLAG", '{value: "no"}'))],
        ONLY_BOOKED,
    ),
    "a column that says so itself": (flagged("Guest"), FLAGGED),
    "a word that is mapped to yes": (flagged('{from: Kind, map: {Walk-in: "yes", Member: "no"}}'), FLAGGED),
    "guests by default": (flagged('{from: Kind, map: {Member: "no"}, default: "yes"}'), FLAGGED),
    "all of them": (flagged('{value: "Yes"}'), FLAGGED),
}


@pytest.mark.parametrize(("changes", "who"), GUESTS.values(), ids=GUESTS.keys())
@pytest.mark.parametrize(("pin", "warns"), [("off", True), ("visitors", True), ("guests", False), ("everyone", False)])
def test_guests_of_files(
    write: Write, site: str, changes: list[tuple[str, str]], who: str, pin: str, warns: bool
) -> None:
    text = replaced(site, *changes)
    found = keyless(write(harbour=with_pin(text, pin)))
    assert [(one.level, one.where) for one in found] == [("warning", f"{FILE}credentials.pin")] * warns
    assert all(one.message.startswith(who) and "(F88) — set pin: guests" in one.message for one in found)


NOBODY = {
    "a column that never says so": flagged('{value: "no"}'),
    "words that never say so": flagged('{from: Kind, map: {Member: "no"}, default: "no"}'),
}


@pytest.mark.parametrize("changes", NOBODY.values(), ids=NOBODY.keys())
def test_who_makes_no_guests_hears_nothing(write: Write, site: str, changes: list[tuple[str, str]]) -> None:
    assert keyless(write(harbour=replaced(site, *changes))) == []


@pytest.mark.parametrize(("pin", "warns"), [("off", True), ("visitors", False), ("guests", False)])
def test_visitors(write: Write, site: str, pin: str, warns: bool) -> None:
    """F93: of files as of Nexudus."""
    of_files = replaced(site, *flagged('{value: "no"}'), ("    bookings:", VISITORS))
    root = write(harbour=with_pin(of_files, pin), hub=with_pin(NEXUDUS, pin))
    found = keyless(root)
    wheres = [f"{FILE}credentials.pin", "config/sites/hub.yaml: credentials.pin"]
    assert [one.where for one in found] == (wheres if warns else [])
    assert all(one.message.startswith("visitors get") and "set pin: visitors" in one.message for one in found)


NOT_LET_IN = {
    "nobody approves": "rules: {approvals: []}\n",
    "their own item is not mapped": "rules: {visitors_open: visitors}\n",
}


@pytest.mark.parametrize("rules", NOT_LET_IN.values(), ids=NOT_LET_IN.keys())
def test_visitors_whom_no_rule_lets_in_need_no_key(write: Write, rules: str) -> None:
    assert keyless(write(hub=NEXUDUS + rules)) == []


@pytest.mark.parametrize(("pin", "warns"), [("off", True), ("visitors", True), ("guests", False)])
def test_reservations_without_a_customer_number(write: Write, pin: str, warns: bool) -> None:
    found = keyless(write(harbour=with_pin(IRESERVE, pin)))
    assert [one.message.partition(" get ")[0] for one in found] == [
        "people whose reservation has no customer number"
    ] * warns


def test_tags_that_are_handed_out_by_hand_are_enough(write: Write, site: str) -> None:
    assert keyless(write(harbour=site + TAGS, hub=NEXUDUS + TAGS)) == []
