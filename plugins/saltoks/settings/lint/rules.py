"""Rules that let in too early, or that cannot keep their promise at this schedule."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.core.model.rules import EdgeRule, ItemRules, VisitorsOpen
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.lint.items import has_bookings, is_bookable
from saltoks.settings.models import Project, Site

_DAY = 1440
_LEAST, _MOST = 15, 60
_USUAL = "sports and studios take 15, hotels 30 to 60, self check-in more"
"""Rules of thumb for the time before a booking, in minutes (F69)."""


def findings(project: Project, site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful in the rules of a site."""
    rules = site.rules
    yield from _leads(site, file)
    yield from _visitors(site, file)
    if rules.edge is EdgeRule.NEVER_EARLY:
        yield from _never_early(project, site, file)
    if any(entry.locks for entry in site.mapping):
        yield from _window_lead(project, site, file)


def _visitors(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Visitors who are to have a group of their own, and have none."""
    is_mapped = site.map_by_name or VISITORS_ITEM in {entry.item for entry in site.mapping}
    if site.rules.visitors_open is VisitorsOpen.VISITORS and not is_mapped:
        text = f"visitors open what '{VISITORS_ITEM}' is mapped to, and it is not mapped, so they open nothing (F93)"
        yield file.error("rules.visitors_open", f"{text} — map it, or write visitors_open: booked")


def _leads(site: Site, file: SiteFile) -> Iterator[Finding]:
    """The time before a booking, for the whole site and where an entry of the mapping has its own (F68, F69)."""
    if has_bookings(site) or VISITORS_ITEM in {entry.item for entry in site.mapping}:
        yield from _lead(file, "rules.before_minutes", site.rules.before_minutes)
    for n, entry in enumerate(site.mapping):
        if entry.before_minutes is not None:
            yield from _lead(file, f"mapping.{n}.before_minutes", entry.before_minutes)


def _lead(file: SiteFile, key: str, minutes: int) -> Iterator[Finding]:
    if minutes >= _DAY:
        text = f"doors open {minutes} minutes early, a day or more (F68) — lower it: {_USUAL} (F69)"
        yield file.warning(key, text)
    elif minutes > _MOST or 0 < minutes < _LEAST:
        yield file.note(key, f"{minutes} minutes are outside the rules of thumb: {_USUAL} (F69)")


def _never_early(project: Project, site: Site, file: SiteFile) -> Iterator[Finding]:
    """Between two ticks time does not move: the buffers must be as long as that, or they are cut into the booking."""
    tick, push = project.tick_minutes, project.push_minutes
    late, of_items = tick + push, ItemRules.of(site.rules, site.mapping)
    rules = [of_items.for_item(one.item) for one in site.mapping if one.groups and is_bookable(site, one.item)]
    span = f"up to {late} minutes (tick_minutes {tick} + push_minutes {push})"
    fix = f"{late} or more, or edge: never_late"
    before = min((one.before_minutes for one in rules), default=late)
    after = min((one.after_minutes for one in rules), default=late)
    if before < late:
        text = (
            f"never_early lets people in {span} after the window begins, which is {before} minutes before the booking: "
            f"they wait up to {late - before} minutes at the door — set before_minutes to {fix}"
        )
        yield file.error("rules.edge", text)
    if after < late:
        text = (
            f"never_early takes people out {span} before the window ends, which is {after} minutes after the booking: "
            f"they are out up to {late - after} minutes too soon — set after_minutes to {fix}"
        )
        yield file.error("rules.edge", text)


def _window_lead(project: Project, site: Site, file: SiteFile) -> Iterator[Finding]:
    """A window of a window target must be at the door before it begins (salto-ks §2.8)."""
    lead, tick, settle = site.rules.window_lead_minutes, project.tick_minutes, site.rules.window_settle_minutes
    if lead < tick + settle:
        text = (
            f"windows are made ready {lead} minutes ahead, but a run comes every {tick} minutes (tick_minutes) and a "
            f"new schedule needs {settle} (window_settle_minutes) to reach a door, which opens up to "
            f"{tick + settle - lead} minutes late — set it to {tick + settle} or more; {_DAY} is usual"
        )
        yield file.error("rules.window_lead_minutes", text)
