"""The books against what Salto shows: which memberships are ours, which came or went without us (design §5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from saltoks.core.access.grants import Grant, Key
from saltoks.core.people.people import People
from saltoks.core.plan.plan import Held, Observed
from saltoks.core.time.windows import Window


@dataclass(frozen=True, slots=True)
class BookEntry:
    """A current row of the books; `sent` means that we asked for it and do not know yet whether it holds.

    `shown_at`: when Salto showed it first, None where that is long ago.
    """

    key: Key
    user_id: str
    adopted: bool
    window: Window
    sent: bool
    shown_at: datetime | None = None

    def settled(self, before: datetime) -> bool:
        """Whether Salto has shown it since before an instant."""
        return not self.sent and (self.shown_at is None or self.shown_at <= before)


@dataclass(frozen=True, slots=True)
class Balance:
    """What the books say after a look at Salto.

    `renamed`: rows whose user is another customer's by now (two customers, one person), under the new key.
    `arrived`: asked for, and there. `gone`: in the books, and not
    there any more, or there under another customer. `found`: wanted, there, and not in
    the books: to be adopted (F162), with the platform user id. `kept`: wanted and there, with today's promise.
    `foreign`: members of our groups, as (group, user id), that are no customer's (F156).
    """

    observed: Observed
    renamed: Mapping[Key, Key]
    arrived: tuple[Key, ...]
    gone: tuple[Key, ...]
    found: Mapping[Grant, str]
    kept: tuple[Grant, ...]
    foreign: tuple[tuple[str, str], ...]


def balance(
    entries: Iterable[BookEntry],
    members: Mapping[str, frozenset[str]],
    wanted: Mapping[Key, Grant],
    people: People,
) -> Balance:
    """Compares the books with the members seen: `members` are platform user ids by group name."""
    customer_of = people.customer_of()
    booked, renamed, doubled = _by_owner(entries, customer_of)
    there = {key for key, entry in booked.items() if entry.user_id in members.get(entry.key.group, ())}
    seen = {
        Key(customer_of[user], group): user for group, users in members.items() for user in users if user in customer_of
    }
    ours = {(booked[key].key.group, booked[key].user_id) for key in there} | {
        (key.group, user) for key, user in seen.items()
    }
    found = {wanted[key]: user for key, user in seen.items() if key in wanted and key not in booked}
    books = {key: Held(window=booked[key].window, adopted=booked[key].adopted) for key in there}
    return Balance(
        Observed(known=frozenset(people.known), members=frozenset(there | seen.keys()), books=books),
        renamed,
        tuple(sorted(key for key in there if booked[key].sent)),
        tuple(sorted((booked.keys() - there) | doubled)),
        dict(sorted(found.items())),
        tuple(wanted[key] for key in sorted(there & wanted.keys())),
        tuple(sorted({(group, user) for group, users in members.items() for user in users} - ours)),
    )


def _by_owner(
    entries: Iterable[BookEntry], customer_of: Mapping[str, str]
) -> tuple[dict[Key, BookEntry], dict[Key, Key], set[Key]]:
    """The books by key, each row under the customer whose user it is now; one that is there already makes a double."""
    booked = {entry.key: entry for entry in entries}
    renamed, doubled = {}, set()
    for key, entry in sorted(booked.items()):
        owner = Key(customer_of.get(entry.user_id, key.customer_id), key.group)
        if owner == key:
            continue
        del booked[key]
        if owner in booked:
            doubled.add(key)
        else:
            booked[owner] = replace(entry, key=owner)
            renamed[key] = owner
    return booked, renamed, doubled
