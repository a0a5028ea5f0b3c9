"""A user's activation of an IQ, its one-time codes, and remote opening (salto-ks §3.6, §3.7)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field
from starlette.responses import JSONResponse, Response

from saltoks.sandbox.salto.api.hardware import LOCK, lock_view
from saltoks.sandbox.salto.call import Body, Call, Operation, no_content
from saltoks.sandbox.salto.chance import named_id
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.door import opened_remotely
from saltoks.sandbox.salto.errors import ApiError, forbidden, not_found
from saltoks.sandbox.salto.state import Activation, Iq, SiteUser

WINDOW_SECONDS = 180
BLOCK = timedelta(minutes=20)
Command = Literal["pin", "locking", "secret"]


class PinChange(Body):
    """Body of an IQ PIN's change; `delta` 0000 leaves it as it is."""

    otp: str
    delta: str = Field(pattern=r"^\d{4}$")


class Locking(Body):
    """Body of a remote command."""

    locked_state: Literal["none", "locked", "office_mode", "uncertain", "unlocked"]
    otp: str | None = None


def get_secret(call: Call) -> Response:
    """The secret: before the first activation of this user, which asking begins, and later for a right code."""
    own, otp = _own(call, call.iq), call.query.get("otp")
    if own and own.activated:
        if not otp:
            raise forbidden("Cannot get first secret for an already activated Iq.")
        _judge(call.cloud, own, "secret", otp)
    elif own and call.cloud.options.secret_shown_once:
        raise forbidden("Cannot get first secret twice.")
    return JSONResponse({"secret": (own or _begun(call)).secret})


def _begun(call: Call) -> Activation:
    own = Activation(iq_id=call.iq.id, person_id=call.person.id, activated=False)
    own.secret, own.pin = call.cloud.chance.text()[:16], call.cloud.chance.pin()[:4]
    call.site.activations.append(own)
    return own


def send_pin(call: Call) -> Response:
    """Mails the IQ PIN to the caller, as long as the activation is not confirmed."""
    own = _own(call, call.iq) or _begun(call)
    if own.activated:
        raise forbidden("command_forbidden")
    if call.query.get("send_email") == "true" and call.person.email:
        call.cloud.send_mail(call.person.email, "Your IQ PIN", f"Your PIN for {call.iq.customer_reference}: {own.pin}")
    return no_content()


def change_pin(call: Call) -> Response:
    """Confirms an activation; afterwards, with `delta` 0000, it only checks a code."""
    body, own = call.read(PinChange), _own(call, call.iq)
    if own is None:
        raise not_found("Activation")
    _judge(call.cloud, own, "pin", body.otp)
    own.pin = "".join(str((int(old) - int(less)) % 10) for old, less in zip(own.pin or "", body.delta, strict=False))
    if not own.activated:
        own.activated, own.activation_date = True, call.cloud.now()
    return no_content()


def operate_lock(call: Call) -> Response:
    """Opens a lock, or sets its office mode, from afar."""
    body, lock, site = call.read(Locking), call.lock, call.site
    caller, iq = site.user_of(call.person.id), site.iqs.get(lock.iq_id or "")
    if caller is None or not _may_open(caller):
        raise forbidden()
    if iq is None or not (iq.online and lock.online):
        raise ApiError(500, 3101, "The lock cannot be reached")
    if iq.otp_enabled:
        _judge_locking(call, iq, body.otp)
    if body.locked_state == "unlocked":
        opened_remotely(call.cloud, site, lock, call.person.id)
    elif body.locked_state in ("locked", "office_mode"):
        lock.locked_state = body.locked_state
    return JSONResponse(lock_view(call, lock))


def _may_open(user: SiteUser) -> bool:
    return user.remote_access and not user.blocked and user.subscription_state == "subscribed"


def _judge_locking(call: Call, iq: Iq, otp: str | None) -> None:
    if not otp:
        raise ApiError(404, 2202, "Otp is invalid")
    own = _own(call, iq)
    if own is None:
        raise ApiError(404, 3104, "Cannot find pin for accessor")
    if not own.activated:
        raise ApiError(403, 3102, "pin_not_changed")
    _judge(call.cloud, own, "locking", otp)


def _judge(cloud: Cloud, own: Activation, command: Command, otp: str) -> None:
    """Refuses a wrong code; after some of them every code of this command, for twenty minutes."""
    now, ends = cloud.now(), own.blocked_until.get(command)
    if ends and now < ends:
        raise ApiError(403, 3102, "otp_blocked")
    if otp.lower() in _codes(own, now):
        own.wrong[command] = 0
        return
    own.wrong[command] = own.wrong.get(command, 0) + 1
    if own.wrong[command] >= cloud.options.otp_block_after:
        own.wrong[command], own.blocked_until[command] = 0, now + BLOCK
        raise ApiError(403, 3102, "otp_blocked")
    raise ApiError(400, 3102, "otp_invalid")


def _codes(own: Activation, now: datetime) -> set[str]:
    """The codes of every second around now."""
    seconds = (now + timedelta(seconds=n) for n in range(-WINDOW_SECONDS, WINDOW_SECONDS + 1))
    texts = (f"{at:%Y%m%d%H%M%S}{own.secret}{own.pin}" for at in seconds)
    return {hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:5] for text in texts}


def _own(call: Call, iq: Iq) -> Activation | None:
    mine = (one for one in call.site.activations if one.iq_id == iq.id and one.person_id == call.person.id)
    return next(mine, None)


def signed_in_to_the_app(own: Activation) -> None:
    """The app makes a secret of its own, and nothing tells whoever used the one before (salto-ks §6.6)."""
    own.secret = named_id("app", own.secret or own.person_id).replace("-", "")[:16]


IQ = "/sites/{site_id}/iqs/{iq_id}"
OPERATIONS = [
    Operation("GET", IQ + "/secret", get_secret, admin=False),
    Operation("GET", IQ + "/pin", send_pin, admin=False),
    Operation("PUT", IQ + "/pin", change_pin, admin=False),
    Operation("PATCH", LOCK + "/locking", operate_lock, admin=False),
]
