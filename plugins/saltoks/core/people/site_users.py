"""Who is who: two ids per person, what a customer becomes at Salto, and how our guests are named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime

from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import AliasKind, PersonKind
from saltoks.core.people.identity import Identity, may_be_related

ALIAS_PREFIX = "saltoks"
"""First word of the alias of every guest this product made: how a half-made one is found again."""
_BEFORE_NAME = " · "
_FORMER = "former:"


@dataclass(frozen=True, slots=True, order=True)
class PersonIds:
    """The two ids of one person: `user_id` (platform) for groups and entries, `site_user_id` for the rest."""

    user_id: str
    site_user_id: str


@dataclass(frozen=True, slots=True)
class ObservedUser:
    """A site user as Salto shows it now; `managed_here`: this site may change the data of the person."""

    ids: PersonIds
    email: str | None = field(repr=False)
    alias: str | None = field(repr=False)
    subscribed: bool
    blocked: bool
    first_name: str | None = field(default=None, repr=False)
    last_name: str | None = field(default=None, repr=False)
    has_profile: bool = False
    managed_here: bool = True
    roles: frozenset[str] = frozenset()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchedPeople:
    """Customers found at Salto (`known`), and found there but shut out (`suspended`, `blocked`: customer ids).

    `ours` are those whom this product made, as far as their alias tells, or because it has just made them. `barred`
    can be nobody at Salto now, each with the sentence that says why. `former` are customers whose user is theirs no
    more, with the name under which that user's memberships end; `told` is what the source says of those who are known.
    """

    known: dict[str, PersonIds]
    suspended: frozenset[str]
    blocked: frozenset[str]
    ours: frozenset[str] = frozenset()
    barred: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Identity] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def customer_of(self) -> dict[str, str]:
        """Platform user id to customer id."""
        return {ids.user_id: customer for customer, ids in self.known.items()}


def person_kind(customer: Customer) -> PersonKind | None:
    """Site user or guest; None when the customer can be neither: a member without an e-mail."""
    if customer.reservation_only:
        return PersonKind.GUEST
    return PersonKind.SITE_USER if customer.email else None


def primary_customers(customers: Iterable[Customer]) -> dict[str, str]:
    """Each customer to the one who stands for the same person at Salto: site users with one e-mail are one user.

    An e-mail is one identity on the whole platform (salto-ks §3.2), so their entitlements belong together; the lowest
    customer id stands for all. Those whose names have nothing in common are not taken for one person: only one of
    them can be that user. Guests have no e-mail there and stay apart.
    """
    heads: dict[str, list[Customer]] = {}
    found: dict[str, str] = {}
    for one in sorted(customers, key=lambda row: row.source_id):
        same = heads.setdefault(one.email or "", []) if person_kind(one) is PersonKind.SITE_USER else []
        head = next((other for other in same if may_be_related(one.full_name, other.full_name)), one)
        if head is one:
            same.append(one)
        found[one.source_id] = head.source_id
    return found


def guest_alias(source: str, customer_id: str, name: str = "") -> str:
    """The alias under which a customer's guest is made and found again; with a name where the site wants it."""
    found = f"{ALIAS_PREFIX} {source}/{customer_id}"
    return f"{found}{_BEFORE_NAME}{name}" if name else found


def alias_of(source: str, customer: Customer, kind: AliasKind) -> str:
    """The alias of a customer's guest by the choice of a site: the id alone tells Salto no name."""
    return guest_alias(source, customer.source_id, customer.full_name.strip() if kind is AliasKind.NAME else "")


def names_of(customer: Customer) -> tuple[str, str]:
    """First and last name, from the full name where the source has no parts; Salto wants both."""
    if customer.first_name and customer.last_name:
        return customer.first_name, customer.last_name
    first, _, last = customer.full_name.strip().rpartition(" ")
    return (first or last), last


def orphaned_users(source: str, customers: Set[str], users: Iterable[ObservedUser]) -> MatchedPeople:
    """Users of our making, by their alias, whose customer the source does not have any more: `customers` are those."""
    start = guest_alias(source, "")
    by_alias = {alias_without_name(user.alias): user for user in users if user.alias}
    found = {alias.removeprefix(start): user for alias, user in by_alias.items() if alias.startswith(start)}
    return matched_people(source, {one: user for one, user in found.items() if one and one not in customers})


def former_customer_id(customer_id: str, user_id: str) -> str:
    """Under what name a user is kept whose customer has another one now, or none."""
    return f"{_FORMER}{customer_id}:{user_id[:8]}"


def is_former(customer_id: str) -> bool:
    """Whether this is the name of such a user."""
    return customer_id.startswith(_FORMER)


def matched_people(source: str, found: Mapping[str, ObservedUser]) -> MatchedPeople:
    """Users by customer id, as people."""
    return MatchedPeople(
        {customer: user.ids for customer, user in found.items()},
        frozenset(customer for customer, user in found.items() if not user.subscribed),
        frozenset(customer for customer, user in found.items() if user.blocked),
        frozenset(one for one, user in found.items() if alias_without_name(user.alias) == guest_alias(source, one)),
    )


def alias_without_name(alias: str | None) -> str:
    """An alias without the name that a site may want in it."""
    return (alias or "").split(_BEFORE_NAME)[0]
