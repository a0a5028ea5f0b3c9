"""Makes customers somebody at Salto, gives them their seat back, and keeps their data up to date (salto-ks §3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from saltoks.core.errors import NotPermitted, NotThere, Refused, SaltoksError
from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import PersonKind
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.identity import Identity
from saltoks.core.people.site_users import MatchedPeople, PersonIds, alias_of, guest_alias, names_of
from saltoks.core.plan.plan import Change, ChangeKind
from saltoks.core.plan.profile_updates import ProfileStyle, ProfileUpdate, end_of, guest_expiry, profile_update
from saltoks.core.retries import concerns_one
from saltoks.flows.apply.step import ApplyContext, ApplyStep
from saltoks.flows.plan.current.observe import observed_user
from saltoks.salto.models import NewUser, SiteUser, SubscriptionState, UserChange
from saltoks.warehouse.access import people, person_ids
from saltoks.warehouse.access.people import NO_SEAT

PROVISIONING = frozenset({ChangeKind.CREATE_PERSON, ChangeKind.SUBSCRIBE, ChangeKind.UPDATE_PERSON})
AT_ONCE = 50
"""How many people are written down together."""


@dataclass(frozen=True, slots=True)
class ProvisionedUser:
    """Somebody whom Salto has made, and as whom; `told` is what the source says of them."""

    change: Change
    user: SiteUser
    told: Identity

    @property
    def customer_id(self) -> str:
        """The customer that they are."""
        return self.change.customer_id

    @property
    def ids(self) -> PersonIds:
        """Both ids of theirs."""
        return PersonIds(self.user.user.id, self.user.id)

    @property
    def seated(self) -> bool:
        """Whether the site had a seat for them."""
        return self.user.subscription_state != SubscriptionState.SUSPENDED


class UserProvisioner(ApplyStep):
    """The changes of one plan that make people, seat them or change their data.

    One that Salto refuses does not stop the others.
    """

    def __init__(self, context: ApplyContext) -> None:
        super().__init__(context)
        self._role: str | None = None
        self._created: list[ProvisionedUser] = []
        self._done: list[Change] = []
        site = context.site
        self._style = ProfileStyle(source=site.source.name, alias=site.people.alias, mobile=site.credentials.mobile)

    def provision(self, changes: Sequence[Change], customers: Mapping[str, Customer]) -> None:
        """Every change, in the order of the plan: whoever needs a door first comes first in each kind.

        What is about to be asked for is written down for `AT_ONCE` people together, and so is what came of it: whom a
        stop in between keeps from us, the next run finds by e-mail or alias.
        """
        with self._rt.warehouse.session() as session:
            known = person_ids.load(session, self._site.name)
        for first in range(0, len(changes), AT_ONCE):
            batch = changes[first : first + AT_ONCE]
            self._change_log.sent(batch)
            try:
                for change in batch:
                    self._change(change, known.get(change.customer_id), customers)
            finally:
                self._save()

    def _change(self, change: Change, ids: PersonIds | None, customers: Mapping[str, Customer]) -> None:
        one = change.customer_id
        try:
            if change.kind is ChangeKind.CREATE_PERSON:
                user = self._create(change, customers[one])
                self._created.append(ProvisionedUser(change, user, Identity.of(customers[one])))
            elif ids is None:
                raise NotThere(f"customer {one} is nobody at Salto any more")
            elif change.kind is ChangeKind.SUBSCRIBE:
                self._subscribe(change, ids)
            else:
                self._edit(change, ids, customers[one])
        except SaltoksError as error:
            if not concerns_one(error):
                raise
            self._change_log.failed(change, error.message)

    def _create(self, change: Change, customer: Customer) -> SiteUser:
        if change.person is PersonKind.GUEST:
            alias = alias_of(self._style.source, customer, self._style.alias)
            expires_at = guest_expiry(change.window.ends_at, self._change_log.now())
            return self._client.create_guest(self._site_id, alias, expires_at)
        first, last = names_of(customer)
        new = NewUser(first_name=first, last_name=last, role_ids=(self._role_id(),))
        if not self._style.mobile:  # without an e-mail nobody is invited; the alias is how the user is found again
            alias = guest_alias(self._style.source, customer.source_id)
            return self._client.create_user(self._site_id, replace(new, alias=alias))
        try:
            return self._client.create_user(self._site_id, replace(new, email=customer.email))
        except Refused as refusal:
            return self._existing(new, (customer.email or "").strip(), refusal)

    def _existing(self, new: NewUser, email: str, refusal: SaltoksError) -> SiteUser:
        """Somebody who has a Salto account already joins the site with it; raises the refusal where there is none."""
        accounts = [one for one in self._client.search_users(self._site_id, email) if _is(one.email, email)]
        if len(accounts) != 1:
            raise refusal
        try:
            return self._client.add_existing_user(self._site_id, accounts[0].id, new.role_ids)
        except SaltoksError as error:
            if not concerns_one(error):
                raise
            raise refusal from None

    def _role_id(self) -> str:
        if self._role is None:
            code = self._site.people.role
            role_ids = [role.id for role in self._client.roles(self._site_id) if role.code == code]
            if not role_ids:
                raise Refused(f"role {code!r} cannot be handed out at site {self._site.name}: correct people.role")
            self._role = role_ids[0]
        return self._role

    def _save(self) -> None:
        """Keeps both ids, and looks whether there was a seat: a full site does not say so itself (T14)."""
        made, self._created = self._created, []
        provisioned = MatchedPeople(
            {one.customer_id: one.ids for one in made},
            frozenset(one.customer_id for one in made if not one.seated),
            frozenset(),
            frozenset(one.customer_id for one in made),
            told={one.customer_id: one.told for one in made},
        )
        with self._rt.warehouse.session() as session:
            person_ids.save(session, self._site.name, provisioned, self._change_log.now())
            people.save_source_identities(session, self._site.name, provisioned.told)
        done, self._done = [*self._done, *(one.change for one in made if one.seated)], []
        self._change_log.confirmed(done)
        for one in made:
            if not one.seated:
                self._no_seat(one.change)

    def _subscribe(self, change: Change, ids: PersonIds) -> None:
        """Gives a seat, and reads back whether there was one: Salto may say nothing, or refuse (T14)."""
        try:
            self._client.set_subscription(self._site_id, ids.site_user_id, "subscribed")
        except (NotPermitted, Refused):
            seated = False
        else:
            user = self._client.user(self._site_id, ids.site_user_id)
            seated = user.subscription_state != SubscriptionState.SUSPENDED
        because = None if seated else NO_SEAT
        with self._rt.warehouse.session() as session:
            at = self._change_log.now()
            people.save_seat(session, self._site.name, ids.site_user_id, at, subscribed=seated, because=because)
        if seated:
            self._done.append(change)
        else:
            self._no_seat(change)

    def _no_seat(self, change: Change) -> None:
        who = change.customer_id
        self._change_log.failed(change, f"customer {who} got no seat, the site is full: free or buy seats (T14)")

    def _edit(self, change: Change, ids: PersonIds, customer: Customer) -> None:
        """Changes what is still otherwise; the answer says what came of it."""
        now, until = self._change_log.now(), end_of(change)
        user = observed_user(self._client.user(self._site_id, ids.site_user_id))
        edit = profile_update(customer, user, self._style, until, now)
        if edit.words:
            answer = self._client.change_user(self._site_id, ids.site_user_id, _as_change(edit))
            if profile_update(customer, observed_user(answer), self._style, until, now).words:
                raise Refused("Salto took the write but does not show it")
        self._done.append(change)


def _as_change(edit: ProfileUpdate) -> UserChange:
    first, last = edit.names or (None, None)
    return UserChange(first_name=first, last_name=last, email=edit.email, alias=edit.alias, expires_at=edit.expires_at)


def _is(other: str | None, email: str) -> bool:
    return bool(email) and comparable_email(other) == comparable_email(email)
