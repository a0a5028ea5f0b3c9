"""Seats, subscription and clocks of a site: what `check` shows and `config lint` warns of."""

from __future__ import annotations

from saltoks.flows.lint.subject import Subject
from saltoks.settings import Finding

SEATS, ZONE = "salto.site_uid", "timezone"
"""The keys of a site's file that these findings are about."""


def doubts(subject: Subject) -> list[Finding]:
    """What is not as it should be."""
    return [one for one in (seats(subject), zone(subject)) if one.level != "ok"]


def seats(subject: Subject) -> Finding:
    """Whether the next person would find a seat (T14)."""
    seen = subject.seen.site
    if seen.subscription_valid is False:
        text = "the site's subscription is not valid, so no door opens (F186) — renew it at Salto"
        return Finding("error", SEATS, text)
    allowed, used = seen.subscribed_user_amount, seen.active_user_amount
    if allowed is not None and used is not None and used >= allowed:
        text = f"all {allowed} seats are taken: the next person is suspended silently (T14) — add seats, or free some"
        return Finding("error", SEATS, text)
    shown = "∞" if allowed is None else allowed
    return Finding("ok", SEATS, f"{'?' if used is None else used} of {shown} in use")


def zone(subject: Subject) -> Finding:
    """Whether the site and its IQs, which keep the schedules, go by the clock of the configuration (F80, F136)."""
    ours, there = subject.site.timezone, {"the site": subject.seen.site.time_zone}
    there |= {f"the IQ “{iq.customer_reference}”": iq.time_zone for iq in subject.seen.iqs}
    wrong = [f"{who} says {other}" for who, other in there.items() if other and other != ours]
    if not wrong:
        return Finding("ok", ZONE, ours)
    text = f"{', '.join(wrong)}, but config/ says {ours}: doors open too early or too late (F80, F136)"
    return Finding("warning", ZONE, f"{text} — correct one of them")
