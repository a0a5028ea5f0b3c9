"""From a world file to the sandbox's first state; ids are derived from names, so two starts agree."""

from __future__ import annotations

from datetime import UTC, datetime

from saltoks.sandbox.salto.api.schedules import schedule_from_spec
from saltoks.sandbox.salto.chance import named_id
from saltoks.sandbox.salto.state import (
    Activation,
    Group,
    Iq,
    Key,
    Lock,
    Person,
    Rights,
    Role,
    Site,
    SiteUser,
    State,
    Tag,
)
from saltoks.sandbox.salto.world import (
    AccountSite,
    AccountSpec,
    GroupSpec,
    IqSpec,
    LockSpec,
    RoleSpec,
    SiteSpec,
    UserSpec,
    World,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BUILT_IN_ROLES = [
    RoleSpec(code="site_admin", customer_reference="Site Admin"),
    RoleSpec(code="site_user", customer_reference="Site User"),
    RoleSpec(code="site_guest", customer_reference="Site Guest"),
    RoleSpec(code="site_mobile_user", customer_reference="Mobile User", is_hierarchical=False),
    RoleSpec(code="site_remote_office_mode_user", customer_reference="Remote Office", is_hierarchical=False),
    RoleSpec(code="site_pod_member", customer_reference="Pod Member", is_hierarchical=False),
]


def seed_state(world: World) -> State:
    """The state a world starts in."""
    state = State(options=world.options)
    for spec in world.sites:
        _add_site(state, spec)
    for account in world.accounts:
        _add_account(state, account)
    for spec in world.sites:
        _add_groups(state, spec)
    return state


def _add_site(state: State, spec: SiteSpec) -> None:
    plain = spec.model_dump(exclude={"id", "owner", "roles", "iqs", "locks", "groups", "users"})
    site = Site(id=_site_id(spec), **plain)
    site.roles = {role.code: _role(site, role) for role in [*BUILT_IN_ROLES, *spec.roles]}
    state.sites[site.id] = site
    for iq in spec.iqs:
        _add_iq(site, iq)
    for lock in spec.locks:
        _add_lock(site, lock)
    if spec.owner is not None:
        owner = _add_user(state, site, spec.owner.model_copy(update={"roles": ["site_admin"]}))
        owner.ownership_state = "owner"
        site.owner_id = owner.person_id
    for user in spec.users:
        _add_user(state, site, user)


def _site_id(spec: SiteSpec) -> str:
    return spec.id or named_id("site", spec.site_uid)


def _role(site: Site, spec: RoleSpec) -> Role:
    return Role(id=named_id("role", site.id, spec.code), **spec.model_dump())


def _mac(*names: str) -> str:
    return named_id("mac", *names).replace("-", "")[:12].upper()


def _add_iq(site: Site, spec: IqSpec) -> None:
    plain = spec.model_dump() | {"time_zone": spec.time_zone or site.time_zone}
    identity = named_id("iq", site.id, spec.customer_reference)
    site.iqs[identity] = Iq(id=identity, mac=_mac(site.site_uid, spec.customer_reference), **plain)


def _add_lock(site: Site, spec: LockSpec) -> None:
    iq_ids = {iq.customer_reference: iq.id for iq in site.iqs.values()}
    iq_id = iq_ids[spec.iq] if spec.iq else next(iter(iq_ids.values()), None)
    identity = named_id("lock", site.id, spec.customer_reference)
    mac = _mac(site.site_uid, "lock", spec.customer_reference)
    site.locks[identity] = Lock(id=identity, mac=mac, iq_id=iq_id, **spec.model_dump(exclude={"iq"}))


def _person(state: State, site: Site, spec: UserSpec) -> Person:
    known = next((p for p in state.persons.values() if spec.email and p.email == spec.email), None)
    if known is not None:
        return known
    who = spec.email or f"{site.site_uid}/{spec.alias or ''}/{spec.first_name} {spec.last_name}"
    has_profile = spec.has_profile if spec.has_profile is not None else spec.email is not None
    person = Person(
        id=named_id("person", who),
        subject=named_id("subject", who),
        first_name=spec.first_name,
        last_name=spec.last_name,
        email=spec.email,
        has_profile=has_profile,
        managed_by=None if has_profile else site.id,
        tag_number=spec.tag_number,
    )
    state.persons[person.id] = person
    return person


def _add_user(state: State, site: Site, spec: UserSpec) -> SiteUser:
    person = _person(state, site, spec)
    expires_at = datetime.fromisoformat(spec.expires_at) if spec.expires_at else None
    plain = spec.model_dump(
        include={"roles", "alias", "subscription_state", "blocked", "use_pin", "remote_access", "pin"}
    )
    identity = named_id("site-user", site.id, person.id)
    user = SiteUser(id=identity, person_id=person.id, settles_at=LONG_AGO, expires_at=expires_at, **plain)
    site.add_user(user)
    if spec.pin is not None:
        user.keys.append(_key(user, "pin", "pin"))
    if spec.tag_number is not None:
        user.keys.append(_key(user, "tag", spec.tag_number))
        tag_id = named_id("tag", site.id, spec.tag_number)
        site.tags[tag_id] = Tag(id=tag_id, tag_number=spec.tag_number, creation_date=LONG_AGO, site_user_id=user.id)
    _activate(site, user, spec)
    return user


def _key(user: SiteUser, kind: str, identifier: str) -> Key:
    return Key(
        id=named_id("key", user.id, identifier),
        key_id=named_id("key-id", user.id, identifier),
        type=kind,
        key_identifier=identifier,
        registration_date=LONG_AGO,
    )


def _activate(site: Site, user: SiteUser, spec: UserSpec) -> None:
    for iq in site.iqs.values():
        if iq.customer_reference in spec.activated_iqs:
            site.activations.append(
                Activation(iq_id=iq.id, person_id=user.person_id, activated=True, activation_date=LONG_AGO)
            )


def _add_account(state: State, account: AccountSpec) -> None:
    for place in account.sites:
        site = next(site for site in state.sites.values() if site.site_uid == place.site_uid)
        state.logins[account.username] = _add_user(state, site, _account_user(account, place)).person_id


def _account_user(account: AccountSpec, place: AccountSite) -> UserSpec:
    return UserSpec(
        first_name=account.first_name,
        last_name=account.last_name,
        email=account.username,
        roles=[place.role],
        remote_access=place.remote_access,
    )


def _add_groups(state: State, spec: SiteSpec) -> None:
    site = state.sites[_site_id(spec)]
    people = [*spec.users, *([spec.owner] if spec.owner else [])]
    for group_spec in spec.groups:
        group = _group(site, group_spec)
        site.groups[group.id] = group
        for name in group_spec.members:
            group.members[_member(state, site, people, name)] = LONG_AGO
    for iq in site.iqs.values():
        if not iq.online:
            site.rights_at_outage[iq.id] = Rights(groups=site.groups, users=site.users).model_copy(deep=True)


def _group(site: Site, spec: GroupSpec) -> Group:
    lock_ids = {lock.customer_reference: lock.id for lock in site.locks.values()}
    names = list(lock_ids) if spec.locks == "all" else spec.locks
    identity = named_id("group", site.id, spec.customer_reference)
    group = Group(id=identity, customer_reference=spec.customer_reference, lock_ids=[lock_ids[name] for name in names])
    if spec.schedule != "none":
        group.schedules.append(schedule_from_spec(spec.schedule, identity, LONG_AGO))
    return group


def _member(state: State, site: Site, people: list[UserSpec], name: str) -> str:
    spec = next((person for person in people if name in person.names), None)
    person_id = _person(state, site, spec).id if spec else state.logins[name]
    if site.user_of(person_id) is None:
        raise ValueError(f"{name} is named as a member at {site.site_uid} but is not a user there")
    return person_id
