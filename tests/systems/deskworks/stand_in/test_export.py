"""The delivery of a Deskworks tenant: six files, their habits, and what goes wrong with them."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from saltoks.core.errors import FixInput
from saltoks.systems.deskworks.stand_in import FILES, DeskworksExport

NOW = datetime(2031, 6, 2, 14, 0, tzinfo=UTC)


def tenant(folder: Path, *, control: bool = False) -> DeskworksExport:
    """Two members, one of them with a co-member, a billing with an office, and a reservation."""
    export = DeskworksExport(folder, "America/Chicago", control=control)
    export.center("1", "Loft", site_uid="US0000000009")
    export.member("m1", "Ada", "Öst", "ada@loft.example", center="1")
    export.member("m2", "Bo", "Ek", "bo@loft.example")
    export.co_member("m3", "Cy", "Ash", "cy@loft.example", of="m1")
    export.non_member("m4", "Di", "", "di@loft.example")
    export.product("p1", "Desk, full time")
    export.unit("u1", "Studio", center="1")
    export.billing("b1", "m1", "p1", start=date(2031, 6, 1), unit="u1")
    export.reserve("r1", "u1", NOW, NOW + timedelta(hours=1), member="m2", made=NOW - timedelta(days=1))
    return export


def read(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a file, as its reader sees them."""
    with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_delivery_is_six_files_of_now(tmp_path: Path) -> None:
    tenant(tmp_path / "new").write(NOW)
    files = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in files] == sorted(f"{name}.csv" for name in FILES)
    assert {path.stat().st_mtime for path in files} == {NOW.timestamp()}


def test_people_say_what_they_are(tmp_path: Path) -> None:
    tenant(tmp_path).write(NOW)
    kinds = {row["member_id"]: (row["member_type"], row["primary_member_id"]) for row in read(tmp_path, "members")}
    assert kinds == {"m1": ("member", ""), "m2": ("member", ""), "m3": ("co-member", "m1"), "m4": ("non-member", "")}


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        pytest.param("America/Chicago", "2031-06-02T09:00", id="the tenant's zone"),
        pytest.param("Europe/London", "2031-06-02T15:00", id="the center's own zone"),
    ],
)
def test_a_reservation_is_the_wall_clock_of_its_center(zone: str, start: str, tmp_path: Path) -> None:
    export = tenant(tmp_path)
    export.center("1", "Loft", zone=zone)
    export.reserve("r2", "u1", NOW, NOW + timedelta(hours=1), name="Eve", email="eve@loft.example")
    export.write(NOW)
    assert [row["start"] for row in read(tmp_path, "reservations")][-1] == start


def test_f76_an_inactive_billing_frees_its_unit(tmp_path: Path) -> None:
    """F76: rows stay, and say that they ended."""
    export = tenant(tmp_path)
    export.inactivate_billing("b1")
    export.inactivate_member("m2")
    export.cancel("r1")
    export.write(NOW)
    (billing,) = read(tmp_path, "recurring_billings")
    assert (billing["status"], billing["unit_id"], billing["member_id"]) == ("Inactive", "", "m1")
    assert [row["status"] for row in read(tmp_path, "members")] == ["Active", "Inactive", "Active", "Active"]
    assert read(tmp_path, "reservations")[0]["status"] == "Cancelled"


def test_a_tenant_goes_on_from_its_files(tmp_path: Path) -> None:
    tenant(tmp_path).write(NOW)
    again = DeskworksExport(tmp_path, "America/Chicago")
    assert [row["member_id"] for row in again.rows("members")] == ["m1", "m2", "m3", "m4"]
    again.drop("r1")
    again.write(NOW)
    assert read(tmp_path, "reservations") == []
    assert read(tmp_path, "members")[0]["last_name"] == "Öst"


@pytest.mark.parametrize("content", [b"\xff\xfe", b'member_id\n"m1\n'], ids=["no UTF-8", "open quotation mark"])
def test_a_file_that_cannot_be_read_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_bytes(content)
    with pytest.raises(FixInput, match=r"members\.csv is no CSV file"):
        DeskworksExport(tmp_path, "America/Chicago")


