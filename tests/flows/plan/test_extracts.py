"""Complete, incomplete, failed: a source that cannot be read means "unknown", never "nobody" (design §5.1)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from databases import Databases
from flows.acts import ANN, said, site
from flows.frozen import Frozen
from saltoks.flows.run.steps import Outcome
from stage import HEADERS, NOON, Stage

CLUB = 12
ALL_DAY = 24 * 60


def bookings(stage: Stage) -> Path:
    """The file with the bookings."""
    return stage.root / "data" / "bookings.csv"


def gone(stage: Stage) -> None:
    """The export did not come."""
    bookings(stage).unlink()


def empty(stage: Stage) -> None:
    """The export broke off before its first byte."""
    bookings(stage).write_text("", encoding="utf-8")


def header_only(stage: Stage) -> None:
    """The booking system said nothing, and said it nicely."""
    bookings(stage).write_text(",".join(HEADERS["bookings"]) + "\n", encoding="utf-8")


def half(stage: Stage) -> None:
    """Half of the answer was lost."""
    stage.write("bookings", stage.tables["bookings"][::2])


def old(stage: Stage) -> None:
    """The file of two hours ago lies there again; it has no row for anybody."""
    stage.write("bookings", stage.tables["bookings"][:1])
    then = (stage.at - timedelta(hours=2)).timestamp()
    os.utime(bookings(stage), (then, then))


def guarded(stage: Stage) -> None:
    """A source whose files must be fresh, may not be empty, and may not shrink."""
    guards = {"min_rows": 1, "max_shrink_percent": 30, "max_age_minutes": 60}
    stage.configure(source=stage.site["source"] | {"guards": guards})


def touched(stage: Stage) -> None:
    """All files were written just now, by the stage's clock."""
    for path in (stage.root / "data").iterdir():
        os.utime(path, (stage.at.timestamp(), stage.at.timestamp()))


def before(stage: Stage) -> None:
    """Twelve people are in Room 1: c0 until 13:15, the others all day; Ann has a booking at 13:30 in Room 2."""
    guarded(stage)
    people = [(f"c{n}", f"Club {n}", f"c{n}@house.example", "yes", "no") for n in range(CLUB)]
    stage.write("customers", [*people, *stage.tables["customers"]])
    stage.add("memberships", "m1", "ann", "club", "2026-03-01", "", "active")
    for n in range(CLUB):
        stage.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY if n else 60)
    stage.book("later", "ann", "room-2", 90, ALL_DAY)
    touched(stage)
    stage.sync()
    assert len(stage.members("Room 1")) == CLUB


