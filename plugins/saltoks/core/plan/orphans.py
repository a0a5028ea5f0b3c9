"""What is left of targets that are mapped no more: people in groups of others, and empty groups of our own."""

from __future__ import annotations

from dataclasses import dataclass

from saltoks.core.plan.plan import Change, ChangeCause, ChangeKind
from saltoks.core.time.windows import ALWAYS, FOREVER, Window


@dataclass(frozen=True, slots=True)
class UnmappedGroup:
    """An access group that was taken out of the mapping with people in it whom we had put there.

    `kept` says why they are left in it; None where they are taken out.
    """

    group: str
    people: int
    kept: str | None = None

    @property
    def sentence(self) -> str:
        """How many still have access through it, and what becomes of them."""
        start = f"“{self.group}” is mapped no more, and {self.people} person(s) whom we put in have access through it"
        return f"{start}: they stay in it, as {self.kept}" if self.kept else f"{start}: they are taken out"


def group_deletion(group: str) -> Change:
    """Clears away one of our own groups that opens nothing to anybody."""
    return Change(
        kind=ChangeKind.DELETE_GROUP,
        customer_id="",
        group=group,
        window=Window(ALWAYS, FOREVER),
        cause=ChangeCause.NO_ACCESS_LEFT,
        sentence=f"Delete “{group}”: we made it for an item that is mapped to its locks no more, and nobody is in it.",
    )
