"""Every mistake in a site's file is named with file, line and key."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Complaints = Callable[..., list[str]]

CSV = "      csv: data/bookings.csv\n"
BOOKINGS = """\
    bookings:
      csv: data/bookings.csv
      columns:
        source_id: Id
        item_id: {from: Space, prefix: "unit:"}
        customer_email: E-mail
        starts_at: From
        ends_at: Until
        status: {from: State, map: {Booked: confirmed}}
"""
ITEMS = "    items:\n      - {csv: i.csv, columns: {source_id: Id}}\n"
PASS = "{source_id: A, customer_id: B, item_id: C, valid_from: D, status: E}"
DESK = "{source_id: A, membership_id: B, customer_id: C, item_id: D}"

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
    "passes without customers": (
        "mapping:",
        f"    passes: {{csv: p.csv, columns: {PASS}}}\nmapping:",
        18,
        "source.tables.passes: needs the table customers, which its rows point at — add it",
    ),
    "desks without memberships": (
        "mapping:",
        f"    assignments: {{csv: a.csv, columns: {DESK}}}\nmapping:",
        18,
        "source.tables.assignments: needs the table memberships",
    ),
    "nothing that opens": (
        BOOKINGS,
        "    items: {csv: i.csv, columns: {source_id: Id}}\n",
        8,
        "source.tables: has none of bookings, memberships, passes, visitors, so no door ever opens",
    ),
    "unknown key of a table": (
        "      csv: data",
        "      cvs: x\n      csv: data",
        10,
        "cvs: is not a known key — did you",
    ),
    "unknown key of a part": (
        "mapping:",
        ITEMS + "      - {csvs: i.csv, columns: {source_id: Id}}\nmapping:",
        20,
        "source.tables.items.1.csvs: is not a known key — did you mean 'csv'?",
    ),
    "missing column of a part": (
        "mapping:",
        ITEMS + "      - {csv: j.csv, columns: {name: Id}}\nmapping:",
        20,
        "source.tables.items.1.columns.source_id: is missing — name the header it comes from",
    ),
    "no part at all": (
        "mapping:",
        "    items: []\nmapping:",
        18,
        "source.tables.items: lists no file and no query — add one",
    ),
    "condition that is a word": (
        "      csv: data",
        "      only_where: {Space: studio}\n      csv: data",
        10,
        "only_where.Space: is neither present nor a list of words — write present, or [one, another]",
    ),
    "condition without words": (
        "      csv: data",
        "      only_where: {Space: []}\n      csv: data",
        10,
        "write present, or",
    ),
    "unknown loader": (
        CSV,
        "      sql: b.sql\n      loader: fivetram\n",
        11,
        "loader.kind: 'fivetram' is not allowed — did you mean 'fivetran'? (allowed: fivetran, airbyte, dlt, own)",
    ),
    "unknown key of a loader": (
        CSV,
        "      sql: b.sql\n      loader: {kind: own, delete_column: gone, updated_column: at}\n",
        11,
        "loader.delete_column: is not a known key — did you mean 'deleted_column'?",
    ),
    "dlt without its loads": (
        CSV,
        "      sql: b.sql\n      loader: dlt\n",
        11,
        "loader: needs loads, a SQL file that gives load_id, status and inserted_at of _dlt_loads — add it",
    ),
    "loads of another loader": (
        CSV,
        "      sql: b.sql\n      loader: {kind: airbyte, loads: l.sql}\n",
        11,
        "loader.loads: belongs to dlt, and this is airbyte — take it out",
    ),
    "column of another loader": (
        CSV,
        "      sql: b.sql\n      loader: {kind: fivetran, deleted_column: gone}\n",
        11,
        "loader.deleted_column: belongs to own: fivetran has columns of its own — take it out",
    ),
    "own that says nothing": (
        CSV,
        "      sql: b.sql\n      loader: own\n",
        11,
        "loader: needs deleted_column or updated",
    ),
    "loader of a file": (
        "      csv: data",
        "      loader: airbyte\n      csv: data",
        10,
        "airbyte keeps tables, not files",
    ),
    "control file of a query": (
        CSV,
        "      sql: b.sql\n      control: b.ctl\n",
        11,
        "control: belongs to csv — take it out",
    ),
    "guard of a table": (
        "      csv: data",
        "      guards: {min_row: 0}\n      csv: data",
        10,
        "guards.min_row: is not a known key — did you mean 'min_rows'?",
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
    "anchor inside itself": ("salto: &a [*a]\n", 1, "is an anchor that contains itself"),
}


@pytest.mark.parametrize(("text", "line", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_file_that_is_no_site_is_named(
    text: str, line: int, message: str, write: Write, complaints: Complaints
) -> None:
    found = [one for one in complaints(write(harbour=text)) if message in one]
    assert len(found) == 1
    assert found[0].startswith(f"config/sites/harbour.yaml:{line}: ")
