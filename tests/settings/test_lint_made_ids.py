"""Ids made of several cells hold what stays."""

from __future__ import annotations

from settings.lint_rig import FILE, Write, findings_in, replaced


def test_an_id_made_of_what_changes_is_doubtful(write: Write, site: str) -> None:
    shaky = replaced(site, ("source_id: Id", "source_id: {parts: [From, Space, State]}"))
    (found,) = [one for one in findings_in(write(harbour=shaky)) if "parts" in one.where]
    assert (found.level, found.where) == ("warning", f"{FILE}source.tables.bookings.columns.source_id.parts")
    assert found.message.startswith("names 'State', from which status is read: when that changes, the row counts as")


def test_an_id_made_of_what_stays_is_sound(write: Write, site: str) -> None:
    steady = replaced(site, ("source_id: Id", "source_id: {parts: [From, Space]}"))
    assert [one for one in findings_in(write(harbour=steady)) if "parts" in one.where] == []
