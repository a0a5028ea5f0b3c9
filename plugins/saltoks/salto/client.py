"""What can be asked of Salto KS: one method a question, each answering with a whole, parsed answer.

Every method raises errors of `core.errors` only. Site ids are UUIDs (F10). A site user has two ids: methods on
`users` take `SiteUser.id`, methods on groups take the platform id `SiteUser.user.id` (contract §3.2).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, Self, TypeVar

import httpx

from saltoks.core.errors import NotThere
from saltoks.net.pace import Pacer
from saltoks.salto.account import Account
from saltoks.salto.auth import TokenStore
from saltoks.salto.calls import CallCount
from saltoks.salto.models import (
    AccessGroup,
    Answer,
    Entry,
    Identified,
    Iq,
    Lock,
    LockRef,
    ManagedSite,
    Me,
    Member,
    NewUser,
    Role,
    Site,
    SiteUser,
    Subscription,
    TimeSchedule,
)
from saltoks.salto.paging import parse, read_entries, read_json, read_list
from saltoks.salto.wire import Call, Wire

_SITE = "/v1.2/sites/{site_id}"
_USER = _SITE + "/users/{site_user_id}"
_GROUPS = _SITE + "/access_groups"
_GROUP = _GROUPS + "/{access_group_id}"
_MEMBERS = _GROUP + "/users"
_LOCKS = _GROUP + "/locks"
_SCHEDULES = "/v1.1/sites/{site_id}/access_groups/{access_group_id}/time_schedules"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

A = TypeVar("A", bound=Answer)
Row = TypeVar("Row", bound=Identified)


class SaltoKs:
    """One account's view of Salto KS; a context manager, safe to share between threads.

    `now` is the clock for token expiry, `pacer` the rate budget (of this process unless given), `tokens` keeps
    refresh tokens (of this process unless given).
    """

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime],
        pacer: Pacer | None = None,
        tokens: TokenStore | None = None,
        sleep: Callable[[float], None] = time.sleep,
        transport: httpx.BaseTransport | None = None,
        page_size: int = 100,
    ) -> None:
        self._page_size = page_size
        self._wire = Wire(account, now=now, pacer=pacer, tokens=tokens, sleep=sleep, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()

    @property
    def calls(self) -> CallCount:
        """What was asked so far."""
        return self._wire.calls

    def sites(self) -> list[Site]:
        """Sites this account may see."""
        return self._list(Site, "/v1.2/sites", "list the sites")

    def site(self, site_id: str) -> ManagedSite:
        """One site with seats allowed and seats in use."""
        return self._one(ManagedSite, _SITE, "read the site", site_id=site_id)

    def me(self) -> Me:
        """The user this account acts as."""
        return self._one(Me, "/v1.2/me", "read the own profile")

    def site_me(self, site_id: str) -> SiteUser:
        """The user this account acts as, as a member of the site."""
        return self._one(SiteUser, _SITE + "/me", "read the own membership of the site", site_id=site_id)

    def subscription(self, site_id: str) -> Subscription:
        """What the site has paid for."""
        route = _SITE + "/subscription"
        return self._one(Subscription, route, "read the subscription of the site", site_id=site_id)

    def roles(self, site_id: str) -> list[Role]:
        """Roles this account may hand out."""
        return self._list(Role, _SITE + "/roles", "list the roles of the site", site_id=site_id)

    def users(self, site_id: str) -> list[SiteUser]:
        """All members of the site, guests included."""
        return self._list(SiteUser, _SITE + "/users", "list the users of the site", site_id=site_id)

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

    def groups(self, site_id: str) -> list[AccessGroup]:
        """Access groups with their counts."""
        return self._list(AccessGroup, _GROUPS, "list the access groups of the site", site_id=site_id)

    def members(self, site_id: str, group_id: str) -> list[Member]:
        """Members of an access group, by platform id."""
        return self._list(Member, _MEMBERS, "list the members of an access group", **_ids(site_id, group_id))

    def change_members(self, site_id: str, group_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove members, by platform id, in one request; none when there is nothing to change.

        One unknown id fails the whole batch with NotThere: go on with single members then (T22).
        """
        if not add and not remove:
            return
        body = {"add_ids": list(add), "remove_ids": list(remove)}
        what = "change the members of an access group"
        self._wire.send(Call("PATCH", _MEMBERS, what, _ids(site_id, group_id), body=body))

    def add_member(self, site_id: str, group_id: str, user_id: str) -> None:
        """Add one member, by platform id; one who is in already is fine."""
        what = "add a member to an access group"
        self._wire.send(Call("POST", _MEMBERS, what, _ids(site_id, group_id), body={"user_id": user_id}))

    def remove_member(self, site_id: str, group_id: str, user_id: str) -> None:
        """Remove one member, by platform id; one who is gone already is fine (T22)."""
        ids = _ids(site_id, group_id) | {"user_id": user_id}
        self._remove(Call("DELETE", _MEMBERS + "/{user_id}", "remove a member from an access group", ids))

    def create_group(self, site_id: str, name: str) -> AccessGroup:
        """Create an access group without locks, schedule and members; look for the name first, it may exist twice."""
        body = {"customer_reference": name}
        call = Call("POST", _GROUPS, "create an access group", {"site_id": site_id}, body=body)
        return self._answer(AccessGroup, call)

    def delete_group(self, site_id: str, group_id: str) -> None:
        """Remove an access group with its memberships and schedules; one that is gone already is fine."""
        self._remove(Call("DELETE", _GROUP, "delete an access group", _ids(site_id, group_id)))

    def group_locks(self, site_id: str, group_id: str) -> list[LockRef]:
        """Locks that an access group opens."""
        return self._list(LockRef, _LOCKS, "list the locks of an access group", **_ids(site_id, group_id))

    def change_group_locks(self, site_id: str, group_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove locks, by id, in one request; none when there is nothing to change."""
        if not add and not remove:
            return
        body = {"add_ids": list(add), "remove_ids": list(remove)}
        what = "change the locks of an access group"
        self._wire.send(Call("PATCH", _LOCKS, what, _ids(site_id, group_id), body=body))

    def schedules(self, site_id: str, group_id: str) -> list[TimeSchedule]:
        """When an access group opens; a group without a schedule lets no guest in (T15)."""
        return self._list(TimeSchedule, _SCHEDULES, "list the schedules of an access group", **_ids(site_id, group_id))

    def create_schedule(
        self, site_id: str, group_id: str, starts: datetime | None, ends: datetime | None
    ) -> TimeSchedule:
        """Open a group around the clock from `starts` until `ends`, wall clocks of the site (contract §3.5)."""
        ids, body = _ids(site_id, group_id), _round_the_clock(starts, ends)
        return self._answer(TimeSchedule, Call("POST", _SCHEDULES, "create a schedule", ids, body=body))

    def change_schedule(
        self, site_id: str, group_id: str, schedule_id: str, starts: datetime | None, ends: datetime | None
    ) -> TimeSchedule:
        """Make a schedule one like `create_schedule` makes."""
        ids, body = _ids(site_id, group_id) | {"time_schedule_id": schedule_id}, _round_the_clock(starts, ends)
        return self._answer(
            TimeSchedule, Call("PATCH", _SCHEDULES + "/{time_schedule_id}", "change a schedule", ids, body=body)
        )

    def delete_schedule(self, site_id: str, group_id: str, schedule_id: str) -> None:
        """Remove a schedule of a group; one that is gone already is fine."""
        ids = _ids(site_id, group_id) | {"time_schedule_id": schedule_id}
        self._remove(Call("DELETE", _SCHEDULES + "/{time_schedule_id}", "delete a schedule", ids))

    def locks(self, site_id: str) -> list[Lock]:
        """Locks with their state as last reported."""
        return self._list(Lock, _SITE + "/locks", "list the locks of the site", site_id=site_id)

    def iqs(self, site_id: str) -> list[Iq]:
        """Gateways with their state as last noticed."""
        return self._list(Iq, _SITE + "/iqs", "list the IQs of the site", site_id=site_id)

    def entries(self, site_id: str, *, since: datetime) -> Iterator[list[Entry]]:
        """Pages of entries, newest first, until one reaches behind `since`; that page comes too, whole.

        Entries arrive late and out of order: ask with an overlap and drop doubles by id (contract §2.8).
        """
        call = Call("GET", "/v1.1/sites/{site_id}/entries", "read the entries of the site", {"site_id": site_id})
        return read_entries(self._wire, call, since=since, page_size=self._page_size)

    def _list(self, row: type[Row], route: str, what: str, **ids: str) -> list[Row]:
        return read_list(self._wire, Call("GET", route, what, ids), row, page_size=self._page_size)

    def _one(self, model: type[A], route: str, what: str, **ids: str) -> A:
        return self._answer(model, Call("GET", route, what, ids))

    def _create(self, tail: str, what: str, site_id: str, fields: Mapping[str, object]) -> SiteUser:
        """An empty field is left out, as the server refuses an empty e-mail (contract §3.2)."""
        body = {name: value for name, value in fields.items() if value is not None}
        return self._answer(SiteUser, Call("POST", _SITE + tail, what, {"site_id": site_id}, body=body))

    def _answer(self, model: type[A], call: Call) -> A:
        what = self._wire.about(call)
        return parse(model, read_json(self._wire.send(call), what), what)

    def _remove(self, call: Call) -> None:
        try:
            self._wire.send(call)
        except NotThere:
            return


def _ids(site_id: str, group_id: str) -> dict[str, str]:
    return {"site_id": site_id, "access_group_id": group_id}


def _round_the_clock(starts: datetime | None, ends: datetime | None) -> dict[str, object]:
    """All of every day between two wall clocks: hours in the times would cut every night (contract §3.5)."""
    return {
        **dict.fromkeys(_DAYS, True),
        "start_time": "00:00:00",
        "end_time": "23:59:59",
        "start_date": _wall_text(starts),
        "end_date": _wall_text(ends),
    }


def _wall_text(wall: datetime | None) -> str | None:
    if wall is None:
        return None
    if wall.tzinfo is not None:
        raise ValueError("a schedule goes by the wall clock, without a time zone")
    return wall.isoformat(timespec="seconds")


def _utc_text(instant: datetime) -> str:
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
