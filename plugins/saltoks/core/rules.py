"""What an admin decides about access at one site, as values.

`settings` fills these from YAML, so a key that is not named here is an error there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from saltoks.core.canonical import Approval, BookingStatus, MembershipStatus, PassStatus, Relation
from saltoks.core.pools import pool_name
from saltoks.core.week import WeekHours

_STRICT: dict[str, str] = {"extra": "forbid"}


class Edge(StrEnum):
    """Which side errs between two ticks, where time does not move (design §4).

    `never_late`: a grant that starts before the next tick is given now and taken at the first tick at or after its
    end. `never_early`: it is given at the first tick at or after its start and taken at the last tick by its end.
    """

    NEVER_LATE = "never_late"
    NEVER_EARLY = "never_early"


class PersonKind(StrEnum):
    """What a customer becomes at Salto: a site user with an e-mail, or a guest with an expiry."""

    SITE_USER = "site_user"
    GUEST = "guest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When a source row opens a door: `[start − before, end + after)` for a status that is listed (F61, F67, F71).

    `status_codes`: where it is not empty, a booking opens by the vendor's own code (the first word of its raw status)
    and by nothing else. `inherit`: the relations through which a customer has what another one has, bookings apart.
    `one_target` is a check of the mapping, not of access: one item opens through one group, or one lock (F46).
    Windows of window targets are made ready `window_lead_minutes` ahead; a new schedule needs `window_settle_minutes`
    to reach a door (contract §2.8). The edge does not concern them: there the door itself keeps the time.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    before_minutes: int = 15
    after_minutes: int = 15
    edge: Edge = Edge.NEVER_LATE
    booking_statuses: frozenset[BookingStatus] = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
    membership_statuses: frozenset[MembershipStatus] = frozenset({MembershipStatus.ACTIVE, MembershipStatus.SCHEDULED})
    pass_statuses: frozenset[PassStatus] = frozenset({PassStatus.VALID, PassStatus.IN_USE})
    approvals: frozenset[Approval] = frozenset({Approval.NOT_REQUIRED, Approval.GRANTED})
    inherit: frozenset[Relation] = frozenset()
    paused_opens: bool = False
    status_codes: frozenset[str] = frozenset()
    require_paid: bool = False
    one_target: bool = False
    window_lead_minutes: int = 1440
    window_settle_minutes: int = 5

    @property
    def window_lead(self) -> timedelta:
        """How long before its start the window of a window target is made ready."""
        return timedelta(minutes=self.window_lead_minutes)

    @property
    def window_settle(self) -> timedelta:
        """How long a new schedule takes to reach a door."""
        return timedelta(minutes=self.window_settle_minutes)

    @property
    def before(self) -> timedelta:
        """How long before its start a booking opens its doors (F67)."""
        return timedelta(minutes=self.before_minutes)

    @property
    def after(self) -> timedelta:
        """How long after its end a booking keeps its doors open (F71)."""
        return timedelta(minutes=self.after_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMapping:
    """One item and the access groups that hold every door on its route (F46, F51, F53, F57).

    Instead of `groups` it may name the `locks` on the route: then it is a window target, for which this product makes
    groups of its own. `door` names the lock whose first opening counts as the check-in of a booking (F116). `hours`
    narrow what it gives to wall clocks of the site; the schedule of a group at Salto may narrow it further (F60).
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    item: str
    groups: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    door: str | None = None
    hours: tuple[WeekHours, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """What grants of this item are for: its groups, or the pool of a window target."""
        return (pool_name(self.item),) if self.locks else self.groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The most changes of one kind that go through unasked: both numbers hold (F166)."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    absolute: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits on the whole plan of a site before any write (design §5.3).

    `percent` counts from `percent_from` members on, so that one leaver of three is no alarm; `absolute` always counts.
    `expiry` removals, whose window simply ended, are not counted: time passing is not a surprise.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    removals_per_site: Limit = field(default_factory=lambda: Limit(absolute=25, percent=10))
    removals_per_group: Limit = field(default_factory=lambda: Limit(absolute=25, percent=50))
    percent_from: int = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """How customers become people at Salto, and whom this product never touches (design §5.4)."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    role: str = "site_user"
    protected: frozenset[str] = frozenset()
