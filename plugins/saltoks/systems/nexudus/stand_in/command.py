"""The sandbox as `saltoks sandbox` serves it, and the connection to it."""

from __future__ import annotations

from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from saltoks.systems.nexudus.stand_in.world import load_world
from saltoks.systems.stand_in import stand_in

STAND_IN = stand_in("Nexudus", NexudusSandbox, load_world)
