from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.core.errors import ConfigError, WrongUse
from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.rules import ChangeLimit, EdgeRule
from saltoks.settings import load, load_each
from saltoks.systems.tabular.settings.tables import TabularSource

Write = Callable[..., Path]
Complaints = Callable[..., list[str]]


def test_a_site_is_named_after_its_file_and_gets_the_usual_values(write: Write, site: str) -> None:
    settings = load(write(harbour=site), {})
    harbour = settings.site("harbour")
    assert harbour.name == "harbour"
    assert harbour.groups == ("Studio A",)
    assert (harbour.salto.rate_per_second, harbour.salto.at_once) == (4, 3)
    assert (harbour.audit.overlap_minutes, harbour.audit.sweep_hours) == (120, 24)
    assert harbour.devices.unknown_after_minutes == 30
    assert harbour.source.guards.max_shrink_percent == 30
    assert harbour.rules.edge is EdgeRule.NEVER_LATE


def test_rules_limits_and_mapping_are_the_values_of_core(write: Write, site: str) -> None:
    text = site + (
        "rules: {before_minutes: 30, booking_statuses: [checked_in], require_paid: yes}\n"
        "limits: {removals_per_site: {absolute: 3, percent: 2.5}}\n"
    )
    harbour = load(write(harbour=text), {}).site("harbour")
    assert harbour.rules.before_minutes == 30
    assert harbour.rules.booking_statuses == frozenset({BookingStatus.CHECKED_IN})
    assert harbour.rules.require_paid is True
    assert harbour.limits.removals_per_site == ChangeLimit(absolute=3, percent=2.5)
    assert harbour.mapping[0].groups == ("Studio A",)


def test_words_that_yaml_would_change_stay_as_written(write: Write, site: str) -> None:
    text = site.replace("{Booked: confirmed}", "{yes: confirmed, 01: cancelled, 1: tentative}").replace("Id", "0123")
    columns = load(write(harbour=text), {}).site("harbour").source.tables["bookings"][0].columns
    assert columns["status"].map == {"yes": "confirmed", "01": "cancelled", "1": "tentative"}
    assert columns["source_id"].header == "0123"


def test_variables_come_from_the_environment(write: Write, site: str) -> None:
    root = write(harbour=site.replace("data/", "${DATA}/${KIND}-"))
    table = load(root, {"DATA": "/srv", "KIND": "full"}).site("harbour").source.tables["bookings"][0]
    assert table.csv == "/srv/full-bookings.csv"
    assert table.path(Path("/elsewhere")) == Path("/srv/full-bookings.csv")


def test_a_query_without_connection_runs_on_the_warehouse(write: Write, site: str) -> None:
    text = site.replace("csv: data/bookings.csv", "sql: sql/b.sql\n      parameters: {days: 7, code: '07'}")
    table = load(write(head="warehouse: mine", harbour=text), {}).site("harbour").source.tables["bookings"][0]
    assert (table.connection, table.parameters) == ("mine", {"days": 7, "code": "07"})


def test_a_table_may_have_parts_a_loader_and_guards_of_its_own(write: Write, site: str) -> None:
    text = site.replace(
        "mapping:",
        """\
    items:
      - {csv: products.csv, control: products.ctl, only_where: {kind: [1], name: present}, columns: {source_id: id}}
      - sql: sql/units.sql
        loader: {kind: dlt, loads: sql/loads.sql}
        guards: {min_rows: 0}
        columns: {source_id: id}
    visitors:
      sql: sql/visitors.sql
      loader: fivetran
      columns: {source_id: A, full_name: B, expected_at: C, approval: D}
mapping:""",
    )
    source = load(write(head="warehouse: mine", harbour=text), {}).site("harbour").source
    assert isinstance(source, TabularSource)
    assert [key for _, key, _ in source.parts()] == ["bookings", "items.0", "items.1", "visitors"]
    products, units = source.tables["items"]
    assert (products.only_where, units.connection) == ({"kind": ("1",), "name": ()}, "mine")
    limits = [
        (one.max_age_minutes, one.min_rows)
        for table, _, part in source.parts()
        for one in [source.guards_of(table, part)]
    ]
    assert limits == [(None, 1), (None, 1), (36 * 60, 0), (60, 1)]


def test_paths_start_at_the_folder_with_dags(write: Write, site: str, tmp_path: Path) -> None:
    root = write(harbour=site)
    assert load(root, {}).base == tmp_path
    nested = tmp_path / "deploy" / "acceptance"
    nested.mkdir(parents=True)
    (tmp_path / "dags").mkdir()
    assert load(root.rename(nested / "config"), {}).base == tmp_path


