"""A stateful Nexudus on loopback: its token endpoint, its lists with their habits, and ways to break them.

`NexudusSandbox` runs one from a world; `NexudusAdmin` changes records as a person in the back office does.
"""

from saltoks.sandbox.nexudus.admin import NexudusAdmin
from saltoks.sandbox.nexudus.faults import Fault
from saltoks.sandbox.nexudus.server import NexudusSandbox
from saltoks.sandbox.nexudus.world import NexudusWorld, Options, User, load_world

__all__ = ["Fault", "NexudusAdmin", "NexudusSandbox", "NexudusWorld", "Options", "User", "load_world"]
