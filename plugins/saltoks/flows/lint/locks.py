"""The locks that a mapping needs next to those of the site, and the IQs they hang on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from saltoks.core.plan.drift import changed_locks, exemption_for
from saltoks.flows.lint.names import Names
from saltoks.flows.lint.subject import Subject
from saltoks.flows.lint.suggestions import suggested_name
from saltoks.salto.models import Iq, Lock
from saltoks.settings import Finding
from saltoks.warehouse.access import drift
from saltoks.warehouse.device import readings


def findings(subject: Subject) -> Iterator[Finding]:
    """Names that are no lock of the site, locks that no change of access reaches, and keys that open without one."""
    yield from _names(subject)
    yield from _reach(subject)
    yield from _look_backs(subject)
    yield from _moved(subject)
    yield from _offline_keys(subject)


def _names(subject: Subject) -> Iterator[Finding]:
    there = subject.observed.locks
    names = Names(noun="lock", code="F47", named=subject.lock_keys(), there=there, choice=there)
    yield from names.findings(subject.file, lambda name: _fix(subject, name))


def _fix(subject: Subject, name: str) -> str:
    """The site of ours that has a lock of this name (F58), or the lock that was probably meant."""
    with subject.rt.warehouse.session() as session:
        seen = {one.name: readings.locks_now(session, one.name) for one in subject.others()}
    others = [site for site, found in seen.items() if name in {one.lock.name for one in found}]
    if others:
        return f"site {others[0]} has one: map it there, as an item opens doors of its own site only (F58)"
    return suggested_name(name, subject.observed.locks, subject.lock_keys(), "correct the name")


def _look_backs(subject: Subject) -> Iterator[Finding]:
    """Locks of the file's own look-backs that are not there (T25)."""
    named, there = subject.site.devices.look_back_days_of, subject.observed.locks
    for name in sorted(named.keys() - there.keys()):
        text = f"“{name}” is no lock of the site (T25) — {suggested_name(name, there, named, 'correct the name')}"
        yield subject.file.warning("devices.look_back_days_of", text)


def _moved(subject: Subject) -> Iterator[Finding]:
    """Locks that somebody else put into a mapped group, or took out of it, since a run read it (F156)."""
    rt, site, seen = subject.rt, subject.site, subject.observed.mapped
    with rt.warehouse.session() as session:
        known = drift.history(session, site.name, rt.clock.now())
    still = {name: one for name, one in known.schedules.items() if name in seen and seen[name].group.id == one.group_id}
    before = {name: set(one.locks) for name, one in still.items()}
    for one in sorted(changed_locks(before, {name: seen[name].locks for name in still}, known.open)):
        if exemption_for(one, site.exempt, rt.clock.now()) is None:
            fix = "put it right in Salto KS, or say in `exempt:` that it is meant"
            yield subject.file.warning(subject.group_key(one.group), f"{one.sentence} (F156) — {fix}")


def _reach(subject: Subject) -> Iterator[Finding]:
    """Whether changes of access get to the locks that are needed, through their IQs (F36, F85)."""
    behind: dict[str, list[str]] = defaultdict(list)
    for lock in _needed(subject):
        if lock.iq is None:
            text = f"the lock “{lock.customer_reference}” hangs on no IQ, so no change of access reaches it (F85)"
            yield subject.file.error("mapping", f"{text} — link it to one in Salto KS")
        else:
            behind[lock.iq.id].append(f"“{lock.customer_reference}”")
    for iq in subject.observed.iqs:
        if behind[iq.id]:
            yield from _of_iq(subject, iq, ", ".join(behind[iq.id]))


def _of_iq(subject: Subject, iq: Iq, locks: str) -> Iterator[Finding]:
    if not iq.online:
        text = f"the IQ “{iq.customer_reference}” is not online, so changes of access do not reach {locks} (F36, F85)"
        yield subject.file.warning("mapping", f"{text} — see to its power and its network")
    if iq.otp_enabled and iq.id not in subject.observed.activated:
        text = f"the IQ “{iq.customer_reference}” is not activated for this account (F25), so {locks} open by PIN, tag"
        yield subject.file.note("mapping", f"{text} and app, but not remotely")


def _offline_keys(subject: Subject) -> Iterator[Finding]:
    """Keys that open a lock while it is offline, whatever the schedules say; a lock holds only so many (F98)."""
    for lock in _needed(subject):
        count, most = lock.offline_access_keys_count or 0, lock.offline_access_keys_limit
        if count:
            text = f"{count} key(s) open “{lock.customer_reference}” at any hour while it is offline (F98)"
            full = most is not None and count >= most
            more = f"{text}, and it holds no more of them — take offline access from some" if full else text
            yield subject.file.warning("mapping", more) if full else subject.file.note("mapping", more)


def _needed(subject: Subject) -> list[Lock]:
    """The locks that the mapping opens, by name or through a group, sorted by name."""
    names = set(subject.lock_keys()).union(*(group.locks for group in subject.observed.mapped.values()))
    return [lock for name in sorted(names) for lock in subject.observed.locks.get(name, ())]