def test_an_unknown_site_names_the_nearest_one(write: Write, site: str) -> None:
    settings = load(write(harbour=site), {})
    with pytest.raises(WrongUse, match="there are harbour — did you mean 'harbour'"):
        settings.site("harbor")


def test_all_problems_of_all_files_come_at_once(write: Write, site: str, complaints: Complaints) -> None:
    loop = site.replace("NL0000000001", "US1").replace("name: harbour", "name: loop")
    root = write(
        head="tick_minute: 15\nsites_per_task: 0\n",
        harbour=site.replace("Europe/Amsterdam", "Europe/Amsterdm").replace("[Studio A]", "[]"),
        loop=loop.replace("source_id: Id", "source_idd: Id"),
    )
    assert complaints(root) == [
        "config/saltoks.yaml:1: tick_minute: is not a known key — did you mean 'tick_minutes'?",
        "config/saltoks.yaml:2: sites_per_task: must be greater than or equal to 1 — correct the value",
        "config/sites/harbour.yaml:4: timezone: 'Europe/Amsterdm' is not a time zone"
        " — did you mean 'Europe/Amsterdam'?",
        "config/sites/harbour.yaml:20: mapping.0.groups: names no access group, so it opens no door"
        " — list at least one",
        "config/sites/loop.yaml:11: source.tables.bookings.columns.source_id: is missing"
        " — name the header it comes from",
        "config/sites/loop.yaml:12: source.tables.bookings.columns.source_idd: is not a field of bookings"
        " — did you mean 'source_id'?",
    ]


def test_a_file_in_another_encoding_is_named(write: Write, complaints: Complaints) -> None:
    root = write()
    (root / "sites" / "harbour.yaml").write_bytes("timezone: Zürich".encode("latin-1"))
    assert complaints(root) == [
        "config/sites/harbour.yaml:1: the file cannot be read — save it as UTF-8 text that this user may read"
    ]


def test_missing_and_misnamed_files_are_named(write: Write, site: str, complaints: Complaints) -> None:
    root = write(head=None)
    (root / "sites" / "harbour.yml").write_text(site, encoding="utf-8")
    found = complaints(root)
    assert any(one.startswith("config/sites/harbour.yml:1: is not read") for one in found)
    assert any(one.startswith("config/sites:1: holds no site") for one in found)
    assert any(one.startswith("config/saltoks.yaml:1: the file is missing") for one in found)


def test_two_sites_cannot_be_the_same_site_or_source(write: Write, site: str, complaints: Complaints) -> None:
    found = complaints(write(a=site, b=site))
    assert found == [
        "config/sites/a.yaml:3: salto.site_uid: is the same Salto KS site as in config/sites/b.yaml"
        " — give each site its own",
        "config/sites/a.yaml:7: source.name: is the same source name as in config/sites/b.yaml"
        " — give each site its own",
        "config/sites/b.yaml:3: salto.site_uid: is the same Salto KS site as in config/sites/a.yaml"
        " — give each site its own",
        "config/sites/b.yaml:7: source.name: is the same source name as in config/sites/a.yaml"
        " — give each site its own",
    ]


@pytest.mark.parametrize("environ", [{}, {"DATA": ""}], ids=["not set", "set to nothing"])
def test_a_missing_variable_is_named(environ: dict[str, str], write: Write, site: str, complaints: Complaints) -> None:
    assert complaints(write(harbour=site.replace("data/", "${DATA}/")), **environ) == [
        "config/sites/harbour.yaml:10: source.tables.bookings.csv: the environment variable DATA is not set"
        " — set it or write the value"
    ]


def test_what_the_environment_says_never_shows_in_a_problem(write: Write, site: str, complaints: Complaints) -> None:
    found = complaints(write(harbour=site + "devices: {unknown_after_minutes: '${SECRET}'}\n"), SECRET="hunter2")
    assert len(found) == 1
    assert "hunter2" not in found[0]


