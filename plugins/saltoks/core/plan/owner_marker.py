"""The marker by which two installations on one site notice each other: an empty access group with a name of ours.

The list of groups is read in every run anyway, so that looking for it costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MARKER = re.compile(r"saltoks owner (?P<owner>[0-9a-f]{8})")


def short_owner(installation_id: str) -> str:
    """An installation in eight characters, as its marker has it."""
    return installation_id.replace("-", "")[:8]


def marker(owner: str) -> str:
    """The name of the group that says whose site it is."""
    return f"saltoks owner {owner}"


def owner_of(group: str | None) -> str | None:
    """Whose marker a group is, by its name; None for any other group."""
    found = _MARKER.fullmatch(group or "")
    return found["owner"] if found else None


def other_owners(groups: Iterable[str | None], ours: str) -> tuple[str, ...]:
    """The other installations that have their marker at a site, sorted."""
    return tuple(sorted({owner for name in groups if (owner := owner_of(name)) and owner != ours}))
