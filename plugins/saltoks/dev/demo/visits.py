"""People at the doors of the sandbox: who is let in, who is turned away, and who finds a lock offline."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from saltoks.core.access.entitlements import booking_entitlement
from saltoks.core.access.grants import MembershipKey
from saltoks.core.credentials.pins import recipients
from saltoks.core.model.pools import is_slot, pool_of
from saltoks.core.model.rows import SourceRows
from saltoks.core.plan.membership_records import MembershipRecord
from saltoks.flows.plan.current.records import LOOK_BACK
from saltoks.flows.run.runtime import Runtime
from saltoks.sandbox.salto.admin.client import Attempt, SandboxAdmin
from saltoks.settings import Site
from saltoks.warehouse.access import membership_records, person_ids
from saltoks.warehouse.audit import check_ins
from saltoks.warehouse.src import source_rows

AT_EACH_HOUSE = 10
STRANGERS_PIN = "000000"
LATELY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who goes to a door: a customer by platform user id, or a stranger with a PIN.

    A guest comes `by` the PIN that the desk has handed on, everybody else by the app.
    """

    door: str
    customer_id: str = ""
    user_id: str | None = None
    pin: str | None = None
    by: Literal["mkey", "pin"] = "mkey"


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit and what the door did, at the sandbox's instant `at`."""

    site: str
    visit: Visit
    attempt: Attempt
    at: datetime


def let_walk_in(rt: Runtime, admin: SandboxAdmin) -> list[Seen]:
    """Let people of every site try its doors now."""
    return [_go(admin, site, visit) for site in rt.sites() for visit in _visits(rt, site)]


def _go(admin: SandboxAdmin, site: Site, visit: Visit) -> Seen:
    at = admin.now()
    attempt = admin.attempt(site.salto.site_uid, visit.door, user_id=visit.user_id, by=visit.by, pin=visit.pin)
    return Seen(site.name, visit, attempt, at)


def _visits(rt: Runtime, site: Site) -> list[Visit]:
    """Those who may come in, first those who have not been in yet; one too early; one with a PIN of nobody's."""
    now = rt.clock.now()
    with rt.warehouse.session() as session:
        members = membership_records.current(session, site.name)
        been = {row.customer_id for row in check_ins.check_ins(session, site.name, now - LATELY)}
        rows = source_rows.overlapping(session, site.source.name, now - LOOK_BACK, now + timedelta(days=1))
        users = {customer: ids.user_id for customer, ids in person_ids.load(session, site.name).items()}
    door_of = {entry.targets[0]: entry.door for entry in site.mapping if entry.door}
    inside = [one for one in members if _target(one) in door_of and one.window.covers(now) and not one.sent]
    inside.sort(key=lambda one: (one.key.customer_id in been, one.window, one.key))
    guests = recipients(site.credentials.pin, rows)
    allowed = [_visit(one, door_of, guests) for one in inside[:AT_EACH_HOUSE]]
    open_to = {MembershipKey(one.key.customer_id, _target(one)) for one in members if _opens(one, now)}
    early = (one for one in _too_early(site, rows, open_to, users, now) if one.customer_id not in guests)
    return [*allowed, *list(early)[:1], Visit(next(iter(door_of.values())), pin=STRANGERS_PIN, by="pin")]


def _visit(member: MembershipRecord, door_of: Mapping[str, str], guests: Container[str]) -> Visit:
    by: Literal["mkey", "pin"] = "pin" if member.key.customer_id in guests else "mkey"
    return Visit(door_of[_target(member)], member.key.customer_id, member.user_id, by=by)


def _target(member: MembershipRecord) -> str:
    return pool_of(member.key.group)


def _opens(member: MembershipRecord, now: datetime) -> bool:
    """Somebody in a group opens its doors; in one of our own only while its window lasts."""
    return not is_slot(member.key.group) or member.window.covers(now)


def _too_early(
    site: Site, rows: SourceRows, open_to: set[MembershipKey], users: dict[str, str], now: datetime
) -> Iterator[Visit]:
    """People whom Salto knows, at the door of a booking whose time has not come."""
    mapped = {entry.item: entry for entry in site.mapping}
    for booking in sorted(rows.bookings, key=lambda one: (one.starts_at, one.source_id)):
        found, entry = booking_entitlement(site.rules, booking), mapped.get(booking.item_id)
        if not found or not entry or not entry.door or found.window.starts_at <= now:
            continue
        if booking.customer_id in users and MembershipKey(booking.customer_id, entry.targets[0]) not in open_to:
            yield Visit(entry.door, booking.customer_id, users[booking.customer_id])
