"""Exceptions that a person made to what the source says: dated, so that none stays for ever, with author and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from saltoks.core.access.grants import Grant, MembershipKey, merged_grants
from saltoks.core.time.windows import Window, subtract

_STRICT: dict[str, str] = {"extra": "forbid"}


class OverrideAction(StrEnum):
    """Whether an exception lets somebody in or keeps them out."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualException:
    """A customer is let into a group, or kept out of it, from `since` until `until`, whatever the source says.

    `customer` is the source's id. Both instants carry their offset.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    verb: OverrideAction
    customer: str
    group: str
    since: datetime
    until: datetime
    author: str
    reason: str

    @property
    def key(self) -> MembershipKey:
        """Whom and what it is about."""
        return MembershipKey(self.customer, self.group)

    @property
    def window(self) -> Window:
        """When it holds."""
        return Window(self.since, self.until)

    @property
    def words(self) -> str:
        """The reason as grants have it."""
        return f"exception by {self.author}: {self.reason}"


def apply_exceptions(found: Iterable[Grant], exceptions: Iterable[ManualException]) -> list[Grant]:
    """Grants after the exceptions: an allowance is one more reason, a denial is cut out and wins over all reasons.

    `found` has a grant for each reason (`apart`), so that what a denial leaves names only those that still say so.
    """
    rules = list(exceptions)
    grants = [*found, *(Grant(one.key, one.window, (one.words,)) for one in rules if one.verb is OverrideAction.ALLOW)]
    for one in rules:
        if one.verb is OverrideAction.DENY:
            grants = [part for grant in grants for part in _cut(grant, one)]
    return merged_grants(grants)


def _cut(grant: Grant, denial: ManualException) -> list[Grant]:
    if grant.key != denial.key:
        return [grant]
    return [Grant(grant.key, part, grant.reasons) for part in subtract(grant.window, denial.window)]
