"""Canonical rows to what should be true at one moment: entitlements, grants, and those to push now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saltoks.core.entitlements import entitlements
from saltoks.core.grants import Grant, Key, grants, unmapped, wanted
from saltoks.core.manual import ManualException, excepted
from saltoks.core.people import principals
from saltoks.core.rows import SourceRows
from saltoks.core.rules import ItemMapping, Rules


@dataclass(frozen=True, slots=True)
class Desired:
    """All grants, those in force until the next tick, and items that open nothing with their entitlements.

    Grants are those of persons: of the customer who stands for all that are one user at Salto (`principals`).
    """

    grants: tuple[Grant, ...]
    wanted: Mapping[Key, Grant]
    unmapped: Mapping[str, int]


def desired(
    rules: Rules,
    mapping: Iterable[ItemMapping],
    rows: SourceRows,
    zone: str,
    *,
    now: datetime,
    next_tick: datetime,
    exceptions: Iterable[ManualException] = (),
) -> Desired:
    """What the rows of one source ask for at `now`, computed from nothing else (F146); `zone` is the site's.

    Exceptions that a person made by hand come last, and win.
    """
    person = principals(rows.customers)
    reasons = entitlements(rules, rows, zone)
    found = [replace(one, customer_id=person.get(one.customer_id, one.customer_id)) for one in reasons]
    entries = list(mapping)
    of_persons = [replace(one, customer=person.get(one.customer, one.customer)) for one in exceptions]
    every = excepted(grants(found, entries), of_persons)
    return Desired(tuple(every), wanted(every, now, next_tick, rules.edge), unmapped(found, entries))


def next_push(now: datetime, tick: timedelta, push: timedelta) -> datetime:
    """When the next tick's changes will have reached the doors: the next full multiple of `tick`, plus `push`.

    A tick takes time; a grant that starts in that time would come late if it waited for the next one.
    """
    since_midnight = now - now.replace(hour=0, minute=0, second=0, microsecond=0)
    return now + tick - since_midnight % tick + push
