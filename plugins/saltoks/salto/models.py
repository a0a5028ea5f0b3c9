"""What Salto KS answers, as frozen values (salto-ks §3): tolerant of new fields and new words.

Enumerated fields are plain text, because a new value must never break a run; compare with the StrEnums here
or with the words of salto-ks §3.6. `None` means that the server did not say. Instants are UTC. Names, e-mails
and tag numbers stay out of `repr`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from dataclasses import field as plain_field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from saltoks.core.text import clean, is_storable
from saltoks.salto.values import Count, Flag, Id, Instant, Moment, NoneIsEmpty, OtherId, Private


class SubscriptionState(StrEnum):
    """Whether a site user has a seat; without one no door opens (salto-ks §3.2)."""

    SUBSCRIBED = "subscribed"
    SUSPENDED = "suspended"


class Answer(BaseModel):
    """Base of everything read: frozen, unknown fields dropped, numbers taken as text where text is expected."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Identified(Answer):
    """Something with an id of its own."""

    id: Id


class Site(Identified):
    """A site as the list shows it; `id` is the UUID for paths, `site_uid` the number people know."""

    customer_reference: str | None = None
    site_uid: str | None = None
    subscribed_user_amount: Count = None
    """Seats allowed: 0 none, None unlimited."""
    subscription_valid: bool | None = None
    country_code: str | None = None
    time_zone: str | None = None
    installation_state: str | None = None
    mkey_compatible: Flag = False


class ManagedSite(Site):
    """A single site with its use; `store_events_ttl` is .NET TimeSpan text such as `90.00:00:00`."""

    active_user_amount: Count = None
    active_iq_amount: Count = None
    pin_enabled: Flag = False
    store_events_ttl: str | None = None


class Feature(Answer):
    """One thing a subscription includes, such as `custom_pin`."""

    code: str


class Subscription(Answer):
    """What the site has paid for."""

    end_date: Instant | None = None
    user_amount: Count = None
    iq_amount: Count = None
    is_valid: bool | None = None
    type: str | None = None
    features: Annotated[tuple[Feature, ...], NoneIsEmpty] = ()


class Me(Identified):
    """The user this account acts as; `id` is the platform user id."""

    first_name: Private = None
    last_name: Private = None
    email: Private = None
    language: str | None = None


class Role(Identified):
    """A role the caller may hand out; found by `code`, as ids may differ between sites."""

    customer_reference: str | None = None
    code: str | None = None
    parent_id: str | None = None
    is_hierarchical: Flag = False


class UserSummary(Identified):
    """The person behind a site user; `id` is the platform user id, used in groups and entries."""

    first_name: Private = None
    last_name: Private = None
    email: Private = None
    tag_number: Private = None
    is_managed_by_current_site: bool | None = None
    has_profile: Flag = False


class SiteUser(Identified):
    """A person's membership of a site: `id` is the site user id, `user.id` the platform user id."""

    user: UserSummary
    roles: Annotated[tuple[Role, ...], NoneIsEmpty] = ()
    alias: Private = None
    subscription_state: str | None = None
    blocked: Flag = False
    use_pin: Flag = False
    remote_access: Flag = False
    toggle_easy_office_mode: Flag = False
    toggle_manual_office_mode: Flag = False
    override_privacy_mode: Flag = False
    ownership_state: str | None = None
    expires_at: Instant | None = None
    data_removal_expires_at: Instant | None = None


class UserKey(Identified):
    """A means of opening; `type` is `tag`, `mkey`, `pin`, `wallet` or `unknown`, a PIN comes without its digits."""

    type: str | None = None
    expiry_date: Instant | None = None
    registration_date: Instant | None = None
    blocked: Flag = False
    offline_access: Flag = False


class AccessGroup(Identified):
    """A named set of locks and members; the counts are None in answers to writes."""

    customer_reference: str | None = None
    lock_count: Count = None
    user_count: Count = None


class Member(Identified):
    """Someone in an access group; `id` is the platform user id."""

    first_name: Private = None
    last_name: Private = None


