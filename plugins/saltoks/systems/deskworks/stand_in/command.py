"""What plays it: a house of the demo, which writes its export."""

from __future__ import annotations

from saltoks.systems.deskworks.stand_in.house import NAME, DeskworksHouse
from saltoks.systems.protocol import StandIn

STAND_IN = StandIn(site=NAME, house=DeskworksHouse)
