"""Laws that hold in every world (design §8; F146, T1, T7, T35)."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.worlds import (
    CUSTOMERS,
    GROUPS,
    ITEMS,
    MONDAY,
    TICK,
    World,
    apply,
    entitled,
    law,
    mapping,
    mappings,
    minute,
    observed,
    windows,
    worlds,
)
from saltoks.core.access.entitlements import Entitlement
from saltoks.core.access.grants import Grant, MembershipKey, grants
from saltoks.core.model.canonical import Completeness
from saltoks.core.model.rules import ChangeLimit, ChangeLimits, EdgeRule, ItemMapping, PersonKind
from saltoks.core.plan.limits import apply_limits
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind, RecordedMembership, removable_memberships
from saltoks.core.time.windows import Window

STRICT = ChangeLimits(
    removals_per_site=ChangeLimit(absolute=1, percent=10), removals_per_group=ChangeLimit(absolute=0, percent=0)
)
chances = st.integers(0, 2**32).map(Random)


def key_of(change: Change) -> MembershipKey:
    return MembershipKey(change.customer_id, change.group)


def keys(world: World, kind: ChangeKind) -> set[MembershipKey]:
    return {key_of(one) for one in world.plan.changes if one.kind is kind}


def reachable(world: World) -> set[MembershipKey]:
    """What is wanted for customers that Salto knows or could get to know."""
    known = world.observed.known | {who for who, kind in world.kinds.items() if kind}
    return {key for key in world.wanted if key.customer_id in known}


@law
@given(worlds)
def test_applying_the_plan_gives_what_is_wanted(world: World) -> None:
    """And leaves memberships of others as they are."""
    foreign = world.observed.members - removable_memberships(world.observed)
    after = apply(world.plan, world.observed)
    assert after.members == foreign | reachable(world)
    assert after.known == world.observed.known | {key.customer_id for key in reachable(world)}


@law
@given(worlds)
def test_a_plan_after_its_plan_is_empty(world: World) -> None:
    """Also when the run in between crashed after the people were made, or after the additions."""
    after = replace(world, observed=apply(world.plan, world.observed))
    assert after.plan.changes == ()
    for stop in range(len(world.plan.changes)):
        part = replace(world.plan, changes=world.plan.changes[:stop])
        again = replace(world, observed=apply(part, world.observed))
        assert {(one.kind, key_of(one)) for one in again.plan.changes} == {
            (one.kind, key_of(one)) for one in world.plan.changes[stop:]
        }


@law
@given(worlds)
def test_a_plan_from_what_is_wanted_to_what_is_wanted_is_empty(world: World) -> None:
    records = {key: RecordedMembership(window=grant.window) for key, grant in world.wanted.items()}
    still = replace(world, observed=observed(world.wanted, records))
    assert (still.plan.changes, still.plan.notes) == ((), ())


@law
@given(worlds, chances)
def test_f146_the_order_of_inputs_changes_no_byte(world: World, chance: Random) -> None:
    """F146: equal inputs, equal bytes."""

    def shuffled(items: list) -> list:  # type: ignore[type-arg]
        return chance.sample(items, len(items))

    other = World(
        found=shuffled(world.found),
        mapping=[
            ItemMapping(item=one.item, groups=tuple(shuffled(list(one.groups)))) for one in shuffled(world.mapping)
        ],
        observed=observed(
            shuffled(sorted(world.observed.members)),
            dict(shuffled(list(world.observed.records.items()))),
            shuffled(sorted(world.observed.known)),
        ),
        kinds=dict(shuffled(list(world.kinds.items()))),
        now=world.now,
        edge=world.edge,
    )
    assert other.plan.as_json() == world.plan.as_json()
    assert other.plan.fingerprint == world.plan.fingerprint
    assert other.plan == world.plan


def sample_plan() -> str:
    """A plan with changes of every kind, as text."""
    pairs = [(f"c{number}", group) for number in range(8) for group in GROUPS]
    leaving = [MembershipKey(f"old{number}", group) for number in range(8) for group in GROUPS]
    world = World(
        found=[Entitlement(who, group, Window(MONDAY, minute(60)), f"booking of {who}") for who, group in pairs],
        mapping=mapping(**{group: (group,) for group in GROUPS}),
        observed=observed(leaving, {key: RecordedMembership(window=Window(MONDAY, minute(60))) for key in leaving}),
        kinds=dict.fromkeys((who for who, _ in pairs), PersonKind.GUEST),
        now=MONDAY,
        edge=EdgeRule.NEVER_LATE,
    )
    return world.plan.as_json()


@pytest.mark.parametrize("seed", ["0", "1", "2"])
def test_f146_equal_inputs_give_equal_bytes_in_another_process(seed: str) -> None:
    """F146: whatever order that process gives its sets."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = "import sys; from core.plan.test_laws import sample_plan; sys.stdout.buffer.write(sample_plan().encode())"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True, timeout=60)
    assert done.stdout.decode() == sample_plan()