BREAKAGES: dict[str, tuple[str, str, str]] = {  # what to replace (nothing: add at the end), by what, what is said
    "YAML syntax": ("mapping:", "mapping: [", "is not YAML: "),
    "a tab": ("  site_uid", "\tsite_uid", "is not YAML: "),
    "a control character": ("Studio A door", "Studio \x07 door", "is not YAML: it holds a control character"),
    "unknown key": ("", "rule: {}\n", "22: rule: is not a known key — did you mean 'rules'?"),
    "missing key": ("timezone: Europe/Amsterdam\n", "", "1: timezone: is missing"),
    "unknown preset": ("", "preset: nexus\n", "22: preset: 'nexus' is no preset"),
    "key written twice": ("", "timezone: Europe/Paris\n", "22: timezone: is written twice, here and in line 4"),
    "unset variable": ("NL0000000001", "${SALTOKS_NOT_SET}", "3: salto.site_uid: the environment variable"),
    "missing letter": ("", "credentials: {pin: guests}\n", "22: credentials.template: 'pin.txt' is no file in mail/"),
    "anchor of itself": ("", "audit: &a {first_days: *a}\n", "anchor that contains itself"),
    "list": ("salto:", "- salto:", "harbour.yaml:"),
    "number for all": ("mapping:", "mapping: 7\nx:", "mapping: must be a list"),
}


@pytest.mark.parametrize(("old", "new", "told"), BREAKAGES.values(), ids=BREAKAGES.keys())
def test_a_broken_site_is_kept_aside_and_its_neighbours_are_as_without_it(
    write: Write, site: str, old: str, new: str, told: str
) -> None:
    """Whatever is wrong with it; and `load` still refuses the whole, with the same lines."""
    pier = site.replace("NL0000000001", "NL0000000002").replace("name: harbour", "name: pier")
    root = write(harbour=site.replace(old, new, 1) if old else site + new, pier=pier)
    settings = load_each(root, {})
    [broken] = settings.unreadable
    assert (broken.name, [one.name for one in settings.sites]) == ("harbour", ["pier"])
    assert all(line.startswith("config/sites/harbour.yaml:") for line in broken.message.splitlines())
    assert told in broken.message
    assert settings.names == ("harbour", "pier")
    for refused in (lambda: load(root, {}), lambda: settings.site("harbour")):
        with pytest.raises(ConfigError) as caught:
            refused()
        assert caught.value.message == broken.message
    (root / "sites" / "harbour.yaml").unlink()
    assert load_each(root, {}).sites == settings.sites


@pytest.mark.parametrize("name", ["pipe", "fifo", "latin", "folder", "stray", "empty"])
def test_a_file_that_is_none_is_kept_aside(write: Write, site: str, name: str) -> None:
    root = write(harbour=site)
    file = root / "sites" / f"{name}.yaml"
    if name in ("pipe", "fifo"):
        file.symlink_to("/dev/zero") if name == "pipe" else os.mkfifo(file)
    elif name == "folder":
        file.mkdir()
    elif name == "stray":
        file.with_suffix(".yml").write_text(site, encoding="utf-8")
    else:
        file.write_bytes("timezone: Zürich".encode("latin-1") if name == "latin" else b"")
    settings = load_each(root, {})
    assert [one.name for one in settings.unreadable] == [name]
    assert [one.name for one in settings.sites] == ["harbour"]


def test_sites_that_claim_the_same_are_refused_both_and_no_third_one(write: Write, site: str) -> None:
    """Also where one of them has another fault: which of them is meant, nobody knows."""
    pier = site.replace("NL0000000001", "NL0000000002").replace("name: harbour", "name: pier")
    settings = load_each(write(a=site, b=site + "rule: {}\n", pier=pier), {})
    assert [one.name for one in settings.sites] == ["pier"]
    assert [one.name for one in settings.unreadable] == ["a", "b"]


def test_a_mistake_in_a_letter_refuses_every_site_that_mails_it(write: Write, site: str) -> None:
    pier = site.replace("NL0000000001", "NL0000000002").replace("name: harbour", "name: pier")
    quay = site.replace("NL0000000001", "NL0000000003").replace("name: harbour", "name: quay")
    pins = "credentials: {pin: guests}\n"
    root = write(harbour=site + pins, pier=pier + pins, quay=quay)
    (root / "mail").mkdir()
    (root / "mail" / "pin.txt").write_text("Subject: A\n\n{nmae} {pin}\n", encoding="utf-8")
    settings = load_each(root, {})
    assert [one.name for one in settings.sites] == ["quay"]
    assert [one.name for one in settings.unreadable] == ["harbour", "pier"]


@pytest.mark.parametrize("head", ["tick_minute: 15\n", "tick_minutes: [\n", "", None])
def test_a_broken_project_stays_fatal_with_everything_said(write: Write, site: str, head: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        load_each(write(head=head, harbour=site + "rule: {}\n"), {})
    assert "config/saltoks.yaml:" in caught.value.message
    assert "config/sites/harbour.yaml:22: rule:" in caught.value.message
