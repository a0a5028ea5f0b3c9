"""The judge of the soak, with states made by hand: it finds every mistake, and excuses what a fault explains only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from saltoks.dev.soak.expected import Span, Spans, Who, spans
from saltoks.dev.soak.judge import Judge, Sight, Tally
from saltoks.dev.soak.rows import Booking, Membership, Rows
from saltoks.dev.soak.sites import PLACES

NOON = datetime(2026, 3, 23, 12, 0, tzinfo=UTC)
ANN: Who = ("ann", "Room 1 door")
HARBOUR, WHARF, _ = PLACES
NOTHING: Spans = {}


def at(minute: int) -> datetime:
    """So many minutes from noon."""
    return NOON + timedelta(minutes=minute)


def booked(start: int, end: int, *, exact: bool = False) -> Spans:
    """Ann may open her door between two minutes from noon."""
    return {ANN: (Span(at(start), at(end), exact),)}


def sight(minute: int, real: Spans, **known: object) -> Sight:
    """A run; unless it says otherwise, the files have told everything, and it went well."""
    plain = Sight(run=at(minute), real=real, seen=real, whole=real)
    return replace(plain, **known)


def judged(*looks: tuple[Sight, int, bool]) -> Tally:
    """What the judge makes of runs, each with one minute from noon at which Ann's door opens or not."""
    tally = Tally()
    judge = Judge("wharf", tally)
    for one, minute, opens in looks:
        judge.hear(one, {at(minute): frozenset({ANN} if opens else ())})
    return tally


MISTAKES = {
    "open to somebody without a booking": [(sight(0, NOTHING), 5, True)],
    "open a tick after the run that should have closed it": [(sight(15, booked(-60, 15)), 17, True)],
    "open two ticks early": [(sight(0, booked(17, 60)), 10, True)],
    "a window that opens a minute early": [(sight(0, booked(10, 60, exact=True)), 9, True)],
    "a window that lasts a minute longer": [(sight(0, booked(-60, 10, exact=True)), 10, True)],
    "open after a failure that no fault explains": [
        (sight(0, booked(-60, 10)), 5, True),
        (sight(15, booked(-60, 10), failed=True), 20, True),
    ],
    "open beside a fault that did no harm": [
        (sight(0, booked(-60, 10)), 5, True),
        (sight(15, booked(-60, 10), salto="API down"), 20, True),
    ],
    "open during a fault to somebody who never was entitled": [
        (sight(0, NOTHING), 5, False),
        (sight(15, NOTHING, salto="API down", failed=True), 20, True),
    ],
    "open once the fault is over": [
        (sight(0, booked(-60, 10)), 5, True),
        (sight(15, booked(-60, 10), salto="API down", failed=True), 20, True),
        (sight(30, booked(-60, 10)), 35, True),
    ],
    "open because of files that never told so": [(sight(0, NOTHING, files="file torn"), 5, True)],
    "open because of somebody else whose removal is held": [(sight(0, NOTHING, held=frozenset({"bob"})), 5, True)],
    "shut for somebody with a booking": [(sight(0, booked(0, 60)), 5, False)],
    "shut in the first minute of a booking": [(sight(0, booked(16, 60)), 16, False)],
    "shut in the last minute of a booking": [(sight(0, booked(-60, 6)), 5, False)],
    "shut during a fault that began after the door should have been ready": [
        (sight(0, booked(10, 60)), 5, False),
        (sight(15, booked(10, 60), salto="API down", failed=True), 20, False),
    ],
    "shut during a fault though the window was made a day ahead": [
        (sight(0, booked(300, 360, exact=True)), 5, False),
        (sight(15, booked(300, 360, exact=True), salto="API down", failed=True), 301, False),
    ],
    "shut once the fault is over": [
        (sight(0, booked(30, 60), salto="API down", failed=True), 5, False),
        (sight(30, booked(30, 60)), 35, False),
    ],
    "shut though broken files had told of it before": [(sight(0, booked(0, 60), files="file missing"), 5, False)],
    "shut while somebody else has no seat": [(sight(0, booked(0, 60), seatless=frozenset({"bob"})), 5, False)],
}


