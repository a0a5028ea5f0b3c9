"""Small worlds for the tests of the core: builders with defaults, and hypothesis strategies over them.

Everything happens on one Monday, told by wall clock (`clock("09:30")`) in UTC unless a test names a zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st

from saltoks.core.access.entitlements import Entitlement
from saltoks.core.access.grants import Grant, MembershipKey, grants, grants_in_force
from saltoks.core.model.canonical import Booking, BookingStatus, Customer, Membership, MembershipStatus
from saltoks.core.model.rules import EdgeRule, ItemMapping, PersonKind
from saltoks.core.plan.plan import (
    Change,
    ChangeCause,
    ChangeKind,
    ObservedAccess,
    Plan,
    RecordedMembership,
    calculate_plan,
)
from saltoks.core.time.windows import Window

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
TICK = timedelta(minutes=15)
CUSTOMERS = ("c1", "c2", "c3")
ITEMS = ("unit:a", "unit:b", "product:gold")
GROUPS = ("Entrance", "Floor 1", "Studio A")
KEYS = tuple(MembershipKey(customer, group) for customer in CUSTOMERS for group in GROUPS)

law = settings(max_examples=100, deadline=None, derandomize=True, database=None)
"""How every law is run: the same examples each time, so that a run never turns red on its own."""


def cases(names: str, by_id: Mapping[str, Any]) -> pytest.MarkDecorator:
    """Parametrise a test with a table of cases whose keys are the ids."""
    return pytest.mark.parametrize(names, list(by_id.values()), ids=list(by_id))


def utc(text: str) -> datetime:
    """An instant written without offset, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def clock(text: str) -> datetime:
    """A wall clock of the Monday."""
    return utc(f"2026-03-02T{text}")


def minute(number: int) -> datetime:
    """The minute of that number since Monday's midnight."""
    return MONDAY + timedelta(minutes=number)


def window(starts: str, ends: str) -> Window:
    """A window of the Monday."""
    return Window(clock(starts), clock(ends))


def customer(source_id: str = "c1", **changes: Any) -> Customer:
    """An active customer with an e-mail, of their own unless it is c1's."""
    email = "ann@example.org" if source_id == "c1" else f"{source_id}@example.org"
    return Customer(**{"source_id": source_id, "full_name": "Ann Example", "email": email} | changes)


def booking(source_id: str = "1", starts: str = "10:00", ends: str = "11:00", **changes: Any) -> Booking:
    """A confirmed booking of `unit:a` by `c1`."""
    usual: dict[str, Any] = {
        "source_id": source_id,
        "item_id": "unit:a",
        "customer_id": "c1",
        "starts_at": clock(starts),
        "ends_at": clock(ends),
        "status": BookingStatus.CONFIRMED,
        "status_raw": "Confirmed",
    }
    return Booking(**usual | changes)


def membership(source_id: str = "1", **changes: Any) -> Membership:
    """An active membership of plan `product:gold` by `c1`, without start and end."""
    usual: dict[str, Any] = {
        "source_id": source_id,
        "customer_id": "c1",
        "plan_id": "product:gold",
        "status": MembershipStatus.ACTIVE,
        "status_raw": "Active",
    }
    return Membership(**usual | changes)


def mapping(**groups: tuple[str, ...]) -> list[ItemMapping]:
    """A mapping of items by plain name: `mapping(room=("Entrance", "Room"))`."""
    return [ItemMapping(item=item, groups=names) for item, names in groups.items()]


def grant(who: str = "c1", group: str = "Entrance", starts: str = "10:00", ends: str = "11:00", *reasons: str) -> Grant:
    """A grant of the Monday."""
    return Grant(MembershipKey(who, group), window(starts, ends), reasons or ("booking 1",))


def by_key(*all_grants: Grant) -> dict[MembershipKey, Grant]:
    """Grants as `calculate_plan` wants them."""
    return {one.key: one for one in all_grants}


