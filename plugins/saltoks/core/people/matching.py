"""Which Salto user is which customer, decided over everybody at once, so that the order of rows changes nothing.

::

    order   a user is a customer's                  unless
    1       by the ids on record                    the row tells of another person than before (`identity`), or
                                                    the user is a guest and the customer is none any more
    2       by our alias                            the user is on record for somebody else, or was another person's
                                                    under this very id
    3       by the e-mail                           the user is on record for somebody else whom the row cannot be

A user is one customer's at most. What is left over is said, never merged: a user that lost its customer ends under a
name of its own, and a customer whose e-mail is another one's user gets nobody until that is put right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import PersonKind
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.identity import Identity, may_be_one_person
from saltoks.core.people.site_users import (
    MatchedPeople,
    ObservedUser,
    PersonIds,
    alias_without_name,
    former_customer_id,
    guest_alias,
    matched_people,
    person_kind,
)

GUEST_ROLE = "site_guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecords:
    """What we kept of people: their ids, and what the source said of them when they were matched last."""

    ids: Mapping[str, PersonIds]
    told: Mapping[str, Identity] = field(default_factory=dict)


def match_customers(
    source: str,
    customers: Iterable[Customer],
    users: Iterable[ObservedUser],
    record: PersonRecords,
    twins: Mapping[str, str] | None = None,
    untouched: Set[str] = frozenset(),
) -> MatchedPeople:
    """Customers to the users seen; a person on record that is no longer seen is gone, and will be made again.

    `customers` are those who stand for a person, `twins` says who stands for whom, and `untouched` keep what they have.
    """
    table = _Table(source, sorted(customers, key=_rank), list(users), record, twins or {}, untouched)
    table.by_record()
    table.by_alias()
    table.by_email()
    found = matched_people(source, table.users_by_customer())
    former = table.former()
    known = found.known | {name: record.ids[one] for one, name in former.items()}
    told = {one: Identity.of(row) for one, row in table.rows().items()}
    barred = dict(table.barred())
    return replace(found, known=known, barred=barred, former=former, told=told, notes=tuple(table.notes))


def _rank(customer: Customer) -> tuple[bool, str]:
    """Who comes first where only one can have it: somebody with access, then the lowest id."""
    return not customer.active, customer.source_id


def shared_email_warnings(customers: Iterable[Customer], twins: Mapping[str, str]) -> list[str]:
    """Sentences about active customers who are one user at Salto, though their names say that they are two people."""
    by_id = {customer.source_id: customer for customer in customers if customer.active}
    pairs = ((one, by_id.get(twins[name])) for name, one in sorted(by_id.items()) if twins[name] != name)
    return [
        f"customers {head.source_id} and {one.source_id} share one e-mail, so they are one user at Salto, for whom "
        "opens what either may — give each person an e-mail of their own"
        for one, head in pairs
        if head and not may_be_one_person(one.full_name, head.full_name)
    ]


class _Table:
    """Users and customers that find each other, step by step."""

    def __init__(
        self,
        source: str,
        customers: list[Customer],
        users: list[ObservedUser],
        record: PersonRecords,
        twins: Mapping[str, str],
        untouched: Set[str],
    ) -> None:
        self._source = source
        self._customers = customers
        users = sorted(users, key=lambda user: user.ids, reverse=True)  # of two with one e-mail, the first id
        self._by_id = {user.ids.user_id: user for user in users}
        self._by_alias: dict[str, list[ObservedUser]] = defaultdict(list)
        for user in reversed(users):
            self._by_alias[alias_without_name(user.alias)].append(user)
        self._by_email = {comparable_email(user.email): user for user in users if user.email}
        self._record = record
        self._twins = twins
        self._behind: dict[str, list[str]] = defaultdict(list)
        for twin, head in sorted(twins.items()):
            self._behind[head].append(twin)
        self._untouched = untouched
        self._owners: dict[str, list[str]] = defaultdict(list)
        for customer, ids in sorted(record.ids.items()):
            self._owners[ids.user_id].append(customer)
        self._customer_of: dict[str, str] = {}
        self._user_of: dict[str, ObservedUser] = {}
        self._left: dict[str, str] = {}
        self.notes: list[str] = []

    def by_record(self) -> None:
        """The ids on record; of several customers with one user, it is the one's whose e-mail it has."""
        claims: dict[str, list[Customer]] = defaultdict(list)
        for one in self._customers:
            user = self._recorded(one)
            if user is not None and self._may_keep(one, user):
                claims[user.ids.user_id].append(one)
        for user_id, found in claims.items():
            user = self._by_id[user_id]
            self._give(min(found, key=lambda one: (not _has_email(user, one), *_rank(one))), user)

    def by_alias(self) -> None:
        """Our alias, for somebody whose ids never came on record; whose id was another's has that one's alias too."""
        for one in self._without():
            named = self._by_alias.get(guest_alias(self._source, one.source_id), ())
            free = [user for user in named if _suits(one, user) and not self._others(one, user)]
            user = next((user for user in free if user.ids.user_id != self._left.get(one.source_id)), None)
            if user:
                self._give(one, user)

    def by_email(self) -> None:
        """The e-mail, for site users; a name that is the user's comes first."""
        named = sorted(self._without(), key=lambda one: not self._is_named_like(one))
        for one in named:
            user = self._with_email(one)
            others = self._others(one, user) if user else []
            if user and all(self._is_the_one(one, other, user) for other in others):
                self._give(one, user)
                self._tell_of_names(one, user, others)

    def _tell_of_names(self, one: Customer, user: ObservedUser, others: list[str]) -> None:
        if not others and not may_be_one_person(one.full_name, _name(user)):
            self.notes.append(
                f"customer {one.source_id} has the e-mail of a user of the site who has another name there: they are "
                "taken for one person — correct one of them if they are two"
            )

    def users_by_customer(self) -> dict[str, ObservedUser]:
        """What was found."""
        return self._user_of

    def rows(self) -> dict[str, Customer]:
        """The rows of those who were found."""
        return {one.source_id: one for one in self._customers if one.source_id in self._user_of}

    def former(self) -> dict[str, str]:
        """Customers whose user went to nobody else, with the name under which its memberships end."""
        return {
            one: former_customer_id(one, user)
            for one, user in sorted(self._left.items())
            if user not in self._customer_of
        }

    def barred(self) -> Iterator[tuple[str, str]]:
        """Site users to be who have no user, and whose e-mail another one has, or will have."""
        coming: dict[str, str] = {}
        for one in self._without():
            email = comparable_email(one.email)
            if person_kind(one) is not PersonKind.SITE_USER:
                continue
            user = self._by_email.get(email)
            whose = self._whose(user) if user else self._asked_by(coming.setdefault(email, one.source_id), one)
            if whose:
                yield (
                    one.source_id,
                    (
                        f"customer {one.source_id} becomes nobody at Salto, since their e-mail is that of {whose}: "
                        "give each person an e-mail of their own"
                    ),
                )

    def _recorded(self, one: Customer) -> ObservedUser | None:
        """The user on record for a customer, else for one whom they stand for."""
        theirs = [one.source_id, *self._behind[one.source_id]]
        ids = (self._record.ids[name] for name in theirs if name in self._record.ids)
        return next((self._by_id[found.user_id] for found in ids if found.user_id in self._by_id), None)

    def _may_keep(self, one: Customer, user: ObservedUser) -> bool:
        if one.source_id in self._untouched:
            return True
        told = self._record.told.get(one.source_id)
        if told and told.is_another(Identity.of(one)):
            mail = "with another name and another e-mail" if one.email else "with another name and no e-mail"
            self._leave(one, user, f"tells of another person than before, {mail}")
            return False
        changed = told and _changed(told, Identity.of(one))
        if changed:
            self.notes.append(
                f"customer {one.source_id} has {changed} than before: the user at Salto is the same — give somebody "
                "new an id and an e-mail of their own"
            )
        if not _suits(one, user) and user.subscribed and not user.blocked:
            self._leave(one, user, "was a guest and is a site user now")
            return False
        return True

    def _leave(self, one: Customer, user: ObservedUser, why: str) -> None:
        if one.source_id in self._record.ids:
            self._left[one.source_id] = user.ids.user_id
            self.notes.append(f"customer {one.source_id} {why}, so the user that they had at Salto is theirs no more")

    def _give(self, one: Customer, user: ObservedUser) -> None:
        if user.ids.user_id not in self._customer_of:
            self._customer_of[user.ids.user_id] = one.source_id
            self._user_of[one.source_id] = user

    def _without(self) -> list[Customer]:
        return [one for one in self._customers if one.source_id not in self._user_of]

    def _with_email(self, one: Customer) -> ObservedUser | None:
        """The user with a customer's e-mail, if it is nobody's yet."""
        user = None if one.reservation_only else self._by_email.get(comparable_email(one.email))
        return user if user and _suits(one, user) and user.ids.user_id not in self._customer_of else None

    def _others(self, one: Customer, user: ObservedUser) -> list[str]:
        """Who else the user is on record for: not those whom the customer stands for."""
        owners = self._owners.get(user.ids.user_id, ())
        return [name for name in owners if self._twins.get(name, name) != one.source_id]

    def _is_the_one(self, one: Customer, other: str, user: ObservedUser) -> bool:
        """Whether a customer may be the person whom the record has under another id."""
        told = self._record.told.get(other)
        return may_be_one_person(one.full_name, told.name if told else _name(user))

    def _is_named_like(self, one: Customer) -> bool:
        user = self._with_email(one)
        return user is not None and may_be_one_person(one.full_name, _name(user))

    def _whose(self, user: ObservedUser) -> str:
        owner = self._customer_of.get(user.ids.user_id) or next(iter(self._owners.get(user.ids.user_id, ())), None)
        return f"the user of customer {owner}" if owner else "a user of somebody else"

    def _asked_by(self, first: str, one: Customer) -> str:
        return "" if first == one.source_id else f"customer {first}, who has another name"


def _changed(told: Identity, now: Identity) -> str:
    """What of a customer is so different that it may be somebody new, though the rest says that it is not."""
    if not may_be_one_person(told.name, now.name):
        return "another name"
    return "another surname and another e-mail" if told.may_be_another(now) else ""


def _suits(one: Customer, user: ObservedUser) -> bool:
    """A guest at Salto has no e-mail and no app, so a site user is never made of one."""
    return person_kind(one) is not PersonKind.SITE_USER or GUEST_ROLE not in user.roles


def _has_email(user: ObservedUser, one: Customer) -> bool:
    return bool(one.email) and comparable_email(user.email) == comparable_email(one.email)


def _name(user: ObservedUser) -> str:
    return f"{user.first_name or ''} {user.last_name or ''}".strip()