@pytest.mark.parametrize("looks", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_found(looks: list[tuple[Sight, int, bool]]) -> None:
    """Exactly the last minute of each story is one, of the right kind."""
    tally = judged(*looks)
    opens = looks[-1][2]
    wrong = judged(*looks[:-1])
    found = (tally.open_mistakes - wrong.open_mistakes, tally.shut_mistakes - wrong.shut_mistakes)
    assert found == ((1, 0) if opens else (0, 1))
    assert tally.open_by.total() + tally.shut_by.total() == wrong.open_by.total() + wrong.shut_by.total()
    last = tally.mistakes[-1]
    assert last.sentence.startswith(f"wharf: Room 1 door is {'open to' if opens else 'shut for'} customer ann at 2026-")


FINE = {
    "open while booked": (sight(0, booked(0, 60)), 5, True),
    "shut while not booked": (sight(0, NOTHING), 5, False),
    "open a tick and a push early": (sight(0, booked(16, 60)), 2, True),
    "open until the run after the end": (sight(0, booked(-60, 1)), 16, True),
    "shut early within the edge": (sight(0, booked(16, 60)), 2, False),
    "a window in its first minute": (sight(0, booked(10, 60, exact=True)), 10, True),
    "a window in the minute before": (sight(0, booked(10, 60, exact=True)), 9, False),
    "a window in the minute after": (sight(0, booked(-60, 10, exact=True)), 10, False),
}


@pytest.mark.parametrize("look", FINE.values(), ids=FINE.keys())
def test_what_is_right_needs_no_excuse(look: tuple[Sight, int, bool]) -> None:
    tally = judged(look)
    assert (tally.open_mistakes, tally.shut_mistakes) == (0, 0)
    assert tally.open_by.total() + tally.shut_by.total() == 0


EXPLAINED = {
    "a booking that files could not tell of": (
        [(sight(0, booked(0, 60), seen=NOTHING, whole=NOTHING, files="file stale"), 5, False)],
        "file stale",
    ),
    "a cancellation that broken files may not act upon": (
        [(sight(0, NOTHING, whole=booked(-60, 60), files="file torn"), 5, True)],
        "file torn",
    ),
    "a removal that is held": (
        [(sight(0, NOTHING, held=frozenset({"ann"})), 5, True)],
        "held, and the run said so",
    ),
    "no seat": (
        [(sight(0, booked(0, 60), seatless=frozenset({"ann"})), 5, False)],
        "no seat, and the run said so",
    ),
    "a booking that fell due during an outage": (
        [
            (sight(0, booked(40, 60)), 5, False),
            (sight(15, booked(40, 60), salto="API down", failed=True), 20, False),
            (sight(30, booked(40, 60), salto="API down", failed=True), 45, False),
        ],
        "API down",
    ),
    "a booking that ended during an outage": (
        [
            (sight(0, booked(-60, 10)), 5, True),
            (sight(15, booked(-60, 10), salto="API down", failed=True), 20, True),
            (sight(30, booked(-60, 10), salto="API down", failed=True), 35, True),
        ],
        "API down",
    ),
    "no seat before the outage, and none to be had during it": (
        [
            (sight(0, booked(0, 60), seatless=frozenset({"ann"})), 5, False),
            (sight(15, booked(0, 60), salto="API down", failed=True), 20, False),
        ],
        "API down",
    ),
}


@pytest.mark.parametrize(("looks", "why"), EXPLAINED.values(), ids=EXPLAINED.keys())
def test_a_fault_explains_what_it_caused(looks: list[tuple[Sight, int, bool]], why: str) -> None:
    tally = judged(*looks)
    assert (tally.open_mistakes, tally.shut_mistakes) == (0, 0)
    assert (tally.open_by if looks[-1][2] else tally.shut_by)[why] >= 1


def test_bookings_and_memberships_say_who_is_entitled() -> None:
    """Lead and tail of the site, all doors of an item, local midnights; what is off opens nothing."""
    rows = Rows(
        bookings={
            "b1": Booking("b1", "hall", "ann", at(0), at(60)),
            "b2": Booking("b2", "room-1", "bob", at(0), at(60), "off"),
            "b3": Booking("b3", "room-1", "bob", at(0), at(60), "maybe"),
        },
        memberships={
            "s1": Membership("s1", "club", "cid", date(2026, 3, 28), date(2026, 3, 29)),
            "s2": Membership("s2", "club", "dan", date(2026, 3, 1), None, "paused"),
        },
    )
    hall = (Span(at(-15), at(75), exact=False),)
    club = (Span(datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC), exact=False),)
    assert spans(WHARF, rows) == {("ann", "Hall door"): hall, ("ann", "Room 1 door"): hall, ("cid", "Club door"): club}


def test_doors_of_window_targets_are_exact() -> None:
    rows = Rows(bookings={"b1": Booking("b1", "studio-a", "ann", at(0), at(60))})
    found = spans(HARBOUR, rows)
    assert set(found) == {("ann", "Entrance"), ("ann", "Studio A door")}
    assert {one.exact for parts in found.values() for one in parts} == {True}
