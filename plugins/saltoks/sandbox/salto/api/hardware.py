"""Locks and IQs (salto-ks §3.6, §3.7)."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import JSONResponse, Response

from saltoks.sandbox.salto.api.groups import LOCKS
from saltoks.sandbox.salto.call import Body, Call, Json, Operation, no_content
from saltoks.sandbox.salto.chance import named_id
from saltoks.sandbox.salto.odata import Fields
from saltoks.sandbox.salto.state import Iq, Lock, Site

IQS: Fields[Iq] = Fields(filters={}, orders={"customer_reference": lambda iq: iq.customer_reference})
OFFLINE_KEYS = {"blue_net": 360, "rf_net": 39}


class LockSettings(Body):
    """A lock's settings, all optional in a change."""

    open_time: int | None = Field(default=None, ge=1, le=240)
    offline_access_by_audit_trail_day_count: int | None = Field(default=None, ge=0, le=255)
    wall_reader_near_detection_opening: bool | None = None


def list_locks(call: Call) -> Response:
    """The site's locks."""
    return call.page(call.site.locks.values(), LOCKS, lambda lock: lock_view(call, lock))


def get_lock(call: Call) -> Response:
    """One lock."""
    return JSONResponse(lock_view(call, call.lock))


def lock_view(call: Call, lock: Lock) -> Json:
    """A lock with its IQ; there is neither a `name` nor a site id."""
    site, cloud = call.site, call.cloud
    iq = site.iqs.get(lock.iq_id or "")
    return {
        "id": lock.id,
        "customer_reference": lock.customer_reference,
        "mac": lock.mac,
        "floor": None,
        "locked_state": lock.locked_state,
        "lock_type": lock.lock_type,
        "online": cloud.calls_online(lock),
        "iq_link_state": "attached" if iq else "detached",
        "tag_registration_state": "not_started",
        "battery_level": lock.battery_level,
        "left_open_alarm": lock.left_open_alarm,
        "intrusion_alarm": lock.intrusion_alarm,
        "easy_office_mode_schedule": None,
        "iq": _lock_iq(call, iq) if iq else None,
        "repeater": None,
        "privacy_mode": False,
        "communication_type": lock.communication_type,
        "vendor": {"id": named_id("vendor", "salto"), "reference": "salto", "display_name": "Salto"},
        "offline_access_keys_limit": OFFLINE_KEYS[lock.communication_type],
        "offline_access_keys_count": _offline_keys(site, lock),
    }


def _offline_keys(site: Site, lock: Lock) -> int:
    people = {person for g in site.groups.values() if lock.id in g.lock_ids for person in g.members}
    users = [user for user in site.users.values() if user.person_id in people]
    return sum(key.offline_access for user in users for key in user.keys)


def _lock_iq(call: Call, iq: Iq) -> Json:
    return {
        "id": iq.id,
        "customer_reference": iq.customer_reference,
        "mac_address": iq.mac,
        "is_online": call.cloud.calls_online(iq),
        "revision": "2.0",
        "otp_enabled": iq.otp_enabled,
    }


def get_settings(call: Call) -> Response:
    """A lock's settings."""
    return JSONResponse(_settings(call.lock))


def _settings(lock: Lock) -> Json:
    return {
        "open_time": lock.open_time,
        "offline_access_by_audit_trail_day_count": lock.offline_days,
        "wall_reader_near_detection_opening": lock.near_detection,
    }


def put_settings(call: Call) -> Response:
    """Change a lock's settings."""
    body, lock = call.read(LockSettings), call.lock
    if body.open_time is not None:
        lock.open_time = body.open_time
    if body.offline_access_by_audit_trail_day_count is not None:
        lock.offline_days = body.offline_access_by_audit_trail_day_count
    if body.wall_reader_near_detection_opening is not None:
        lock.near_detection = body.wall_reader_near_detection_opening
    return no_content()


def list_iqs(call: Call) -> Response:
    """The site's IQs."""
    return call.page(call.site.iqs.values(), IQS, lambda iq: iq_view(call, iq))


def get_iq(call: Call) -> Response:
    """One IQ."""
    return JSONResponse(iq_view(call, call.iq))


def iq_view(call: Call, iq: Iq) -> Json:
    """An IQ; `data_sync_state` is no health signal, as measured (salto-ks §3.7)."""
    online = call.cloud.calls_online(iq)
    return {
        "id": iq.id,
        "customer_reference": iq.customer_reference,
        "time_zone": iq.time_zone,
        "mac": iq.mac,
        "operator": "Example Mobile",
        "state": iq.state,
        "restore_required": False,
        "reset_date": None,
        "online": online,
        "led_enabled": True,
        "data_sync_state": "not_synced",
        "signal_strength": iq.signal_strength if online else None,
        "revision": "2.0",
        "otp_enabled": iq.otp_enabled,
    }


def list_user_activations(call: Call) -> Response:
    """The IQs a site user has activated."""
    site, person_id = call.site, call.user.person_id
    active = {item.iq_id for item in site.activations if item.person_id == person_id and item.activated}
    return call.page([iq for iq in site.iqs.values() if iq.id in active], IQS, _activated)


def _activated(iq: Iq) -> Json:
    return {"id": iq.id, "customer_reference": iq.customer_reference, "otp_enabled": iq.otp_enabled}


LOCK = "/sites/{site_id}/locks/{lock_id}"
OPERATIONS = [
    Operation("GET", "/sites/{site_id}/locks", list_locks),
    Operation("GET", LOCK, get_lock),
    Operation("GET", LOCK + "/settings", get_settings),
    Operation("PUT", LOCK + "/settings", put_settings),
    Operation("GET", "/sites/{site_id}/iqs", list_iqs),
    Operation("GET", "/sites/{site_id}/iqs/{iq_id}", get_iq),
    Operation("GET", "/sites/{site_id}/users/{site_user_id}/activated_iqs", list_user_activations),
]
