"""Deskworks as a booking system of this product: its export is read as tables are."""

from __future__ import annotations

from saltoks.systems.deskworks.settings import DeskworksSource
from saltoks.systems.protocol import BookingSystem
from saltoks.systems.tabular import lint
from saltoks.systems.tabular.system import read

DESKWORKS = BookingSystem(
    label="Deskworks",
    source=DeskworksSource,
    read=read,
    lint=lint.findings,
    stand_in="saltoks.systems.deskworks.stand_in.command:STAND_IN",
)
