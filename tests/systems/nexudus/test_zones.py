"""Time zones: Windows names, overrides, and the check against the wall clocks of bookings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from saltoks.core.model.canonical import Completeness
from saltoks.core.time.zones import is_zone
from saltoks.systems.nexudus.places import iana, windows_zones
from systems.nexudus.rig import BOOKINGS, NOON, House, by_id, utc


@pytest.mark.parametrize(
    ("windows", "zone"),
    [
        ("GMT Standard Time", "Europe/London"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Romance Standard Time", "Europe/Paris"),
        ("Eastern Standard Time", "America/New_York"),
        ("India Standard Time", "Asia/Calcutta"),
        ("AUS Eastern Standard Time", "Australia/Sydney"),
        ("UTC", "Etc/UTC"),
    ],
)
def test_a_windows_zone_has_an_iana_name(windows: str, zone: str) -> None:
    assert iana(windows) == zone


def test_every_zone_of_the_table_is_one_that_this_machine_knows() -> None:
    assert len(windows_zones()) >= 140
    assert [zone for zone in windows_zones().values() if not is_zone(zone)] == []


def test_a_name_that_is_iana_already_stays_and_an_invented_one_is_none() -> None:
    assert (iana("Europe/Amsterdam"), iana("Middle Earth Standard Time")) == ("Europe/Amsterdam", None)


@pytest.mark.parametrize("name", ["Middle Earth Standard Time", None])
def test_a_location_without_a_known_zone_is_rejected_with_all_its_rows(house: House, name: str | None) -> None:
    """T27: an unknown zone is never taken for UTC."""
    house.admin.put("sys/simpletimezones", 1, Name=name)
    extract = house.read()
    assert sorted(by_id(extract, "locations")) == ["20"]
    assert sorted(by_id(extract, "bookings")) == ["9005"]
    assert {one.table for one in extract.rejected} == {
        *("locations", "items", "bookings", "memberships", "passes", "visitors")
    }
    assert extract.rows["memberships"] == extract.rows["assignments"] == ()
    assert "set locations.10.timezone" in extract.rejected[0].reason
    assert len(extract.rows["customers"]) == 5, "a customer may book elsewhere"


def test_a_sites_override_wins_over_the_zone_of_the_source(house: House) -> None:
    house.admin.put("sys/simpletimezones", 1, Name="Middle Earth Standard Time")
    house.settings["locations"] = {10: {"timezone": "Europe/Amsterdam"}}
    extract = house.read()
    assert extract.rejected == ()
    assert by_id(extract, "locations")["10"].timezone == "Europe/Amsterdam"


@pytest.mark.parametrize("at", [NOON, datetime(2031, 7, 1, tzinfo=UTC)], ids=["winter", "summer"])
def test_a_zone_that_disagrees_with_the_clocks_of_bookings_makes_the_extract_doubtful(
    house: House, at: datetime
) -> None:
    """F80, T27"""
    house.admin.put(BOOKINGS, 9100, ResourceId=101, CoworkerId=1001, FromTime="2031-07-01T10:00:00Z",
                    ToTime="2031-07-01T11:00:00Z")  # fmt: skip
    house.settings["locations"] = {10: {"timezone": "Europe/London"}}
    extract = house.read(at=at)
    assert extract.completeness is Completeness.INCOMPLETE
    (problem,) = extract.problems
    assert "location 10 counts as Europe/London" in problem
    assert "set its right zone under locations" in problem


@pytest.mark.parametrize("day", [30, 31])
def test_a_right_zone_agrees_on_both_sides_of_the_clock_change(house: House, day: int) -> None:
    """F80, T27"""
    for number, hour in enumerate(("00", "01", "12")):
        times = {"FromTime": f"2031-03-{day}T{hour}:15:00Z", "ToTime": f"2031-03-{day}T{hour}:45:00Z"}
        house.admin.put(BOOKINGS, 9100 + number, ResourceId=101, CoworkerId=1001, **times)
    extract = house.read(at=utc(day))
    assert (extract.completeness, extract.problems) == (Completeness.COMPLETE, ())
    assert {"9100", "9101", "9102"} <= set(by_id(extract, "bookings"))


def test_bookings_go_by_their_instant_and_not_by_the_clock_with_its_false_offset(house: House) -> None:
    assert by_id(house.read(), "bookings")["9005"].starts_at == utc(27, 15)
