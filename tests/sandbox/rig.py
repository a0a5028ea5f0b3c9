"""A small house behind a running sandbox, and a signed-in HTTP client for it."""

from __future__ import annotations

from copy import copy
from typing import Any
from uuid import uuid4

import httpx

from saltoks.sandbox.plain import TRUSTS_NOBODY
from saltoks.sandbox.salto.admin.client import SandboxAdmin
from saltoks.sandbox.salto.server import SandboxServer
from saltoks.sandbox.salto.world import World

SITE = "NL0000000009"
OTHER_SITE = "US0000000009"
BASIC = ("house-client", "house-secret")
LOGIN = {"username": "robot@house.example", "password": "robot-password"}
SCOPE = "user_api.full_access"
UNKNOWN = "00000000-0000-4000-8000-000000000000"
ALWAYS = {
    **dict.fromkeys(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], True),
    "start_time": "00:00",
    "end_time": "23:59",
}

HOUSE = {
    "clients": [
        {"client_id": "house-client", "client_secret": "house-secret", "redirect_uris": ["http://127.0.0.1/cb"]},
        {"client_id": "house-app", "grants": ["authorization_code"], "redirect_uris": ["http://127.0.0.1/cb"]},
    ],
    "accounts": [
        {**LOGIN, "sites": [SITE, OTHER_SITE]},
        {
            "username": "reader@house.example",
            "password": "reader-password",
            "sites": [{"site_uid": SITE, "role": "site_user"}],
        },
        {"username": "far@house.example", "password": "far-password", "sites": [OTHER_SITE]},
    ],
    "options": {
        "rate_per_second": None,
        "guest_settling_seconds": [0, 0],
        "entry_lag_seconds": [0, 0],
        "empty_page_share": 0,
    },
    "sites": [
        {
            "site_uid": SITE,
            "customer_reference": "House",
            "time_zone": "Europe/Amsterdam",
            "owner": {"first_name": "Olga", "last_name": "Owner", "email": "owner@house.example"},
            "iqs": [{"customer_reference": "IQ 1"}, {"customer_reference": "IQ 2"}],
            "locks": [
                {"customer_reference": "Front", "lock_type": "wall_reader_pin", "iq": "IQ 1"},
                {"customer_reference": "Cellar", "lock_type": "wall_reader", "iq": "IQ 1"},
                {"customer_reference": "Attic", "lock_type": "escutcheon_pin", "iq": "IQ 2"},
            ],
            "users": [
                {"first_name": "Tess", "last_name": "Tag", "tag_number": "TAG-1", "activated_iqs": ["IQ 1"]},
                {"first_name": "Pia", "last_name": "Profile", "email": "pia@house.example"},
            ],
            "groups": [
                {"customer_reference": "Everywhere", "locks": "all", "members": ["Tess Tag"]},
                {"customer_reference": "No hours", "locks": ["Front"], "schedule": "none"},
            ],
        },
        {"site_uid": OTHER_SITE, "customer_reference": "Far house", "time_zone": "America/Chicago", "seats": 5},
    ],
}


def house(**options: object) -> World:
    """The world of the rig, with some options changed."""
    return World.model_validate(HOUSE).with_options(**options)


def full_house(seats: int) -> World:
    """The same with a limited number of seats; the file's people take five of them."""
    world = house()
    world.sites[0].seats = seats
    return world