@law
@given(worlds)
def test_grants_and_revokes_are_disjoint(world: World) -> None:
    assert keys(world, ChangeKind.ADD_MEMBER).isdisjoint(keys(world, ChangeKind.REMOVE_MEMBER))
    changes = world.plan.changes
    assert len({(one.kind, key_of(one)) for one in changes}) == len(changes)


@law
@given(worlds)
def test_nothing_outside_mapped_groups_and_our_own_memberships_is_in_a_plan(world: World) -> None:
    mapped = {group for one in world.mapping for group in one.groups}
    assert {key.group for key in keys(world, ChangeKind.ADD_MEMBER)} <= mapped
    assert keys(world, ChangeKind.ADD_MEMBER) <= world.wanted.keys()
    assert keys(world, ChangeKind.REMOVE_MEMBER) <= removable_memberships(world.observed)
    assert {one.customer_id for one in keys(world, ChangeKind.CREATE_PERSON)} <= {
        key.customer_id for key in world.wanted
    }


@law
@given(worlds, st.sampled_from([ChangeLimits(), STRICT]), st.sampled_from(Completeness))
def test_t1_t35_what_is_held_removes_nobody(world: World, limits: ChangeLimits, extract: Completeness) -> None:
    """T1, T35: and only early removals are ever held."""
    what = apply_limits(world.plan, world.observed, limits, extract)
    after = apply(what, world.observed)
    assert {key_of(one) for one in what.held} <= after.members
    assert {(one.kind, one.cause) for one in what.held} <= {(ChangeKind.REMOVE_MEMBER, ChangeCause.REVOKED)}
    assert [replace(one, held=None) for one in what.changes] == list(world.plan.changes)
    if extract is not Completeness.COMPLETE:
        assert ChangeCause.REVOKED not in {one.cause for one in what.due}


@law
@given(worlds, st.sampled_from(CUSTOMERS), st.sampled_from(ITEMS), windows)
def test_t7_one_more_reason_never_takes_anything_away(world: World, who: str, item: str, when: Window) -> None:
    """T7: no minute of a grant, no membership wanted now."""
    more = replace(world, found=[*world.found, Entitlement(who, item, when, "booking 99")])
    larger = grants(more.found, more.mapping)
    for grant in grants(world.found, world.mapping):
        assert any(_holds(other, grant) for other in larger)
    assert world.wanted.keys() <= more.wanted.keys()
    assert keys(more, ChangeKind.REMOVE_MEMBER) <= keys(world, ChangeKind.REMOVE_MEMBER)


def _holds(large: Grant, small: Grant) -> bool:
    inside = large.window.starts_at <= small.window.starts_at and small.window.ends_at <= large.window.ends_at
    return large.key == small.key and inside and set(small.reasons) <= set(large.reasons)


