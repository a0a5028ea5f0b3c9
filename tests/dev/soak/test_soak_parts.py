"""The parts of the soak: diaries in which everything happens, files that are broken as told, looks that see."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from saltoks.core.model.canonical import Completeness, Extract
from saltoks.dev.soak.booking_activity import Diary
from saltoks.dev.soak.course import FIRST
from saltoks.dev.soak.observed import busiest, customer_of, foreign, touched
from saltoks.dev.soak.rows import Rows
from saltoks.dev.soak.runs import Ran
from saltoks.dev.soak.sites import PLACES, Place, write_config
from saltoks.dev.soak.source import Files
from saltoks.sandbox.salto.admin.client import Call
from saltoks.settings import load
from saltoks.systems.tabular import reading
from saltoks.systems.tabular.settings.tables import TabularSource

TICK = timedelta(minutes=15)
NAMES = [one.name for one in PLACES]
HARBOUR, WHARF, LOOP = PLACES


def week(place: Place, seed: int = 7) -> list[Rows]:
    """All rows of a place at each run of a week."""
    diary = Diary(place, random.Random(seed))
    diary.open(FIRST)
    return [diary.turn(FIRST + n * TICK) for n in range(672)]


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
def test_in_a_week_everything_happens(place: Place) -> None:
    """Bookings of one person that overlap, follow at once or nearly so; they are moved, extended, cancelled, gone."""
    found = week(place)
    every = {key: one for rows in found for key, one in rows.bookings.items()}
    gaps = set()
    for who in {one.customer for one in every.values()}:
        theirs = sorted((one.starts, one.ends) for one in every.values() if one.customer == who)
        gaps |= {(two[0] - one[1]).total_seconds() for one, two in pairwise(theirs)}
    assert 0 in gaps
    assert any(gap < 0 for gap in gaps)
    assert any(0 < gap <= 2400 for gap in gaps)
    assert {one.state for one in every.values()} == {"on", "off", "maybe"}
    changes = [
        (two.starts - one.starts, two.ends - one.ends)
        for before, after in pairwise(found)
        for key, one in before.bookings.items()
        if (two := after.bookings.get(key)) and two != one
    ]
    assert {(bool(starts), bool(ends)) for starts, ends in changes} == {(True, True), (False, True), (False, False)}
    gone = [
        one
        for n, (before, after) in enumerate(pairwise(found))
        for key, one in before.bookings.items()
        if key not in after.bookings and one.ends > FIRST + (n + 1) * TICK
    ]
    assert gone
    assert {one.guest for one in found[-1].customers.values()} == {True, False}
    states = {one.state for rows in found for one in rows.memberships.values()}
    assert states == ({"active", "paused", "cancelled"} if place.plans else set())


def test_a_week_is_the_same_for_the_same_seed() -> None:
    assert week(WHARF) == week(WHARF) != week(WHARF, 8)


def read(root: Path, place: Place, at: datetime, last_good: dict[str, int]) -> Extract:
    """What the product reads in the files of a place."""
    settings = load(root / "config")
    source = settings.site(place.name).source
    assert isinstance(source, TabularSource)
    return reading.read(source, site_zone=place.zone, base=root, query=_no_query, now=at, last_good=last_good)


def _no_query(*_: object) -> None:
    raise AssertionError


FAULTS = {
    None: (Completeness.COMPLETE, True),
    "file missing": (Completeness.FAILED, False),
    "file torn": (Completeness.INCOMPLETE, True),
    "file shrunk": (Completeness.INCOMPLETE, True),
    "file stale": (Completeness.COMPLETE, False),
}


@pytest.mark.parametrize("place", PLACES, ids=NAMES)
@pytest.mark.parametrize(("fault", "known"), FAULTS.items(), ids=[str(one) for one in FAULTS])
def test_files_are_broken_as_told(
    tmp_path: Path, place: Place, fault: str | None, known: tuple[Completeness, bool]
) -> None:
    """The product takes them for what they are, and finds in them what `seen` says and nothing else."""
    completeness, has_rows = known
    write_config(tmp_path, PLACES)
    for one in PLACES:
        Files(one, tmp_path / "data" / one.name).write(Rows(), FIRST, None)
    before, after = week(place)[40], week(place)[48]
    files, at = Files(place, tmp_path / "data" / place.name), FIRST + 48 * TICK
    files.write(before, at - TICK, None)
    assert files.seen == files.whole == before
    first = read(tmp_path, place, at - TICK, {})
    assert first.completeness is Completeness.COMPLETE
    files.write(after, at, fault)
    found = read(tmp_path, place, at, dict(first.accepted))
    assert found.completeness is completeness
    if has_rows:
        ids = {one.source_id for one in found.rows["bookings"]}
        assert before.bookings.keys() | ids == before.bookings.keys() | files.seen.bookings.keys()
        assert (ids == after.bookings.keys()) is (fault is None)
        assert all(files.seen.bookings[one] == after.bookings[one] for one in ids)
    else:
        assert files.seen == before
    assert files.whole == (after if fault is None else before)


def test_files_that_nobody_writes_grow_old(tmp_path: Path) -> None:
    """Where the site has a guard for it, the product notices."""
    write_config(tmp_path, PLACES)
    files = Files(HARBOUR, tmp_path / "data" / "harbour")
    files.write(week(HARBOUR)[0], FIRST, None)
    states = [read(tmp_path, HARBOUR, FIRST + n * TICK, {}).completeness for n in (2, 3)]
    assert states == [Completeness.COMPLETE, Completeness.INCOMPLETE]


@pytest.mark.parametrize(
    ("failures", "stuck"),
    [
        pytest.param((), False, id="none"),
        pytest.param(("the source could not be read, so doors follow the last good rows: x",), False, id="files"),
        pytest.param(("customer g1 gets no seat: 0 of 9 free, 1 asking",), False, id="seat"),
        pytest.param(("customer g1 gets no seat: 0 of 9 free", "Could not list the users"), True, id="Salto as well"),
    ],
)
def test_only_what_fails_at_salto_can_be_its_fault(failures: tuple[str, ...], stuck: bool) -> None:
    assert Ran(site="wharf", failures=failures).stuck is stuck


def call(second: float, path: str = "/v1.2/sites") -> Call:
    """A request so many seconds after midnight."""
    return Call("GET", path, path, 200, datetime(2026, 3, 23, tzinfo=UTC) + timedelta(seconds=second))


@pytest.mark.parametrize(
    ("seconds", "most"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([0, 0.5, 0.99], 3, id="one second"),
        pytest.param([0, 1, 2], 1, id="a second apart"),
        pytest.param([0, 0.6, 1.2, 1.3, 1.4, 9], 4, id="over the turn of a second"),
    ],
)
def test_the_busiest_second_is_any_second(seconds: list[float], most: int) -> None:
    assert busiest([call(one) for one in seconds]) == most
    assert busiest([call(one, "/connect/token") for one in seconds]) == 0


def user(alias: str | None = None, email: str | None = None) -> dict[str, str | None]:
    """A site user of the dump."""
    return {"user_id": f"id of {alias or email}", "alias": alias, "email": email}


@pytest.mark.parametrize(
    ("who", "customer"),
    [
        pytest.param(user(alias="saltoks wharf/g12"), "g12", id="guest"),
        pytest.param(user(email="m7@wharf.example"), "m7", id="member"),
        pytest.param(user(email="cleaner@wharf.example"), None, id="foreign"),
        pytest.param(user(email="m7@other.example"), None, id="of another place"),
    ],
)
def test_customers_are_told_from_others(who: dict[str, str | None], customer: str | None) -> None:
    assert customer_of(WHARF, who) == customer


def test_what_is_foreign_is_seen_and_ours_is_not() -> None:
    """Customers and groups of the product come and go; of a mapped group only its doors and foreign members count."""
    cleaner, member = user(email="cleaner@wharf.example"), user(email="m7@wharf.example")
    cleaners = {"customer_reference": "Cleaners", "members": [cleaner["user_id"]], "locks": [], "schedules": []}
    club = {"customer_reference": "Club", "members": [], "locks": ["Club door"], "schedules": []}
    own = {"customer_reference": "saltoks owner", "members": [], "locks": [], "schedules": []}
    lock = {"customer_reference": "Club door"}
    site = {"users": [cleaner], "groups": [cleaners, club], "locks": [lock], "seats": 5}
    before = foreign(WHARF, site)

    def now(**changes: object) -> list[str]:
        return touched(before, foreign(WHARF, {**site, **changes}))

    joined = {**club, "members": [member["user_id"]]}
    assert now(users=[cleaner, member], groups=[cleaners, joined, own]) == []
    assert now(users=[]) == ["user cleaner@wharf.example"]
    assert now(groups=[club]) == ["group Cleaners", "user cleaner@wharf.example"]
    assert now(groups=[{**cleaners, "members": []}, club]) == ["group Cleaners", "user cleaner@wharf.example"]
    assert now(groups=[cleaners, {**club, "members": [cleaner["user_id"]]}]) == [
        "group Club",
        "user cleaner@wharf.example",
    ]
    let_in = {**own, "members": [cleaner["user_id"]]}
    assert now(groups=[cleaners, club, let_in]) == ["user cleaner@wharf.example"]
    assert now(groups=[cleaners, {**club, "schedules": ["another"]}]) == ["group Club"]
    assert now(locks=[]) == ["lock Club door"]
    assert now(seats=4) == ["seats"]
