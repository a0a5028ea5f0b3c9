"""The replay: at any evening, Salto lets in exactly those whose stay covers the moment (F61, F80, F146)."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy import text

from dev.replay import hotel_house
from dev.replay.hotel_house import HEADER, Row, cut_short, days, in_house, made_up, row, save, saved, without_nights
from saltoks.core.errors import FixInput, SourceError
from saltoks.dev.replay import hotel_data, show
from saltoks.dev.replay.findings import Calls, Evening, HotelEvening
from saltoks.dev.replay.run import CONFIG, Replay, main, opened
from saltoks.dev.stack.progress import PlainProgress
from saltoks.settings import lint, load
from saltoks.warehouse.engine.database import Warehouse

PROJECT = Path(__file__).resolve().parents[3]
REAL = Path(os.environ.get("SALTOKS_HOTEL_DATA") or PROJECT.parent / "shared" / "data" / "hotel_bookings.csv.gz")
DAY = timedelta(days=1)
SPRING, AUTUMN = date(2016, 3, 27), date(2016, 10, 30)
"""The clocks in Lisbon change in the night before these days' mornings."""


@contextmanager
def playing(url: str, path: Path) -> Iterator[Replay]:
    with opened(url, hotel_data.read(path), PlainProgress(Console(file=io.StringIO()))) as run:
        yield run


def differences(evening: Evening, rows: list[Row]) -> list[str]:
    """Groups in which Salto has somebody else than plain arithmetic, and whatever was held, refused or doubted."""
    at = datetime.combine(evening.day, time(18))
    found = []
    for one in evening.hotels:
        seen = {group: set(people) for group, people in one.members.items() if people}
        wanted = in_house(rows, one.hotel, at)
        found += [
            f"{evening.day} {one.hotel} {group}: {sorted(seen.get(group, set()) ^ wanted.get(group, set()))}"
            for group in sorted(seen.keys() | wanted.keys())
            if seen.get(group) != wanted.get(group)
        ]
        found += one.warnings + one.held + one.failures
    return found


def every_room(arrival: date) -> list[Row]:
    """One stay of two nights in each room type of both hotels, so that every group is there."""
    return [
        row(hotel, room, arrival, 2, "Check-Out", arrival + 2 * DAY)
        for hotel, rooms in hotel_house.ROOMS.items()
        for room in rooms
    ]


