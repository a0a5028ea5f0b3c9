"""Names of what this product makes at Salto for a window target: a pool of access groups, its slots (design §4).

An item with locks of its own is a window target. Grants name its pool (`saltoks room-1`); each access group of the pool
is a slot (`saltoks room-1 #2`). Only groups with such a name are ever made, scheduled or emptied by this product.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from saltoks.core.time.local_window import LocalWindow
from saltoks.core.time.windows import Window

_OURS = "saltoks "
_SLOT = re.compile(rf"(?P<pool>{_OURS}.+) #(?P<number>[1-9][0-9]*)")


def pool_name(item: str) -> str:
    """The name under which the grants of a window target go."""
    return f"{_OURS}{item}"


def slot_name(pool: str, number: int) -> str:
    """The name of one access group of a pool; numbers start at 1."""
    return f"{pool} #{number}"


def is_slot(group: str) -> bool:
    """Whether an access group is one of ours, by its name."""
    return _SLOT.fullmatch(group) is not None


def is_managed_group(group: str) -> bool:
    """Whether a name is one that only this product gives to an access group."""
    return group.startswith(_OURS)


def pool_of(group: str) -> str:
    """The pool of a slot; any other group stands for itself."""
    found = _SLOT.fullmatch(group)
    return found["pool"] if found else group


def number_of(slot: str) -> int:
    """The number of a slot; raises `ValueError` for any other group."""
    found = _SLOT.fullmatch(slot)
    if not found:
        raise ValueError(f"{slot!r} is no slot")
    return int(found["number"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One of our own access groups as it was last seen.

    `hours`: None where it has no schedule, or none that we would make. `sound`: it holds the locks of its item, and no
    others. `members`: customers with what the records promise them, None for one who came without us. `strangers`: how
    many members are nobody's customer, or are never to be touched. `locks` are those that it holds, by name, and
    `settled` the members whom the doors let in by it: they have had the time to hear of all of it.
    """

    pool: str
    number: int
    hours: LocalWindow | None = None
    sound: bool = True
    members: Mapping[str, Window | None] = field(default_factory=dict)
    strangers: int = 0
    locks: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The name of the group."""
        return slot_name(self.pool, self.number)
