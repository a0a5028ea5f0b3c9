"""The sandbox's heart: its state with the clock, chance, people and lookups all resources share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from saltoks.sandbox.clock import VirtualClock
from saltoks.sandbox.salto.chance import Chance, named_id
from saltoks.sandbox.salto.state import Event, Iq, Lock, Mail, Person, Site, SiteUser, State
from saltoks.sandbox.salto.world import AccountSpec, ClientSpec, Options, World

RETENTION = timedelta(days=90)
MISSED = 5
"""Heartbeats that a device has to miss before it is called offline."""


class Cloud:
    """One running Salto KS. Used from one event loop only, so nothing is locked."""

    def __init__(self, world: World, state: State, *, seed: int) -> None:
        self.state = state
        self.clients: dict[str, ClientSpec] = {client.client_id: client for client in world.clients}
        self.accounts: dict[str, AccountSpec] = {account.username: account for account in world.accounts}
        self.clock = VirtualClock(self.state.clock)
        self.chance = Chance(seed, self.state)
        self.changed: Callable[[], None] = lambda: None
        self._by_email = {p.email.casefold(): p.id for p in self.state.persons.values() if p.email}
        self._event_count = sum(len(s.entries) + len(s.incidents) for s in self.state.sites.values())

    @property
    def options(self) -> Options:
        """The switches in force."""
        return self.state.options

    def now(self) -> datetime:
        """The present instant on the sandbox's clock."""
        return self.clock.now()

    def person_of(self, user: SiteUser) -> Person:
        """The person behind a site user."""
        return self.state.persons[user.person_id]

    def person_by_email(self, email: str) -> Person | None:
        """The one person with this e-mail on the whole platform."""
        person_id = self._by_email.get(email.casefold())
        return self.state.persons[person_id] if person_id else None

    def add_person(self, first_name: str | None, last_name: str | None, site: Site) -> Person:
        """A new person, managed by the site that created it."""
        identity = self.chance.uuid()
        person = Person(
            id=identity,
            subject=named_id("subject", identity),
            first_name=first_name,
            last_name=last_name,
            managed_by=site.id,
        )
        self.state.persons[person.id] = person
        return person

    def set_email(self, person: Person, email: str | None) -> None:
        """Change a person's e-mail and keep the index right."""
        if person.email:
            self._by_email.pop(person.email.casefold(), None)
        person.email = email
        if email:
            self._by_email[email.casefold()] = person.id

    def forget_person(self, person: Person) -> None:
        """Drop somebody who is on no site and has no e-mail; others stay on the platform."""
        if person.email is None and not any(s.user_of(person.id) for s in self.state.sites.values()):
            del self.state.persons[person.id]

    def send_mail(self, to: str, subject: str, body: str) -> None:
        """Put a mail into the fake mailbox."""
        self.state.mails.append(Mail(to=to, subject=subject, body=body, at=self.now()))

    def next_event(self) -> int:
        """A running number for entries and incidents, so that equal instants keep an order."""
        self._event_count += 1
        return self._event_count

    def store_after_lag(self, at: datetime) -> datetime:
        """When an event that reaches the service at `at` shows up in lists."""
        return at + self.chance.lag(self.options.entry_lag_seconds)

    def calls_online(self, device: Iq | Lock) -> bool:
        """What the service says of a device: a loss is noticed when enough heartbeats are missed (salto-ks §5)."""
        if device.online or device.lost_at is None:
            return device.online
        return self.now() < device.lost_at + timedelta(seconds=MISSED * self.options.heartbeat_seconds)

    def held_back(self, site: Site, event: Event) -> bool:
        """Whether the event still waits in a lock or an IQ that is offline."""
        lock = site.locks.get(event.lock_id or "")
        if lock is None:
            return False
        iq = site.iqs.get(lock.iq_id or "")
        return not lock.online or (iq is not None and not iq.online)

    def release_events(self, site: Site) -> None:
        """Store what waited, once its lock and IQ are back; each keeps its own time."""
        now = self.now()
        for event in (*site.entries, *site.incidents):
            if event.stored_at is None and not self.held_back(site, event):
                event.stored_at = self.store_after_lag(now)
