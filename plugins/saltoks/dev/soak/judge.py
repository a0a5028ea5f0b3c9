"""Compares what doors did with what the bookings say, minute by minute, and tells faults from mistakes.

A minute is a *mistake* unless one of these rules explains it, each by what is really to blame for it:

* the files: of what the bookings say, this is not what the files have told so far (for a door that stays shut), or it
  is what they told before they broke, as what is missing is gone in whole files only (for one that still opens);
* no seat, or held: the run said of this very customer that there is no seat, or that a limit holds a removal;
* Salto: a fault was on and the run said that it failed; the last run before that could do its work had nothing to do
  for this minute yet (for a door that stays shut), or had every right to open it (for one that still opens).

So a fault explains nothing once a run got through: the first one after it must have put everything right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from saltoks.dev.soak.expected import Spans, Who

KEPT = 50
"""How many mistakes are kept word for word."""
Minutes = Mapping[datetime, frozenset[Who]]
"""For whom which doors open, by minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A run at one site and all that was known at it.

    `real` is what the bookings say, `seen` what the files have told, `whole` what the last whole files told. `files`
    and `salto` name the fault that was on; `failed`: the run said that something failed at Salto.
    """

    run: datetime
    real: Spans
    seen: Spans
    whole: Spans
    files: str | None = None
    salto: str | None = None
    failed: bool = False
    seatless: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()

    def after(self, failed: bool, seatless: frozenset[str], held: frozenset[str]) -> Sight:
        """The same with what the run said of itself."""
        return replace(self, failed=failed, seatless=seatless, held=held)

    @property
    def hampered(self) -> bool:
        """Whether the run could not do its work, and a fault is why."""
        return self.failed and self.salto is not None

    def entitles(self, who: Who, minute: datetime) -> bool:
        """Whether the bookings say that somebody may open a door at a minute."""
        return any(span.covers(minute) for span in self.real.get(who, ()))

    def promises(self, who: Who, minute: datetime) -> bool:
        """Whether this run should have seen to it that a door is open at a minute, as far as it could know."""
        told = self.seen.get(who, ())
        return who[0] not in self.seatless and any(span.promised(minute, self.run) for span in told)

    def allows(self, who: Who, minute: datetime) -> bool:
        """Whether a door may be open once this run is done, by the bookings themselves."""
        return _allowed(self.real, who, minute, self.run)

    def tolerates(self, who: Who, minute: datetime) -> bool:
        """Whether a door may be open once this run is done, as far as it could know and was let."""
        told = _allowed(self.seen, who, minute, self.run) or _allowed(self.whole, who, minute, self.run)
        return told or who[0] in self.held or self.allows(who, minute)


def _allowed(spans: Spans, who: Who, minute: datetime, run: datetime) -> bool:
    return any(span.allows(minute, run) for span in spans.get(who, ()))


@dataclass(frozen=True, slots=True)
class Mistake:
    """A minute that nothing explains."""

    site: str
    minute: datetime
    who: Who
    open: bool

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        what = "is open to" if self.open else "is shut for"
        return f"{self.site}: {self.who[1]} {what} customer {self.who[0]} at {self.minute:%Y-%m-%d %H:%M} UTC"


@dataclass(slots=True)
class Tally:
    """Minutes of a customer at a door: entitled, open, open by the edge rule alone, explained by fault, mistakes."""

    entitled: int = 0
    opened: int = 0
    edge: int = 0
    open_by: Counter[str] = field(default_factory=Counter)
    shut_by: Counter[str] = field(default_factory=Counter)
    open_mistakes: int = 0
    shut_mistakes: int = 0
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, mistake: Mistake) -> None:
        """Counts a mistake, and keeps the first ones."""
        if mistake.open:
            self.open_mistakes += 1
        else:
            self.shut_mistakes += 1
        if len(self.mistakes) < KEPT:
            self.mistakes.append(mistake)


@dataclass(slots=True)
class Judge:
    """The judge of one site; `since` are the runs from the last one that could do its work."""

    site: str
    tally: Tally
    since: list[Sight] = field(default_factory=list)

    def hear(self, sight: Sight, minutes: Minutes) -> None:
        """Judges the minutes in which the state that a run left behind counts."""
        if not sight.hampered:
            self.since = []
        self.since.append(sight)
        everybody = sight.real.keys() | set().union(*minutes.values())
        for minute, opened in minutes.items():
            for who in everybody:
                if sight.entitles(who, minute):
                    self._entitled(sight, minute, who, opened=who in opened)
                elif who in opened:
                    self._opened(sight, minute, who)

    def _entitled(self, sight: Sight, minute: datetime, who: Who, *, opened: bool) -> None:
        self.tally.entitled += 1
        if opened:
            self.tally.opened += 1
        elif why := self._why_shut(sight, minute, who):
            self.tally.shut_by[why] += 1
        else:
            self.tally.add(Mistake(self.site, minute, who, open=False))

    def _opened(self, sight: Sight, minute: datetime, who: Who) -> None:
        self.tally.opened += 1
        if sight.allows(who, minute):
            self.tally.edge += 1
        elif why := self._why_open(sight, minute, who):
            self.tally.open_by[why] += 1
        else:
            self.tally.add(Mistake(self.site, minute, who, open=True))

    def _why_shut(self, sight: Sight, minute: datetime, who: Who) -> str | None:
        if sight.files and not any(span.covers(minute) for span in sight.seen.get(who, ())):
            return sight.files
        if who[0] in sight.seatless:
            return "no seat, and the run said so"
        before = self.since[0]
        if sight.hampered and (before.hampered or not before.promises(who, minute)):
            return sight.salto
        return None

    def _why_open(self, sight: Sight, minute: datetime, who: Who) -> str | None:
        if who[0] in sight.held:
            return "held, and the run said so"
        if sight.files and sight.tolerates(who, minute):
            return sight.files
        if sight.hampered and any(one.tolerates(who, minute) for one in self.since):
            return sight.salto
        return None
