"""Stays and their PINs: what makes two bookings one stay, and when a PIN is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.credentials.pins import PinAudience, PinDue, PinRecord, PinState, Stay, due_pins, recipients, stays_of
from saltoks.core.model.canonical import Approval, Customer, Visitor
from saltoks.core.model.rows import SourceRows
from saltoks.core.people.site_users import PersonIds
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.time.windows import ALWAYS, FOREVER, Window

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
APART, AHEAD = timedelta(minutes=60), timedelta(minutes=60)
IDS = PersonIds("platform", "site-user")


def at(minute: int) -> datetime:
    """So many minutes from noon."""
    return NOON + timedelta(minutes=minute)


def grant(start: int, end: int, customer: str = "ann", group: str = "Room 1") -> Grant:
    """A grant by minutes from noon."""
    return Grant(MembershipKey(customer, group), Window(at(start), at(end)), (f"booking {start}",))


def named(grants: Iterable[Grant], known: Iterable[Stay] = (), now: int = 0) -> list[tuple[str, int, int]]:
    """The stays that are granted: key, and minutes from noon."""
    return [(one.key, *minutes(one.window)) for one in stays_of(grants, known, APART, at(now)).granted]


def minutes(window: Window) -> tuple[int, int]:
    """A window as minutes from noon."""
    return int((window.starts_at - NOON) / timedelta(minutes=1)), int((window.ends_at - NOON) / timedelta(minutes=1))


def stay(key: str, start: int, end: int, customer: str = "ann") -> Stay:
    """A stay on record."""
    return Stay(customer, key, Window(at(start), at(end)))


CASES = {
    "one booking": ([grant(30, 90)], [("20260310T123000Z", 30, 90)]),
    "bookings that touch": ([grant(30, 90), grant(90, 120)], [("20260310T123000Z", 30, 120)]),
    "two doors at once": ([grant(30, 90), grant(60, 120, group="Room 2")], [("20260310T123000Z", 30, 120)]),
    "a gap too short to ask in": ([grant(30, 90), grant(150, 180)], [("20260310T123000Z", 30, 180)]),
    "a gap": ([grant(30, 90), grant(151, 180)], [("20260310T123000Z", 30, 90), ("20260310T143100Z", 151, 180)]),
    "begun before it was seen": ([grant(-30, 90)], [("20260310T120000Z", -30, 90)]),
    "over": ([grant(-90, -30)], []),
    "two people": (
        [grant(30, 90), grant(30, 90, "bea")],
        [("20260310T123000Z", 30, 90), ("20260310T123000Z", 30, 90)],
    ),
}


@pytest.mark.parametrize(("grants", "expected"), CASES.values(), ids=CASES.keys())
def test_stays_of_people_without_a_record(grants: list[Grant], expected: list[tuple[str, int, int]]) -> None:
    assert named(grants) == expected


def test_an_open_membership_is_one_stay() -> None:
    """A member without an end has one PIN for good."""
    whole = Grant(MembershipKey("ann", "Club"), Window(ALWAYS, FOREVER), ("membership m1",))
    [first] = stays_of([whole], [], APART, at(0)).granted
    assert first.window == whole.window
    [later] = stays_of([whole, grant(900, 960)], [first], APART, at(10_000)).granted
    assert later == first


KEPT = {
    "the same": [grant(0, 60)],
    "longer": [grant(0, 600)],
    "shorter": [grant(0, 30)],
    "earlier too": [grant(-45, 60)],
    "moved to just after": [grant(110, 170)],
    "another booking at once": [grant(0, 60), grant(60, 90, group="Room 2")],
    "over, and longer after all": [grant(0, 180)],
}


@pytest.mark.parametrize("grants", KEPT.values(), ids=KEPT.keys())
def test_a_stay_on_record_stays_itself(grants: list[Grant]) -> None:
    """T11: a longer stay is the same stay, so that its PIN stays."""
    assert [key for key, *_ in named(grants, [stay("k", 0, 60)], 70 if max(map(end, grants)) > at(70) else 10)] == ["k"]


def end(one: Grant) -> datetime:
    """When a grant ends."""
    return one.window.ends_at


def test_a_gap_makes_another_stay() -> None:
    """F79: each recurring booking has a PIN of its own."""
    assert [key for key, *_ in named([grant(300, 360)], [stay("k", 0, 60)], 240)] == ["20260310T170000Z"]


def test_a_name_that_is_taken_is_not_given_twice() -> None:
    """A stay that was moved keeps its name, also where another one begins at the old time."""
    taken = [stay("20260310T170000Z", 0, 60), stay("20260310T170001Z", 60, 90)]
    assert [key for key, *_ in named([grant(300, 360)], taken, 240)] == ["20260310T170002Z"]


def test_where_two_stays_became_one_the_later_pin_counts() -> None:
    """Salto keeps one PIN a person: the one that was asked for last."""
    known = [stay("first", 0, 60), stay("second", 300, 360)]
    found = stays_of([grant(0, 360)], known, APART, at(310))
    assert [one.key for one in found.granted] == ["second"]
    assert found.fading == ()


def test_a_stay_that_nobody_grants_any_more_fades_within_a_day() -> None:
    """T3: a source that blinks does not end it; one that is quiet for a day does."""
    member = Stay("ann", "k", Window(at(-600), FOREVER))
    gone = stays_of([], [member], APART, at(0))
    assert gone.granted == ()
    assert [one.window.ends_at for one in gone.fading] == [at(1440)]
    still = stays_of([], gone.fading, APART, at(15))
    assert [one.window.ends_at for one in still.fading] == [at(1440)]
    back = stays_of([Grant(MembershipKey("ann", "Club"), member.window, ())], still.fading, APART, at(30))
    assert [(one.key, one.window.ends_at) for one in back.granted] == [("k", FOREVER)]
    assert stays_of([], still.fading, APART, at(1440)).fading == ()


PEOPLE = SourceRows(
    customers=(
        Customer(source_id="ann", full_name="Ann", email="ann@house.example"),
        Customer(source_id="gus", full_name="Gus", reservation_only=True),
    ),
    visitors=(Visitor(source_id="v1", full_name="Vic", expected_at=NOON, approval=Approval.GRANTED),),
)
SWITCHES = {
    PinAudience.OFF: set(),
    PinAudience.VISITORS: {"visitor:v1"},
    PinAudience.GUESTS: {"visitor:v1", "gus"},
    PinAudience.EVERYONE: {"visitor:v1", "gus", "ann"},
}


@pytest.mark.parametrize(("switch", "expected"), SWITCHES.items(), ids=lambda one: getattr(one, "value", ""))
def test_whom_the_switch_covers(switch: PinAudience, expected: set[str]) -> None:
    """F88, F93: each word covers whom the one before covers, and more."""
    assert recipients(switch, PEOPLE) == expected


def asked(
    found: Stay,
    *known: PinRecord,
    now: int = 0,
    entry: Window | None = None,
    sent: bool = False,
    able: dict[str, PersonIds] | None = None,
) -> list[PinDue]:
    """What is due for one stay of ann, who is in Room 1 for it unless said otherwise."""
    entries = [MembershipRecord(MembershipKey("ann", "Room 1"), IDS.user_id, False, entry or found.window, sent)]
    return list(
        due_pins([found], known, entries, {"ann": IDS} if able is None else able, now=at(now), soon=at(now) + AHEAD)
    )


def known_pin(found: Stay, state: PinState, user: str = IDS.site_user_id) -> PinRecord:
    """A PIN on record."""
    return PinRecord(stay=found, site_user_id=user, state=state)


STAY = stay("k", 30, 90)


def test_a_pin_is_asked_for_just_before_and_with_its_groups() -> None:
    """F96: not before its time, and not after the stay."""
    assert asked(STAY) == [PinDue(STAY, IDS, ("Room 1",))]
    assert asked(STAY, now=-31) == []
    assert asked(STAY, now=-30) != []
    assert asked(STAY, now=89) != []
    assert asked(STAY, now=90) == []


def test_who_gets_none() -> None:
    """T14: nobody without a seat, nobody who is in no group for the stay."""
    assert asked(STAY, able={}) == []
    assert asked(STAY, sent=True) == []
    assert asked(STAY, entry=Window(at(90), at(120))) == []


@pytest.mark.parametrize(
    ("state", "user", "again"),
    [
        (PinState.ASKED, IDS.site_user_id, True),
        (PinState.ISSUED, IDS.site_user_id, False),
        (PinState.DELIVERED, IDS.site_user_id, False),
        (PinState.DELIVERED, "a user who is gone", True),
    ],
    ids=["the answer was lost", "issued", "delivered", "made anew at Salto"],
)
def test_a_pin_on_record_is_asked_for_again_only_if_nobody_has_it(state: PinState, user: str, again: bool) -> None:
    """T11."""
    assert bool(asked(STAY, known_pin(STAY, state, user))) is again


spans = st.lists(
    st.tuples(st.integers(-300, 900), st.integers(1, 200)).map(lambda pair: (pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=6,
)
whole = timedelta(minutes=1)


def brute(windows: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs found minute by minute: a minute belongs to the run before it if at most an hour of nothing lies between."""
    granted = sorted({minute for start, stop in windows for minute in range(start, stop)})
    runs: list[list[int]] = []
    for minute in granted:
        if runs and minute - runs[-1][1] - 1 <= APART // whole:
            runs[-1][1] = minute
        else:
            runs.append([minute, minute])
    return [(first, last + 1) for first, last in runs]


