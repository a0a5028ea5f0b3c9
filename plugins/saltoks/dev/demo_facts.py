"""What the demo tells, read back from the warehouse: nothing in it is assumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from saltoks.core.canonical import Booking, Rejected
from saltoks.core.entitlements import opens, window_of
from saltoks.core.entries import OPENED, Entry
from saltoks.core.grants import Grant, Key
from saltoks.core.plan import Change, Kind, Plan
from saltoks.core.rows import SourceRows
from saltoks.core.windows import Window
from saltoks.dev.demo_visits import Seen
from saltoks.flows.decide import LOOK_AHEAD, LOOK_BACK, wanted_now
from saltoks.flows.locks import LockView, locks
from saltoks.flows.runtime import Runtime
from saltoks.settings import Site
from saltoks.warehouse import access, audit, extracts, plans, runs
from saltoks.warehouse.runs import StepRow

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
STRANGER = "a stranger"
LEFT_SOURCE = "(no longer in the source)"
FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A person in an access group, or one who should be and is not (`inside`); `new` since this run."""

    group: str
    name: str
    window: Window
    reasons: tuple[str, ...]
    inside: bool
    new: bool


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
    """One site after the runs."""

    site: Site
    at: datetime
    holdings: tuple[Holding, ...]
    left: tuple[str, ...]
    moments: tuple[Moment, ...]
    locks: tuple[LockView, ...]
    quarantined: tuple[Rejected, ...]
    skipped: tuple[str, ...]
    held: tuple[str, ...]
    entries: int
    check_ins: int


@dataclass(frozen=True, slots=True)
class _Books:
    """What the warehouse says of one site."""

    site: Site
    now: datetime
    rows: SourceRows
    members: Mapping[Key, Window]
    wanted: Mapping[Key, Grant]
    plan: Plan

    def name(self, customer_id: str) -> str:
        """A customer's name."""
        names = {one.source_id: one.full_name for one in self.rows.people}
        return names.get(customer_id, LEFT_SOURCE)


def house(rt: Runtime, site: Site, sync_run: str, seen: Sequence[Seen], since: datetime) -> House:
    """Everything about one site; `sync_run` is the id of its access sync, `since` when this demo began."""
    now = rt.clock.now()
    books = _books(rt, site, sync_run, now)
    with rt.warehouse.session() as session:
        found, customer_of = audit.entries(session, site.name, BEGINNING, now + FRESH)
        check_ins = audit.check_ins(session, site.name, BEGINNING)
        last = extracts.last_extract(session, site.source.name)
        rejected = extracts.rejects(session, last.extract_id) if last else ()
    firsts = {(row.customer_id, row.checked_in_at): row.booking_id for row in check_ins}
    told = {entry.entry_id: entry for entry in found if entry.occurred_at >= since}
    here = {one.attempt.entry_id: one for one in seen if one.site == site.name}
    moments = [_moment(books, told[one], customer_of, firsts) for one in dict.fromkeys([*here, *told]) if one in told]
    moments += [_untold(books, one) for name, one in here.items() if name not in told]
    return House(
        site=site,
        at=now,
        holdings=tuple(_holdings(books)),
        left=tuple(_left(books)),
        moments=tuple(moments),
        locks=tuple(locks(rt, site)),
        quarantined=rejected,
        skipped=(*_opening_nothing(books), *books.plan.notes, *(last.problems if last else ())),
        held=tuple(f"{change.sentence} Held: {change.held}." for change in books.plan.held),
        entries=len(found),
        check_ins=len(check_ins),
    )


def steps(rt: Runtime, run_id: str) -> list[StepRow]:
    """The steps of a run with their API calls."""
    with rt.warehouse.session() as session:
        return runs.steps(session, run_id)


def _books(rt: Runtime, site: Site, sync_run: str, now: datetime) -> _Books:
    with rt.warehouse.session() as session:
        rows = access.rows(session, site.source.name, now - LOOK_BACK, now + LOOK_AHEAD)
        members = {one.key: one.window for one in access.books(session, site.name) if not one.sent}
        stored = plans.latest(session, sync_run, site.name)
    plan = stored.plan if stored else Plan(site=site.name, at=now, changes=())
    return _Books(site, now, rows, members, wanted_now(rt, site, rows).wanted, plan)


def _holdings(books: _Books) -> Iterable[Holding]:
    added = {_key(one) for one in books.plan.changes if one.kind is Kind.ADD_MEMBER}
    for key in sorted(books.members.keys() | books.wanted.keys(), key=lambda one: (one.group, one.customer_id)):
        grant, inside = books.wanted.get(key), key in books.members
        yield Holding(
            group=key.group,
            name=books.name(key.customer_id),
            window=grant.window if grant else books.members[key],
            reasons=grant.reasons if grant else (),
            inside=inside,
            new=inside and key in added,
        )


def _left(books: _Books) -> Iterable[str]:
    for one in books.plan.due:
        if one.kind is Kind.REMOVE_MEMBER and _key(one) not in books.members:
            yield f"{books.name(one.customer_id)} left {one.group}: {_why(one)}"


def _why(change: Change) -> str:
    return change.sentence.partition(": ")[2].rstrip(".")


def _key(change: Change) -> Key:
    return Key(change.customer_id, change.group)


def _opening_nothing(books: _Books) -> Iterable[str]:
    """Bookings of this moment whose status opens no door."""
    rules = books.site.rules
    for one in books.rows.bookings:
        if window_of(rules, one).covers(books.now) and not opens(rules, one):
            yield f"booking {one.source_id} is {one.status.value} ({one.status_raw}), which opens no door"


def _moment(
    books: _Books, entry: Entry, customer_of: Mapping[str, str], firsts: Mapping[tuple[str, datetime], str]
) -> Moment:
    customer = customer_of.get(entry.user_id or "", "")
    opened = entry.category == OPENED
    booking = firsts.get((customer, entry.occurred_at))
    return Moment(
        at=entry.occurred_at,
        door=entry.lock_name or "",
        name=books.name(customer) if customer else STRANGER,
        means=_means(entry.access_by or ""),
        opened=opened,
        remark="" if opened else _refusal(books, entry, customer),
        booking=booking,
    )


def _untold(books: _Books, seen: Seen) -> Moment:
    return Moment(
        at=seen.at,
        door=seen.visit.door,
        name=books.name(seen.visit.customer_id) if seen.visit.customer_id else STRANGER,
        means=_means("pin_code" if seen.visit.pin else "mkey"),
        opened=seen.attempt.opened,
        remark=f"{seen.attempt.reason.replace('_', ' ')}; the entry comes once it is back",
        told=False,
    )


def _refusal(books: _Books, entry: Entry, customer: str) -> str:
    if not customer:
        return "a PIN that nobody has" if entry.access_by == "pin_code" else "nobody we know"
    coming = [booking for booking in _at_door(books, customer, entry.lock_name) if booking.starts_at > books.now]
    if coming:
        first = min(coming, key=lambda one: one.starts_at)
        opens_at = window_of(books.site.rules, first).starts_at.astimezone(ZoneInfo(books.site.timezone))
        return f"too early, booking {first.source_id} opens it at {opens_at:%H:%M}"
    return (entry.detail or "refused").replace("_", " ")


def _at_door(books: _Books, customer: str, door: str | None) -> list[Booking]:
    items = {entry.item for entry in books.site.mapping if entry.door == door}
    return [one for one in books.rows.bookings if one.customer_id == customer and one.item_id in items]


def _means(access_by: str) -> str:
    return {"mkey": "mobile key", "pin_code": "PIN", "tag": "tag"}.get(access_by, access_by)
