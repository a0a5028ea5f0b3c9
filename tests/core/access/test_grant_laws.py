"""Laws of grants over thousands of random timelines (design §8): order, bytes, more rows, other people (T7, T8, T9)."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.preset_cases import CASES, MAPPING, PEOPLE, booked
from core.preset_site import CHANGES, OWN_RULES, Change, PresetWorld, change_of
from core.preset_worlds import bookings, memberships, passes, preset_worlds, visitors
from core.worlds import law
from saltoks.core.access.grants import Grant
from saltoks.core.model.canonical import BookingStatus
from saltoks.core.model.rows import SourceRows

PRESETS = st.sampled_from(list(OWN_RULES))
TAILS = {"ireserve": 15, "nexudus": 30, "deskworks": 30, "deskworks-half-hour": 60}
"""Lead and tail of each preset together: bookings that far apart still touch."""
chances = st.integers(0, 2**32).map(Random)
changes = st.sampled_from(list(CHANGES)).map(change_of)
MINUTE = timedelta(minutes=1)


def holds(large: Iterable[Grant], small: Grant) -> bool:
    """Whether a grant, with all its reasons, is inside one of others."""
    return any(
        one.key == small.key
        and one.window.starts_at <= small.window.starts_at
        and small.window.ends_at <= one.window.ends_at
        and set(small.reasons) <= set(one.reasons)
        for one in large
    )


@settings(law, max_examples=200)
@given(PRESETS.flatmap(preset_worlds), chances)
def test_f146_the_order_of_rows_mapping_and_exceptions_changes_nothing(world: PresetWorld, chance: Random) -> None:
    """F146: neither grants, nor what a tick wants, nor what is said to be unmapped, to the byte."""

    def shuffled(items: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(items, len(items)))

    rows = SourceRows(**{table.name: shuffled(getattr(world.rows, table.name)) for table in fields(SourceRows)})
    routes = tuple(replace(one, groups=shuffled(one.groups)) for one in shuffled(world.mapping))
    other = replace(world, rows=rows, mapping=routes, exceptions=shuffled(world.exceptions))
    assert repr(other.desired()) == repr(world.desired())


def digest() -> str:
    """The grants of all worlds that are easily got wrong, as one number."""
    told = "\n".join(f"{name} {world.desired()!r}" for name, (world, _) in CASES.items())
    return hashlib.sha256(told.encode()).hexdigest()


@pytest.mark.parametrize("seed", ["0", "1"])
def test_f146_equal_rows_give_equal_bytes_in_another_process(seed: str) -> None:
    """F146: whatever order that process gives its sets."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = "from core.access.test_grant_laws import digest; print(digest())"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode().strip() == digest()


@settings(law, max_examples=100)
@given(PRESETS.flatmap(preset_worlds))
def test_f146_equal_rows_give_equal_bytes(world: PresetWorld) -> None:
    """F146: rows that were stored and read again are rows like any other; asking twice changes nothing."""
    first = repr(world.desired())
    assert repr(replace(world, rows=pickle.loads(pickle.dumps(world.rows))).desired()) == first  # noqa: S301 - our own
    assert repr(world.desired()) == first


@settings(law, max_examples=300)
@given(PRESETS.flatmap(preset_worlds), st.data())
def test_t7_one_more_row_never_takes_a_minute_away(world: PresetWorld, data: st.DataObject) -> None:
    """T7: a booking, plan, pass or visitor more adds reasons; no grant gets shorter or loses one."""
    table, strategy = data.draw(
        st.sampled_from(
            [
                ("bookings", bookings(world.change, TAILS[world.preset])),
                ("memberships", st.tuples(memberships(world.change, 0))),
                ("passes", st.tuples(passes(world.change, 0))),
                ("visitors", st.tuples(visitors(world.change, 0, world.rows.bookings))),
            ]
        )
    )
    more = tuple(replace(row, source_id=f"more {row.source_id}") for row in data.draw(strategy))
    larger = replace(world, rows=replace(world.rows, **{table: getattr(world.rows, table) + more}))
    found = larger.desired().grants
    assert [one for one in world.desired().grants if not holds(found, one)] == []


@settings(law, max_examples=300)
@given(PRESETS, changes, st.data())
def test_t9_what_others_book_changes_nothing_for_anybody(preset: str, change: Change, data: st.DataObject) -> None:
    """T9: the next guest's start and the last one's tail belong to each alone; so does every cancellation."""
    rows = data.draw(bookings(change, TAILS[preset]))
    every = PresetWorld(preset, change, SourceRows(customers=PEOPLE, bookings=rows), MAPPING)
    for who in ("c1", "c2"):
        own = tuple(row for row in rows if row.customer_id == who)
        alone = replace(every, rows=replace(every.rows, bookings=own))
        assert [one for one in every.desired().grants if one.key.customer_id == who] == list(alone.desired().grants)


gaps = st.sampled_from([-30, -1, 0, 1, 14, 15, 16, 29, 30, 31, 59, 60, 61]) | st.integers(-90, 90)


@settings(law, max_examples=300)
@given(PRESETS, changes, st.lists(st.tuples(gaps, st.integers(1, 120)), min_size=1, max_size=8), st.integers(-300, 60))
def test_t7_t8_bookings_one_after_the_other_are_one_stay_until_lead_and_tail_leave_a_gap(
    preset: str, change: Change, chain: list[tuple[int, int]], begins: int
) -> None:
    """T7, T8: back to back, adjacent, overlapping and nested, of one person at one door; each reason is kept once."""
    spans, at = [], begins
    for gap, length in chain:
        starts = max(begins, at + gap) if spans else begins
        spans.append((starts, starts + length))
        at = max(ends for _, ends in spans)
    rows = tuple(booked(change, number, *span) for number, span in enumerate(spans))
    found = PresetWorld(preset, change, SourceRows(customers=PEOPLE, bookings=rows), MAPPING).desired().grants
    apart, reach = 1, spans[0][1]
    for starts, ends in sorted(spans):
        apart += starts - reach > TAILS[preset]
        reach = max(reach, ends)
    assert len(found) == apart
    assert sorted(reason for one in found for reason in one.reasons) == [f"booking {n}" for n in range(len(spans))]
    assert found[0].window.starts_at < change.minute(begins)
    assert found[-1].window.ends_at >= change.minute(max(ends for _, ends in spans))
    assert all(one.window.ends_at < other.window.starts_at for one, other in pairwise(found))


@settings(law, max_examples=300)
@given(PRESETS, changes, st.data())
def test_t8_t10_a_cancellation_takes_its_own_minutes_and_no_others(
    preset: str, change: Change, data: st.DataObject
) -> None:
    """T8, T10: what is left is what the other bookings give, as if the one had never been made."""
    rows = data.draw(bookings(change, TAILS[preset]).filter(bool))
    number = data.draw(st.integers(0, len(rows) - 1))
    gone = replace(rows[number], status=BookingStatus.CANCELLED, status_raw="70 CANCELLED", cancelled_at=None)
    left = [rows[:number] + rows[number + 1 :], (*rows[:number], gone, *rows[number + 1 :])]
    one, other = (
        PresetWorld(preset, change, SourceRows(customers=PEOPLE, bookings=some), MAPPING).desired() for some in left
    )
    assert one.grants == other.grants