@given(spans)
def test_law_stays_are_the_runs_that_are_not_over(windows: list[tuple[int, int]]) -> None:
    found = named([grant(*one) for one in windows])
    assert [(start, stop) for _, start, stop in found] == [one for one in brute(windows) if one[1] > 0]
    assert len({key for key, *_ in found}) == len(found)


@given(spans, st.integers(0, 900))
def test_law_the_same_stay_has_the_same_key_later(windows: list[tuple[int, int]], later: int) -> None:
    """Asked again at any later moment, every stay that was on record has its key."""
    grants = [grant(*one) for one in windows]
    first = stays_of(grants, [], APART, at(0)).granted
    again = stays_of(reversed(grants), reversed(first), APART, at(later))
    assert {one for one in again.granted if one.window.ends_at > at(later)} == {
        one for one in first if one.window.ends_at > at(later)
    }
    assert again.fading == ()


@given(spans, st.integers(0, 5), st.integers(1, 600))
def test_law_a_longer_stay_keeps_its_key(windows: list[tuple[int, int]], which: int, more: int) -> None:
    """Whatever one booking grows by: no key of a stay is new, and no stay on record is two."""
    grants = [grant(*one) for one in windows]
    first = stays_of(grants, [], APART, at(0)).granted
    chosen = which % len(windows)
    start, stop = windows[chosen]
    grown = stays_of([*grants, grant(start, stop + more)], first, APART, at(0)).granted
    before = {one.key for one in first}
    new = [one for one in grown if one.key not in before]
    assert all(not any(overlap(one.window, old.window) for old in first) for one in new)
    assert len({one.key for one in grown}) == len(grown)