@pytest.mark.parametrize("content", [b"", b"member_id,member_type\nm1,Individual\n"], ids=["empty", "two columns"])
def test_a_file_that_lost_a_column_is_named(content: bytes, tmp_path: Path) -> None:
    """Its rows would lose what stood there when the file is written again."""
    (tmp_path / "members.csv").write_bytes(content)
    with pytest.raises(FixInput, match=r"members\.csv has no column .*last_name.* start anew"):
        DeskworksExport(tmp_path, "America/Chicago")


def test_a_control_file_tells_rows_and_hash(tmp_path: Path) -> None:
    tenant(tmp_path, control=True).write(NOW)
    for name in FILES:
        found = json.loads((tmp_path / f"{name}.ctl").read_text())
        whole = sha256((tmp_path / f"{name}.csv").read_bytes()).hexdigest()
        assert found == {"rows": len(read(tmp_path, name)), "sha256": whole}


def agrees(folder: Path, name: str) -> bool:
    """Whether a file is the one that its control file describes."""
    told = json.loads((folder / f"{name}.ctl").read_text())["sha256"]
    return bool(told == sha256((folder / f"{name}.csv").read_bytes()).hexdigest())


def ids(folder: Path, name: str) -> list[str]:
    return [row[FILES[name][0]] for row in read(folder, name)]


def test_a_stale_file_stays_as_it_is(tmp_path: Path) -> None:
    export = tenant(tmp_path)
    export.write(NOW)
    export.faults.stale("members")
    export.member("m9", "New", "Comer", "new@loft.example")
    export.write(NOW + timedelta(hours=1))
    assert "m9" not in ids(tmp_path, "members")
    assert (tmp_path / "members.csv").stat().st_mtime == NOW.timestamp()
    assert (tmp_path / "products.csv").stat().st_mtime > NOW.timestamp()


def test_a_late_file_is_one_delivery_behind(tmp_path: Path) -> None:
    export = tenant(tmp_path)
    export.faults.late("members")
    export.write(NOW)
    assert not (tmp_path / "members.csv").exists()
    export.member("m9", "New", "Comer", "new@loft.example")
    export.write(NOW + timedelta(hours=1))
    assert ids(tmp_path, "members") == ["m1", "m2", "m3", "m4"]
    assert (tmp_path / "members.csv").stat().st_mtime > NOW.timestamp()
    export.write(NOW + timedelta(hours=2))
    assert "m9" in ids(tmp_path, "members")


def test_a_torn_file_ends_inside_a_line(tmp_path: Path) -> None:
    export = tenant(tmp_path, control=True)
    export.faults.torn("members")
    export.write(NOW)
    torn = (tmp_path / "members.csv").read_bytes()
    assert not torn.endswith(b"\n")
    assert len(torn.splitlines()[-1].split(b",")) < len(FILES["members"])
    assert not agrees(tmp_path, "members")


def test_an_empty_file_has_no_byte(tmp_path: Path) -> None:
    export = tenant(tmp_path, control=True)
    export.faults.empty("members")
    export.write(NOW)
    assert (tmp_path / "members.csv").read_bytes() == b""
    assert not agrees(tmp_path, "members")


def test_a_shrunk_file_agrees_with_its_control_file(tmp_path: Path) -> None:
    export = tenant(tmp_path, control=True)
    export.faults.shrunk("members", keep=1)
    export.write(NOW)
    assert ids(tmp_path, "members") == ["m1"]
    assert agrees(tmp_path, "members")


def test_a_column_goes_missing(tmp_path: Path) -> None:
    export = tenant(tmp_path)
    export.faults.missing("members", "status")
    export.write(NOW)
    assert "status" not in read(tmp_path, "members")[0]


def test_an_id_is_there_twice_until_it_is_repaired(tmp_path: Path) -> None:
    export = tenant(tmp_path)
    export.faults.doubled("members", "m1", email="other@loft.example")
    export.write(NOW)
    assert [row["email"] for row in read(tmp_path, "members") if row["member_id"] == "m1"] == [
        "ada@loft.example",
        "other@loft.example",
    ]
    export.faults.repair()
    export.write(NOW)
    assert ids(tmp_path, "members") == ["m1", "m2", "m3", "m4"]


def test_a_fault_of_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="member is no file of the export; there are centers, members"):
        tenant(tmp_path).faults.torn("member")
