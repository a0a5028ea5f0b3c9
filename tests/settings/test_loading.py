from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from saltoks.core.canonical import BookingStatus
from saltoks.core.errors import WrongUse
from saltoks.core.rules import Edge, Limit
from saltoks.settings import TabularSource, load

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
    assert harbour.rules.edge is Edge.NEVER_LATE


def test_rules_limits_and_mapping_are_the_values_of_core(write: Write, site: str) -> None:
    text = site + (
        "rules: {before_minutes: 30, booking_statuses: [checked_in], require_paid: yes}\n"
        "limits: {removals_per_site: {absolute: 3, percent: 2.5}}\n"
    )
    harbour = load(write(harbour=text), {}).site("harbour")
    assert harbour.rules.before_minutes == 30
    assert harbour.rules.booking_statuses == frozenset({BookingStatus.CHECKED_IN})
    assert harbour.rules.require_paid is True
    assert harbour.limits.removals_per_site == Limit(absolute=3, percent=2.5)
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
