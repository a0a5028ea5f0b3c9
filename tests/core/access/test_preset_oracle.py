"""Each preset's grants agree with every minute of a week in which clocks change, and so do ticks and schedules.

F46, F48, F52, F61, F65, F67, F70, F71, F72, F73, F74, F75, F76, F78, F80, F93, T7, T8, T9, T27.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from core.oracle import MINUTES
from core.oracle_presets import Answer, Minutes, answer, clocks, open_minutes, unmapped_items, wall_number
from core.preset_cases import CASES, Spans
from core.preset_site import OWN_RULES, PresetWorld
from core.preset_worlds import preset_worlds
from core.worlds import law
from saltoks.core.access.grants import Grant, grants_in_force
from saltoks.core.model.pools import pool_name
from saltoks.core.model.rules import EdgeRule
from saltoks.core.time.local_window import local_window

PRESETS = pytest.mark.parametrize("preset", list(OWN_RULES))
ONE = timedelta(minutes=1)
DAY = 24 * 60


def span_of(world: PresetWorld, grant: Grant) -> slice:
    """The minutes of the week inside a grant, by number."""
    begins = world.change.week.begins
    first, last = ((at - begins) // ONE for at in (grant.window.starts_at, grant.window.ends_at))
    return slice(max(0, first), min(MINUTES, last))


def expected(world: PresetWorld) -> Answer:
    """What every single minute says, without keys that never open."""
    return {key: reasons for key, reasons in answer(world.oracle, world.routes, world.exceptions).items() if reasons}


def agree(world: PresetWorld) -> None:
    """The same minutes, in runs as long as can be, each for exactly the rows that say so at some minute of it."""
    says, found = expected(world), world.desired()
    opens = {key: open_minutes(reasons) for key, reasons in says.items()}
    seen = {key: np.zeros(MINUTES, dtype=int) for key in says}
    for grant in found.grants:
        key, inside = (grant.key.customer_id, grant.key.group), span_of(world, grant)
        seen[key][inside] += 1
        assert grant.reasons == tuple(sorted(reason for reason in says[key] if says[key][reason][inside].any()))
        assert not opens[key][max(0, inside.start - 1) : inside.start].any(), f"{grant} begins too late"
        assert not opens[key][inside.stop : inside.stop + 1].any(), f"{grant} ends too soon"
    wrong = {key: np.flatnonzero(seen[key] != opens[key]).tolist() for key in says}
    assert {key: numbers for key, numbers in wrong.items() if numbers} == {}
    assert found.unmapped.keys() == unmapped_items(world.oracle, world.routes)


@PRESETS
@settings(law, max_examples=400)
@given(data=st.data())
def test_grants_are_what_every_single_minute_says(preset: str, data: st.DataObject) -> None:
    """T7, T8, T9, T27: for the preset as it is and for what sites write beside it."""
    world = data.draw(preset_worlds(preset))
    for own in OWN_RULES[preset]:
        note(f"own rules: {own}")
        agree(replace(world, own=own))


def spans(minutes: Minutes, world: PresetWorld) -> list[tuple[int, int]]:
    """Runs of open minutes, counted from the change of clocks."""
    edges = np.flatnonzero(np.diff(minutes.astype(int), prepend=0, append=0)) - (
        (world.change.at - world.change.week.begins) // ONE
    )
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


@pytest.mark.parametrize(("world", "opens"), list(CASES.values()), ids=list(CASES))
def test_what_is_easily_got_wrong(world: PresetWorld, opens: Spans) -> None:
    """T7, T8, T9, T27: here the oracle is held to an answer as well."""
    assert {key: spans(open_minutes(reasons), world) for key, reasons in expected(world).items()} == opens
    agree(world)
    schedules_agree(world)


def schedules_agree(world: PresetWorld) -> None:
    """What a schedule says holds every minute of its grant; beyond it, minutes of the hour that happens twice."""
    pools = {pool_name(one.item) for one in world.mapping if one.locks}
    shown, twice = clocks(world.change.week)
    for grant in world.desired().grants:
        if grant.key.group not in pools:
            continue
        hours, inside = local_window(grant.window, world.change.week.zone), np.zeros(MINUTES, dtype=bool)
        inside[span_of(world, grant)] = True
        starts = shown >= wall_number(hours.starts) if hours.starts else np.ones(MINUTES, dtype=bool)
        opens = starts & (shown < wall_number(hours.ends)) if hours.ends else starts
        assert not (inside & ~opens).any(), f"{grant} is shut out"
        assert not (opens & ~inside & ~twice).any(), f"{grant} opens on another day"
        assert (opens & ~inside).sum() <= (120 if _lies_across(world, inside) else 60)


def _lies_across(world: PresetWorld, inside: Minutes) -> bool:
    """Whether a grant begins in the first of the two hours that show the same, and ends in the second."""
    change = (world.change.at - world.change.week.begins) // ONE
    return bool(inside[change - 1] and inside[change] and not inside[change - 60] and not inside[change + 59])


@PRESETS
@settings(law, max_examples=150)
@given(data=st.data())
def test_t27_schedules_hold_their_grants_and_an_hour_of_the_autumn_night(preset: str, data: st.DataObject) -> None:
    """T27: what the door does with a window target; both hours where a grant lies across the change within them."""
    world = data.draw(preset_worlds(preset))
    schedules_agree(replace(world, mapping=tuple(replace(one, groups=(), locks=("door",)) for one in world.mapping)))


@PRESETS
@settings(law, max_examples=25)
@given(data=st.data())
def test_a_tick_gives_what_its_minutes_say(preset: str, data: st.DataObject) -> None:
    """Every tick of the week: `never_late` for any minute until the next one, `never_early` for all of them."""
    world = data.draw(preset_worlds(preset))
    push, grants = data.draw(st.sampled_from([0, 3])), world.desired().grants
    opens = {key: open_minutes(reasons) for key, reasons in expected(world).items()}
    for tick in range(MINUTES // 15 - 1):
        minutes = slice(15 * tick, 15 * tick + 15 + push)
        now = world.change.week.begins + 15 * tick * ONE
        for edge, enough in ((EdgeRule.NEVER_LATE, np.any), (EdgeRule.NEVER_EARLY, np.all)):
            found = grants_in_force(grants, now, now + (15 + push) * ONE, edge)
            assert {(key.customer_id, key.group) for key in found} == {
                key for key, one in opens.items() if enough(one[minutes])
            }
            assert all(_last_of(one, minutes, world, opens) for one in found.values())


def _last_of(grant: Grant, minutes: slice, world: PresetWorld, opens: dict[tuple[str, str], Minutes]) -> bool:
    """Whether a grant holds the last open minute of a tick: of two, the one to come is the promise."""
    last = int(np.flatnonzero(opens[grant.key.customer_id, grant.key.group][minutes])[-1]) + minutes.start
    return span_of(world, grant).start <= last < span_of(world, grant).stop


@PRESETS
@settings(law, max_examples=25)
@given(data=st.data(), tick=st.integers(0, MINUTES // 15 - 1), edge=st.sampled_from(EdgeRule))
def test_what_a_tick_wants_is_made_of_the_same_grants(
    preset: str, data: st.DataObject, tick: int, edge: EdgeRule
) -> None:
    """F146: the whole way from rows to a tick, by the edge that the site wrote."""
    world = data.draw(preset_worlds(preset))
    found = world.desired(tick, edge)
    now = world.change.week.begins + 15 * tick * ONE
    assert found.wanted == grants_in_force(found.grants, now, now + 15 * ONE, edge)
    assert found.grants == world.desired().grants
