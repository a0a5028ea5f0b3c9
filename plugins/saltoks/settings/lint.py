"""What loads but is doubtful: found offline, from the settings alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations
from typing import Literal

from saltoks.core.canonical import BookingStatus
from saltoks.settings.ireserve import IReserveSource
from saltoks.settings.models import Settings, Site
from saltoks.settings.tables import TabularSource

_NEAR = 0.85
_DAY = 1440
_PLANS = ("product:", "pass:", "desk:", "subscription:", "visitors")
"""Items of Nexudus and i-Reserve that nobody books."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One doubt: an `error` keeps people out or does nothing, a `warning` may be meant."""

    level: Literal["error", "warning"]
    where: str
    message: str


def lint(settings: Settings) -> list[Finding]:
    """All findings of all sites, in the order of the sites."""
    return [finding for site in settings.sites for finding in _of_site(settings, site)]


def _of_site(settings: Settings, site: Site) -> Iterator[Finding]:
    file = f"{settings.root.name}/sites/{site.name}.yaml"
    yield from _rules(site, file)
    yield from _mapping(site, file)
    yield from _groups(site, file)
    yield from _queries(settings, site, file)


def _rules(site: Site, file: str) -> Iterator[Finding]:
    rules = site.rules
    if rules.before_minutes > _DAY:
        text = f"doors open {rules.before_minutes} minutes early, more than a day (F68) — use {_DAY} or less"
        yield Finding("warning", f"{file}: rules.before_minutes", text)
    if BookingStatus.TENTATIVE in rules.booking_statuses:
        text = "a booking that nobody confirmed opens doors (F63) — take tentative out"
        yield Finding("warning", f"{file}: rules.booking_statuses", text)
    yield from _check_in(site, file)


def _check_in(site: Site, file: str) -> Iterator[Finding]:
    """The status that a first opening sets must open the door too."""
    text = "the first opening checks a guest in and so locks them out of the next one"
    source, rules = site.source, site.rules
    if rules.status_codes and isinstance(source, IReserveSource):
        codes = {str(code) for code, word in source.status_map.items() if word is BookingStatus.CHECKED_IN}
        for code in sorted(codes - rules.status_codes):
            yield Finding("error", f"{file}: rules.status_codes", f"{text} — add '{code}'")
    elif BookingStatus.CHECKED_IN not in rules.booking_statuses and _books(site):
        yield Finding("error", f"{file}: rules.booking_statuses", f"{text} — add checked_in")


def _books(site: Site) -> bool:
    return not isinstance(site.source, TabularSource) or "bookings" in site.source.tables


def _mapping(site: Site, file: str) -> Iterator[Finding]:
    for n, entry in enumerate(site.mapping):
        if site.rules.one_target and len(entry.groups) > 1:
            text = (
                f"'{entry.item}' opens {len(entry.groups)} groups, but this preset links one object to one lock (F46)"
            )
            yield Finding("error", f"{file}: mapping.{n}.groups", f"{text} — keep one, or set one_target: false")
        if site.rules.one_target and len(entry.locks) > 1:
            text = f"'{entry.item}' opens {len(entry.locks)} locks, but this preset links one object to one lock (F46)"
            yield Finding("error", f"{file}: mapping.{n}.locks", f"{text} — keep one, or set one_target: false")
        if entry.door is None and _bookable(site, entry.item):
            text = f"'{entry.item}' has no door, so an opening never checks a booking in (F116) — name its lock"
            yield Finding("warning", f"{file}: mapping.{n}", text)


def _bookable(site: Site, item: str) -> bool:
    """Whether bookings can be of this item, as far as the prefixes of the ids tell; plans have no door of their own."""
    if not isinstance(site.source, TabularSource):
        return not item.startswith(_PLANS)
    tables = site.source.tables
    if "bookings" not in tables or not item.startswith(tables["bookings"].columns["item_id"].prefix):
        return False
    plans = tables["memberships"].columns["plan_id"].prefix if "memberships" in tables else ""
    return not (plans and item.startswith(plans))


def _groups(site: Site, file: str) -> Iterator[Finding]:
    mapped = set(site.groups)
    for group in sorted(site.exclusive_groups - mapped):
        text = f"'{group}' is in no mapping, so it is not looked after — map it or take it out"
        yield Finding("warning", f"{file}: exclusive_groups", text)
    for one, other in combinations(sorted(mapped | site.exclusive_groups), 2):
        if _near_miss(one, other):
            text = f"'{one}' and '{other}' are nearly the same name — write one group in one way"
            yield Finding("warning", f"{file}: mapping", text)


def _near_miss(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= _NEAR and not _siblings(one, other)


def _siblings(one: str, other: str) -> bool:
    """Whether two names differ in a single number or letter word only, like `Studio A` and `Studio B`."""
    left, right = one.split(), other.split()
    if len(left) != len(right):
        return False
    pairs = [pair for pair in zip(left, right, strict=True) if pair[0] != pair[1]]
    return len(pairs) == 1 and all(re.fullmatch(r"[A-Z]|\d+", word) for word in pairs[0])


def _queries(settings: Settings, site: Site, file: str) -> Iterator[Finding]:
    for table, source in site.source.tables.items() if isinstance(site.source, TabularSource) else ():
        if source.sql is not None and not source.path(settings.base).is_file():
            text = f"the file {source.sql} is not there — paths start at the project root"
            yield Finding("error", f"{file}: source.tables.{table}.sql", text)
