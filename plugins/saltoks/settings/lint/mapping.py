"""What the mapping opens: doors, item by item, and what several items share."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from saltoks.core.model.rules import ItemMapping
from saltoks.core.time.timetable import common_intervals, timetable_text, week_intervals
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.items import is_bookable
from saltoks.settings.models import Site


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful in the mapping of a site."""
    for n, entry in enumerate(site.mapping):
        yield from _targets(site, file, n, entry)
        if entry.door is None and is_bookable(site, entry.item):
            text = f"'{entry.item}' has no door, so an opening never checks a booking in (F116) — name its lock"
            yield file.warning(f"mapping.{n}", text)
        yield from _hours(file, n, entry)
    yield from _shared(site, file)


def _targets(site: Site, file: SiteFile, n: int, entry: ItemMapping) -> Iterator[Finding]:
    for key, names in (("groups", entry.groups), ("locks", entry.locks)):
        if site.rules.one_target and len(names) > 1 and is_bookable(site, entry.item):
            text = f"'{entry.item}' opens {len(names)} {key}, but this preset links one object to one lock (F46)"
            yield file.error(f"mapping.{n}.{key}", f"{text} — keep one, or set one_target: false")


def _hours(file: SiteFile, n: int, entry: ItemMapping) -> Iterator[Finding]:
    """Hours that say the same twice: one of them is not what was meant."""
    weeks = [week_intervals([one]) for one in entry.hours]
    for one, other in combinations(range(len(weeks)), 2):
        if both := common_intervals(weeks[one], weeks[other]):
            twice = timetable_text(both)
            text = f"'{entry.item}' has hours twice over {twice}, also in hours.{one} — take the overlap out"
            yield file.warning(f"mapping.{n}.hours.{other}", text)


def _shared(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Bookable items of which another item opens everything: who has that one needs no booking of this one (F56).

    A way in that several rooms share, such as the entrance, is meant: each of them then has something of its own.
    """
    opens = {
        one.item: {*(("group", name) for name in one.groups), *(("lock", name) for name in one.locks)}
        for one in site.mapping
    }
    told: set[frozenset[tuple[str, str]]] = set()
    for n, entry in enumerate(site.mapping):
        kind, names = ("lock", entry.locks) if entry.locks else ("group", entry.groups)
        opened = frozenset((kind, name) for name in names)
        others = [item for item, all_of_it in opens.items() if item != entry.item and opened <= all_of_it]
        if others and opened not in told and is_bookable(site, entry.item):
            told.add(opened)
            text = (
                f"all that '{entry.item}' opens ({', '.join(names)}) is opened by {', '.join(others)} as well: who has "
                f"one has the other (F56) — one {kind} per pass and per resource"
            )
            yield file.warning(f"mapping.{n}.{kind}s", text)
