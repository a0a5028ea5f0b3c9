"""Who may ask: bearer tokens by form, or Basic (booking-systems §2.1)."""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

import pyotp
from starlette.responses import JSONResponse, Response

from saltoks.sandbox.clock import VirtualClock
from saltoks.systems.nexudus.stand_in.world import Options, User


@dataclass(frozen=True, slots=True)
class _Grant:
    user: User
    until: datetime


class Tokens:
    """Gives tokens to the users of a world and knows them again."""

    def __init__(self, users: list[User], options: Options, clock: VirtualClock) -> None:
        self._users = {user.username: user for user in users}
        self._options = options
        self._clock = clock
        self._access: dict[str, _Grant] = {}
        self._refresh: dict[str, User] = {}

    def revoke(self) -> None:
        """Forget every token."""
        self._access.clear()
        self._refresh.clear()

    def grant(self, headers: Mapping[str, str], body: bytes) -> Response:
        """The answer of `POST /api/token`; anything but a form has no grant type."""
        is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        form = dict(parse_qsl(body.decode(errors="replace"))) if is_form else {}
        if form.get("grant_type") == "refresh_token":
            user = self._refresh.pop(form.get("refresh_token", ""), None)
            known = user is not None and headers.get("client_id") == user.username
            return self._give(user) if user and known else _refused("invalid_grant")
        if form.get("grant_type") != "password":
            return _refused("unsupported_grant_type")
        user = self._users.get(form.get("username", ""))
        if user is None or user.password != form.get("password"):
            return _refused("invalid_grant")
        return self._give(user) if self._second_factor(user, form) else _refused("two_factor_auth_check")

    def user(self, authorization: str) -> User | None:
        """Whose request it is; None for nobody's."""
        kind, _, text = authorization.partition(" ")
        if kind.lower() == "basic":
            return self._basic(text)
        grant = self._access.get(text) if kind.lower() == "bearer" else None
        return grant.user if grant and grant.until > self._clock.now() else None

    def _second_factor(self, user: User, form: Mapping[str, str]) -> bool:
        if user.totp_secret is None:
            return True
        return pyotp.TOTP(user.totp_secret).verify(form.get("totp", ""), for_time=self._clock.now())

    def _give(self, user: User) -> Response:
        access, refresh = uuid.uuid4().hex, uuid.uuid4().hex
        seconds = self._options.token_seconds
        self._access[access] = _Grant(user, self._clock.now() + timedelta(seconds=seconds))
        self._refresh[refresh] = user
        return JSONResponse(
            {"access_token": access, "token_type": "bearer", "expires_in": seconds, "refresh_token": refresh}
        )

    def _basic(self, text: str) -> User | None:
        try:
            name, _, password = base64.b64decode(text, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = self._users.get(name)
        return user if user and user.password == password and user.totp_secret is None else None


def _refused(error: str) -> Response:
    return JSONResponse({"error": error, "error_description": "The sign-in was refused."}, 400)