def test_every_evening_around_both_changes_of_clocks_has_exactly_the_guests_of_that_evening(
    warehouse_url: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    """F61, F80: stays with nights, cancellations before and during a stay, no-shows, and rows without a night."""
    rows = every_room(SPRING - 3 * DAY)
    rows += made_up(11, days(SPRING - 6 * DAY, 9), a_day=3) + made_up(12, days(AUTUMN - 6 * DAY, 9), a_day=3)
    wanted: set[str] = set()
    with playing(warehouse_url, save(tmp_path / "bookings.csv", rows)) as run:
        for day in [*days(SPRING - DAY, 3), *days(AUTUMN - DAY, 2)]:
            evening = run.evening(day)
            assert differences(evening, rows) == []
            wanted |= {f"{day} {alias}" for one in evening.hotels for alias in one.people}
    assert len(wanted) > 50  # the evenings are not empty
    assert len(list(cut_short(rows))) > 3
    assert removals(warehouse).keys() == {"expired"}


def removals(warehouse: Warehouse) -> dict[str, int]:
    """How many memberships ended, by cause: what is cancelled ends with the window that was promised."""
    asked = "select cause, count(*) from access.changes where kind = 'remove_member' group by cause"
    with warehouse.session() as session:
        return {cause: count for cause, count in session.connection.execute(text(asked))}


def test_an_evening_that_is_played_again_writes_nothing(warehouse_url: str, tmp_path: Path) -> None:
    with playing(warehouse_url, save(tmp_path / "bookings.csv", every_room(SPRING))) as run:
        first, again = run.evening(SPRING), run.evening(SPRING)
    assert [one.calls.writes > 0 for one in first.hotels] == [True, True]
    assert [one.calls.writes for one in again.hotels] == [0, 0]
    assert [one.members for one in again.hotels] == [one.members for one in first.hotels]


def test_a_stay_is_promised_from_check_in_to_check_out_in_the_wall_clock_of_lisbon(
    warehouse_url: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    """F80: 15:00 in winter is 15:00 UTC, 11:00 two nights later in summer is 10:00 UTC."""
    with playing(warehouse_url, save(tmp_path / "bookings.csv", every_room(SPRING - DAY))) as run:
        run.evening(SPRING)
    with warehouse.session() as session:
        asked = "select distinct promised_from, promised_until from access.group_memberships"
        found = [tuple(one) for one in session.connection.execute(text(asked))]
    assert found == [(datetime(2016, 3, 26, 15, tzinfo=UTC), datetime(2016, 3, 28, 10, tzinfo=UTC))]


def test_rows_without_a_night_go_to_quarantine_with_a_reason_whatever_their_status(
    warehouse_url: str, warehouse: Warehouse, tmp_path: Path
) -> None:
    rows = every_room(SPRING) + every_room(SPRING - DAY)
    rows += [row("City Hotel", "A", SPRING, 0, status, SPRING) for status in ("Check-Out", "No-Show", "Canceled")]
    with playing(warehouse_url, save(tmp_path / "bookings.csv", rows)) as run:
        evening = run.evening(SPRING)
    assert differences(evening, rows) == []
    assert {one.hotel: one.quarantined for one in evening.hotels} == {"City Hotel": 3, "Resort Hotel": 0}
    with warehouse.session() as session:
        asked = "select source_id, field, reason from src.quarantine where source = 'city' order by source_id"
        found = session.connection.execute(text(asked)).all()
    assert {one.source_id for one in found} == without_nights(rows, "City Hotel")
    assert {(one.field, one.reason) for one in found} == {("ends_at", "is not after starts_at — correct one of them")}


@pytest.mark.skipif(not REAL.exists(), reason=f"the real bookings are not at {REAL}; SALTOKS_HOTEL_DATA names another")
def test_the_real_hotels_have_exactly_the_guests_of_the_evening(warehouse_url: str) -> None:
    """A Saturday in August, and the Sunday after it, on which half of the guests have gone."""
    rows = saved(REAL)
    with playing(warehouse_url, REAL) as run:
        evenings = [run.evening(day) for day in (date(2015, 8, 15), date(2015, 8, 16))]
    assert [difference for evening in evenings for difference in differences(evening, rows)] == []
    assert [one.people for one in evenings] == [220, 142]


def test_the_hotels_configuration_loads_and_raises_no_doubt() -> None:
    settings = load(CONFIG, {})
    assert [(site.name, site.timezone) for site in settings.sites] == [
        ("city", "Europe/Lisbon"),
        ("resort", "Europe/Lisbon"),
    ]
    assert lint(settings) == []


def changed(change: dict[str, str], at: int = 1) -> list[Row]:
    rows = every_room(SPRING)
    rows[at] = rows[at] | change
    return rows


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"arrival_date_year": "MMXVI"}, "row 2, column arrival_date_year: invalid input"),
        ({"arrival_date_month": "Juli"}, "row 2: .*month_is_an_english_name"),
        ({"arrival_date_day_of_month": "32"}, "row 2: date field value out of range"),
        ({"stays_in_week_nights": "-1"}, "row 2: .*week_nights_are_not_negative"),
        ({"reservation_status_date": "soon"}, "row 2, column reservation_status_date: invalid input"),
    ],
    ids=["year", "month", "day", "nights", "status date"],
)
def test_a_cell_without_meaning_is_named_by_its_row(
    warehouse: Warehouse, tmp_path: Path, change: dict[str, str], said: str
) -> None:
    bookings = hotel_data.read(save(tmp_path / "bookings.csv", changed(change)))
    with pytest.raises(SourceError, match=said):
        hotel_data.load(warehouse, bookings)


def test_a_file_of_other_hotels_is_refused(warehouse_url: str, tmp_path: Path) -> None:
    path = save(tmp_path / "bookings.csv", changed({"hotel": "Grand Hotel"}))
    with pytest.raises(FixInput, match="City Hotel and Grand Hotel and Resort Hotel"), playing(warehouse_url, path):
        pass


