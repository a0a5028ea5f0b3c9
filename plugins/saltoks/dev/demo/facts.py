"""What the demo tells, read back from the warehouse: nothing in it is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.access.entitlements import booking_opens, booking_window
from saltoks.core.devices.entries import OPENED, Entry
from saltoks.core.model.canonical import Booking, MembershipStatus, RejectedRow
from saltoks.core.plan.plan import ChangeKind
from saltoks.core.time.windows import ALWAYS, FOREVER, Window
from saltoks.dev.demo.access_report import Holding, holdings, left
from saltoks.dev.demo.records import SiteRecords, site_records
from saltoks.dev.demo.visits import Seen
from saltoks.flows.lock_status import LockView, locks
from saltoks.flows.run.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse.audit import check_ins, entries
from saltoks.warehouse.ops import runs
from saltoks.warehouse.ops.runs import StepRow
from saltoks.warehouse.src import extracts

FirstOpening = tuple[str, datetime, str | None]
"""A customer, an instant and a door."""

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
STRANGER = "a stranger"
FRESH = timedelta(minutes=5)
SHUT = (MembershipStatus.PAUSED, MembershipStatus.INACTIVE)
"""States of a membership that somebody may wonder about: it is there, and opens nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something at a door; `booking`: the one it is the check-in of; `told` False: the entry is still in the lock."""

    at: datetime
    door: str
    name: str
    means: str
    opened: bool
    remark: str
    booking: str | None = None
    told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One site after the runs; `known`: rows of its source by what they are, `changes`: those due by kind."""

    site: Site
    at: datetime
    known: Mapping[str, int]
    changes: Mapping[ChangeKind, int]
    holdings: tuple[Holding, ...]
    left: tuple[str, ...]
    moments: tuple[Moment, ...]
    locks: tuple[LockView, ...]
    quarantined: tuple[RejectedRow, ...]
    skipped: tuple[str, ...]
    held: tuple[str, ...]
    entries: int
    check_ins: int


def house(rt: Runtime, site: Site, sync_run: str, seen: Sequence[Seen], since: datetime) -> House:
    """Everything about one site; `sync_run` is the id of its access sync, `since` when this demo began."""
    records = site_records(rt, site, sync_run)
    with rt.warehouse.session() as session:
        found, customer_of = entries.entries(session, site.name, BEGINNING, records.now + FRESH)
        checked = check_ins.check_ins(session, site.name, BEGINNING)
        last = extracts.last_extract(session, site.source.name)
        rejected = extracts.rejects(session, last.extract_id) if last else ()
    firsts = {(row.customer_id, row.checked_in_at, row.lock_name): row.booking_id for row in checked}
    told = {entry.entry_id: entry for entry in found if entry.occurred_at >= since}
    here = [one for one in seen if one.site == site.name]
    order = dict.fromkeys([*(one.attempt.entry_id for one in here), *told])
    moments = [_moment(records, told[one], customer_of, firsts) for one in order if one in told]
    moments += [_untold(records, one) for one in here if one.attempt.entry_id not in told]
    return House(
        site=site,
        at=records.now,
        known=_known(records),
        changes={kind: sum(one.kind is kind for one in records.plan.due) for kind in ChangeKind},
        holdings=tuple(holdings(records)),
        left=tuple(left(records)),
        moments=tuple(moments),
        locks=tuple(locks(rt, site)),
        quarantined=rejected,
        skipped=(*_opening_nothing(records), *_folded((*records.plan.notes, *(last.problems if last else ())))),
        held=tuple(f"{change.sentence} Held: {change.held}." for change in records.plan.held),
        entries=len(found),
        check_ins=len(checked),
    )


def steps(rt: Runtime, run_id: str) -> list[StepRow]:
    """The steps of a run with their API calls."""
    with rt.warehouse.session() as session:
        return runs.steps(session, run_id)


