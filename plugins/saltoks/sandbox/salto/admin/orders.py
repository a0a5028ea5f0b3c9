"""What can be asked of the admin endpoints."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from saltoks.sandbox.salto.admin.client import Fault
from saltoks.sandbox.salto.world import BatteryLevel, LockedState


class Order(BaseModel):
    """Base of admin requests: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class AttemptOrder(Order):
    """Somebody tries a door."""

    site: str
    lock: str
    user_id: str | None
    by: Literal["mkey", "tag", "pin"]
    pin: str | None
    tag: str | None
    exit: bool
    at: datetime | None


class OpeningsOrder(Order):
    """A look at all doors of a site at some instants."""

    site: str
    at: list[datetime]


class SiteOrder(Order):
    """A site's seats from now on."""

    site: str
    seats: int | None


class ClockOrder(Order):
    """A jump of the clock."""

    at: datetime
    frozen: bool


class AdvanceOrder(Order):
    """A move of the clock."""

    seconds: float


class FaultsOrder(Order):
    """The faults from now on."""

    faults: list[Fault]


class OptionsOrder(Order):
    """Switches with their new values."""

    changes: dict[str, object]


class LockOrder(Order):
    """What a lock reports from now on; None leaves a value."""

    site: str
    lock: str
    online: bool | None
    battery_level: BatteryLevel | None
    locked_state: LockedState | None
    left_open_alarm: bool | None
    intrusion_alarm: bool | None


class IqOrder(Order):
    """An IQ's link."""

    site: str
    iq: str
    online: bool | None


class AppOrder(Order):
    """A user's activation of an IQ: the phone app or an admin is at it."""

    site: str
    iq: str
    user_id: str


class RemoveOrder(Order):
    """A user removed by hand."""

    site: str
    user_id: str


class UserOrder(RemoveOrder):
    """A user changed by hand; None leaves a value."""

    blocked: bool | None
    subscription_state: Literal["subscribed", "suspended"] | None
    use_pin: bool | None
    has_profile: bool | None
    remote_access: bool | None


class MembersOrder(Order):
    """Members changed by hand."""

    site: str
    group: str
    add: list[str]
    remove: list[str]


class RevokeOrder(Order):
    """Tokens made invalid."""

    refresh: bool


class IncidentOrder(Order):
    """A raw incident."""

    site: str
    event_category: str
    lock: str | None
    at: datetime | None


class EntryOrder(IncidentOrder):
    """A raw entry."""

    user_id: str | None
    event_detail: str | None
    access_by: str | None
    access_detail: str
    exit_requested: bool
    visible_at: datetime | None
    entry_id: str | None
