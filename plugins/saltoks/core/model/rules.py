"""What an admin decides about access at one site, as values.

`settings` fills these from YAML, so a key that is not named here is an error there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from saltoks.core.model.canonical import Approval, BookingStatus, MembershipStatus, PassStatus, Relation
from saltoks.core.model.pools import pool_name
from saltoks.core.time.week import WeeklyHours

_STRICT: dict[str, str] = {"extra": "forbid"}


class EdgeRule(StrEnum):
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


class VisitorsOpen(StrEnum):
    """What a visitor of a booking opens: what is booked, or no more than the item `visitors` is mapped to."""

    BOOKED = "booked"
    VISITORS = "visitors"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """When a source row opens a door: `[start − before, end + after)` for a status that is listed.

    `status_codes`: where it is not empty, a booking opens by the vendor's own code (the first word of its raw status)
    and by nothing else. `inherit`: the relations through which a customer has what another one has, bookings apart.
    `one_target` is a check of the mapping, not of access: one item opens through one group, or one lock.
    Windows of window targets are made ready `window_lead_minutes` ahead; a new schedule needs `window_settle_minutes`
    to reach a door (salto-ks §2.8), and for so long whoever moves keeps the old way to a lock
    (`core.plan.access_paths`). The edge does not concern them: there the door itself keeps the time.
    After a check-out a booking opens for `checkout_minutes` more, never beyond its own window. A customer who
    owes for longer than `overdue_grace_days` has what an inactive one has; without a number debts do not matter.
    A row is gone once it was missing from `missing_runs` complete extracts in a row; what the source cancels or ends
    itself counts at once. `visitors_open` says what a visitor of a booking opens.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    before_minutes: int = 15
    after_minutes: int = 15
    edge: EdgeRule = EdgeRule.NEVER_LATE
    booking_statuses: frozenset[BookingStatus] = frozenset({BookingStatus.CONFIRMED, BookingStatus.CHECKED_IN})
    membership_statuses: frozenset[MembershipStatus] = frozenset({MembershipStatus.ACTIVE, MembershipStatus.SCHEDULED})
    pass_statuses: frozenset[PassStatus] = frozenset({PassStatus.VALID, PassStatus.IN_USE})
    approvals: frozenset[Approval] = frozenset({Approval.NOT_REQUIRED, Approval.GRANTED})
    visitors_open: VisitorsOpen = VisitorsOpen.BOOKED
    inherit: frozenset[Relation] = frozenset()
    paused_opens: bool = False
    status_codes: frozenset[str] = frozenset()
    require_paid: bool = False
    checkout_minutes: int = 15
    overdue_grace_days: int | None = None
    missing_runs: int = 1
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
        """How long before its start a booking opens its doors."""
        return timedelta(minutes=self.before_minutes)

    @property
    def after(self) -> timedelta:
        """How long after its end a booking keeps its doors open."""
        return timedelta(minutes=self.after_minutes)

    @property
    def checkout(self) -> timedelta:
        """How long after a check-out a booking keeps its doors open."""
        return timedelta(minutes=self.checkout_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemMapping:
    """One item and the access groups that hold every door on its route.

    Instead of `groups` it may name the `locks` on the route: then it is a window target, for which this product makes
    groups of its own. `door` names the lock whose first opening counts as the check-in of a booking. `hours`
    narrow what it gives to wall clocks of the site; the schedule of a group at Salto may narrow it further.
    `before_minutes` and `after_minutes` stand for those of the rules where a booking is of this item. `shared`
    says that several parties may have it at once, such as a workshop or a type of room.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    item: str
    groups: tuple[str, ...] = ()
    locks: tuple[str, ...] = ()
    door: str | None = None
    hours: tuple[WeeklyHours, ...] = ()
    before_minutes: int | None = None
    after_minutes: int | None = None
    shared: bool = False

    @property
    def targets(self) -> tuple[str, ...]:
        """What grants of this item are for: its groups, or the pool of a window target."""
        return (pool_name(self.item),) if self.locks else self.groups


@dataclass(frozen=True, slots=True)
class ItemRules:
    """The rules of a site, and those of the items that have buffers of their own."""

    common: Rules
    own: Mapping[str, Rules] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Rules, mapping: Iterable[ItemMapping]) -> ItemRules:
        """The rules of every item of a mapping."""
        return cls(rules, {entry.item: own for entry in mapping if (own := _own(rules, entry)) != rules})

    def for_item(self, item: str) -> Rules:
        """The rules by which a booking of an item opens."""
        return self.own.get(item, self.common)


def _own(rules: Rules, entry: ItemMapping) -> Rules:
    before = rules.before_minutes if entry.before_minutes is None else entry.before_minutes
    after = rules.after_minutes if entry.after_minutes is None else entry.after_minutes
    return replace(rules, before_minutes=before, after_minutes=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLimit:
    """The most changes of one kind that go through unasked: both numbers hold."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    absolute: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLimits:
    """Limits on the whole plan of a site before any write (design §5.3).

    `percent` counts from `percent_from` members on, so that one removal of three is no alarm; `absolute` always counts.
    `expiry` removals, whose window simply ended, are not counted: time passing is not a surprise.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    removals_per_site: ChangeLimit = field(default_factory=lambda: ChangeLimit(absolute=25, percent=10))
    removals_per_group: ChangeLimit = field(default_factory=lambda: ChangeLimit(absolute=25, percent=50))
    suspensions_per_site: ChangeLimit = field(default_factory=lambda: ChangeLimit(absolute=25, percent=25))
    deletions_per_site: ChangeLimit = field(default_factory=lambda: ChangeLimit(absolute=25, percent=25))
    subscriptions_per_site: ChangeLimit = field(default_factory=lambda: ChangeLimit(absolute=25, percent=25))
    percent_from: int = 10


class TakeOverPolicy(StrEnum):
    """What becomes of people who were suspended before the first plan was applied, as by another integration."""

    REPORT = "report"
    SUBSCRIBE = "subscribe"


class AliasKind(StrEnum):
    """What the alias of a guest holds: the id of the customer alone, or the name behind it."""

    ID = "id"
    NAME = "name"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRules:
    """How customers become people at Salto, and whom this product never touches (design §5.4).

    `alias` says what Salto, and whoever looks at its web application, learns of a guest: an id, or the name as well.
    `take_over: subscribe` gives a seat back, under `subscriptions_per_site`, to whoever was suspended before us and has
    a reason to enter.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    role: str = "site_user"
    alias: AliasKind = AliasKind.ID
    take_over: TakeOverPolicy = TakeOverPolicy.REPORT
    protected: frozenset[str] = frozenset()


class NoAccessPolicy(StrEnum):
    """What becomes of a person who may open nothing any more."""

    KEEP = "keep"
    SUSPEND = "suspend"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAccessRules:
    """No access left: the policy, and how long a person stays as they are first.

    Suspended and deleted people free their seat. With `just_in_time` suspensions are part of every tick, so that only
    people with access have a seat; else they wait for the full run of the night, as deletions always do.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    policy: NoAccessPolicy = NoAccessPolicy.KEEP
    grace_hours: int = 24
    just_in_time: bool = False

    @property
    def grace(self) -> timedelta:
        """How long a person stays as they are."""
        return timedelta(hours=self.grace_hours)
