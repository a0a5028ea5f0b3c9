"""Looks for what others changed at a site, and says what this run makes of it (F156).

Schedule and locks of mapped groups are read where they are not known or their number changed, in full runs of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.model.pools import is_slot
from saltoks.core.model.rules import TakeOverPolicy
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.matching import GUEST_ROLE
from saltoks.core.people.site_users import MatchedPeople
from saltoks.core.plan import conflicts
from saltoks.core.plan import drift as rules
from saltoks.core.plan.drift import Drift, DriftKind, DriftResponse, exemption_for, unmatched_user
from saltoks.core.plan.limits import hold_changes, limit_take_overs
from saltoks.core.plan.membership_records import MembershipRecord, Reconciliation
from saltoks.core.plan.plan import ChangeKey, ChangeKind, ObservedAccess, Plan
from saltoks.core.plan.seat_restore import PersonChanges
from saltoks.flows.plan.group_schedules import schedules_of
from saltoks.flows.plan.observe import ObservedState
from saltoks.flows.run.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.settings import Site
from saltoks.warehouse.access import drift as table
from saltoks.warehouse.access import group_readings, slots
from saltoks.warehouse.access.drift import DriftHistory, OpenDrift, ScheduleReading
from saltoks.warehouse.access.people import BEFORE_US, BY_HAND, KnownPerson
from saltoks.warehouse.access.slots import SlotReading
from saltoks.warehouse.engine.database import Session

_ENDED = "no longer there at Salto"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a run knows of a site when it looks for drift; `untouched` are customers who are never to be touched."""

    seen: ObservedState
    slots: Mapping[str, SlotReading]
    books: Reconciliation
    entries: Sequence[MembershipRecord]
    wanted: Mapping[MembershipKey, Grant]
    people: MatchedPeople
    known: Mapping[str, KnownPerson]
    untouched: Set[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """All drift of a site at one moment, and what a plan has to make of it.

    `out` are extra members that are taken out, `left` lost ones that are not put back, `back` customers whose
    suspension by hand is undone. `schedules` were read in this run.
    """

    site: Site
    now: datetime
    found: frozenset[Drift]
    out: frozenset[MembershipKey]
    left: frozenset[MembershipKey]
    back: frozenset[str]
    before_us: frozenset[str]
    known: int
    history: DriftHistory
    schedules: Mapping[str, ScheduleReading]
    fully: bool

    @property
    def locks_read(self) -> dict[str, tuple[str, ...]]:
        """The locks of mapped groups by the group's name, as they were last read."""
        return {name: one.locks for name, one in {**self.history.schedules, **self.schedules}.items()}

    def asked(self, wanted: Mapping[MembershipKey, Grant]) -> dict[MembershipKey, Grant]:
        """What is wanted, without the lost memberships that stay lost."""
        return {key: grant for key, grant in wanted.items() if key not in self.left}

    def observed(self, observed: ObservedAccess) -> ObservedAccess:
        """What is observed, with the extra members that are to go as ours."""
        return rules.with_extras(observed, self.out)

    def returning(self, persons: PersonChanges) -> PersonChanges:
        """Who has no seat and may get one: also who was suspended by hand, where that is put right."""
        return replace(persons, away=persons.away | self.back | self.before_us)

    def worded(self, what: Plan) -> Plan:
        """The plan in which removals of extra members say so."""
        return rules.name_extra_removals(what, self.out)

    def held(self, what: Plan, accepted: Set[ChangeKey]) -> Plan:
        """The plan with changes held that are undone, or never shown, again and again."""
        what = limit_take_overs(what, self.before_us - self.back, self.known, self.site.limits, accepted)
        return hold_changes(what, conflicts.changes_to_hold(what, self._fought, self.history.past, accepted))

    def reasons(self, gone: Iterable[MembershipKey]) -> dict[MembershipKey, str]:
        """Why memberships of the books are no longer there: others ended them, or a removal of ours showed late."""
        return {key: "taken out, and seen later" if key in self.history.unclear else _ENDED for key in gone}

    @property
    def notes(self) -> list[str]:
        """What a person should act upon, group by group."""
        told = [one for one in self.found if exemption_for(one, self.site.exempt, self.now) is None]
        lost = [one for one in told if one.kind is DriftKind.LOST_MEMBER]
        groups = sorted({one.group for one in lost})
        return [
            *(f"“{name}”: somebody else took out {_count(lost, name)} member(s) of ours (T30)" for name in groups),
            *sorted(f"{one.sentence} (F156)" for one in told if one.kind in rules.OF_GROUPS),
            *conflicts.conflict_notes(self._fought),
        ]

    @property
    def _fought(self) -> frozenset[MembershipKey]:
        return conflicts.find_conflicts(self.found, self.history.past)

    def kept(self, session: Session, what: Plan) -> None:
        """Writes down what drifted, with what this plan does about it; what is no more is closed."""
        found = {one: self._done(one, what) for one in sorted(self.found)}
        read = self.schedules.keys()
        over = [one for one in self.history.open - self.found if not rules.is_left_open(one, read, fully=self.fully)]
        table.save(session, self.site.name, found, sorted(over), self.now)
        table.save_schedules(session, self.site.name, self.schedules, self.now)

    def _done(self, one: Drift, what: Plan) -> str:
        rule = exemption_for(one, self.site.exempt, self.now)
        if rule:
            return rule.words
        if one.kind is DriftKind.EXTRA_MEMBER and one.key not in self.out:
            return "left as it is" if _policy(self.site, one) is DriftResponse.REVERT else "reported"
        return rules.drift_outcome(one, what) or "reported"


def detect_drift(rt: Runtime, site: Site, client: SaltoKs, facts: Facts, *, fully: bool) -> DriftReport:
    """Everything that drifted since the last run; reads only."""
    now = rt.clock.now()
    with rt.warehouse.session() as session:
        history = table.history(session, site.name, now)
        before = slots.load(session, site.name)
        groups = group_readings.load(session, site.name).keys()
    read = schedules_of(client, facts.seen, None if fully else history.schedules)
    found = frozenset(
        [
            *_members(site, facts, history, now),
            *_changed(facts, history, before, read),
            *_people(facts, history),
            *_gone(site, facts, groups, now),
        ]
    )
    revert = {
        one for one in found if _policy(site, one) is DriftResponse.REVERT and not exemption_for(one, site.exempt, now)
    }
    lost = {one for one in found if one.kind is DriftKind.LOST_MEMBER and not is_slot(one.group)}
    mine = _touchable(site, facts) if history.has_applied else set()
    return DriftReport(
        site=site,
        now=now,
        found=found,
        out=frozenset(one.key for one in revert if one.kind is DriftKind.EXTRA_MEMBER and one.subject in mine),
        left=frozenset(one.key for one in lost - revert),
        back=frozenset(one.subject for one in revert if one.kind is DriftKind.SUSPENDED),
        before_us=frozenset(_before_us(site, facts, history, now)),
        known=len(facts.people.known),
        history=history,
        schedules=read,
        fully=fully,
    )


def open_drift(rt: Runtime, site: Site) -> list[OpenDrift]:
    """What has drifted at a site as of its last run."""
    with rt.warehouse.session() as session:
        return table.open_drift(session, site.name)


def offline_lock_warnings(rt: Runtime, site: Site) -> list[str]:
    """What locks that are not online may not have heard yet, for a person (T23, T25)."""
    with rt.warehouse.session() as session:
        found = table.exposure(session, site.name)
    told = f"{found.people} person(s) who lost access may still open {found.locks} lock(s) that are not online"
    since = f"{found.beyond} person(s) lost access before the days that {found.silent} silent lock(s) look back"
    waiting = f"{found.pending} change(s) reach their locks when the IQ is back"
    return [
        *([f"{told}: see the view report.exposure (T25)"] if found.people else []),
        *([f"{since}: whoever opened one since still may (report.exposure, T25)"] if found.beyond else []),
        *([f"{waiting}: see the view report.pending_behind_iq (T23)"] if found.pending else []),
    ]


def _members(site: Site, facts: Facts, history: DriftHistory, now: datetime) -> list[Drift]:
    ours_alone = {name for name in facts.seen.groups if name in site.exclusive_groups and name in site.groups}
    wanted = facts.wanted.keys()
    return [
        *rules.extra_members(ours_alone, facts.books, wanted, facts.untouched),
        *rules.lost_members(facts.entries, facts.books, facts.seen.members, wanted, history.unclear, history.open, now),
    ]


def _changed(
    facts: Facts, history: DriftHistory, before: Mapping[str, SlotReading], read: Mapping[str, ScheduleReading]
) -> list[Drift]:
    """Schedules and locks of mapped groups, and of our own as far as a write of ours cannot have changed them."""
    still = {name: one for name, one in history.schedules.items() if _is_same(read.get(name), one)}
    unsure = {key.group for key in history.past.unconfirmed if key.kind is ChangeKind.SET_WINDOW}
    own = {
        name: one
        for name, one in before.items()
        if one.verified_at and name not in unsure and name in facts.slots and facts.slots[name].group_id == one.group_id
    }
    locks = _locks(still) | _locks(own)
    now = _locks(read) | _locks(facts.slots)
    return [
        *rules.changed_schedules(
            {name: one.body for name, one in still.items()}, {name: one.body for name, one in read.items()}
        ),
        *rules.changed_schedules(
            {name: one.hours for name, one in own.items()}, {name: one.hours for name, one in facts.slots.items()}
        ),
        *rules.changed_locks(locks, now, history.open),
    ]


def _locks(seen: Mapping[str, ScheduleReading] | Mapping[str, SlotReading]) -> dict[str, frozenset[str]]:
    return {name: frozenset(one.locks) for name, one in seen.items()}


def _people(facts: Facts, history: DriftHistory) -> list[Drift]:
    """Customers who were shut out by hand: those whom it keeps from a door, and those to whom it happened just now."""
    due = {key.customer_id for key in facts.wanted}
    found = []
    for kind, shut in ((DriftKind.SUSPENDED, facts.people.suspended), (DriftKind.BLOCKED, facts.people.blocked)):
        for customer in shut - facts.untouched:
            one, before = Drift(kind, "", customer), facts.known.get(customer)
            if kind is DriftKind.SUSPENDED and not _by_hand(customer, facts):
                continue
            is_new = before is not None and (before.subscribed if kind is DriftKind.SUSPENDED else not before.blocked)
            if is_new or customer in due or one in history.open:
                found.append(one)
    return found


def _before_us(site: Site, facts: Facts, history: DriftHistory, now: datetime) -> Iterator[str]:
    """Customers who were suspended before our first plan was applied, where the site says that they get a seat back."""
    if site.people.take_over is not TakeOverPolicy.SUBSCRIBE:
        return
    mine = _touchable(site, facts)
    for customer in facts.people.suspended - facts.people.blocked - facts.untouched:
        one = facts.known.get(customer)
        same = one is not None and one.ids == facts.people.known[customer]
        before = one.suspended_because == BEFORE_US if one and same else not history.has_applied
        left = exemption_for(Drift(DriftKind.SUSPENDED, "", customer), site.exempt, now)
        if before and left is None and customer in mine and customer not in facts.people.ours:
            yield customer


def _by_hand(customer: str, facts: Facts) -> bool:
    """Whether a suspension is a person's act: not ours, and not for want of a seat."""
    one = facts.known.get(customer)
    if one is None or one.ids != facts.people.known[customer]:
        return customer not in facts.people.ours
    return one.suspended_because in (None, BY_HAND, BEFORE_US)


def _gone(site: Site, facts: Facts, groups: Set[str], now: datetime) -> list[Drift]:
    there = {one.customer_reference for one in facts.seen.listed}
    own = {one.key.group for one in facts.entries if is_slot(one.key.group) and one.window.ends_at > now}
    return [Drift(DriftKind.GROUP_GONE, name) for name in (groups & set(site.groups)) | own if name not in there]


def _touchable(site: Site, facts: Facts) -> set[str]:
    """Subjects that may be taken out: whoever is not an admin of the site, nor protected (design §5.4)."""
    protected = {comparable_email(one) for one in site.people.protected}
    customers = facts.people.customer_of()
    return {
        customers.get(user.ids.user_id, unmatched_user(user.ids.user_id))
        for user in facts.seen.users
        if user.roles <= {site.people.role, GUEST_ROLE} and comparable_email(user.email or "-") not in protected
    }


def _policy(site: Site, one: Drift) -> DriftResponse:
    rules_of = site.drift
    return {
        DriftKind.EXTRA_MEMBER: rules_of.extra_member,
        DriftKind.LOST_MEMBER: rules_of.lost_member,
        DriftKind.SUSPENDED: rules_of.suspended,
    }.get(one.kind, DriftResponse.REPORT)


def _is_same(read: ScheduleReading | None, before: ScheduleReading) -> bool:
    return read is not None and read.group_id == before.group_id


def _count(found: Sequence[Drift], group: str) -> int:
    return sum(one.group == group for one in found)
