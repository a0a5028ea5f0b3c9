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

    `taken_out` are extra members that are to go, `left_lost` lost ones that are not put back, `unsuspended` customers
    whose suspension by hand is undone. `schedules` were read in this run.
    """

    site: Site
    now: datetime
    found: frozenset[Drift]
    taken_out: frozenset[MembershipKey]
    left_lost: frozenset[MembershipKey]
    unsuspended: frozenset[str]
    suspended_before_us: frozenset[str]
    known_people: int
    history: DriftHistory
    schedules: Mapping[str, ScheduleReading]
    fully: bool

    @property
    def locks_read(self) -> dict[str, tuple[str, ...]]:
        """The locks of mapped groups by the group's name, as they were last read."""
        return {name: one.locks for name, one in {**self.history.schedules, **self.schedules}.items()}

    def without_lost(self, wanted: Mapping[MembershipKey, Grant]) -> dict[MembershipKey, Grant]:
        """What is wanted, without the lost memberships that stay lost."""
        return {key: grant for key, grant in wanted.items() if key not in self.left_lost}

    def with_extra_members(self, observed: ObservedAccess) -> ObservedAccess:
        """What is observed, with the extra members that are to go as ours."""
        return rules.with_extras(observed, self.taken_out)

    def with_restored_seats(self, persons: PersonChanges) -> PersonChanges:
        """Who has no seat and may get one: also who was suspended by hand, where that is put right."""
        return replace(persons, away=persons.away | self.unsuspended | self.suspended_before_us)

    def name_extra_removals(self, plan: Plan) -> Plan:
        """The plan in which removals of extra members say so."""
        return rules.name_extra_removals(plan, self.taken_out)

    def hold_conflicts(self, plan: Plan, accepted: Set[ChangeKey]) -> Plan:
        """The plan with changes held that are undone, or never shown, again and again."""
        limited = limit_take_overs(
            plan, self.suspended_before_us - self.unsuspended, self.known_people, self.site.limits, accepted
        )
        return hold_changes(limited, conflicts.changes_to_hold(limited, self._conflicts, self.history.past, accepted))

    def reasons_gone(self, gone: Iterable[MembershipKey]) -> dict[MembershipKey, str]:
        """Why memberships on record are no longer there: others ended them, or a removal of ours showed late."""
        return {key: "taken out, and seen later" if key in self.history.unclear else _ENDED for key in gone}

    @property
    def notes(self) -> list[str]:
        """What a person should act upon, group by group."""
        reported = [one for one in self.found if exemption_for(one, self.site.exempt, self.now) is None]
        lost = [one for one in reported if one.kind is DriftKind.LOST_MEMBER]
        groups = sorted({one.group for one in lost})
        return [
            *(f"“{name}”: somebody else took out {_count(lost, name)} member(s) of ours (T30)" for name in groups),
            *sorted(f"{one.sentence} (F156)" for one in reported if one.kind in rules.OF_GROUPS),
            *conflicts.conflict_notes(self._conflicts),
        ]

    @property
    def _conflicts(self) -> frozenset[MembershipKey]:
        return conflicts.find_conflicts(self.found, self.history.past)

    def save(self, session: Session, plan: Plan) -> None:
        """Writes down what drifted, with what this plan does about it; what is no more is closed."""
        responses = {drift: self._response_to(drift, plan) for drift in sorted(self.found)}
        read, missing = self.schedules.keys(), self.history.open - self.found
        closed = sorted(drift for drift in missing if not rules.is_left_open(drift, read, fully=self.fully))
        table.save(session, self.site.name, responses, closed, self.now)
        table.save_schedules(session, self.site.name, self.schedules, self.now)

    def _response_to(self, drift: Drift, plan: Plan) -> str:
        rule = exemption_for(drift, self.site.exempt, self.now)
        if rule:
            return rule.words
        if drift.kind is DriftKind.EXTRA_MEMBER and drift.key not in self.taken_out:
            return "left as it is" if policy(self.site, drift) is DriftResponse.REVERT else "reported"
        return rules.drift_outcome(drift, plan) or "reported"


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
        exposure = table.exposure(session, site.name)
    open_still = (
        f"{exposure.people} person(s) who lost access may still open {exposure.locks} lock(s) that are not online"
    )
    open_since = (
        f"{exposure.beyond} person(s) lost access before the days that {exposure.silent} silent lock(s) look back"
    )
    waiting = f"{exposure.pending} change(s) reach their locks when the IQ is back"
    return [
        *([f"{open_still}: see the view report.exposure (T25)"] if exposure.people else []),
        *([f"{open_since}: whoever opened one since still may (report.exposure, T25)"] if exposure.beyond else []),
        *([f"{waiting}: see the view report.pending_behind_iq (T23)"] if exposure.pending else []),
    ]


def _count(found: Sequence[Drift], group: str) -> int:
    return sum(one.group == group for one in found)
