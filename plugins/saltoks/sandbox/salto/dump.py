"""The state as the admin endpoint shows it: flat, named, for assertions in tests and for curious people."""

from __future__ import annotations

from saltoks.sandbox.clock import instant
from saltoks.sandbox.salto.api.schedules import view
from saltoks.sandbox.salto.call import Json
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.state import Group, Lock, Site, SiteUser


def world_dump(cloud: Cloud) -> Json:
    """`now` and `sites` by site_uid, each with seats, users, groups, locks, iqs and counts of events."""
    sites = {site.site_uid: _site(cloud, site) for site in cloud.state.sites.values()}
    return {"now": instant(cloud.now()), "frozen": cloud.clock.frozen, "sites": sites}


def _site(cloud: Cloud, site: Site) -> Json:
    return {
        "id": site.id,
        "customer_reference": site.customer_reference,
        "time_zone": site.time_zone,
        "seats": site.seats,
        "seats_used": site.seats_used,
        "users": [_user(cloud, user) for user in site.users.values()],
        "groups": [_group(site, group) for group in site.groups.values()],
        "locks": [_lock(site, lock) for lock in site.locks.values()],
        "iqs": [iq.model_dump(mode="json") for iq in site.iqs.values()],
        "roles": {role.code: role.id for role in site.roles.values()},
        "entries": len(site.entries),
        "incidents": len(site.incidents),
    }


def _user(cloud: Cloud, user: SiteUser) -> Json:
    person = cloud.person_of(user)
    plain: Json = user.model_dump(mode="json", exclude={"id", "person_id", "keys"})
    return {
        "site_user_id": user.id,
        "user_id": user.person_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "has_profile": person.has_profile,
        "keys": [key.type for key in user.keys],
        **plain,
    }


def _group(site: Site, group: Group) -> Json:
    return {
        "id": group.id,
        "customer_reference": group.customer_reference,
        "locks": [site.locks[lock_id].customer_reference for lock_id in group.lock_ids],
        "members": list(group.members),
        "schedules": [view(schedule) for schedule in group.schedules],
    }


def _lock(site: Site, lock: Lock) -> Json:
    iq = site.iqs.get(lock.iq_id or "")
    plain: Json = lock.model_dump(mode="json")
    return plain | {"iq": iq.customer_reference if iq else None}
