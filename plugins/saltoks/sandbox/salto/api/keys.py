"""PIN codes, keys and tags of site users (salto-ks §3.3, §3.8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from starlette.responses import JSONResponse, PlainTextResponse, Response

from saltoks.sandbox.clock import instant
from saltoks.sandbox.salto.api.people import key_view, settling, user_view
from saltoks.sandbox.salto.call import Body, Call, Json, Operation, canonical
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import bad_value, forbidden, not_found
from saltoks.sandbox.salto.odata import Fields
from saltoks.sandbox.salto.state import Key, Site, SiteUser, Tag

KEYS: Fields[Key] = Fields(filters={}, orders={"registration_date": lambda key: key.registration_date})
TAGS: Fields[Tag] = Fields(filters={}, orders={"tag_number": lambda tag: tag.tag_number})
PIN_LIFE = (timedelta(days=1), timedelta(days=366))


class PinRequest(Body):
    """Body of `PUT pin`."""

    expiry_date: datetime | None = None


class KeyChange(Body):
    """Body of a key's change."""

    blocked: bool | None = None
    offline_access: bool | None = None


def issue_pin(call: Call) -> Response:
    """A new PIN in the answer and nowhere else; it replaces the user's earlier one."""
    body, user, site = call.read(PinRequest), call.user, call.site
    if settling(call.cloud, user):
        raise forbidden()
    if not site.pin_enabled:
        raise forbidden("PIN codes are not enabled on this site")
    user.pin = _unused_pin(call, site)
    user.keys = [key for key in user.keys if key.type != "pin"]
    user.keys.append(_new_key(call.cloud, "pin", "pin", _expiry(call, body.expiry_date)))
    return PlainTextResponse(user.pin) if call.cloud.options.pin_as_text else JSONResponse(user.pin)


def _expiry(call: Call, expiry: datetime | None) -> datetime | None:
    if expiry is None:
        return None
    expiry = expiry if expiry.tzinfo else expiry.replace(tzinfo=UTC)
    shortest, longest = PIN_LIFE
    if not shortest <= expiry - call.cloud.now() <= longest:
        raise bad_value("The expiry date lies between one day and one year ahead")
    return expiry


def _unused_pin(call: Call, site: Site) -> str:
    taken = {user.pin for user in site.users.values()}
    while (pin := call.cloud.chance.pin()) in taken:
        pass
    return pin


def _new_key(cloud: Cloud, kind: str, identifier: str, expiry: datetime | None = None) -> Key:
    return Key(
        id=cloud.chance.uuid(),
        key_id=cloud.chance.uuid(),
        type=kind,
        key_identifier=identifier,
        registration_date=cloud.now(),
        expiry_date=expiry,
    )


def check_tag(site: Site, tag_id: str | None) -> None:
    """404 for a tag the site does not have; an empty text counts as no tag."""
    if tag_id and canonical(tag_id) not in site.tags:
        raise not_found("Tag")


def assign_tag(cloud: Cloud, site: Site, user: SiteUser, tag_id: str | None) -> None:
    """Give a user one of the site's tags, or none."""
    for tag in site.tags.values():
        tag.site_user_id = None if tag.site_user_id == user.id else tag.site_user_id
    user.keys = [key for key in user.keys if key.type != "tag"]
    if tag_id:
        chosen = site.tags[canonical(tag_id)]
        chosen.site_user_id = user.id
        user.keys.append(_new_key(cloud, "tag", chosen.tag_number))


def list_keys(call: Call) -> Response:
    """A user's keys."""
    return call.page(call.user.keys, KEYS, key_view)


def change_key(call: Call) -> Response:
    """Block a key, or let it open while the lock is offline."""
    body, identity = call.read(KeyChange), call.id("key_id")
    key = next((key for key in call.user.keys if key.id == identity), None)
    if key is None:
        raise not_found("Key")
    if body.blocked is not None:
        key.blocked = body.blocked
    if body.offline_access is not None:
        key.offline_access = body.offline_access
    return JSONResponse(key_view(key))


def list_tags(call: Call) -> Response:
    """The site's tags."""
    site = call.site
    return call.page(site.tags.values(), TAGS, lambda tag: _tag(call, site, tag))


def _tag(call: Call, site: Site, tag: Tag) -> Json:
    user = site.users.get(tag.site_user_id or "")
    keys = [key.id for key in user.keys if key.key_identifier == tag.tag_number] if user else []
    return {
        "id": tag.id,
        "blocked": tag.blocked,
        "creation_date": instant(tag.creation_date),
        "registration_date": instant(tag.creation_date),
        "tag_number": tag.tag_number,
        "source_iq_id": None,
        "site_user_key_id": keys[0] if keys else None,
        "site_user": user_view(call.cloud, site, user) if user else None,
        "is_pod_tag": False,
    }


OPERATIONS = [
    Operation("PUT", "/sites/{site_id}/users/{site_user_id}/pin", issue_pin),
    Operation("GET", "/sites/{site_id}/users/{site_user_id}/keys", list_keys),
    Operation("PATCH", "/sites/{site_id}/users/{site_user_id}/keys/{key_id}", change_key),
    Operation("GET", "/sites/{site_id}/tags", list_tags),
]