def _known(records: SiteRecords) -> dict[str, int]:
    rows = records.rows
    return {
        "bookings": len(rows.bookings),
        "customers": len(rows.customers),
        "memberships": len(rows.memberships),
        "offices": len(rows.assignments),
        "passes": len(rows.passes),
        "visitors": len(rows.visitors),
    }


def _opening_nothing(records: SiteRecords) -> Iterator[str]:
    """Rows of this moment that open no door, where one might expect them to."""
    rules, rows = records.site.rules, records.rows
    for booking in rows.bookings:
        hours = Window(booking.starts_at - rules.before, booking.ends_at + rules.after)
        if hours.covers(records.now) and not booking_opens(rules, booking):
            yield f"booking {booking.source_id} is {booking.status.value}{_word(booking)}, which opens no door"
    for membership in rows.memberships:
        span = Window(membership.starts_at or ALWAYS, membership.ends_at or FOREVER)
        if membership.status in SHUT and span.covers(records.now):
            yield f"membership {membership.source_id} is {membership.status.value}, which opens no door"
    for visitor in rows.visitors:
        if visitor.approval not in rules.approvals:
            yield f"visitor {visitor.source_id} is not let through ({visitor.approval.value}), so no door opens"


def _word(booking: Booking) -> str:
    raw = booking.status_raw
    return "" if raw.lower().startswith(booking.status.value) else f" ({raw})"


def _folded(notes: Iterable[str]) -> Iterator[str]:
    """Sentences that say the same of several people, once."""
    alike: dict[str, list[str]] = {}
    for note in notes:
        alike.setdefault(note.partition(", which ")[2] or note, []).append(note)
    for found in alike.values():
        yield found[0] + (f" ({len(found) - 1} more like this)" if len(found) > 1 else "")


def _moment(
    records: SiteRecords, entry: Entry, customer_of: Mapping[str, str], firsts: Mapping[FirstOpening, str]
) -> Moment:
    customer, door = customer_of.get(entry.user_id or "", ""), entry.lock_name or ""
    opened = entry.category == OPENED
    return Moment(
        at=entry.occurred_at,
        door=door,
        name=records.name(customer) if customer else STRANGER,
        means=_means(entry.access_by or ""),
        opened=opened,
        remark=", ".join(records.reasons(customer, door)) if opened else _refusal(records, entry, customer),
        booking=firsts.get((customer, entry.occurred_at, entry.lock_name)),
    )


def _untold(records: SiteRecords, seen: Seen) -> Moment:
    """What no entry tells yet, or ever: whoever has no key does not get as far as the door."""
    later = "; the entry comes once it is back" if seen.attempt.entry_id else ""
    return Moment(
        at=seen.at,
        door=seen.visit.door,
        name=records.name(seen.visit.customer_id) if seen.visit.customer_id else STRANGER,
        means=_means("pin_code" if seen.visit.by == "pin" else "mkey"),
        opened=seen.attempt.opened,
        remark=seen.attempt.reason.replace("_", " ") + later,
        told=False,
    )


def _refusal(records: SiteRecords, entry: Entry, customer: str) -> str:
    if not customer:
        return "a PIN that nobody has" if entry.access_by == "pin_code" else "nobody we know"
    coming = [booking for booking in _at_door(records, customer, entry.lock_name) if booking.starts_at > records.now]
    if coming:
        first = min(coming, key=lambda one: one.starts_at)
        opens_at = booking_window(records.site.rules, first).starts_at.astimezone(ZoneInfo(records.site.timezone))
        return f"too early, booking {first.source_id} opens at {opens_at:%H:%M}"
    return (entry.detail or "refused").replace("_", " ")


def _at_door(records: SiteRecords, customer: str, door: str | None) -> list[Booking]:
    items = {entry.item for entry in records.site.mapping if entry.door == door}
    return [one for one in records.rows.bookings if one.customer_id == customer and one.item_id in items]


def _means(access_by: str) -> str:
    return {"mkey": "key", "pin_code": "PIN", "tag": "tag"}.get(access_by, access_by)
