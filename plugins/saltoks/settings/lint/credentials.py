"""Switches of credentials that leave somebody without a way in, or that nothing comes of."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.access.entitlements import VISITORS_ITEM
from saltoks.core.credentials.pins import PinAudience
from saltoks.core.model.rules import VisitorsOpen
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.models import Site


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about what a site hands out."""
    switches = site.credentials
    if switches.sso:
        text = "is a switch of your white-label app (F92): nothing is sent to Salto KS for it"
        yield file.note("credentials.sso", text)
    if not switches.mobile and switches.pin is not PinAudience.EVERYONE:
        text = "nobody is invited to the app, and site users get no PIN: only a tag opens — set pin: everyone"
        yield file.warning("credentials.mobile", text)
    if not switches.tags:
        yield from _keyless(site, file)
    if switches.pin is not PinAudience.OFF and not switches.mails:
        text = "PINs are made and kept, and nobody is told — hand each on yourself (`saltoks pin show`)"
        yield file.note("credentials.pin_delivery", text)


def _keyless(site: Site, file: SiteFile) -> Iterator[Finding]:
    """Guests whom no PIN is for: Salto invites none of them to its app (F88)."""
    pin = site.credentials.pin
    guests = [] if pin in (PinAudience.GUESTS, PinAudience.EVERYONE) else list(site.source.guests())
    visitors = ["visitors"] if pin is PinAudience.OFF and _lets_visitors_in(site) else []
    if guests or visitors:
        wanted = PinAudience.GUESTS if guests else PinAudience.VISITORS
        who = f"{' and '.join([*guests, *visitors])} get no PIN, and Salto invites no guest to its app"
        fix = f"set pin: {wanted.value}, or tags: true where each is handed a tag"
        yield file.warning("credentials.pin", f"{who}, so nothing of theirs opens a door (F88) — {fix}")


def _lets_visitors_in(site: Site) -> bool:
    to_booked = site.rules.visitors_open is VisitorsOpen.BOOKED
    opens = to_booked or any(entry.item == VISITORS_ITEM for entry in site.mapping)
    return opens and bool(site.rules.approvals) and "visitors" in site.source.opens_by
