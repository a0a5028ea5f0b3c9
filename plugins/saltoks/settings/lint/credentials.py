"""Switches of credentials that leave somebody without a way in, or that nothing comes of."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.credentials import PinFor
from saltoks.settings.lint.finding import Finding, SiteFile
from saltoks.settings.models import Site


def findings(site: Site, file: SiteFile) -> Iterator[Finding]:
    """What is doubtful about what a site hands out."""
    switches = site.credentials
    if switches.sso:
        text = "is a switch of your white-label app (F92): nothing is sent to Salto KS for it"
        yield file.note("credentials.sso", text)
    if not switches.mobile and switches.pin is not PinFor.EVERYONE:
        text = "nobody is invited to the app, and site users get no PIN: only a tag opens — set pin: everyone"
        yield file.warning("credentials.mobile", text)
    if switches.pin is not PinFor.OFF and not switches.mails:
        text = "PINs are made and kept, and nobody is told — hand each on yourself (`saltoks pin show`)"
        yield file.note("credentials.pin_delivery", text)
