"""Every mistake in a site's file is named with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Complaints = Callable[..., list[str]]

EDITS = {  # what to replace (nothing: add at the end), by what, the line and part of the message
    "unknown key in a model": (
        "  site_uid:",
        "  site_uuid: 1\n  site_uid:",
        3,
        "salto.site_uuid: is not a known key — did",
    ),
    "missing key": ("  site_uid: NL0000000001\n", "", 1, "salto.site_uid: is missing"),
    "wrong type": ("", "devices: {unknown_after_minutes: soon}\n", 22, "must be a whole number"),
    "no number": ("", "limits: {percent_from: -1}\n", 22, "limits.percent_from: must be 0 or more"),
    "unknown key in a rule": ("", "rules:\n  befor_minutes: 3\n", 23, "did you mean 'before_minutes'?"),
    "unknown key in a limit": (
        "",
        "limits:\n  removals_per_site:\n    absolut: 3\n    absolute: 3\n    percent: 3\n",
        24,
        "did you mean 'absolute'?",
    ),
    "negative minutes": ("", "rules:\n  after_minutes: -5\n", 23, "rules.after_minutes: must be 0 or more"),
    "status word of a rule": (
        "",
        "rules:\n  booking_statuses:\n    - confirmd\n",
        24,
        "rules.booking_statuses.0: 'confirmd' is not allowed — did you mean 'confirmed'? (allowed: tentative, ",
    ),
    "status word of a map": (
        "Booked: confirmed",
        "Booked: paid",
        17,
        "columns.status.map.Booked: 'paid' is not a word of status — use one of: tentative, confirmed",
    ),
    "list expected": ("groups: [Studio A]", "groups: Studio A", 20, "mapping.0.groups: must be a list"),
    "value expected": ("timezone: Europe/Amsterdam", "timezone:", 4, "timezone: has no value"),
    "block expected": ("system: tabular", "system: excel", 6, "source.system: 'excel' is not allowed — use"),
    "nothing mapped": (
        "mapping:\n  - item: unit:studio-a\n    groups: [Studio A]\n    door: Studio A door\n",
        "mapping: []\n",
        18,
        "mapping: maps no item",
    ),
    "item twice": (
        "",
        "  - item: unit:studio-a\n    groups: [Other]\n",
        22,
        "mapping.1.item: 'unit:studio-a' is mapped already in mapping.0",
    ),
    "unknown table": ("    bookings:", "    boookings:", 9, "'boookings' is not allowed — did you mean 'bookings'?"),
    "csv and sql": ("      csv: data", "      sql: x.sql\n      csv: data", 9, "exactly one of csv and sql"),
    "connection of a file": ("      csv: data", "      connection: x\n      csv: data", 9, "belong to sql"),
    "from and value": ("source_id: Id", "source_id: {from: Id, value: 1}", 12, "exactly one of from and value"),
    "type that does not suit": ("starts_at: From", "starts_at: {from: From, type: bool}", 15, "does not suit"),
    "format without hour": (
        "starts_at: From",
        "starts_at: {from: From, format: '%m/%d/%Y'}",
        15,
        "does not carry year, month, day and",
    ),
    "format of 12 hours without AM": (
        "starts_at: From",
        "starts_at: {from: From, format: ['%m/%d/%Y %I:%M']}",
        15,
        "the hour of 24 (or with %p)",
    ),
    "format of a text": ("source_id: Id", "source_id: {from: Id, format: x}", 12, "a text column has no format"),
    "nobody to be found": ("        customer_email: E-mail\n", "", 11, "needs a column for one of: customer_id, c"),
    "members without customers": (
        "mapping:",
        "    memberships: {csv: m.csv, columns: {source_id: A, customer_id: B, plan_id: C, status: D}}\nmapping:",
        18,
        "source.tables.memberships: needs the table customers",
    ),
    "name inside the file": ("", "name: other\n", 22, "name: the site is called like its file"),
}


@pytest.mark.parametrize(("old", "new", "line", "message"), EDITS.values(), ids=EDITS.keys())
def test_a_mistake_is_named_with_line_and_key(
    old: str, new: str, line: int, message: str, write: Write, site: str, complaints: Complaints
) -> None:
    assert old in site
    found = complaints(write(harbour=site.replace(old, new, 1) if old else site + new))
    assert len(found) == 1, found
    assert found[0].startswith(f"config/sites/harbour.yaml:{line}: ")
    assert message in found[0]


BROKEN = {
    "syntax": ("salto: {connection: [\n", 2, "is not YAML"),
    "duplicate key": ("timezone: UTC\nsalto: 1\ntimezone: UTC\n", 3, "timezone: is written twice, here and in line 1"),
    "empty": ("# nothing yet\n", 1, "the file is empty"),
    "a list": ("- harbour\n", 1, "must be a block of keys"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "is not YAML"),
    "control character": ("a: \x07\n", 1, "control character"),
    "anchor inside itself": ("salto: &a [*a]\n", 1, "is nested too deep"),
}


@pytest.mark.parametrize(("text", "line", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_no_site_is_named(
    text: str, line: int, message: str, write: Write, complaints: Complaints
) -> None:
    found = [one for one in complaints(write(harbour=text)) if message in one]
    assert len(found) == 1
    assert found[0].startswith(f"config/sites/harbour.yaml:{line}: ")
