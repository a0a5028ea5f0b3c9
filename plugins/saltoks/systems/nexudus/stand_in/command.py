"""What plays it: the server of `saltoks sandbox`, the connection to it, and a house of the demo."""

from __future__ import annotations

from dataclasses import replace

from saltoks.systems.nexudus.stand_in.house import NAME, nexudus_house
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from saltoks.systems.nexudus.stand_in.world import load_world
from saltoks.systems.stand_in import stand_in

STAND_IN = replace(stand_in("Nexudus", NexudusSandbox, load_world), site=NAME, house=nexudus_house)
