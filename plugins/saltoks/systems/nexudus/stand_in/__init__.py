"""A stateful Nexudus on loopback: its token endpoint, its lists with their habits, and ways to break them.

`NexudusSandbox` runs one from a world; `NexudusAdmin` changes records as a person in the back office does.
"""

from saltoks.systems.nexudus.stand_in.admin import NexudusAdmin
from saltoks.systems.nexudus.stand_in.faults import Fault
from saltoks.systems.nexudus.stand_in.server import NexudusSandbox
from saltoks.systems.nexudus.stand_in.world import NexudusWorld, Options, User, load_world

__all__ = ["Fault", "NexudusAdmin", "NexudusSandbox", "NexudusWorld", "Options", "User", "load_world"]