@law
@given(entitled, mappings)
def test_grants_are_the_union_of_their_reasons_and_nothing_else(
    found: list[Entitlement], routes: list[ItemMapping]
) -> None:
    """Edge by edge: a grant is exactly what its reasons cover, and every reason is in exactly one grant of its key."""
    groups = {one.item: one.groups for one in routes}
    by_reason = {one.reason: one for one in found}
    due = {
        (MembershipKey(one.customer_id, group), one.reason) for one in found for group in groups.get(one.item_id, ())
    }
    seen: list[tuple[MembershipKey, str]] = []
    for grant in grants(found, routes):
        parts = [by_reason[reason].window for reason in grant.reasons]
        seen.extend((grant.key, reason) for reason in grant.reasons)
        assert _minutes(parts) == _minutes([grant.window])
        assert list(grant.reasons) == sorted(grant.reasons)
    assert len(seen) == len(set(seen))
    assert set(seen) == due


def _minutes(parts: list[Window]) -> set[datetime]:
    return {minute(number) for number in range(0, 400) if any(one.covers(minute(number)) for one in parts)}


def ticks(world: World) -> tuple[dict[int, frozenset[MembershipKey]], list[Change]]:
    """Run the day tick by tick from an empty site: who is a member in each quarter, and every removal."""
    state, members, removals = world, {}, []
    for number in range(30):
        state = replace(state, now=minute(15 * number))
        what = state.plan
        removals += [one for one in what.changes if one.kind is ChangeKind.REMOVE_MEMBER]
        state = replace(state, observed=apply(what, state.observed))
        members[number] = state.observed.members
    return members, removals


def day(found: list[Entitlement], routes: list[ItemMapping], edge: EdgeRule) -> World:
    """A site that starts empty, where everybody can become a guest."""
    return World(found, routes, observed(), dict.fromkeys(CUSTOMERS, PersonKind.GUEST), MONDAY, edge)


def distance(at: datetime, parts: list[Grant]) -> timedelta:
    """How far an instant lies outside the nearest grant; zero inside, and positive at an end."""
    return min((max(one.window.starts_at - at, at - one.window.ends_at, timedelta(0)) for one in parts), default=TICK)


@settings(law, max_examples=50)
@given(entitled, mappings)
def test_never_late_lets_everybody_in_all_the_time_and_at_most_one_tick_more(
    found: list[Entitlement], routes: list[ItemMapping]
) -> None:
    world = day(found, routes, EdgeRule.NEVER_LATE)
    members, removals = ticks(world)
    for key, parts in _by_key(world).items():
        for number in range(450):
            inside = any(one.window.covers(minute(number)) for one in parts)
            member = key in members[number // 15]
            assert member or not inside
            assert not member or distance(minute(number), parts) < TICK
    assert {one.cause for one in removals} <= {ChangeCause.EXPIRED}
    assert members[29] == frozenset()


@settings(law, max_examples=50)
@given(entitled, mappings)
def test_never_early_lets_nobody_in_outside_and_keeps_out_at_most_one_tick(
    found: list[Entitlement], routes: list[ItemMapping]
) -> None:
    """Time alone is no revocation, although access is taken ahead of the end."""
    world = day(found, routes, EdgeRule.NEVER_EARLY)
    members, removals = ticks(world)
    for key, parts in _by_key(world).items():
        for number in range(450):
            at, member = minute(number), key in members[number // 15]
            assert not member or any(one.window.covers(at) for one in parts)
            well_inside = any(one.window.starts_at + TICK <= at < one.window.ends_at - TICK for one in parts)
            assert member or not well_inside
    assert {one.cause for one in removals} <= {ChangeCause.EXPIRED}


def _by_key(world: World) -> dict[MembershipKey, list[Grant]]:
    found: dict[MembershipKey, list[Grant]] = {MembershipKey(who, group): [] for who in CUSTOMERS for group in GROUPS}
    for grant in grants(world.found, world.mapping):
        found[grant.key].append(grant)
    return found
