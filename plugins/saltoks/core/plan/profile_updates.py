"""Data of people at Salto that follow the source: name, e-mail and alias, and until when a guest may be one.

::

    person at Salto                              what follows
    a guest of ours                              the alias as the site wants it; a later end of the stay
    a site user of ours, without a profile       name and e-mail
    ... whom another site manages                nothing: it is said
    anybody else                                 nothing: with a profile the data are their own (salto-ks §3.2)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import AliasKind
from saltoks.core.people.email_addresses import comparable_email
from saltoks.core.people.site_users import ObservedUser, alias_of, names_of
from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind
from saltoks.core.time.windows import ALWAYS, FOREVER, Window, window_text

LONGEST_STAY = timedelta(days=365)
"""Salto wants an expiry for every guest; one whose access has no end gets this, and a new one when it runs out."""
_RUNS_OUT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileStyle:
    """How a site names people: the source's name, the alias of guests, and whether site users have an e-mail there."""

    source: str
    alias: AliasKind
    mobile: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileUpdate:
    """What to change about a person; None leaves it as it is."""

    names: tuple[str, str] | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    alias: str | None = field(default=None, repr=False)
    expires_at: datetime | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """What would change, without saying to what."""
        found = {"name": self.names, "e-mail": self.email, "alias": self.alias, "end of the stay": self.expires_at}
        return tuple(word for word, value in found.items() if value is not None)


def profile_update(
    customer: Customer, user: ObservedUser, style: ProfileStyle, until: datetime, now: datetime
) -> ProfileUpdate:
    """What the source has otherwise than Salto; `until` is the end of the customer's access."""
    if customer.reservation_only:
        alias = alias_of(style.source, customer, style.alias)
        return ProfileUpdate(alias=alias if user.alias != alias else None, expires_at=_later(user, until, now))
    if user.has_profile:
        return ProfileUpdate()
    names, email = names_of(customer), (customer.email or "").strip()
    has_email = style.mobile and bool(email and user.email)
    return ProfileUpdate(
        names=names if _text(*names) != _text(user.first_name, user.last_name) else None,
        email=email if has_email and comparable_email(email) != comparable_email(user.email) else None,
    )


def guest_expiry(until: datetime, now: datetime) -> datetime:
    """When a guest expires whose access ends then."""
    return min(until, now + LONGEST_STAY).replace(microsecond=0)


def profile_updates(
    customers: Iterable[Customer],
    users: Mapping[str, ObservedUser],
    ends: Mapping[str, datetime],
    style: ProfileStyle,
    *,
    taken: Mapping[str, str],
    now: datetime,
    zone: str,
) -> tuple[list[Change], list[str]]:
    """Changes of people and notes; `users` are those of our making by customer id, `ends` the ends of their access.

    `taken` are e-mails of the site with the platform user id: a person never gets the address of another one.
    """
    changes, notes = [], []
    for customer in customers:
        user, who = users.get(customer.source_id), customer.source_id
        if user is None:
            continue
        edit = profile_update(customer, user, style, ends.get(who, ALWAYS), now)
        if edit.email and taken.get(comparable_email(edit.email), user.ids.user_id) != user.ids.user_id:
            notes.append(f"customer {who} has the e-mail of another user of the site: correct one of them")
            edit = replace(edit, email=None)
        if edit.words and not user.managed_here:
            what = " and ".join(edit.words)
            notes.append(f"customer {who} is managed by another site, so {what} must be changed there")
        elif edit.words:
            changes.append(_change(who, edit, ends.get(who, ALWAYS), now, zone))
    return changes, notes


def end_of(change: Change) -> datetime:
    """The end of the access that a change of a person is about; one that is not about it has none to come."""
    return ALWAYS if change.window.starts_at == ALWAYS else change.window.ends_at


def _change(customer: str, edit: ProfileUpdate, until: datetime, now: datetime, zone: str) -> Change:
    window = Window(now, until) if edit.expires_at else Window(ALWAYS, FOREVER)
    end = f", {window_text(Window(ALWAYS, until), zone)}" if edit.expires_at else ""
    return Change(
        kind=ChangeKind.UPDATE_PERSON,
        customer_id=customer,
        group="",
        window=window,
        cause=ChangeCause.EDITED,
        sentence=f"Change {' and '.join(edit.words)} of customer {customer} to what the source has{end}.",
    )


def _later(user: ObservedUser, until: datetime, now: datetime) -> datetime | None:
    """A later expiry, if access goes on beyond the one there is; without an end it is put off once it comes near."""
    if user.expires_at is None or until <= now:
        return None
    needed = guest_expiry(until, now)
    due = needed if until != FOREVER else min(needed, now + _RUNS_OUT)
    return needed if user.expires_at < due else None


def _text(first: str | None, last: str | None) -> str:
    return f"{(first or '').strip()} {(last or '').strip()}"
