"""Makes customers somebody at Salto: a site user with an e-mail, or a guest (contract §3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from saltoks.core.canonical import Customer
from saltoks.core.errors import NotPermitted, NotThere, Refused
from saltoks.core.people import People, PersonIds, guest_alias
from saltoks.core.plan import Change
from saltoks.core.rules import PersonKind
from saltoks.flows.ledger import Ledger
from saltoks.flows.runtime import Runtime
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import NewUser, SiteUser, SubscriptionState
from saltoks.settings import Site
from saltoks.warehouse import access

_LONGEST_STAY = timedelta(days=365)
"""Salto wants an expiry for every guest; one whose access has no end gets this."""


class Newcomers:
    """The `create_person` changes of one plan; one that Salto refuses does not stop the others."""

    def __init__(self, rt: Runtime, site: Site, client: SaltoKs, site_id: str, ledger: Ledger) -> None:
        self._rt = rt
        self._site = site
        self._client = client
        self._site_id = site_id
        self._ledger = ledger
        self._role: str | None = None

    def make(self, source: str, changes: Sequence[Change], customers: Mapping[str, Customer]) -> None:
        """Makes every person, soonest need first, and keeps both ids of each (F138)."""
        for change in changes:
            self._ledger.sent([change])
            try:
                user = self._create(source, change, customers[change.customer_id])
            except (NotThere, NotPermitted, Refused) as error:
                self._ledger.failed(change, error.message)
            else:
                self._keep(change, user)

    def _create(self, source: str, change: Change, customer: Customer) -> SiteUser:
        if change.person is PersonKind.GUEST:
            alias = guest_alias(source, customer.source_id)
            until = min(change.window.ends_at, self._ledger.now() + _LONGEST_STAY)
            return self._client.create_guest(self._site_id, alias, until)
        first, last = _names(customer)
        new = NewUser(first_name=first, last_name=last, email=customer.email, role_ids=(self._role_id(),))
        return self._client.create_user(self._site_id, new)

    def _role_id(self) -> str:
        if self._role is None:
            code = self._site.people.role
            found = [role.id for role in self._client.roles(self._site_id) if role.code == code]
            if not found:
                raise Refused(f"role {code!r} cannot be handed out at site {self._site.name}: correct people.role")
            self._role = found[0]
        return self._role

    def _keep(self, change: Change, user: SiteUser) -> None:
        one = change.customer_id
        suspended = user.subscription_state == SubscriptionState.SUSPENDED
        made = People({one: PersonIds(user.user.id, user.id)}, frozenset({one} if suspended else ()), frozenset())
        with self._rt.warehouse.session() as session:
            access.save_people(session, self._site.name, made, self._ledger.now())
        if suspended:
            self._ledger.failed(change, f"customer {one} got no seat, the site is full: free or buy seats (T14)")
        else:
            self._ledger.confirmed([change])


def _names(customer: Customer) -> tuple[str, str]:
    """First and last name, from the full name where the source has no parts; Salto wants both."""
    if customer.first_name and customer.last_name:
        return customer.first_name, customer.last_name
    first, _, last = customer.full_name.strip().rpartition(" ")
    return (first or last), last