def observed(
    members: Iterable[MembershipKey] = (),
    records: Mapping[MembershipKey, RecordedMembership] | None = None,
    known: Iterable[str] = (),
) -> ObservedAccess:
    """A site; whoever is a member is also known."""
    inside = frozenset(members)
    return ObservedAccess(
        known=frozenset(known) | {key.customer_id for key in inside}, members=inside, records=records or {}
    )


def change(
    kind: ChangeKind, who: str = "c1", group: str = "Entrance", starts: str = "10:00", ends: str = "11:00", **more: Any
) -> Change:
    """A change with the cause that its kind usually has."""
    cause = ChangeCause.REVOKED if kind is ChangeKind.REMOVE_MEMBER else ChangeCause.GRANTED
    usual: dict[str, Any] = {
        "kind": kind,
        "customer_id": who,
        "group": group,
        "window": window(starts, ends),
        "cause": cause,
        "sentence": "",
    }
    return Change(**usual | more)


@dataclass(frozen=True)
class World:
    """Reasons on one side, a site on the other, and a tick."""

    found: list[Entitlement]
    mapping: list[ItemMapping]
    observed: ObservedAccess
    kinds: dict[str, PersonKind | None]
    now: datetime
    edge: EdgeRule

    @property
    def wanted(self) -> dict[MembershipKey, Grant]:
        """What should be in force in this tick."""
        return grants_in_force(grants(self.found, self.mapping), self.now, self.now + TICK, self.edge)

    @property
    def plan(self) -> Plan:
        """The plan of this tick."""
        over = self.now + TICK if self.edge is EdgeRule.NEVER_EARLY else None
        return calculate_plan(
            "s1", self.now, self.wanted, self.observed, self.kinds, zone="Europe/Amsterdam", over_before=over
        )


def apply(what: Plan, observed: ObservedAccess) -> ObservedAccess:
    """What a site would say after every due change: the model that the laws are stated on."""
    known, members, records = set(observed.known), set(observed.members), dict(observed.records)
    for change in what.due:
        key = MembershipKey(change.customer_id, change.group)
        if change.kind is ChangeKind.CREATE_PERSON:
            known.add(change.customer_id)
        elif change.kind is ChangeKind.ADD_MEMBER:
            members.add(key)
            records[key] = RecordedMembership(window=change.window)
        elif change.kind is ChangeKind.REMOVE_MEMBER:
            members.discard(key)
            records.pop(key, None)
    return ObservedAccess(known=frozenset(known), members=frozenset(members), records=records)


def _entitled(parts: list[tuple[str, str, Window]]) -> list[Entitlement]:
    return [Entitlement(who, item, when, f"booking {number}") for number, (who, item, when) in enumerate(parts)]


def _window(parts: tuple[int, int]) -> Window:
    starts, length = parts
    return Window(minute(starts), minute(starts + length))


windows = st.tuples(st.integers(0, 240), st.integers(1, 120)).map(_window)
"""Real windows of the first six hours, to the minute."""
entitled = st.lists(st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from(ITEMS), windows), max_size=12).map(_entitled)
"""Entitlements, each with a reason of its own."""
mappings = st.dictionaries(
    st.sampled_from(ITEMS), st.lists(st.sampled_from(GROUPS), unique=True, max_size=3).map(tuple), min_size=1
).map(lambda groups: [ItemMapping(item=item, groups=names) for item, names in groups.items()])
"""Mappings of some items to some groups."""
sites = st.builds(
    observed,
    members=st.sets(st.sampled_from(KEYS)),
    records=st.dictionaries(
        st.sampled_from(KEYS), st.builds(RecordedMembership, window=windows, adopted=st.booleans())
    ),
    known=st.sets(st.sampled_from(CUSTOMERS)),
)
"""Sites whose records may know more or less than Salto shows."""
worlds = st.builds(
    World,
    found=entitled,
    mapping=mappings,
    observed=sites,
    kinds=st.dictionaries(st.sampled_from(CUSTOMERS), st.sampled_from([*PersonKind, None])),
    now=st.integers(0, 24).map(lambda number: minute(15 * number)),
    edge=st.sampled_from(EdgeRule),
)
"""Whole worlds at some tick."""
