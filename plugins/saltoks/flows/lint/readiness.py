"""Seats, subscription, clocks and account of a site: what `check` shows and `config lint` warns of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from saltoks.core.model.canonical import Customer
from saltoks.core.people.email_addresses import comparable_email
from saltoks.flows.lint.subject import Subject
from saltoks.salto.models import SiteUser, Subscription, SubscriptionState
from saltoks.settings import Finding, Site
from saltoks.warehouse.src import source_rows

SEATS, ZONE, ACCOUNT = "salto.site_uid", "timezone", "salto.connection"
"""The keys of a site's file that these findings are about."""

TERM_AHEAD = timedelta(days=28)
"""How long before its end a subscription is warned of: Salto mails its owner from then on."""


def findings(subject: Subject) -> list[Finding]:
    """What is not as it should be."""
    found = (
        seats(subject),
        term(subject.observed.term, subject.rt.clock.now()),
        zone(subject),
        service_account(subject),
    )
    return [one for one in found if one.level != "ok"]


def seats(subject: Subject) -> Finding:
    """Whether the next person would find a seat (T14)."""
    seen = subject.observed.site
    if seen.subscription_valid is False:
        text = "the site's subscription is not valid, so no door opens (F186) — renew it at Salto"
        return Finding("error", SEATS, text)
    allowed, used = seen.subscribed_user_amount, seen.active_user_amount
    if allowed is not None and used is not None and used >= allowed:
        text = f"all {allowed} seats are taken: the next person is suspended silently (T14) — add seats, or free some"
        return Finding("error", SEATS, text)
    shown = "∞" if allowed is None else allowed
    return Finding("ok", SEATS, f"{'?' if used is None else used} of {shown} in use")


def term(paid: Subscription | None, now: datetime) -> Finding:
    """Whether the subscription goes on: at its end all users and IQs are unsubscribed at once (F186)."""
    end = paid.end_date if paid else None
    if end is None or end - now > TERM_AHEAD:
        return Finding("ok", SEATS, f"paid until {end:%Y-%m-%d}" if end else "no end of it is known")
    if end <= now:
        return Finding("error", SEATS, f"the site's subscription ended on {end:%Y-%m-%d} (F186) — renew it at Salto")
    days = (end - now).days
    text = f"the site's subscription ends on {end:%Y-%m-%d}, in {days} day(s), and every seat and IQ with it (F186)"
    return Finding("warning", SEATS, f"{text} — renew it at Salto")


def service_account(subject: Subject) -> Finding:
    """Whether the sync hangs on one person, who may leave (T31): on the owner, or on somebody whom it lets in."""
    rt, site = subject.rt, subject.site
    with rt.warehouse.session() as session:
        known = source_rows.customers(session, site.source.name)
    return account_of_nobody(site, subject.observed.account, known)


def account_of_nobody(site: Site, account: SiteUser, customers: Iterable[Customer]) -> Finding:
    """The same from plain values; people are named by the ids of the source."""
    connection, mine = site.salto.connection, comparable_email(account.user.email)
    people = (one.source_id for one in customers if mine and comparable_email(one.email) == mine)
    owner = "the owner of the site" if account.ownership_state == "owner" else None
    who = next((f"customer {one}" for one in people), owner)
    fix = "make a service account that is nobody in person a Site Admin, and put it into the connection"
    if account.blocked or account.subscription_state == SubscriptionState.SUSPENDED:
        how = "blocked" if account.blocked else "suspended"
        text = f"the account of connection {connection!r} is {how} at the site (T31) — undo that in Salto KS, or {fix}"
        return Finding("error", ACCOUNT, text)
    if who:
        text = f"connection {connection!r} signs in as {who}: when they leave, no door is synced any more (T31) — {fix}"
        return Finding("warning", ACCOUNT, text)
    return Finding("ok", ACCOUNT, "the account of the connection is nobody whom it lets in")


def zone(subject: Subject) -> Finding:
    """Whether the site and its IQs, which keep the schedules, go by the clock of the configuration (F80, F136)."""
    ours, there = subject.site.timezone, {"the site": subject.observed.site.time_zone}
    there |= {f"the IQ “{iq.customer_reference}”": iq.time_zone for iq in subject.observed.iqs}
    wrong = [f"{who} says {other}" for who, other in there.items() if other and other != ours]
    if not wrong:
        return Finding("ok", ZONE, ours)
    text = f"{', '.join(wrong)}, but config/ says {ours}: doors open too early or too late (F80, F136)"
    return Finding("warning", ZONE, f"{text} — correct one of them")
