"""All drift of a site at one moment, and what a run makes of it (F156)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, MembershipKey
from saltoks.core.plan import conflicts
from saltoks.core.plan import drift as rules
from saltoks.core.plan.drift import Drift, DriftKind, DriftResponse, exemption_for
from saltoks.core.plan.limits import hold_changes, limit_take_overs
from saltoks.core.plan.plan import ChangeKey, ObservedAccess, Plan
from saltoks.core.plan.seat_restore import PersonChanges
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.access import drift as table
from saltoks.warehouse.access.drift import DriftHistory, OpenDrift, ScheduleReading
from saltoks.warehouse.engine.database import Session

_ENDED = "no longer there at Salto"


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
        return hold_changes(what, conflicts.changes_to_hold(what, self._conflicts, self.history.past, accepted))

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
            *conflicts.conflict_notes(self._conflicts),
        ]

    @property
    def _conflicts(self) -> frozenset[MembershipKey]:
        return conflicts.find_conflicts(self.found, self.history.past)

    def save(self, session: Session, what: Plan) -> None:
        """Writes down what drifted, with what this plan does about it; what is no more is closed."""
        found = {one: self._response_to(one, what) for one in sorted(self.found)}
        read = self.schedules.keys()
        over = [one for one in self.history.open - self.found if not rules.is_left_open(one, read, fully=self.fully)]
        table.save(session, self.site.name, found, sorted(over), self.now)
        table.save_schedules(session, self.site.name, self.schedules, self.now)

    def _response_to(self, one: Drift, what: Plan) -> str:
        rule = exemption_for(one, self.site.exempt, self.now)
        if rule:
            return rule.words
        if one.kind is DriftKind.EXTRA_MEMBER and one.key not in self.out:
            return "left as it is" if policy(self.site, one) is DriftResponse.REVERT else "reported"
        return rules.drift_outcome(one, what) or "reported"


def policy(site: Site, drift: Drift) -> DriftResponse:
    """What a site wants done about a kind of drift; what it cannot choose is reported."""
    chosen = site.drift
    return {
        DriftKind.EXTRA_MEMBER: chosen.extra_member,
        DriftKind.LOST_MEMBER: chosen.lost_member,
        DriftKind.SUSPENDED: chosen.suspended,
    }.get(drift.kind, DriftResponse.REPORT)


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


def _count(found: Sequence[Drift], group: str) -> int:
    return sum(one.group == group for one in found)
