"""Site users: list, create, change, subscribe, delete, and guests (salto-ks §3.2)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from starlette.responses import JSONResponse, Response

from saltoks.sandbox.salto.api.keys import assign_tag, check_tag
from saltoks.sandbox.salto.api.people import person_view, user_view
from saltoks.sandbox.salto.call import Body, Call, Operation, canonical, no_content
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import bad_request, bad_value, forbidden, not_found
from saltoks.sandbox.salto.odata import Fields
from saltoks.sandbox.salto.state import Person, Site, SiteUser

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
FLAGS = {
    "toggle_easy_office_mode",
    "toggle_manual_office_mode",
    "blocked",
    "override_privacy_mode",
    "use_pin",
}


class UserWrite(Body):
    """What create and change have in common; only what was sent is applied."""

    role_ids: list[str] | None = None
    alias: str | None = None
    tag_id: str | None = None
    toggle_easy_office_mode: bool = False
    toggle_manual_office_mode: bool = False
    blocked: bool = False
    override_privacy_mode: bool = False
    use_pin: bool = False


class NewUser(UserWrite):
    """Body of a create."""

    first_name: str
    last_name: str
    email: str | None = None


class ExistingUser(UserWrite):
    """Body of adding a known platform user."""

    id: str


class ChangedUser(UserWrite):
    """Body of a change."""

    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    expires_at: datetime | None = None


class NewGuest(Body):
    """Body of `POST guests`."""

    alias: str
    expires_at: datetime


class SubscriptionChange(Body):
    """Body of `PATCH subscription`; the field is `state`."""

    state: str | None = None


def user_fields(cloud: Cloud) -> Fields[SiteUser]:
    """A user list is filtered by e-mail (salto-ks §2.3)."""
    email = {"user/email": lambda user: cloud.person_of(user).email}
    return Fields(filters=email, orders=email | {"alias": lambda user: user.alias})


def list_users(call: Call) -> Response:
    """All users of the site, guests too."""
    cloud, site = call.cloud, call.site
    return call.page(site.users.values(), user_fields(cloud), lambda user: user_view(cloud, site, user))


def get_user(call: Call) -> Response:
    """One user."""
    return _answer(call, call.user)


def _answer(call: Call, user: SiteUser, status: int = 200) -> Response:
    return JSONResponse(user_view(call.cloud, call.site, user), status)


def create_user(call: Call) -> Response:
    """A new user: with an e-mail an invitation goes out, and a known e-mail is the same person, or is refused."""
    body, site = call.read(NewUser), call.site
    if not body.first_name.strip() or not body.last_name.strip():
        raise bad_request()
    roles = _roles(site, body.role_ids)
    check_tag(site, body.tag_id)
    _check_email(call.cloud, site, body.email)
    person = call.cloud.person_by_email(body.email) if body.email else None
    if person is None:
        person = call.cloud.add_person(body.first_name, body.last_name, site)
        call.cloud.set_email(person, body.email)
    elif call.cloud.options.create_known_email == "refused":
        raise bad_request("A user with this email exists already")
    return _answer(call, _join(call, person, roles, body))


def add_existing(call: Call) -> Response:
    """Make a known platform user a user of this site."""
    body, site = call.read(ExistingUser), call.site
    person = call.cloud.state.persons.get(canonical(body.id))
    if person is None:
        raise not_found("User")
    if site.user_of(person.id) is not None:
        raise bad_request("The user is on this site already")
    roles = _roles(site, body.role_ids)
    check_tag(site, body.tag_id)
    return _answer(call, _join(call, person, roles, body))


def _check_email(cloud: Cloud, site: Site, email: str | None) -> None:
    if email is None:
        return
    if not EMAIL.fullmatch(email):
        raise bad_value(f"Email '{email}' is not valid")
    person = cloud.person_by_email(email)
    if person is not None and site.user_of(person.id) is not None:
        raise bad_request("A user with this email is on this site already")


def _roles(site: Site, role_ids: list[str] | None) -> list[str]:
    by_id = {role.id: role for role in site.roles.values()}
    chosen = [by_id.get(canonical(role_id)) for role_id in role_ids or []]
    if None in chosen:
        raise not_found("Role")
    roles = [role for role in chosen if role is not None]
    if not any(role.is_hierarchical for role in roles):
        raise bad_value("At least one hierarchical role is required")
    return [role.code for role in roles]


def _join(call: Call, person: Person, roles: list[str], body: UserWrite) -> SiteUser:
    site, cloud = call.site, call.cloud
    user = SiteUser(id=cloud.chance.uuid(), person_id=person.id, roles=roles, settles_at=cloud.now())
    _take_seat(site, user)
    site.add_user(user)
    _apply(call, user, body)
    _invite(cloud, site, person)
    return user


def _take_seat(site: Site, user: SiteUser) -> None:
    """A full site suspends a new user without a word (salto-ks §3.2)."""
    user.subscription_state = "suspended" if site.full else "subscribed"


def _invite(cloud: Cloud, site: Site, person: Person) -> None:
    if person.email:
        cloud.send_mail(person.email, "invitation", f"You can now open doors of {site.customer_reference}.")


def _apply(call: Call, user: SiteUser, body: UserWrite) -> None:
    for name in body.model_fields_set & FLAGS:
        setattr(user, name, getattr(body, name))
    if "alias" in body.model_fields_set:
        user.alias = body.alias
    if "tag_id" in body.model_fields_set:
        assign_tag(call.cloud, call.site, user, body.tag_id)


def create_guest(call: Call) -> Response:
    """A guest: 201 even when no seat is left, and not usable at once (salto-ks §2.8, §3.2)."""
    body, site, cloud = call.read(NewGuest), call.site, call.cloud
    if not body.alias.strip():
        raise bad_request()
    person = cloud.add_person("Site", "Guest", site)
    settles_at = cloud.now() + cloud.chance.delay(cloud.options.guest_settling_seconds)
    user = SiteUser(id=cloud.chance.uuid(), person_id=person.id, roles=["site_guest"], settles_at=settles_at)
    user.alias, user.expires_at = body.alias, _utc(body.expires_at)
    _take_seat(site, user)
    site.add_user(user)
    return _answer(call, user, 201)


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except OverflowError as error:
        raise bad_request() from error


def change_user(call: Call) -> Response:
    """Change a user; not somebody another site manages (salto-ks §6.16). Only a guest has an end (salto-ks §3.2)."""
    body, user, site, cloud = call.read(ChangedUser), call.user, call.site, call.cloud
    person = cloud.person_of(user)
    if person.managed_by not in (None, site.id):
        raise forbidden("User does not have permission for this operation on this user")
    roles = _roles(site, body.role_ids) if "role_ids" in body.model_fields_set else user.roles
    check_tag(site, body.tag_id)
    _change_person(cloud, site, person, body)
    user.roles = roles
    _apply(call, user, body)
    if body.expires_at is not None and user.expires_at is not None:
        user.expires_at = _utc(body.expires_at)
    return _answer(call, user)


def _change_person(cloud: Cloud, site: Site, person: Person, body: ChangedUser) -> None:
    """Names and e-mail belong to the person once there is a profile (salto-ks §3.2)."""
    sent = body.model_fields_set & {"first_name", "last_name", "email"}
    changed = {name for name in sent if getattr(body, name) != getattr(person, name)}
    if changed and person.has_profile:
        raise forbidden("User has a profile")
    if "email" in changed:
        _check_email(cloud, site, body.email)
        if body.email and cloud.person_by_email(body.email):
            raise bad_request("This email belongs to another user")
        cloud.set_email(person, body.email)
        _invite(cloud, site, person)
    for name in changed - {"email"}:
        setattr(person, name, getattr(body, name))


def set_subscription(call: Call) -> Response:
    """Suspend or subscribe; on a full site subscribing does nothing, or is refused (salto-ks §8.18)."""
    body, user, site = call.read(SubscriptionChange), call.user, call.site
    if body.state not in ("subscribed", "suspended"):
        raise bad_value("The state is subscribed or suspended")
    wants_seat = body.state == "subscribed" and user.subscription_state == "suspended"
    if wants_seat and site.full:
        if call.cloud.options.resubscribe_when_full == "refused":
            raise forbidden("No seat is left on this site")
        return no_content()
    user.subscription_state = body.state
    return no_content()


def resend_invite(call: Call) -> Response:
    """Mail the invitation again; somebody without e-mail, or with a profile, has none."""
    person = call.cloud.person_of(call.user)
    if person.email is None or person.has_profile:
        raise bad_request("There is no invitation to send")
    _invite(call.cloud, call.site, person)
    return no_content()


def delete_user(call: Call) -> Response:
    """Remove a user with seat, keys and memberships; the owner stays."""
    user, site = call.user, call.site
    if user.person_id == site.owner_id:
        raise forbidden("The owner cannot be removed")
    person = call.cloud.person_of(user)
    site.drop_user(user)
    call.cloud.forget_person(person)
    return Response(status_code=202)


def search(call: Call) -> Response:
    """Find platform users by exact e-mail or tag number, anywhere on the platform."""
    text = call.query.get("search_for", "").casefold()
    if not text:
        raise bad_request()
    site = call.cloud.state.sites.get(canonical(call.query.get("for_site_id", "")))
    if site is None or site.user_of(call.person.id) is None:
        raise not_found("Site")
    found = [
        person
        for person in call.cloud.state.persons.values()
        if text in ((person.email or "").casefold(), (person.tag_number or "").casefold())
    ]
    return call.page(found, Fields(filters={}, orders={}), lambda person: person_view(person, site))


OPERATIONS = [
    Operation("GET", "/users/search", search),
    Operation("GET", "/sites/{site_id}/users", list_users),
    Operation("POST", "/sites/{site_id}/users", create_user),
    Operation("POST", "/sites/{site_id}/users/existing", add_existing),
    Operation("POST", "/sites/{site_id}/guests", create_guest, ("v1.2",)),
    Operation("GET", "/sites/{site_id}/users/{site_user_id}", get_user),
    Operation("PATCH", "/sites/{site_id}/users/{site_user_id}", change_user),
    Operation("DELETE", "/sites/{site_id}/users/{site_user_id}", delete_user),
    Operation("PATCH", "/sites/{site_id}/users/{site_user_id}/subscription", set_subscription),
    Operation("PATCH", "/sites/{site_id}/users/{site_user_id}/resend_invite", resend_invite),
]
