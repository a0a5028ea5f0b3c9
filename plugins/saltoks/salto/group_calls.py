"""Questions about access groups, their members, locks and schedules (salto-ks §3.4, §3.5).

Members are platform ids (`SiteUser.user.id`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from saltoks.net.calls import Call
from saltoks.salto.api import SITE, Api
from saltoks.salto.models import AccessGroup, LockRef, Member, TimeSchedule

_GROUPS = SITE + "/access_groups"
_GROUP = _GROUPS + "/{access_group_id}"
_MEMBERS = _GROUP + "/users"
_LOCKS = _GROUP + "/locks"
_SCHEDULES = "/v1.1/sites/{site_id}/access_groups/{access_group_id}/time_schedules"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class GroupCalls(Api):
    """The access groups of a site."""

    def groups(self, site_id: str) -> list[AccessGroup]:
        """Access groups with their counts."""
        return self._list(AccessGroup, _GROUPS, "list the access groups of the site", site_id=site_id)

    def members(self, site_id: str, group_id: str) -> list[Member]:
        """Members of an access group, by platform id."""
        return self._list(Member, _MEMBERS, "list the members of an access group", **_ids(site_id, group_id))

    def change_members(self, site_id: str, group_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove members, by platform id, in one request; none when there is nothing to change.

        One unknown id fails the whole batch with NotThere: go on with single members then.
        """
        if not add and not remove:
            return
        body = {"add_ids": list(add), "remove_ids": list(remove)}
        what = "change the members of an access group"
        self._http.send(Call("PATCH", _MEMBERS, what, _ids(site_id, group_id), body=body))

    def add_member(self, site_id: str, group_id: str, user_id: str) -> None:
        """Add one member, by platform id; one who is in already is fine."""
        what = "add a member to an access group"
        self._http.send(Call("POST", _MEMBERS, what, _ids(site_id, group_id), body={"user_id": user_id}))

    def remove_member(self, site_id: str, group_id: str, user_id: str) -> None:
        """Remove one member, by platform id; one who is gone already is fine."""
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
        self._http.send(Call("PATCH", _LOCKS, what, _ids(site_id, group_id), body=body))

    def schedules(self, site_id: str, group_id: str) -> list[TimeSchedule]:
        """When an access group opens; a group without a schedule lets no guest in."""
        return self._list(TimeSchedule, _SCHEDULES, "list the schedules of an access group", **_ids(site_id, group_id))

    def create_schedule(
        self, site_id: str, group_id: str, starts: datetime | None, ends: datetime | None
    ) -> TimeSchedule:
        """Open a group around the clock from `starts` until `ends`, wall clocks of the site (salto-ks §3.5)."""
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


def _ids(site_id: str, group_id: str) -> dict[str, str]:
    return {"site_id": site_id, "access_group_id": group_id}


def _round_the_clock(starts: datetime | None, ends: datetime | None) -> dict[str, object]:
    """All of every day between two wall clocks: hours in the times would cut every night (salto-ks §3.5)."""
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
