"""Current beside desired state: who is who at Salto, and what our membership records and Salto say of each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.people.matching import match_customers
from saltoks.core.people.site_users import MatchedPeople
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation, reconcile
from saltoks.flows.plan.current.state import CurrentState
from saltoks.flows.plan.desired_state import DesiredState
from saltoks.settings import Site
from saltoks.warehouse.access.people import on_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a plan is calculated from.

    `wanted` memberships, and those on record (`memberships`), are only the ones that are ours to change.
    """

    current: CurrentState
    desired: DesiredState
    people: MatchedPeople
    wanted: Mapping[MembershipKey, Grant]
    memberships: Sequence[MembershipRecord]
    reconciliation: Reconciliation


def compare(current: CurrentState, desired: DesiredState) -> Comparison:
    """Puts both side by side, from nothing else."""
    site, users = current.site, current.observed.users
    recorded_people = on_record(current.records.persons)
    people = match_customers(
        site.source.name, desired.customers, users, recorded_people, desired.primary_customers, current.protected
    )
    wanted = {key: grant for key, grant in desired.wanted.items() if current.is_ours(key)}
    memberships = current.memberships()
    recorded = _adopted_in_shared_only(site, memberships)
    return Comparison(
        current=current,
        desired=desired,
        people=people,
        wanted=wanted,
        memberships=memberships,
        reconciliation=reconcile(recorded, current.observed.members, wanted, people),
    )


def _adopted_in_shared_only(site: Site, records: Iterable[MembershipRecord]) -> list[MembershipRecord]:
    """In an exclusive group every customer's membership is ours, also one that was there before us."""
    return [replace(one, adopted=one.adopted and one.key.group not in site.exclusive_groups) for one in records]