def overlap(one: Window, other: Window) -> bool:
    """Whether two windows share an instant."""
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


@given(spans, st.integers(61, 500))
def test_law_a_gap_is_another_stay(windows: list[tuple[int, int]], gap: int) -> None:
    grants = [grant(*one) for one in windows]
    first = stays_of(grants, [], APART, at(0)).granted
    last = max(0, *(stop for _, stop in windows))
    found = stays_of([*grants, grant(last + gap, last + gap + 60)], first, APART, at(0)).granted
    assert [one.key for one in found[:-1]] == [one.key for one in first]
    assert found[-1].key not in {one.key for one in first}


edits = st.lists(st.tuples(st.integers(0, 4), st.integers(-60, 400), st.integers(15, 200)), min_size=4, max_size=40)


@given(edits)
def test_law_no_pin_is_asked_for_while_another_stay_of_the_person_goes_on(
    changes: list[tuple[int, int, int]],
) -> None:
    """T11: a source that adds, moves and drops bookings at every tick never costs a person the PIN they have."""
    bookings: dict[int, Grant] = {}
    record: dict[str, PinRecord] = {}
    for tick, (booking, start, length) in enumerate(changes):
        now = tick * 15
        bookings[booking] = grant(now + start, now + start + length)
        found = stays_of(bookings.values(), [one.stay for one in record.values()], APART, at(now))
        for one in (*found.granted, *found.fading):
            if one.key in record:
                record[one.key] = replace(record[one.key], stay=one)
        entries = [MembershipRecord(one.key, IDS.user_id, False, one.window, False) for one in bookings.values()]
        for one in due_pins(found.granted, record.values(), entries, {"ann": IDS}, now=at(now), soon=at(now) + AHEAD):
            running = [other for other in found.granted if other.window.covers(at(now)) and other != one.stay]
            assert running == []
            assert one.stay.key not in record
            record[one.stay.key] = PinRecord(stay=one.stay, site_user_id=IDS.site_user_id, state=PinState.DELIVERED)
