"""Carries out what the admin endpoints are asked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel

from saltoks.sandbox.limiter import Limiter
from saltoks.sandbox.salto import door
from saltoks.sandbox.salto.admin.client import Attempt
from saltoks.sandbox.salto.admin.orders import (
    AdvanceOrder,
    AppOrder,
    AttemptOrder,
    ClockOrder,
    EntryOrder,
    FaultsOrder,
    IncidentOrder,
    IqOrder,
    LockOrder,
    MembersOrder,
    OpeningsOrder,
    OptionsOrder,
    Order,
    RemoveOrder,
    RevokeOrder,
    SiteOrder,
    UserOrder,
)
from saltoks.sandbox.salto.api.activation import signed_in_to_the_app
from saltoks.sandbox.salto.api.groups import enter, leave
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.dump import world_dump
from saltoks.sandbox.salto.faults import Front
from saltoks.sandbox.salto.state import Activation, Event, Group, Iq, Lock, Rights, Site, SiteUser
from saltoks.sandbox.salto.world import Options

N = TypeVar("N", Lock, Iq, Group)


class AdminDesk:
    """Carries out admin requests; a LookupError names what is unknown."""

    def __init__(self, cloud: Cloud, front: Front, limiter: Limiter) -> None:
        self._cloud = cloud
        self._front = front
        self._limiter = limiter

    def attempt(self, order: AttemptOrder) -> object:
        """Try a door."""
        site = self._site(order.site)
        lock = _named(site.locks, order.lock)
        what = door.Try(user_id=order.user_id, by=order.by, pin=order.pin, tag=order.tag, exit=order.exit)
        verdict, entry = door.attempt(self._cloud, site, lock, what, self._at(order.at))
        return asdict(Attempt(verdict.opened, verdict.detail, verdict.reason, entry.id if entry else ""))

    def openings(self, order: OpeningsOrder) -> object:
        """Whom every lock would let in, whatever they hold, without an entry."""
        site = self._site(order.site)
        return [
            {
                lock.customer_reference: sorted(door.open_for(self._cloud, site, lock, self._at(at)))
                for lock in site.locks.values()
            }
            for at in order.at
        ]

    def set_site(self, order: SiteOrder) -> object:
        """More seats, or fewer; who has one keeps it."""
        self._site(order.site).seats = order.seats
        return {}

    def set_clock(self, order: ClockOrder) -> object:
        """Jump."""
        self._cloud.clock.set(order.at, frozen=order.frozen)
        return self.clock()

    def advance(self, order: AdvanceOrder) -> object:
        """Move."""
        self._cloud.clock.advance(order.seconds)
        return self.clock()

    def real_clock(self) -> object:
        """Back to real time."""
        self._cloud.clock.real()
        return self.clock()

    def clock(self) -> object:
        """The present instant."""
        return {"now": self._cloud.now().isoformat(), "frozen": self._cloud.clock.frozen}

    def calls(self) -> object:
        """Requests so far."""
        return [asdict(call) | {"at": call.at.isoformat()} for call in self._front.journal.calls]

    def count(self) -> object:
        """Requests by route."""
        return self._front.journal.count()

    def refused(self) -> object:
        """How many requests were over the rate."""
        return {"refused": self._limiter.refused}

    def held(self) -> object:
        """How many requests a fault keeps waiting."""
        return {"held": self._front.faults.held}

    def forget_calls(self) -> object:
        """Start counting anew."""
        self._front.journal.forget()
        return {}

    def faults(self, order: FaultsOrder) -> object:
        """Replace the active faults."""
        self._front.faults.replace(order.faults)
        return {}

    def options(self, order: OptionsOrder) -> object:
        """Change switches."""
        changed = self._cloud.options.model_dump() | order.changes
        self._cloud.state.options = Options.model_validate(changed)
        return {}

    def world(self) -> object:
        """The state for assertions."""
        return world_dump(self._cloud)

    def mailbox(self) -> object:
        """Mails so far."""
        return [mail.model_dump(mode="json") for mail in self._cloud.state.mails]

    def set_lock(self, order: LockOrder) -> object:
        """Change how a lock is; what is reported of its link follows later."""
        site = self._site(order.site)
        lock = _named(site.locks, order.lock)
        if order.online is False and lock.online:
            lock.lost_at = self._cloud.now()
        _update(lock, order, {"site", "lock"})
        self._cloud.release_events(site)
        return {}

    def set_iq(self, order: IqOrder) -> object:
        """Change an IQ's link; offline it goes on with the rights it knows."""
        site = self._site(order.site)
        iq = _named(site.iqs, order.iq)
        if order.online is False and iq.online:
            iq.lost_at = self._cloud.now()
            site.rights_at_outage[iq.id] = Rights(groups=site.groups, users=site.users).model_copy(deep=True)
        if order.online is True:
            site.rights_at_outage.pop(iq.id, None)
        _update(iq, order, {"site", "iq"})
        self._cloud.release_events(site)
        return {}

    def set_user(self, order: UserOrder) -> object:
        """Change a user by hand."""
        user = _user(self._site(order.site), order.user_id)
        _update(user, order, {"site", "user_id", "has_profile"})
        if order.has_profile is not None:
            self._cloud.person_of(user).has_profile = order.has_profile
        return {}

    def sign_in_to_app(self, order: AppOrder) -> object:
        """Give a user's activation of an IQ another secret."""
        for own in self._activations(order):
            signed_in_to_the_app(own)
        return {}

    def reset_activation(self, order: AppOrder) -> object:
        """Forget a user's activation of an IQ."""
        site, reset = self._site(order.site), self._activations(order)
        site.activations = [one for one in site.activations if one not in reset]
        return {}

    def _activations(self, order: AppOrder) -> list[Activation]:
        site = self._site(order.site)
        whose = (_named(site.iqs, order.iq).id, _user(site, order.user_id).person_id)
        return [one for one in site.activations if (one.iq_id, one.person_id) == whose]

    def remove_user(self, order: RemoveOrder) -> object:
        """Remove a user by hand."""
        site = self._site(order.site)
        user = _user(site, order.user_id)
        person = self._cloud.person_of(user)
        site.drop_user(user)
        self._cloud.forget_person(person)
        return {}

    def set_members(self, order: MembersOrder) -> object:
        """Change members by hand."""
        site = self._site(order.site)
        group = _named(site.groups, order.group)
        people = {person_id: _user(site, person_id).person_id for person_id in [*order.add, *order.remove]}
        for person_id in order.remove:
            leave(self._cloud, group, people[person_id])
        for person_id in order.add:
            enter(self._cloud, group, people[person_id])
        return {}

    def revoke(self, order: RevokeOrder) -> object:
        """Make tokens invalid."""
        self._cloud.state.access_tokens.clear()
        if order.refresh:
            self._cloud.state.refresh_tokens.clear()
        return {}

    def add_entry(self, order: EntryOrder) -> object:
        """Put in a raw entry."""
        site = self._site(order.site)
        event = self._event(site, order)
        plain = order.model_dump(include={"user_id", "event_detail", "access_by", "access_detail"})
        entry = event.model_copy(update=plain | {"exit_requested": order.exit_requested})
        entry.id = order.entry_id or event.id
        entry.stored_at = order.visible_at.astimezone(UTC) if order.visible_at else event.stored_at
        if person := self._cloud.state.persons.get(order.user_id or ""):
            entry.first_name, entry.last_name = person.first_name, person.last_name
        site.entries.append(entry)
        return {"id": entry.id}

    def add_incident(self, order: IncidentOrder) -> object:
        """Put in a raw incident."""
        site = self._site(order.site)
        event = self._event(site, order)
        site.incidents.append(event)
        return {"id": event.id}

    def _event(self, site: Site, order: IncidentOrder) -> Event:
        return Event(
            seq=self._cloud.next_event(),
            id=self._cloud.chance.uuid(),
            event_category=order.event_category,
            at=self._at(order.at),
            stored_at=self._cloud.now(),
            lock_id=_named(site.locks, order.lock).id if order.lock else None,
        )

    def _at(self, at: datetime | None) -> datetime:
        return at.astimezone(UTC) if at else self._cloud.now()

    def _site(self, name: str) -> Site:
        for site in self._cloud.state.sites.values():
            if name in (site.id, site.site_uid):
                return site
        raise LookupError(f"There is no site {name}.")


def _named(things: dict[str, N], name: str) -> N:
    for thing in things.values():
        if name in (thing.id, thing.customer_reference):
            return thing
    raise LookupError(f"There is no {name} on this site.")


def _user(site: Site, identity: str) -> SiteUser:
    user = site.users.get(identity) or site.user_of(identity)
    if user is None:
        raise LookupError(f"There is no user {identity} on this site.")
    return user


def _update(thing: BaseModel, order: Order, apart: set[str]) -> None:
    for name, value in order.model_dump(exclude=apart, exclude_none=True).items():
        setattr(thing, name, value)