class Rig:
    """Requests to one site as its administrator."""

    def __init__(self, server: SandboxServer, site_uid: str = SITE, login: dict[str, str] | None = None) -> None:
        self.url = server.url
        self.admin: SandboxAdmin = server.admin
        self.http = httpx.Client(base_url=server.url, trust_env=False, verify=TRUSTS_NOBODY, timeout=10)
        self.http.headers["Authorization"] = f"Bearer {self.sign_in(login or LOGIN)['access_token']}"
        self.site_uid = site_uid
        self.site = next(
            item["id"] for item in self.http.get("/v1.2/sites").json()["items"] if item["site_uid"] == site_uid
        )

    def sign_in(self, login: dict[str, str], scope: str = SCOPE) -> dict[str, Any]:
        """The token answer of the password grant."""
        form = {"grant_type": "password", "scope": scope, **login}
        answer = self.http.post("/connect/token", data=form, auth=BASIC)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def renew(self) -> None:
        """Sign in again, after the clock has moved past the token's end."""
        self.http.headers["Authorization"] = f"Bearer {self.sign_in(LOGIN)['access_token']}"

    def elsewhere(self, site_uid: str) -> Rig:
        """The same administrator at another site."""
        other = copy(self)
        other.site_uid, other.site = site_uid, self.admin.world()["sites"][site_uid]["id"]
        return other

    def send(
        self, method: str, path: str, body: object = None, *, version: str = "v1.2", **query: object
    ) -> httpx.Response:
        """One request below the site; `$` is put before the query's names."""
        url = f"/{version}/sites/{self.site}{path}"
        params = {f"${name}": str(value) for name, value in query.items()}
        return self.http.request(method, url, json=body, params=params)

    def ok(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        """The JSON of an answer that must succeed."""
        answer = self.send(method, path, body, **more)
        assert answer.is_success, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def items(self, path: str, **more: Any) -> list[dict[str, Any]]:
        """The items of the first page of a list."""
        return list(self.ok("GET", path, **more)["items"])

    def role(self, code: str = "site_user") -> str:
        """A role's id."""
        return str(next(role["id"] for role in self.items("/roles") if role["code"] == code))

    def named(self, kind: str, name: str) -> str:
        """The id of a lock, IQ or group by name."""
        return str(next(item["id"] for item in self.items(kind) if item["customer_reference"] == name))

    def user(self, first: str = "New", last: str = "User", **more: object) -> dict[str, Any]:
        """A new site user."""
        body = {"first_name": first, "last_name": last, "role_ids": [self.role()], **more}
        return dict(self.ok("POST", "/users", body))

    def member(self) -> dict[str, Any]:
        """A new site user with an e-mail, so with the app; the alias is a guest's."""
        return self.user(alias="Booking 1", email=f"{uuid4()}@house.example")

    def guest(self, alias: str = "Booking 1", expires_at: str = "2030-01-01T00:00:00Z") -> dict[str, Any]:
        """A new guest."""
        return dict(self.ok("POST", "/guests", {"alias": alias, "expires_at": expires_at}))

    def pin(self, user: dict[str, Any]) -> str:
        """A PIN that the user may use."""
        self.ok("PATCH", f"/users/{user['id']}", {"use_pin": True})
        return str(self.ok("PUT", f"/users/{user['id']}/pin", {}))

    def group(self, *locks: str, schedule: dict[str, object] | None = None, name: str = "Group") -> str:
        """A new group with these locks and, when given, a schedule; returns its id."""
        group_id = str(self.ok("POST", "/access_groups", {"customer_reference": name})["id"])
        for lock in locks:
            body = {"lock_id": self.named("/locks", lock)}
            self.ok("POST", f"/access_groups/{group_id}/locks", body)
        if schedule is not None:
            self.schedule(group_id, schedule)
        return group_id

    def schedule(self, group_id: str, body: dict[str, object]) -> dict[str, Any]:
        """A new schedule of a group."""
        return dict(self.ok("POST", f"/access_groups/{group_id}/time_schedules", body, version="v1.1"))

    def join(self, group_id: str, user: dict[str, Any]) -> None:
        """Put a user into a group, by the platform user id."""
        self.ok("POST", f"/access_groups/{group_id}/users", {"user_id": user["user"]["id"]})

    def entries(self, **query: object) -> list[dict[str, Any]]:
        """The entries on the first page."""
        return self.items("/entries", version="v1.1", **query)


def error(answer: httpx.Response) -> tuple[int, str]:
    """Status and vendor code of a refusal."""
    return answer.status_code, answer.json()["ErrorCode"]