def test_columns_may_stand_in_any_order_and_the_file_may_be_gzipped(warehouse: Warehouse, tmp_path: Path) -> None:
    rows = every_room(SPRING)
    turned = [dict(reversed(one.items())) for one in rows]
    (tmp_path / "turned.csv").write_text(
        "\n".join([",".join(reversed(HEADER)), *(",".join(one.values()) for one in turned)]), encoding="utf-8"
    )
    zipped = hotel_data.read(save(tmp_path / "bookings.csv.gz", rows))
    assert hotel_data.read(tmp_path / "turned.csv").rows == zipped.rows
    found = hotel_data.load(warehouse, zipped)
    assert (found.rows, found.first, found.last) == (len(rows), SPRING, SPRING + 2 * DAY)
    assert {hotel: "".join(types) for hotel, types in found.room_types.items()} == hotel_house.ROOMS


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"hotel,arrival\nx,y\n", "it lacks arrival_date_year, "),
        (b"", "it lacks hotel, "),
        (",".join(HEADER).encode(), "holds a header but no booking"),
        (",".join(HEADER).encode() + b"\nCity Hotel,0\n", "row 1 has 2 cells, too few"),
        (b'"open', "line 1 is not CSV"),
        (b"\x1f\x8b\x08\x00\x00", "cut off or damaged"),
        (b"hotel\n\xff\xfe\n", "is not UTF-8 text"),
        (None, "there is no such file"),
    ],
    ids=["header", "empty file", "header only", "short row", "quote", "gzip", "bytes", "missing"],
)
def test_a_file_that_is_none_is_one_sentence_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, said: str
) -> None:
    path = tmp_path / "bookings.csv"
    if content is not None:
        path.write_bytes(content)
    assert main(["--data", str(path), "--day", "2016-03-27"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert said in told[0]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--day", "2016-03-27"], 64, "--data"),
        (["--data", "bookings.csv"], 64, "--day"),
        (["--data", "bookings.csv", "--day", "2016-03-27", "--loud"], 64, "--loud"),
        (["--data", "bookings.csv", "--day", "tomorrow"], 2, "'tomorrow' is no day"),
        (["--data", "bookings.csv", "--day", "2015-02-29"], 2, "'2015-02-29' is no day"),
    ],
    ids=["no data", "no day", "unknown option", "no date", "no such date"],
)
def test_wrong_use_and_bad_days_have_their_exit_codes(
    capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert main(arguments) == code
    assert said in capsys.readouterr().err


def test_a_day_outside_the_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = save(tmp_path / "bookings.csv", every_room(SPRING))
    assert main(["--data", str(path), "--day", "2020-01-01"]) == 2
    assert "holds stays from 2016-03-27 to 2016-03-29" in capsys.readouterr().err


def test_the_command_prints_both_evenings_as_json_and_leaves_the_environment_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = connections()
    rows = [*every_room(SPRING), row("City Hotel", "K", SPRING + DAY, 1, "No-Show", SPRING + DAY)]
    path = save(tmp_path / "bookings.csv.gz", rows)
    assert main(["--data", str(path), "--day", SPRING.isoformat(), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], [one["people"] for one in told["evenings"]]) == (18, [17, 18])
    assert [one["at"] for one in told["evenings"]] == ["2016-03-27T17:00:00+00:00", "2016-03-28T17:00:00+00:00"]
    moved = next(one for one in told["moves"] if (one["hotel"], one["group"]) == ("City Hotel", "Room type K"))
    assert (moved["came"], moved["left"], moved["stayed"]) == (1, 0, 1)
    assert connections() == before


def connections() -> set[str]:
    return {name for name in os.environ if name.startswith("AIRFLOW_CONN_")}


@pytest.mark.parametrize("at", ["Starting PostgreSQL ...", "Syncing City Hotel, Resort Hotel"], ids=["start", "sync"])
def test_a_replay_that_is_stopped_says_so_and_leaves_nothing(tmp_path: Path, at: str) -> None:
    path = save(tmp_path / "bookings.csv", every_room(SPRING))
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-m", "saltoks.dev.replay.run", "--data", str(path), "--day", SPRING.isoformat()]
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any(line.startswith(at) for line in process.stderr)
        process.terminate()
        told = process.stderr.read()
    assert (process.returncode, told.splitlines()[-1]) == (
        130,
        "replay: stopped, and everything that it started is gone",
    )
    assert [path for path in (tmp_path / "temporary").iterdir() if path.is_dir()] == []


def evening_of(day: date, members: dict[str, frozenset[str]], **more: tuple[str, ...]) -> Evening:
    calls = Calls(reads=5, writes=3, tokens=1)
    one = HotelEvening(
        site="city", hotel="City Hotel", members=members, quarantined=4, calls=calls, seconds=1.26, **more
    )
    return Evening(day, datetime.combine(day, time(17), UTC), (one,))


def test_the_tables_name_who_came_and_left_and_what_a_person_should_read() -> None:
    before = evening_of(SPRING, {"Room A": frozenset({"1", "2"}), "Room B": frozenset()})
    held = ("A removal [waits].",)
    after = evening_of(SPRING + DAY, {"Room A": frozenset({"2"}), "Room B": frozenset()}, held=held)
    paper = io.StringIO()
    show.report(Console(file=paper, width=120), before, after, "Europe/Lisbon")
    told = paper.getvalue()
    assert "Sunday 27 March 2016, 18:00 in Europe/Lisbon: 2 people can open a door (0 held, 9 API calls" in told
    assert "Monday 28 March 2016, 18:00 in Europe/Lisbon: 0 people came, 1 left, 1 can open a door (1 held, " in told
    assert [line.replace(" ", "") for line in told.splitlines() if "Room B" in line] == ["│CityHotel│RoomB│·│"]
    assert "│CityHotel│RoomA│·│1│1│1│" in told.replace(" ", "")
    assert "│2016-03-27│CityHotel│2│4│5│3│1│1.3│" in told.replace(" ", "")
    assert "held 2016-03-28 City Hotel: A removal [waits]." in told
    assert (before.state, after.state) == ("done", "warned")