class LockRef(Identified):
    """A lock in an access group."""

    customer_reference: str | None = None


class TimeSchedule(Identified):
    """When a group opens: date range and ticked days and daily hours; wall clock of the IQ, kept as text."""

    monday: Flag = False
    tuesday: Flag = False
    wednesday: Flag = False
    thursday: Flag = False
    friday: Flag = False
    saturday: Flag = False
    sunday: Flag = False
    start_time: str | None = None
    end_time: str | None = None
    start_date: str | None = None
    end_date: str | None = None


class LockIq(Identified):
    """The IQ a lock hangs on, as the lock shows it."""

    customer_reference: str | None = None
    is_online: bool | None = None
    revision: str | None = None
    otp_enabled: bool | None = None


class Lock(Identified):
    """A lock; `online` is its link to the IQ as last reported, up to five heartbeats old (salto-ks §5)."""

    customer_reference: str | None = None
    mac: str | None = None
    locked_state: str | None = None
    lock_type: str | None = None
    online: bool | None = None
    iq_link_state: str | None = None
    battery_level: str | None = None
    left_open_alarm: Flag = False
    intrusion_alarm: Flag = False
    privacy_mode: Flag = False
    communication_type: str | None = None
    offline_access_keys_limit: Count = None
    offline_access_keys_count: Count = None
    iq: LockIq | None = None


class Iq(Identified):
    """A gateway; `online` is its link to the cloud as last noticed, up to 30 minutes old (salto-ks §5)."""

    customer_reference: str | None = None
    time_zone: str | None = None
    mac: str | None = None
    state: str | None = None
    restore_required: Flag = False
    reset_date: Instant | None = None
    online: bool | None = None
    signal_strength: Count = None
    revision: str | None = None
    otp_enabled: bool | None = None


class IqActivation(Identified):
    """An IQ for which this account has, or has begun, an activation; `id` is the IQ's."""

    id: Annotated[Id, Field(validation_alias="iq_id")]
    activated: Flag = False


class Entry(Identified):
    """Something that happened at a door; `user_id` is the platform user id and may belong to nobody.

    `raw` is the whole entry as JSON text, in the server's order of fields.
    """

    utc_date_time: Moment
    raw: str = Field(repr=False)
    local_date_time: str | None = None
    event_category: str | None = None
    event_detail: str | None = None
    lock_id: OtherId = None
    lock_customer_reference: str | None = None
    iq_id: OtherId = None
    iq_customer_reference: str | None = None
    user_id: OtherId = None
    user_first_name: Private = None
    user_last_name: Private = None
    user_alias: Private = None
    exit_requested: Flag = False
    access_by: str | None = None
    access_detail: Private = None
    ttl_in_seconds: Count = None
    expiration_date_time: Instant | None = None

    @field_validator("*")
    @classmethod
    def _is_storable(cls, value: object) -> object:
        if isinstance(value, str) and not is_storable(value):
            raise ValueError("holds NUL or half a surrogate pair")
        return value

    @field_validator("lock_customer_reference")
    @classmethod
    def _as_doors_are_named(cls, value: str | None) -> str | None:
        return value and clean(value)


@dataclass(frozen=True, slots=True)
class NewUser:
    """A site user to create; with an e-mail Salto sends an invitation, an empty one counts as none."""

    first_name: str = plain_field(repr=False)
    last_name: str = plain_field(repr=False)
    email: str | None = plain_field(default=None, repr=False)
    role_ids: Sequence[str] = ()
    alias: str | None = plain_field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class UserChange:
    """What to change about a member; None leaves it as it is."""

    first_name: str | None = plain_field(default=None, repr=False)
    last_name: str | None = plain_field(default=None, repr=False)
    email: str | None = plain_field(default=None, repr=False)
    alias: str | None = plain_field(default=None, repr=False)
    blocked: bool | None = None
    use_pin: bool | None = None
    expires_at: datetime | None = None

    def body(self) -> dict[str, object]:
        """What is sent: the fields that change."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: object) -> object:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