@pytest.fixture(scope="module")
def frozen(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """The house of twelve, set once."""
    return Frozen(databases, tmp_path_factory.mktemp("extracts"), before)


@pytest.fixture
def ready(frozen: Frozen) -> Iterator[Stage]:
    """The house of twelve, for this test alone."""
    with frozen.thawed() as stage:
        yield stage


Harm = Callable[[Stage], None]
HARMS: dict[str, tuple[Harm, str]] = {
    "gone": (gone, "failed"),
    "empty": (empty, "failed"),
    "header only": (header_only, "failed"),
    "half the rows": (half, "incomplete"),
    "an old file": (old, "incomplete"),
}


def harmed(stage: Stage, harm: Harm) -> list[Outcome]:
    """One sync at 13:15 with a source that was harmed."""
    stage.move(75)
    touched(stage)
    harm(stage)
    return stage.sync()


@pytest.mark.parametrize(("harm", "completeness"), HARMS.values(), ids=HARMS.keys())
def test_a_bad_extract_takes_nothing_away_and_the_next_good_one_repairs(
    ready: Stage, harm: Harm, completeness: str
) -> None:
    """T1, T2, T35: known bookings go on to open, windows that end end, and nobody else leaves; then all is well."""
    good = list(ready.tables["bookings"])
    outcomes = harmed(ready, harm)
    assert outcomes[1].ids["completeness"] == completeness
    everybody = {f"c{n}@house.example" for n in range(1, CLUB)}
    assert ready.members("Room 1") == everybody  # c0 left, as booked
    assert ready.members("Room 2") == {ANN}  # a grant of the last good rows
    assert outcomes[-1].state == ("failed" if completeness == "failed" else "done")
    assert f"the last extract is {completeness}" in said(outcomes)
    repaired(ready, good)


def repaired(stage: Stage, good: list[tuple[str, ...]]) -> None:
    """The next good file: nobody was made anew, nobody was lost, and what is really cancelled goes."""
    stage.write("bookings", good)
    stage.book("b3", "c3", "room-1", 0, ALL_DAY, status="cancelled")
    stage.move(90)
    touched(stage)
    outcomes = stage.sync()
    assert outcomes[-1].state == "done"
    assert outcomes[-1].counts["confirmed"] == 1
    assert stage.members("Room 1") == {f"c{n}@house.example" for n in range(1, CLUB) if n != 3}
    assert len(site(stage)["users"]) == CLUB + 2


@pytest.mark.parametrize("harm", [gone, half, old], ids=["gone", "half", "old"])
def test_a_cancellation_counts_where_its_row_came(ready: Stage, harm: Harm) -> None:
    """T2: an incomplete file says it of a row that it has; a failed one, or one without that row, says nothing."""
    ready.book("b0", "c0", "room-1", 0, ALL_DAY)
    ready.book("b2", "c2", "room-1", 0, ALL_DAY, status="cancelled")
    harmed(ready, harm)
    assert ("c2@house.example" in ready.members("Room 1")) is (harm is not half)


def test_a_booking_that_moves_waits_for_a_good_extract(ready: Stage) -> None:
    """T2: another time in an incomplete file is an early removal too, and held with its reason."""
    ready.book("b0", "c0", "room-1", 0, ALL_DAY)
    ready.book("b2", "c2", "room-1", 200, ALL_DAY)
    outcomes = harmed(ready, half)
    assert "c2@house.example" in ready.members("Room 1")
    assert [text.split(" Held:")[0] for text in outcomes[-1].held] == [
        "Remove customer c2 from “Room 1”: the source no longer gives a reason for it "
        "(from 2026-03-10 12:45 until 2026-03-11 13:15)."
    ]


def test_new_rows_of_an_incomplete_file_open_doors(ready: Stage) -> None:
    """Design §5.1: a grant needs no complete extract."""
    half(ready)
    ready.book("new", "gus", "room-2", 75, 200)
    ready.move(75)
    touched(ready)
    outcomes = ready.sync()
    assert outcomes[1].ids["completeness"] == "incomplete"
    assert ready.members("Room 2") == {ANN, "saltoks desk/gus"}


def test_a_quarantined_row_keeps_what_was_known(ready: Stage) -> None:
    """Design §5.2: a row that broke is neither gone nor changed; its reason and its line are on record."""
    rows = ready.tables["bookings"]
    broken = [(*row[:4], "soon", row[5]) if row[0] == "b5" else row for row in rows]
    ready.write("bookings", broken)
    ready.move(15)
    touched(ready)
    outcomes = ready.sync()
    assert outcomes[0].ids["completeness"] == "complete"
    assert outcomes[0].counts["rejected"] == 1
    assert "c5@house.example" in ready.members("Room 1")
    [row] = ready.query("select source_id, field, found_in, reason from src.quarantine")
    assert (row["source_id"], row["field"]) == ("b5", "ends_at")
    line = [one[0] for one in broken].index("b5") + 2
    assert row["found_in"].endswith(f"bookings.csv:{line}")


def test_a_booking_of_a_quarantined_customer_is_kept_too(ready: Stage) -> None:
    """Design §5.2: losing the name of a person must not lose their door."""
    rows = [("c5", "", *row[2:]) if row[0] == "c5" else row for row in ready.tables["customers"]]
    ready.write("customers", rows)
    ready.move(15)
    touched(ready)
    outcomes = ready.sync()
    assert outcomes[1].counts["rejected"] == 2
    assert "c5@house.example" in ready.members("Room 1")


def test_too_many_early_removals_are_held_and_the_rest_goes_on(ready: Stage) -> None:
    """F166, T2: seven of eleven in one group is more than half; the new person still gets in."""
    ready.configure(limits={"removals_per_site": {"absolute": 25, "percent": 100}})
    for n in range(1, 8):
        ready.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY, status="cancelled")
    ready.book("new", "gus", "room-2", 75, 200)
    ready.move(75)
    touched(ready)
    outcomes = ready.sync()
    assert outcomes[0].ids["completeness"] == "complete"
    assert outcomes[-1].state == "warned"
    assert len(outcomes[-1].held) == 7
    assert "7 of 11 early removals are more than 50 % in “Room 1”" in outcomes[-1].held[0]
    assert ready.members("Room 1") == {f"c{n}@house.example" for n in range(1, CLUB)}
    assert "saltoks desk/gus" in ready.members("Room 2")
    states = ready.query("select state, count(*) as n from access.changes group by state order by state")
    assert {row["state"]: row["n"] for row in states}["held"] == 7


def test_a_site_that_loses_more_than_a_tenth_at_once_is_held(ready: Stage) -> None:
    """F166: two of twelve, in a file that is complete by every guard."""
    for n in (1, 2):
        ready.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY, status="cancelled")
    ready.move(75)
    touched(ready)
    assert "2 of 12 early removals are more than 10 % at this site" in ready.sync()[-1].held[0]


def test_a_run_that_says_everybody_goes_is_held(stage: Stage) -> None:
    """T35: even two of two, when they are all."""
    stage.book("b1", "ann", "room-1", 0, ALL_DAY)
    stage.book("b2", "gus", "room-2", 0, ALL_DAY)
    stage.sync()
    stage.book("b1", "ann", "room-1", 0, ALL_DAY, status="cancelled")
    stage.book("b2", "gus", "room-2", 0, ALL_DAY, status="cancelled")
    stage.move(15)
    outcomes = stage.sync()
    assert all("all 2 memberships would end early at this site" in text for text in outcomes[-1].held)
    assert stage.opens(ANN, "Room 1")


def test_what_was_held_is_made_once_the_limit_allows_it(ready: Stage) -> None:
    """F166: a hold is no lost change; the plan is made anew every tick."""
    for n in range(1, 8):
        ready.book(f"b{n}", f"c{n}", "room-1", 0, ALL_DAY, status="cancelled")
    ready.move(75)
    touched(ready)
    ready.sync()
    ready.configure(
        limits={
            "removals_per_site": {"absolute": 50, "percent": 100},
            "removals_per_group": {"absolute": 50, "percent": 100},
        }
    )
    ready.move(90)
    touched(ready)
    assert ready.sync()[-1].held == []
    assert ready.members("Room 1") == {f"c{n}@house.example" for n in range(8, CLUB)}


def test_a_failed_extract_changes_no_row(ready: Stage) -> None:
    """Design §5.1: the loaded rows are those of the last good extract, to the letter."""
    rows = "select * from src.bookings order by source_id"
    kept = ready.query(rows)
    harmed(ready, gone)
    assert ready.query(rows) == kept
    [last] = ready.query("select * from src.extracts order by extracted_at desc limit 1")
    assert (last["state"], last["completeness"]) == ("passed_over", "failed")
    assert "bookings.csv: the file is not there — export it" in last["problems"][0]
    assert last["extracted_at"] > NOON
