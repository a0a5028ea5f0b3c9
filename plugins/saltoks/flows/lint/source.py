"""The mapping next to the booking system: items nobody mapped, items nobody has, statuses nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from saltoks.core.access.double_bookings import find_double_bookings
from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.core.access.name_mapping import folded_name
from saltoks.core.people.site_users import primary_customers
from saltoks.core.text import first_few
from saltoks.flows.lint import statuses
from saltoks.flows.lint.subject import Subject
from saltoks.flows.lint.suggestions import suggested_name
from saltoks.flows.plan.current.records import LOOK_AHEAD, LOOK_BACK
from saltoks.flows.plan.desired_state import wanted_now
from saltoks.settings import Finding
from saltoks.warehouse.src import extracts, mapping_checks, source_rows


def findings(subject: Subject) -> Iterator[Finding]:
    """What is doubtful, as far as the last extract tells."""
    rt, site = subject.rt, subject.site
    now, name = rt.clock.now(), site.source.name
    yield from (subject.file.note("map_by_name", text) for text in subject.naming.sentences)
    with rt.warehouse.session() as session:
        if extracts.last_extract(session, name) is None:
            text = "was never read, so nothing is said of its items, statuses and bookings"
            yield subject.file.note("source", f"{text} — run `saltoks plan --site {site.name}` once")
            return
        known = mapping_checks.source_items(session, name)
        unknown, booked = mapping_checks.unknown_statuses(session, name), mapping_checks.booking_statuses(session, name)
        seen = mapping_checks.booked_items(session, name)
        rows = source_rows.overlapping(session, name, now - LOOK_BACK, now + LOOK_AHEAD)
    yield from _unmapped(subject, known, wanted_now(rt, site, rows).unmapped)
    yield from _not_there(subject, known)
    yield from statuses.findings(subject, unknown, booked)
    for clash in find_double_bookings(site.rules, site.mapping, rows.bookings, primary_customers(rows.people), now):
        yield subject.file.warning("mapping", clash.sentence(site.timezone))
    yield from _never_seen(subject, seen)


def _unmapped(subject: Subject, known: Mapping[str, str], held: Mapping[str, int]) -> Iterator[Finding]:
    """Items that nobody mapped: doubtful where somebody holds them, else only told; unmanaged ones are meant."""
    hands_off = {folded_name(name) for name in subject.site.unmanaged}
    for item, count in held.items():
        if folded_name(item) not in hands_off:
            label = f"'{item}' ({known[item]})" if known.get(item) else f"'{item}'"
            text = f"{label} is not mapped, so {count} entitlement(s) to it open nothing (F48)"
            yield subject.file.warning("mapping", f"{text} — map it, or list it under unmanaged")
    mapped = {entry.item for entry in subject.site.mapping}
    blank = [item for item in sorted(known.keys() - mapped - held.keys()) if folded_name(item) not in hands_off]
    if blank:
        yield subject.file.note("mapping", f"left blank, and nobody holds them now: {first_few(blank)} (F54)")


def _not_there(subject: Subject, known: Mapping[str, str]) -> Iterator[Finding]:
    used = {entry.item for entry in subject.site.mapping}
    for n, entry in enumerate(subject.site.mapping):
        if entry.item not in known and entry.item != VISITORS_ITEM:
            fix = suggested_name(entry.item, known, used, "correct it, or take it out")
            text = f"the source has no item '{entry.item}', so it opens nothing (F48) — {fix}"
            yield subject.file.warning(subject.key(n, "item"), text)


def _never_seen(subject: Subject, booked: frozenset[str]) -> Iterator[Finding]:
    """Items without any booking, where the system can hide some in silence."""
    for n, entry in enumerate(subject.site.mapping):
        text = None if entry.item in booked else subject.site.source.never_booked(entry.item)
        if text:
            yield subject.file.warning(subject.key(n, "item"), text)
