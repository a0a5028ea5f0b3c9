"""Time schedules of groups: field rules."""

from __future__ import annotations

import pytest

from sandbox.rig import ALWAYS, UNKNOWN, Rig, error

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


def path(group: str) -> str:
    return f"/access_groups/{group}/time_schedules"


def test_an_end_time_without_seconds_ends_with_the_minute(rig: Rig) -> None:
    made = rig.schedule(rig.group(), {"monday": True, "start_time": "08:00", "end_time": "18:00"})
    assert (made["start_time"], made["end_time"]) == ("08:00:00", "18:00:59")
    assert (made["monday"], made["sunday"]) == (True, False)
    assert (made["start_date"], made["end_date"]) == (None, None)


def test_given_seconds_stay(rig: Rig) -> None:
    made = rig.schedule(rig.group(), ALWAYS | {"start_time": "08:00:10", "end_time": "23:59:00"})
    assert (made["start_time"], made["end_time"]) == ("08:00:10", "23:59:00")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param({"days": []}, "At least one day should be selected", id="a list of days"),
        pytest.param({}, "At least one day should be selected", id="no day"),
        pytest.param(dict.fromkeys(WEEKDAYS, False), "At least one day should be selected", id="all off"),
    ],
)
def test_at_least_one_day(rig: Rig, body: dict[str, object], expected: str) -> None:
    answer = rig.send("POST", path(rig.group()), {"start_time": "00:00", "end_time": "23:59", **body}, version="v1.1")
    assert error(answer) == (400, "1101")
    assert answer.json()["Message"] == expected


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"start_time": None}, "1100", id="no start time"),
        pytest.param({"end_time": None}, "1100", id="no end time"),
        pytest.param({"start_time": "8:00"}, "1101", id="one digit"),
        pytest.param({"end_time": "24:00"}, "1101", id="hour 24"),
        pytest.param({"start_time": "12:00", "end_time": "11:00"}, "1101", id="backwards hours"),
        pytest.param({"start_date": "soon"}, "1101", id="no date"),
        pytest.param({"start_date": "2026-02-01T00:00:00", "end_date": "2026-01-01T00:00:00"}, "1101", id="backwards"),
        pytest.param({"monday": "sometimes"}, "1100", id="no boolean"),
    ],
)
def test_refused_values(rig: Rig, changes: dict[str, object], code: str) -> None:
    group = rig.group()
    answer = rig.send("POST", path(group), ALWAYS | changes, version="v1.1")
    assert error(answer) == (400, code)
    assert rig.items(path(group), version="v1.1") == []


@pytest.mark.parametrize(
    "text",
    ["2026-07-01T15:00:00", "2026-07-01 15:00:00", "2026-07-01T15:00:00Z", "2026-07-01T15:00:00.000+02:00"],
)
def test_dates_are_wall_clock_whatever_offset_is_sent(rig: Rig, text: str) -> None:
    made = rig.schedule(rig.group(), ALWAYS | {"start_date": text})
    assert made["start_date"] == "2026-07-01T15:00:00"


def test_a_change_keeps_what_was_not_sent(rig: Rig) -> None:
    group = rig.group()
    made = rig.schedule(group, {"monday": True, "start_time": "08:00", "end_time": "18:00"})
    one = f"{path(group)}/{made['id']}"
    changed = rig.ok("PATCH", one, {"tuesday": True, "end_time": "19:00"}, version="v1.1")
    assert changed == made | {"tuesday": True, "end_time": "19:00:59"}
    assert rig.items(path(group), version="v1.1") == [changed]
    off = {"monday": False, "tuesday": False}
    assert error(rig.send("PATCH", one, off, version="v1.1")) == (400, "1101")
    assert rig.items(path(group), version="v1.1") == [changed]


def test_a_date_is_taken_away_by_null(rig: Rig) -> None:
    group = rig.group()
    made = rig.schedule(group, ALWAYS | {"end_date": "2026-07-01T15:00:00"})
    one = f"{path(group)}/{made['id']}"
    assert rig.ok("PATCH", one, {"end_date": None}, version="v1.1")["end_date"] is None


def test_a_schedule_is_deleted_once(rig: Rig) -> None:
    group = rig.group()
    one = f"{path(group)}/{rig.schedule(group, ALWAYS)['id']}"
    assert rig.send("DELETE", one, version="v1.1").status_code == 204
    assert error(rig.send("DELETE", one, version="v1.1")) == (404, "2202")
    assert error(rig.send("PATCH", f"{path(group)}/{UNKNOWN}", {}, version="v1.1")) == (404, "2202")
