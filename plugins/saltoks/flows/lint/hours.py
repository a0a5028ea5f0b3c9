"""Schedules of mapped groups next to what the mapping gives: the narrower of two windows wins (F60).

A schedule at Salto opens on its ticked days, in its daily hours, between its two dates, in the wall clock of the site
(salto-ks §3.5); several schedules of a group add up. Nothing of this can be overridden from here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from saltoks.core.access.desired import search_span
from saltoks.core.access.promises import Promise, promises
from saltoks.core.people.site_users import primary_customers
from saltoks.core.time.timetable import ALWAYS_OPEN, WeekInterval, common_intervals, timetable_text, week_intervals
from saltoks.core.time.windows import window_text
from saltoks.flows.lint.schedules import Hours, hours_of, open_parts
from saltoks.flows.lint.subject import Subject
from saltoks.flows.plan.current.records import LOOK_AHEAD
from saltoks.settings import Finding, SiteFile
from saltoks.warehouse.src import source_rows


@dataclass(frozen=True, slots=True)
class _Timetable:
    """A mapped group with the hours of its schedules, as of a moment; `key` is where it is mapped."""

    name: str
    key: str
    hours: tuple[Hours, ...]
    now: datetime
    zone: str

    @property
    def week(self) -> tuple[WeekInterval, ...]:
        """The hours of the schedules that are on."""
        return week_intervals(one.week for one in self.hours if one.span.covers(self.now))

    def day(self, at: datetime) -> str:
        """An instant as a date of the site."""
        return f"{at.astimezone(ZoneInfo(self.zone)):%Y-%m-%d}"


def findings(subject: Subject) -> Iterator[Finding]:
    """What schedules take away from the mapping, group by group."""
    booked, zone = _booked(subject), subject.site.timezone
    for name, group in subject.observed.mapped.items():
        if not group.schedules:
            continue
        key = subject.group_key(name)
        try:
            hours = hours_of(group.schedules, zone)
        except ValueError as error:
            text = f"“{name}” has a schedule that cannot be read ({error}) — correct it in Salto KS"
            yield subject.file.warning(key, text)
            continue
        table = _Timetable(name, key, tuple(hours), subject.rt.clock.now(), zone)
        yield from _dates(subject.file, table)
        if table.week:
            yield from _of_items(subject, table)
            yield from _of_bookings(subject, table, booked[name])


def _booked(subject: Subject) -> Mapping[str, list[Promise]]:
    """What bookings of the next days are promised, by group."""
    site, now = subject.site, subject.rt.clock.now()
    with subject.rt.warehouse.session() as session:
        rows = source_rows.overlapping(session, site.source.name, now, now + LOOK_AHEAD)
    found: dict[str, list[Promise]] = defaultdict(list)
    for one in promises(
        site.rules,
        site.mapping,
        rows,
        primary_customers(rows.people),
        {},
        zone=site.timezone,
        now=now,
        soonest=now,
        settled=now,
    ):
        found[one.group].append(one)
    return found


def _dates(file: SiteFile, table: _Timetable) -> Iterator[Finding]:
    """Schedules that are over, or have not begun (F59)."""
    name, fix = table.name, "correct it in Salto KS"
    over = [one.span for one in table.hours if one.span.ends_at <= table.now]
    if not table.hours:
        yield file.error(table.key, f"the schedule of “{name}” ticks no hours, so it never opens (F59) — {fix}")
    elif len(over) == len(table.hours):
        last = table.day(max(span.ends_at for span in over))
        yield file.error(table.key, f"the schedule of “{name}” ended on {last}, so it opens no more (F59) — {fix}")
    elif over:
        text = f"{len(over)} of the {len(table.hours)} schedules of “{name}” are over (F59) — delete them in Salto KS"
        yield file.warning(table.key, text)
    elif not table.week:
        first = table.day(min(one.span.starts_at for one in table.hours))
        yield file.warning(table.key, f"“{name}” opens from {first} on, when its schedule begins (F59) — {fix}")


def _of_items(subject: Subject, table: _Timetable) -> Iterator[Finding]:
    """What an item's own hours and the group's leave together."""
    file, theirs = subject.file, timetable_text(table.week)
    if table.week != ALWAYS_OPEN:
        yield file.note(table.key, f"“{table.name}” opens {theirs} only, whatever the mapping gives (F60)")
    for n, entry in enumerate(subject.site.mapping):
        own = week_intervals(entry.hours)
        if table.name not in entry.groups or not own:
            continue
        both = common_intervals(own, table.week)
        text = f"'{entry.item}' has {timetable_text(own)}, “{table.name}” {theirs}: the narrower wins, so it opens"
        text = f"{text} {timetable_text(both)} (F60) — correct one of them"
        if not both:
            yield file.error(subject.key(n, "hours"), text)
        elif both != own:
            yield file.warning(subject.key(n, "hours"), text)


def _of_bookings(subject: Subject, table: _Timetable, booked: Iterable[Promise]) -> Iterator[Finding]:
    """Bookings that are promised more than the schedule leaves."""
    around = search_span(subject.site.rules, table.now)
    left = {one: open_parts(one.promised, table.hours, table.zone, around) for one in booked}
    cut = {one: parts for one, parts in left.items() if parts != [one.promised]}
    if not cut:
        return
    first = min(cut, key=lambda one: (one.promised, one.booking_id))
    shut = sum(not parts for parts in cut.values())
    week = timetable_text(table.week)
    text = (
        f"“{table.name}” opens {week}, which cuts {len(cut)} booking(s) of the next {LOOK_AHEAD.days} "
        f"days{f', {shut} of them to nothing' if shut else ''} (F60): booking {first.booking_id} should open "
        f"{window_text(first.promised, table.zone)} — widen the schedule in Salto KS, or give the item these hours"
    )
    yield subject.file.error(table.key, text) if shut else subject.file.warning(table.key, text)
