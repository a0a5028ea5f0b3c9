"""The YAML file that describes a sandbox's world: clients, accounts, sites and the switches of behaviour."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from saltoks.sandbox.worlds import loaded

WORLDS = Path(__file__).parent / "worlds"
Span = tuple[float, float]
Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
LockType = Literal[
    "none", "unknown", "escutcheon", "cylinder", "wall_reader", "locker_lock", "escutcheon_pin", "wall_reader_pin"
]
LockedState = Literal["none", "locked", "office_mode", "uncertain", "locked_pending", "office_mode_pending"]
BatteryLevel = Literal["fresh", "good", "low", "critical", "none", "unknown"]


class Spec(BaseModel):
    """Base of all parts of the file: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Options(Spec):
    """Switches for behaviour that the real service shows sometimes, or that is not known for sure.

    A `..._seconds` pair is the range of a seeded draw, on the sandbox's clock. A lock or an IQ that is cut off
    is called online until five heartbeats are missed.
    """

    rate_per_second: int | None = 8
    retry_after: bool = True
    sites_as_array: bool = False
    lists_as_array: bool = False
    secret_shown_once: bool = False
    pin_as_text: bool = False
    guest_settling_seconds: Span = (0, 2)
    member_delay_seconds: Span = (0, 0)
    schedule_delay_seconds: Span = (0, 0)
    entry_lag_seconds: Span = (0.7, 79)
    heartbeat_seconds: float = Field(default=360, ge=0)
    empty_page_share: float = Field(default=0.05, ge=0, lt=1)
    page_size_max: int = Field(default=100, ge=1)
    rotate_refresh_tokens: bool = True
    invalid_client_status: Literal[400, 401] = 400
    guest_expiry_closes: bool = False
    resubscribe_when_full: Literal["ignored", "refused"] = "ignored"
    create_known_email: Literal["joined", "refused"] = "joined"
    rights_survive_iq_outage: bool = True
    otp_block_after: int = Field(default=3, ge=1)


class ClientSpec(Spec):
    """An OAuth client; without a secret it is a public one (PKCE only)."""

    client_id: str
    client_secret: str | None = None
    grants: list[str] = ["password", "refresh_token", "authorization_code"]
    redirect_uris: list[str] = []


class AccountSite(Spec):
    """A site an account belongs to, with its role's code."""

    site_uid: str
    role: str = "site_admin"
    remote_access: bool = True


class AccountSpec(Spec):
    """A person with a login; takes a seat on each of its sites."""

    username: str
    password: str
    first_name: str = "Service"
    last_name: str = "Account"
    sites: list[AccountSite] = []

    @field_validator("sites", mode="before")
    @classmethod
    def _plain_uids(cls, value: object) -> object:
        if not isinstance(value, list):
            return value
        return [{"site_uid": item} if isinstance(item, str) else item for item in value]


class RoleSpec(Spec):
    """A site's own role, beside the built-in ones."""

    code: str
    customer_reference: str
    is_hierarchical: bool = True


class UserSpec(Spec):
    """A person who is a user of the site already."""

    first_name: str
    last_name: str
    email: str | None = None
    has_profile: bool | None = None
    alias: str | None = None
    roles: list[str] = ["site_user"]
    subscription_state: Literal["subscribed", "suspended"] = "subscribed"
    blocked: bool = False
    use_pin: bool = False
    remote_access: bool = False
    pin: str | None = None
    tag_number: str | None = None
    expires_at: str | None = None
    activated_iqs: list[str] = []

    @property
    def names(self) -> set[str]:
        """Every name a group may call this user by."""
        return {f"{self.first_name} {self.last_name}", self.email or "", self.alias or ""} - {""}


class IqSpec(Spec):
    """A gateway."""

    customer_reference: str
    online: bool = True
    time_zone: str | None = None
    otp_enabled: bool = True
    state: Literal["factory", "initialized", "installation", "active", "dead"] = "active"
    signal_strength: int | None = 21


class LockSpec(Spec):
    """A lock on an IQ, named by the IQ's name; the site's first IQ when left out."""

    customer_reference: str
    lock_type: LockType = "wall_reader"
    iq: str | None = None
    online: bool = True
    battery_level: BatteryLevel = "good"
    locked_state: LockedState = "locked"
    left_open_alarm: bool = False
    intrusion_alarm: bool = False
    communication_type: Literal["rf_net", "blue_net"] = "blue_net"
    open_time: int = 6


class ScheduleSpec(Spec):
    """A group's weekly schedule; wall-clock values as the API takes them."""

    days: list[Day] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    start_time: str = "00:00"
    end_time: str = "23:59"
    start_date: str | None = None
    end_date: str | None = None


class GroupSpec(Spec):
    """An access group; `locks` and `members` by name, `schedule: none` for a group without one."""

    customer_reference: str
    locks: list[str] | Literal["all"] = []
    schedule: Literal["always", "none"] | ScheduleSpec = "always"
    members: list[str] = []


class SiteSpec(Spec):
    """A site with everything on it; its `id` is made of its UID unless it is given.

    Two installations of Salto KS, as for acceptance and production, have other ids for sites of the same UID.
    """

    site_uid: str
    id: str | None = None
    customer_reference: str
    time_zone: str = "Europe/Amsterdam"
    country_code: str = "NL"
    seats: int | None = None
    pin_enabled: bool = True
    subscription_valid: bool = True
    subscription_ends: datetime | None = None
    installation_state: Literal["installation", "released", "self_installed"] = "released"
    features: list[str] = ["events_streaming", "events_storage", "activity_log", "pods"]
    owner: UserSpec | None = None
    roles: list[RoleSpec] = []
    iqs: list[IqSpec] = []
    locks: list[LockSpec] = []
    groups: list[GroupSpec] = []
    users: list[UserSpec] = []


class World(Spec):
    """A whole sandbox at its start."""

    clients: list[ClientSpec] = []
    accounts: list[AccountSpec] = []
    options: Options = Options()
    sites: list[SiteSpec] = []

    def with_options(self, **changes: object) -> World:
        """The same world with some options changed."""
        options = Options.model_validate(self.options.model_dump() | changes)
        return self.model_copy(update={"options": options})


def load_world(source: World | Path | str) -> World:
    """A world as given, from a YAML file, or one of the shipped worlds by name."""
    return loaded(World, source, WORLDS)
