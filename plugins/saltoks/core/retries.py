"""What is tried again, by whom, how often and how long: the one place where that is decided.

Three try again. A *call*: the HTTP client sends a request again before its caller hears of it. A *task*: Airflow starts
a failed task again. A *plan*: one change that Salto refuses fails alone, and the others are made; the next run plans it
anew. Whatever is not tried again by any of them waits for the next run, or for a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from saltoks.core.errors import (
    AskPerson,
    FixAccess,
    FixInput,
    MaybeGone,
    NotPermitted,
    NotThere,
    Refused,
    Throttled,
    TryAgain,
    Unavailable,
    UnexpectedAnswer,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """The wait before each repeat doubles, from `first` up to `longest` seconds."""

    first: float
    longest: float

    def before(self, repeat: int) -> float:
        """Seconds to wait before a repeat; the first has number 0."""
        return min(self.first * 2.0 ** min(repeat, 30), self.longest)


CALL = Backoff(first=1, longest=4)
"""A request within a call; half of each wait is given or taken, so that clients do not come back all at once."""

CALL_REPEATS = 3
CALL_LIMIT = 60.0
"""Seconds that a call waits in all; a throttle that asks for more is left to its caller."""

TASK = Backoff(first=30, longest=240)
"""A task of Airflow."""

TASK_REPEATS = 2

CONSISTENCY = Backoff(first=1, longest=8)
"""A question about somebody whom Salto KS has just made, and whom it may deny for a while (salto-ks §2.8)."""

CONSISTENCY_LIMIT = 90.0
"""Seconds that all those questions of a plan wait together."""

DELETION_PAUSES = (2.0, 4.0, 4.0)
"""Seconds between looks at what was deleted: Salto KS may show it for ten more (salto-ks §2.8)."""

UNSHOWN = Backoff(first=3600, longest=6 * 3600)
"""A write that Salto KS took and never shows, after `UNSHOWN_TRIES` within a day that were made at once."""

UNSHOWN_TRIES = 4

MAIL_TRIES = 4
"""From which try on a mail that cannot be sent fails the run: with a run every quarter of an hour, the second hour."""

LIST_READS = 3
"""How often a list is read whose total changes on the way."""

RECORD_FAILURES = 3
"""Failures after which no more records are asked for one by one: each of them has cost its waits already."""

SITE_WAIT = 300
"""Seconds that a plan waits for its turn at a site."""

BOOKING_THROTTLE_WAIT = 5.0
"""Seconds to wait for a booking system that throttles without a time; for Salto KS it is the wait of any repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatRule:
    """Who tries again after an error of a kind; `task_wait` are seconds in place of those of `TASK`."""

    kind: type[Exception]
    call: bool = False
    task: bool = False
    task_wait: float | None = None
    others_go_on: bool = False


RULES = (
    RepeatRule(kind=Throttled, call=True, task=True, task_wait=60),
    RepeatRule(kind=MaybeGone, task=True),
    RepeatRule(kind=TryAgain, call=True, task=True),
    RepeatRule(kind=NotThere, task=True, others_go_on=True),
    RepeatRule(kind=NotPermitted, others_go_on=True),
    RepeatRule(kind=Refused, others_go_on=True),
    RepeatRule(kind=UnexpectedAnswer),
    RepeatRule(kind=FixInput),
    RepeatRule(kind=FixAccess),
    RepeatRule(kind=AskPerson),
    RepeatRule(kind=Exception, task=True),
)
"""The first that fits counts."""


def rule_for(error: Exception) -> RepeatRule:
    """The rule that an error goes by."""
    return next(rule for rule in RULES if isinstance(error, rule.kind))


def may_repeat(error: TryAgain, *, adds_up: bool) -> bool:
    """Whether a call is sent again: what was throttled or never sent did nothing, what may have acted must not add up.

    `adds_up` says that doing it twice is not the same as doing it once.
    """
    may_have_acted = isinstance(error, Unavailable) and error.sent
    return rule_for(error).call and not (may_have_acted and adds_up)


def concerns_one(error: Exception) -> bool:
    """Whether a refusal is about the one change alone, so that the others of its plan are made."""
    return rule_for(error).others_go_on
