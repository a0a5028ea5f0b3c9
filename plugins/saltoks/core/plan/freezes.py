"""Freezes: changes that a person holds back until a date, of a whole site or of one group, with who decided and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from saltoks.core.plan.plan import Change

_STRICT: dict[str, str] = {"extra": "forbid"}


class FreezeScope(StrEnum):
    """What a freeze holds back: everything, or only what takes access away."""

    PUSHES = "pushes"
    REMOVALS = "removals"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Holds back changes until `until`: of the whole site, or of one group."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    stop: FreezeScope
    until: datetime
    author: str
    reason: str
    group: str | None = None

    def holds(self, change: Change, now: datetime) -> bool:
        """Whether it holds back this change; making a person a freeze of one group does not concern."""
        about = self.group in (None, change.target)
        return now < self.until and about and (self.stop is FreezeScope.PUSHES or change.takes_away)


def frozen_changes(changes: Iterable[Change], freezes: Iterable[Freeze], now: datetime) -> dict[Change, str]:
    """The changes that a freeze holds back, each with the sentence that says why."""
    rules = list(freezes)
    held = {}
    for change in changes:
        for one in rules:
            if one.holds(change, now):
                held[change] = (
                    f"{one.stop.value} are frozen until {one.until:%Y-%m-%d %H:%M %Z} by {one.author}: {one.reason}"
                )
                break
    return held
