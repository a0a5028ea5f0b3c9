"""What earlier reads said of rows that a tick does not ask for again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from saltoks.systems.protocol import StandingRows

_DESK = "desk:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(StandingRows):
    """Rows that still count, by id, and what they tell of desks and teams."""

    @classmethod
    def of(cls, rows: StandingRows) -> Self:
        """The same rows."""
        return cls(
            memberships=rows.memberships,
            assignments=rows.assignments,
            links=rows.links,
            booking_uids=rows.booking_uids,
        )

    def desks(self, now: datetime | None = None) -> dict[int, set[int]]:
        """The desks of each contract, as they were told last; only what has not ended by `now`, if it is given."""
        found: dict[int, set[int]] = defaultdict(set)
        for one in self.assignments.values():
            desk = one.item_id.removeprefix(_DESK)
            over = now is not None and one.ends_at is not None and one.ends_at <= now
            if one.membership_id.isdecimal() and desk.isdecimal() and not over:
                found[int(one.membership_id)].add(int(desk))
        return found

    def teams(self) -> dict[int, set[int]]:
        """The members of each team who belong to the customer who pays for it."""
        found: dict[int, set[int]] = defaultdict(set)
        for team, member, _ in self._shared():
            found[team].add(member)
        return found

    def payers(self) -> dict[int, str]:
        """Who paid for each team when it was told last."""
        return {team: payer for team, _, payer in self._shared()}

    def _shared(self) -> Iterator[tuple[int, int, str]]:
        for name, link in self.links.items():
            kind, _, rest = name.partition(":")
            team, _, member = rest.partition(":")
            if kind == "team" and team.isdecimal() and member.isdecimal():
                yield int(team), int(member), link.related_customer_id
