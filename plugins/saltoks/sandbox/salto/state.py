"""Everything the sandbox knows, as one tree of plain values that can be saved and loaded."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, PrivateAttr

from saltoks.sandbox.clock import ClockState
from saltoks.sandbox.salto.world import Options


class Person(BaseModel):
    """Somebody on the platform; `id` is the platform user id, `subject` the identity server's."""

    id: str
    subject: str
    first_name: str | None
    last_name: str | None
    email: str | None = None
    has_profile: bool = False
    managed_by: str | None = None
    tag_number: str | None = None


class Role(BaseModel):
    """What a site user may do, by code."""

    id: str
    code: str
    customer_reference: str
    is_hierarchical: bool


class Key(BaseModel):
    """A means of opening."""

    id: str
    key_id: str
    type: str
    key_identifier: str
    registration_date: datetime
    expiry_date: datetime | None = None
    blocked: bool = False
    offline_access: bool = False


class SiteUser(BaseModel):
    """A person's place on one site; `id` is the site user id. Usable from `settles_at` on."""

    id: str
    person_id: str
    roles: list[str]
    alias: str | None = None
    subscription_state: str = "subscribed"
    blocked: bool = False
    use_pin: bool = False
    remote_access: bool = False
    toggle_easy_office_mode: bool = False
    toggle_manual_office_mode: bool = False
    override_privacy_mode: bool = False
    expires_at: datetime | None = None
    settles_at: datetime
    ownership_state: str | None = None
    pin: str | None = None
    keys: list[Key] = []


class Schedule(BaseModel):
    """A weekly schedule; dates are naive wall-clock, the door knows it in `[since, until)`."""

    id: str
    days: list[str]
    start_time: str
    end_time: str
    start_date: str | None = None
    end_date: str | None = None
    since: datetime
    until: datetime | None = None


class Group(BaseModel):
    """An access group: members by platform id with the instant the door knows them from.

    `leaving` holds removed members until the door has heard of it, `old_schedules` likewise.
    """

    id: str
    customer_reference: str
    lock_ids: list[str] = []
    members: dict[str, datetime] = {}
    leaving: dict[str, datetime] = {}
    schedules: list[Schedule] = []
    old_schedules: list[Schedule] = []


class Iq(BaseModel):
    """A gateway."""

    id: str
    customer_reference: str
    time_zone: str
    mac: str
    online: bool
    lost_at: datetime | None = None
    """When it was last cut off, if it ever was."""
    otp_enabled: bool
    state: str
    signal_strength: int | None


class Lock(BaseModel):
    """A lock."""

    id: str
    customer_reference: str
    mac: str
    iq_id: str | None
    lock_type: str
    online: bool
    lost_at: datetime | None = None
    battery_level: str
    locked_state: str
    left_open_alarm: bool
    intrusion_alarm: bool
    communication_type: str
    open_time: int
    offline_days: int = 0
    near_detection: bool = False


class Event(BaseModel):
    """An entry or an incident; `stored_at` is None while it waits in an offline lock or IQ."""

    seq: int
    id: str
    event_category: str
    event_detail: str | None = None
    at: datetime
    stored_at: datetime | None
    lock_id: str | None = None
    user_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    alias: str | None = None
    access_by: str | None = None
    access_detail: str = ""
    exit_requested: bool = False


class Tag(BaseModel):
    """A tag known to the site."""

    id: str
    tag_number: str
    creation_date: datetime
    site_user_id: str | None = None
    blocked: bool = False


class Activation(BaseModel):
    """One person's activation of one IQ; wrong codes are counted by command."""

    iq_id: str
    person_id: str
    activated: bool
    activation_date: datetime | None = None
    secret: str | None = None
    pin: str | None = None
    wrong: dict[str, int] = {}
    blocked_until: dict[str, datetime] = {}


class Rights(BaseModel):
    """What an IQ knew when it lost the cloud."""

    groups: dict[str, Group]
    users: dict[str, SiteUser]


class Site(BaseModel):
    """One site."""

    id: str
    site_uid: str
    customer_reference: str
    time_zone: str
    country_code: str
    seats: int | None
    pin_enabled: bool
    subscription_valid: bool
    subscription_ends: datetime | None = None
    installation_state: str
    features: list[str]
    owner_id: str | None = None
    roles: dict[str, Role] = {}
    users: dict[str, SiteUser] = {}
    groups: dict[str, Group] = {}
    iqs: dict[str, Iq] = {}
    locks: dict[str, Lock] = {}
    tags: dict[str, Tag] = {}
    entries: list[Event] = []
    incidents: list[Event] = []
    activations: list[Activation] = []
    rights_at_outage: dict[str, Rights] = {}
    _by_person: dict[str, str] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: object, /) -> None:
        """Build the index of persons."""
        self._by_person = {user.person_id: user.id for user in self.users.values()}

    def add_user(self, user: SiteUser) -> None:
        """Put a user on the site."""
        self.users[user.id] = user
        self._by_person[user.person_id] = user.id

    def drop_user(self, user: SiteUser) -> None:
        """Take a user, with all group memberships and tags, off the site."""
        del self.users[user.id], self._by_person[user.person_id]
        for group in self.groups.values():
            group.members.pop(user.person_id, None)
        for tag in self.tags.values():
            tag.site_user_id = None if tag.site_user_id == user.id else tag.site_user_id

    def user_of(self, person_id: str) -> SiteUser | None:
        """The site user of a platform user id."""
        site_user_id = self._by_person.get(person_id)
        return self.users[site_user_id] if site_user_id else None

    @property
    def seats_used(self) -> int:
        """One per subscribed user, guests too (salto-ks §3.2)."""
        return sum(user.subscription_state == "subscribed" for user in self.users.values())

    @property
    def full(self) -> bool:
        """Whether the next user finds no seat."""
        return self.seats is not None and self.seats_used >= self.seats


class Grant(BaseModel):
    """What a token, a refresh token or a code stands for."""

    client_id: str
    username: str
    scope: list[str]
    expires_at: datetime | None = None
    redirect_uri: str | None = None
    challenge: str | None = None


class Mail(BaseModel):
    """A mail the service would have sent."""

    to: str
    subject: str
    body: str
    at: datetime


class State(BaseModel):
    """The sandbox's whole memory."""

    options: Options
    clock: ClockState = ClockState()
    draws: int = 0
    persons: dict[str, Person] = {}
    sites: dict[str, Site] = {}
    logins: dict[str, str] = {}
    access_tokens: dict[str, Grant] = {}
    refresh_tokens: dict[str, Grant] = {}
    codes: dict[str, Grant] = {}
    mails: list[Mail] = []
