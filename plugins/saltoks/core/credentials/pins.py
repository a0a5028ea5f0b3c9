"""Who gets a PIN, when, and for which stay: each stay of a person is asked for once.

A stay is a run of a person's grants without a gap, whatever doors they are for. Salto keeps one PIN a person, so a PIN
for the next stay ends the one of the stay before: a gap that is too short to ask in is therefore no gap. `apart` is the
longest such gap; a PIN is never asked for further ahead than that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from saltoks.core.access.grants import Grant
from saltoks.core.model.rows import SourceRows, visitor_id
from saltoks.core.people.site_users import PersonIds
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.core.time.windows import Window

KEPT_AFTER_GRANTS = timedelta(days=1)
"""How long a stay on record outlives its grants: a source that blinks must not change a PIN."""


class PinAudience(StrEnum):
    """Who gets a PIN: nobody, visitors of the booking system, every guest at Salto, or site users too."""

    OFF = "off"
    VISITORS = "visitors"
    GUESTS = "guests"
    EVERYONE = "everyone"


class PinState(StrEnum):
    """`asked`: an answer may have been lost, so it is asked for again; `issued`: ours; `delivered`: the person's."""

    ASKED = "asked"
    ISSUED = "issued"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """One run of a person's grants; `key` names it for good, also when it gets longer, shorter or moves a little."""

    customer_id: str
    key: str
    window: Window


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRecord:
    """The PIN of a stay on record, and whose it is at Salto; `request_number` counts how often it was asked for."""

    stay: Stay
    site_user_id: str
    state: PinState
    request_number: int = 1


@dataclass(frozen=True, slots=True)
class StaysOnRecord:
    """The stays that are granted, and those on record that are granted no more, with the end they have then."""

    granted: tuple[Stay, ...]
    fading: tuple[Stay, ...]


@dataclass(frozen=True, slots=True)
class PinDue:
    """A stay whose PIN is to be asked for now, for this person; `groups` are those that the PIN shall open with."""

    stay: Stay
    ids: PersonIds
    groups: tuple[str, ...]


def recipients(switch: PinAudience, rows: SourceRows) -> frozenset[str]:
    """The customers to whom a site's switch gives PINs, by id."""
    people = {one.source_id: one.reservation_only for one in rows.people}
    match switch:
        case PinAudience.OFF:
            return frozenset()
        case PinAudience.VISITORS:
            return frozenset(map(visitor_id, rows.visitors))
        case PinAudience.GUESTS:
            return frozenset(one for one, is_guest in people.items() if is_guest)
        case PinAudience.EVERYONE:
            return frozenset(people)


def without_credential(switch: PinAudience, rows: SourceRows, grants: Iterable[Grant]) -> frozenset[str]:
    """Guests and visitors who have a grant and get nothing to open a door with: no PIN, and Salto invites no guest."""
    guests = {one.source_id for one in rows.people if one.reservation_only}
    return frozenset(guests & {grant.key.customer_id for grant in grants}) - recipients(switch, rows)


def stays_of(grants: Iterable[Grant], known: Iterable[Stay], apart: timedelta, now: datetime) -> StaysOnRecord:
    """The stays of everybody: a run that is near one on record is that one; any other is new.

    Of several on record the latest start counts, since its PIN is the one that Salto has.
    """
    runs = _runs(grants, apart)
    recorded: dict[str, list[Stay]] = defaultdict(list)
    for one in sorted(known, key=lambda stay: (stay.window, stay.key), reverse=True):
        recorded[one.customer_id].append(one)
    granted: list[Stay] = []
    fading: list[Stay] = []
    for customer in sorted(runs.keys() | recorded.keys()):
        found, left = _named(customer, runs.get(customer, []), recorded[customer], apart, now)
        granted += found
        fading += [_cut(one, now) for one in left if one.window.ends_at > now]
    return StaysOnRecord(tuple(granted), tuple(fading))


def due_pins(
    granted: Iterable[Stay],
    known: Iterable[PinRecord],
    records: Iterable[MembershipRecord],
    able: Mapping[str, PersonIds],
    *,
    now: datetime,
    soon: datetime,
) -> Iterator[PinDue]:
    """The stays to ask a PIN for, soonest first: begun or about to (`soon`), of people who are `able` to use one.

    Somebody who is in no group for the stay gets none, since no door would open. A PIN that a person lost with
    their user at Salto is asked for again.
    """
    record = {(one.stay.customer_id, one.stay.key): one for one in known}
    inside: dict[str, list[MembershipRecord]] = defaultdict(list)
    for entry in records:
        if not entry.sent:
            inside[entry.key.customer_id].append(entry)
    for stay in sorted(granted, key=lambda one: (one.window, one.customer_id)):
        ids, before = able.get(stay.customer_id), record.get((stay.customer_id, stay.key))
        if ids is None or not _is_on(stay, now, soon) or (before and _holds(before, ids)):
            continue
        groups = sorted(one.key.group for one in inside[stay.customer_id] if _gap(one.window, stay.window) < _NOTHING)
        if groups:
            yield PinDue(stay, ids, tuple(groups))


_NOTHING = timedelta()


def _runs(grants: Iterable[Grant], apart: timedelta) -> dict[str, list[Window]]:
    """The windows of each person, joined where no more than `apart` lies between them."""
    found: dict[str, list[Window]] = {}
    for window, customer in sorted((grant.window, grant.key.customer_id) for grant in grants):
        runs = found.setdefault(customer, [])
        if runs and window.starts_at - runs[-1].ends_at <= apart:
            runs[-1] = Window(runs[-1].starts_at, max(runs[-1].ends_at, window.ends_at))
        else:
            runs.append(window)
    return found


def _named(
    customer: str, runs: list[Window], recorded: list[Stay], apart: timedelta, now: datetime
) -> tuple[list[Stay], list[Stay]]:
    """Each run under its key, and what is on record and no run's."""
    left, found = list(recorded), []
    taken = {one.key for one in recorded}
    for run in runs:
        before = next((one for one in left if _gap(one.window, run) <= apart), None)
        if before:
            left.remove(before)
            found.append(replace(before, window=Window(min(before.window.starts_at, run.starts_at), run.ends_at)))
        elif run.ends_at > now:
            found.append(Stay(customer, _new_key(max(run.starts_at, now), taken), run))
            taken.add(found[-1].key)
    return found, left


def _new_key(at: datetime, taken: set[str]) -> str:
    """When a stay begins, or when it was first seen; the next second where that name is taken."""
    while (key := f"{at:%Y%m%dT%H%M%SZ}") in taken:
        at += timedelta(seconds=1)
    return key


def _cut(stay: Stay, now: datetime) -> Stay:
    ends_at = min(stay.window.ends_at, now + KEPT_AFTER_GRANTS)
    return replace(stay, window=Window(min(stay.window.starts_at, ends_at), ends_at))


def _gap(one: Window, other: Window) -> timedelta:
    """The time between two windows; zero where they touch, less where they overlap."""
    return max(other.starts_at - one.ends_at, one.starts_at - other.ends_at)


def _is_on(stay: Stay, now: datetime, soon: datetime) -> bool:
    return stay.window.starts_at <= soon and stay.window.ends_at > now


def _holds(known: PinRecord, ids: PersonIds) -> bool:
    return known.state is not PinState.ASKED and known.site_user_id == ids.site_user_id
