"""Questions about site users and guests (contract §3.2); methods take `SiteUser.id`, never the platform id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from saltoks.salto.api import SITE, Api
from saltoks.salto.models import NewUser, SiteUser
from saltoks.salto.wire import Call

_USER = SITE + "/users/{site_user_id}"


class PeopleCalls(Api):
    """The members of a site."""

    def users(self, site_id: str) -> list[SiteUser]:
        """All members of the site, guests included."""
        return self._list(SiteUser, SITE + "/users", "list the users of the site", site_id=site_id)

    def user(self, site_id: str, site_user_id: str) -> SiteUser:
        """One member of the site."""
        return self._one(SiteUser, _USER, "read a user", site_id=site_id, site_user_id=site_user_id)

    def create_user(self, site_id: str, new: NewUser) -> SiteUser:
        """Create a member; look at `subscription_state`, as a full site suspends silently (T14)."""
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
        """Create an anonymous guest, who keeps the seat until deleted, also after `expires_at` (contract §3.2)."""
        until = None if expires_at is None else _utc_text(expires_at)
        return self._create("/guests", "create a guest", site_id, {"alias": alias, "expires_at": until})

    def set_subscription(self, site_id: str, site_user_id: str, state: Literal["subscribed", "suspended"]) -> None:
        """Give a member a seat or take it; read back, as a full site is not sure to answer with an error."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        what = "change the subscription of a user"
        self._wire.send(Call("PATCH", _USER + "/subscription", what, ids, body={"state": state}))

    def delete_user(self, site_id: str, site_user_id: str) -> None:
        """Remove a member and free the seat; one who is gone already is fine (T22)."""
        ids = {"site_id": site_id, "site_user_id": site_user_id}
        self._remove(Call("DELETE", _USER, "delete a user", ids))

    def _create(self, tail: str, what: str, site_id: str, fields: Mapping[str, object]) -> SiteUser:
        """An empty field is left out, as the server refuses an empty e-mail (contract §3.2)."""
        body = {name: value for name, value in fields.items() if value is not None}
        return self._answer(SiteUser, Call("POST", SITE + tail, what, {"site_id": site_id}, body=body))


def _utc_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
