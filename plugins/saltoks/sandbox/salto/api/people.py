"""How people, their roles and their keys look in answers (salto-ks §3.1–§3.3)."""

from __future__ import annotations

from saltoks.sandbox.clock import instant
from saltoks.sandbox.salto.call import Json
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.state import Key, Person, Role, Site, SiteUser


def person_view(person: Person, site: Site) -> Json:
    """A person as seen from a site; `id` is the platform user id."""
    return {
        "id": person.id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "image_url": None,
        "tag_number": person.tag_number,
        "is_managed_by_current_site": person.managed_by == site.id,
        "has_profile": person.has_profile,
    }


def person_short(person: Person) -> Json:
    """A person in a group's list."""
    return {"id": person.id, "first_name": person.first_name, "last_name": person.last_name}


def role_view(role: Role) -> Json:
    """A role."""
    return {
        "id": role.id,
        "code": role.code,
        "customer_reference": role.customer_reference,
        "parent_id": None,
        "is_hierarchical": role.is_hierarchical,
    }


def settling(cloud: Cloud, user: SiteUser) -> bool:
    """Whether a fresh guest is not usable yet (salto-ks §2.8)."""
    return cloud.now() < user.settles_at


def user_view(cloud: Cloud, site: Site, user: SiteUser) -> Json:
    """A site user; `id` is the site user id. Roles stay empty while it settles."""
    person = cloud.person_of(user)
    roles = [] if settling(cloud, user) else [role_view(site.roles[code]) for code in user.roles]
    return {
        "id": user.id,
        "user": person_view(person, site),
        "roles": roles,
        "alias": user.alias,
        "toggle_easy_office_mode": user.toggle_easy_office_mode,
        "toggle_manual_office_mode": user.toggle_manual_office_mode,
        "remote_access": user.remote_access,
        "blocked": user.blocked,
        "tag_owned_by_this_site": any(tag.site_user_id == user.id for tag in site.tags.values()),
        "subscription_state": user.subscription_state,
        "override_privacy_mode": user.override_privacy_mode,
        "use_pin": user.use_pin,
        "data_removal_expires_at": None,
        "expires_at": instant(user.expires_at) if user.expires_at else None,
    }


def key_view(key: Key) -> Json:
    """A key; a PIN is named by the word only, never by its digits."""
    return {
        "id": key.id,
        "key_identifier": key.key_identifier,
        "key_id": key.key_id,
        "type": key.type,
        "expiry_date": instant(key.expiry_date) if key.expiry_date else None,
        "registration_date": instant(key.registration_date),
        "blocked": key.blocked,
        "offline_access": key.offline_access,
    }
