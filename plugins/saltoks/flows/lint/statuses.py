"""Statuses that the source has, next to the rule that lets some of them in (F41, F62, F63)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from saltoks.core.model.canonical import BookingStatus
from saltoks.core.text import first_few
from saltoks.flows.lint.subject import Subject
from saltoks.settings import Finding, Site
from saltoks.warehouse.src.mapping_checks import StatusCount, UnknownStatus

_FIRM = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})


def findings(subject: Subject, unknown: Sequence[UnknownStatus], booked: Sequence[StatusCount]) -> Iterator[Finding]:
    """Statuses without a meaning, those outside the rule, and those that open although nobody confirmed them."""
    opening = {one.status.raw for one in booked if one.status.opens(subject.site.rules)}
    yield from _unknown(subject, [one for one in unknown if one.table != "bookings" or one.status not in opening])
    yield from _outside(subject, booked)
    yield from _doubtful(subject, booked)


def _unknown(subject: Subject, unknown: Sequence[UnknownStatus]) -> Iterator[Finding]:
    for table in sorted({one.table for one in unknown}):
        found = {one.status: one.times for one in unknown if one.table == table}
        key, fix = subject.site.source.status_map_of(table)
        text = f"{sum(found.values())} of the {table} have a status that nobody gave a meaning, so they open nothing"
        yield subject.file.warning(key, f"{text} (F62): {_counted(found)} — {fix}")


def _outside(subject: Subject, booked: Sequence[StatusCount]) -> Iterator[Finding]:
    """Statuses with a meaning that the rule does not list; doubtful where they look as if they should open."""
    rules, key = subject.site.rules, _rule_of(subject.site)
    shut = [one for one in booked if not one.status.opens(rules) and not one.status.is_dead]
    outside = [one for one in shut if one.status.word is not BookingStatus.UNKNOWN]
    if not outside:
        return
    found: Counter[str] = Counter()
    for one in outside:
        found[one.status.raw or one.status.word.value] += one.times
    count = f"{found.total()} of {sum(one.times for one in booked)} bookings"
    text = f"{count} have a status that is not in the rule, so they open nothing (F41, F62): {_counted(found)}"
    message = f"{text} — add those that should open"
    nobody = not any(one.status.opens(rules) for one in booked)
    is_doubtful = nobody or any(_should_open(subject.site, one) for one in outside)
    yield subject.file.warning(key, message) if is_doubtful else subject.file.note(key, message)


def _should_open(site: Site, one: StatusCount) -> bool:
    """Whether a status is firm; one of the vendor's own codes is shut on purpose until somebody ticks it."""
    code = one.status.raw.partition(" ")[0]
    return one.status.word in _FIRM and site.source.usual_meaning(code) is not one.status.word


def _doubtful(subject: Subject, booked: Sequence[StatusCount]) -> Iterator[Finding]:
    """Statuses that open by their code, and that say themselves that nobody confirmed the booking."""
    found = {
        one.status.raw: one.times
        for one in booked
        if one.status.word is BookingStatus.UNKNOWN
        and one.status.meaning is BookingStatus.TENTATIVE
        and one.status.opens(subject.site.rules)
    }
    if found:
        text = f"{sum(found.values())} bookings open doors although nobody confirmed them (F63): {_counted(found)}"
        yield subject.file.warning(_rule_of(subject.site), f"{text} — take their codes out")


def _rule_of(site: Site) -> str:
    return "rules.status_codes" if site.rules.status_codes else "rules.booking_statuses"


def _counted(times_of: Mapping[str, int]) -> str:
    return first_few([f"'{status}' ({times})" for status, times in times_of.items()])
