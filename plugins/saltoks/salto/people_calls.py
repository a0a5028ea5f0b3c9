"""Questions about site users and guests (salto-ks §3.2); methods take `SiteUser.id`, never the platform id."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import httpx

from saltoks.net.answers.errors import About, unexpected
from saltoks.net.calls import Call
from saltoks.salto.api import SITE, Api
from saltoks.salto.models import AccessGroup, NewUser, SiteUser, UserChange, UserKey, UserSummary
from saltoks.salto.paging import read_list

_USER = SITE + "/users/{site_user_id}"
_USER_OLD = "/v1.1/sites/{site_id}/users/{site_user_id}"
"""Under which version what is documented for it alone is asked."""
_PIN = re.compile(r"[0-9]{4,8}")


class PeopleCalls(Api):
    """The members of a site."""

    def users(self, site_id: str) -> list[SiteUser]:
        """All members of the site, guests included."""
        return self._list(SiteUser, SITE + "/users", "list the users of the site", site_id=site_id)

    def user(self, site_id: str, site_user_id: str) -> SiteUser:
        """One member of the site."""
        return self._one(SiteUser, _USER, "read a user", site_id=site_id, site_user_id=site_user_id)

    def create_user(self, site_id: str, new: NewUser) -> SiteUser:
        """Create a member; look at `subscription_state`, as a full site suspends silently."""
        email = (new.email or "").strip() or None
        body = {"first_name": new.first_name, "last_name": new.last_name, "email": email, "alias": new.alias}
        return self._create("/users", "create a user", site_id, {**body, "role_ids": list(new.role_ids)})

    def add_existing_user(
        self, site_id: str, user_id: str, role_ids: Sequence[str], alias: str | None = None
    ) -> SiteUser:
        """Make a person with a Salto account a member, by platform id."""
        body = {"id": user_id, "role_ids": list(role_ids), "alias": alias}
        return self._create("/users/existing", "add an existing user", site_id, body)

    def create_guest(self, site_id: str, alias: str, expires_at: datetime | None) -> SiteUser:
        """Create an anonymous guest, who keeps the seat until deleted, also after `expires_at` (salto-ks §3.2)."""
        until = None if expires_at is None else _utc_text(expires_at)
        return self._create("/guests", "create a guest", site_id, {"alias": alias, "expires_at": until})

    def change_user(self, site_id: str, site_user_id: str, change: UserChange) -> SiteUser:
        """Change a member, as far as given; name and e-mail only while there is no profile (salto-ks §3.2)."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        return self._answer(SiteUser, Call("PATCH", _USER, "change a user", ids, body=change.body()))

    def ask_pin(self, site_id: str, site_user_id: str) -> str:
        """A PIN that Salto makes, shown this once; it takes the place of the one before (salto-ks §3.3).

        Digits as text, with their leading zeros. What may have been carried out is not asked again here: it would make
        another PIN.
        """
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        call = Call("PUT", _USER + "/pin", "ask for a PIN", ids, body={}, adds_up=True)
        return _pin_of(self._http.send(call), self._http.about(call.what))

    def keys(self, site_id: str, site_user_id: str) -> list[UserKey]:
        """What a member can open with: tags, mobile keys, a PIN without its digits."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        return self._list(UserKey, _USER + "/keys", "list the keys of a user", **ids)

    def user_groups(self, site_id: str, site_user_id: str) -> list[AccessGroup]:
        """The access groups that a member is in."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        return self._list(AccessGroup, _USER_OLD + "/access_groups", "list the access groups of a user", **ids)

    def search_users(self, site_id: str, email: str) -> list[UserSummary]:
        """People anywhere on the platform by e-mail, with their platform ids: for `add_existing_user`."""
        query = {"search_for": email, "for_site_id": site_id}
        call = Call("GET", "/v1.1/users/search", "find a person", query=query)
        return read_list(self._http, call, UserSummary, page_size=self._page_size)

    def resend_invite(self, site_id: str, site_user_id: str) -> None:
        """Let Salto mail the invitation again; refused for somebody without an e-mail, or with a profile."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        call = Call("PATCH", _USER_OLD + "/resend_invite", "send an invitation again", ids, adds_up=True)
        self._http.send(call)

    def set_subscription(self, site_id: str, site_user_id: str, state: Literal["subscribed", "suspended"]) -> None:
        """Give a member a seat or take it; read back, as a full site is not sure to answer with an error."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        what = "change the subscription of a user"
        self._http.send(Call("PATCH", _USER + "/subscription", what, ids, body={"state": state}))

    def delete_user(self, site_id: str, site_user_id: str) -> None:
        """Remove a member and free the seat; one who is gone already is fine."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        self._remove(Call("DELETE", _USER, "delete a user", ids))

    def _create(self, tail: str, what: str, site_id: str, fields: Mapping[str, object]) -> SiteUser:
        """An empty field is left out, as the server refuses an empty e-mail (salto-ks §3.2)."""
        body = {name: value for name, value in fields.items() if value is not None}
        return self._answer(SiteUser, Call("POST", SITE + tail, what, {"site_id": site_id}, body=body))


def _utc_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _pin_of(response: httpx.Response, about: About) -> str:
    """A PIN that comes as JSON text or as plain text; of anything else nothing is told, it may hold one."""
    text = response.text.strip()
    try:
        found = json.loads(text) if text.startswith('"') else text
    except ValueError:
        found = None
    if not isinstance(found, str) or not _PIN.fullmatch(found):
        raise unexpected(about, "the answer is no PIN")
    return found
