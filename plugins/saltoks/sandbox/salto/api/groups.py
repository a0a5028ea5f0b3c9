"""Access groups with their members and locks (salto-ks §3.4). Members go by platform user id."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from saltoks.sandbox.salto.api.people import person_short, settling
from saltoks.sandbox.salto.call import Body, Call, Json, Operation, canonical, no_content
from saltoks.sandbox.salto.cloud import Cloud
from saltoks.sandbox.salto.errors import bad_request, not_found
from saltoks.sandbox.salto.odata import Fields
from saltoks.sandbox.salto.state import Group, Lock, Person, Site

GROUPS: Fields[Group] = Fields(
    filters={"customer_reference": lambda group: group.customer_reference},
    orders={"customer_reference": lambda group: group.customer_reference},
)
MEMBERS: Fields[Person] = Fields(
    filters={},
    orders={"first_name": lambda person: person.first_name, "last_name": lambda person: person.last_name},
)
LOCKS: Fields[Lock] = Fields(
    filters={"customer_reference": lambda lock: lock.customer_reference},
    orders={"customer_reference": lambda lock: lock.customer_reference},
)


class GroupWrite(Body):
    """A group's name."""

    customer_reference: str


class MemberAdd(Body):
    """One person by platform user id."""

    user_id: str


class LockAdd(Body):
    """One lock."""

    lock_id: str


class Batch(Body):
    """Additions and removals in one request; it is applied as a whole or not at all."""

    add_ids: list[str] | None = None
    remove_ids: list[str] | None = None

    @property
    def adds(self) -> list[str]:
        """What to add, as canonical ids."""
        return [canonical(item) for item in self.add_ids or []]

    @property
    def removes(self) -> list[str]:
        """What to remove, as canonical ids."""
        return [canonical(item) for item in self.remove_ids or []]


def group_view(group: Group) -> Json:
    """A group with its counts."""
    counts: Json = {"lock_count": len(group.lock_ids), "user_count": len(group.members)}
    return _group_short(group) | counts


def _group_short(group: Group) -> Json:
    return {"id": group.id, "customer_reference": group.customer_reference}


def list_groups(call: Call) -> Response:
    """The site's access groups."""
    return call.page(call.site.groups.values(), GROUPS, group_view)


def get_group(call: Call) -> Response:
    """One access group."""
    return JSONResponse(group_view(call.group))


def create_group(call: Call) -> Response:
    """A new, empty group; names may repeat, as nothing says otherwise (salto-ks §8.22)."""
    name, site = _name(call), call.site
    group = Group(id=call.cloud.chance.uuid(), customer_reference=name)
    site.groups[group.id] = group
    return JSONResponse(_group_short(group))


def rename_group(call: Call) -> Response:
    """Another name."""
    group = call.group
    group.customer_reference = _name(call)
    return JSONResponse(_group_short(group))


def _name(call: Call) -> str:
    name = call.read(GroupWrite).customer_reference
    if not name:
        raise bad_request()
    return name


def delete_group(call: Call) -> Response:
    """Remove a group with its memberships and schedules."""
    del call.site.groups[call.group.id]
    return no_content()


def list_members(call: Call) -> Response:
    """A group's members, or with `excluded=true` everybody else on the site."""
    cloud, group, site = call.cloud, call.group, call.site
    if excluded(call):
        people = [user.person_id for user in site.users.values() if user.person_id not in group.members]
    else:
        people = list(group.members)
    return call.page([cloud.state.persons[person] for person in people], MEMBERS, person_short)


def excluded(call: Call) -> bool:
    """The `excluded` switch of a group's lists."""
    text = call.query.get("excluded", "false").lower()
    if text not in ("true", "false"):
        raise bad_request()
    return text == "true"


def add_member(call: Call) -> Response:
    """Put one person into the group."""
    person_id = canonical(call.read(MemberAdd).user_id)
    _check_member(call.cloud, call.site, person_id)
    enter(call.cloud, call.group, person_id)
    return JSONResponse(person_short(call.cloud.state.persons[person_id]))


def change_members(call: Call) -> Response:
    """Put people in and take people out."""
    batch, group, site, cloud = call.read(Batch), call.group, call.site, call.cloud
    for person_id in batch.adds:
        _check_member(cloud, site, person_id)
    for person_id in batch.removes:
        _check_known(site, person_id)
    for person_id in batch.removes:
        leave(cloud, group, person_id)
    for person_id in batch.adds:
        enter(cloud, group, person_id)
    return no_content()


def remove_member(call: Call) -> Response:
    """Take one person out of the group."""
    group, person_id = call.group, call.id("user_id")
    if person_id not in group.members:
        raise not_found("User")
    leave(call.cloud, group, person_id)
    return no_content()


def _check_known(site: Site, person_id: str) -> None:
    """A site user id, or anybody who is not on the site, is unknown here (salto-ks §3.2)."""
    if site.user_of(person_id) is None:
        raise not_found("User")


def _check_member(cloud: Cloud, site: Site, person_id: str) -> None:
    user = site.user_of(person_id)
    if user is None or settling(cloud, user):
        raise not_found("User")


def enter(cloud: Cloud, group: Group, person_id: str) -> None:
    """Make somebody a member; the doors hear of it after the member delay."""
    heard = cloud.now() + cloud.chance.delay(cloud.options.member_delay_seconds)
    group.members.setdefault(person_id, heard)


def leave(cloud: Cloud, group: Group, person_id: str) -> None:
    """End a membership; the doors hear of it after the member delay."""
    now = cloud.now()
    group.leaving = {person: until for person, until in group.leaving.items() if until > now}
    since = group.members.pop(person_id, None)
    if since is not None and since <= now:
        group.leaving[person_id] = now + cloud.chance.delay(cloud.options.member_delay_seconds)


def list_group_locks(call: Call) -> Response:
    """A group's locks, or with `excluded=true` all others of the site."""
    group, wanted = call.group, not excluded(call)
    locks = [lock for lock in call.site.locks.values() if (lock.id in group.lock_ids) is wanted]
    return call.page(locks, LOCKS, lock_short)


def lock_short(lock: Lock) -> Json:
    """A lock in a group's list."""
    return {"id": lock.id, "customer_reference": lock.customer_reference}


def add_lock(call: Call) -> Response:
    """Put one lock into the group."""
    group, lock_id, locks = call.group, canonical(call.read(LockAdd).lock_id), call.site.locks
    _check_locks(locks, [lock_id])
    if lock_id not in group.lock_ids:
        group.lock_ids.append(lock_id)
    return JSONResponse(lock_short(locks[lock_id]))


def change_locks(call: Call) -> Response:
    """Put locks in and take locks out."""
    batch, group = call.read(Batch), call.group
    _check_locks(call.site.locks, batch.adds + batch.removes)
    kept = [lock_id for lock_id in group.lock_ids if lock_id not in batch.removes]
    group.lock_ids = list(dict.fromkeys([*kept, *batch.adds]))
    return no_content()


def remove_lock(call: Call) -> Response:
    """Take one lock out of the group."""
    group, lock_id = call.group, call.id("lock_id")
    if lock_id not in group.lock_ids:
        raise not_found("Lock")
    group.lock_ids.remove(lock_id)
    return no_content()


def _check_locks(locks: Mapping[str, Lock], lock_ids: list[str]) -> None:
    if any(lock_id not in locks for lock_id in lock_ids):
        raise not_found("Lock")


def list_user_groups(call: Call) -> Response:
    """The groups a site user is in."""
    person_id = call.user.person_id
    return call.page([g for g in call.site.groups.values() if person_id in g.members], GROUPS, group_view)


def list_lock_groups(call: Call) -> Response:
    """The groups that hold a lock."""
    lock_id = call.lock.id
    return call.page([g for g in call.site.groups.values() if lock_id in g.lock_ids], GROUPS, group_view)


GROUP = "/sites/{site_id}/access_groups/{access_group_id}"
OPERATIONS = [
    Operation("GET", "/sites/{site_id}/access_groups", list_groups),
    Operation("POST", "/sites/{site_id}/access_groups", create_group),
    Operation("GET", GROUP, get_group),
    Operation("PATCH", GROUP, rename_group),
    Operation("DELETE", GROUP, delete_group),
    Operation("GET", GROUP + "/users", list_members),
    Operation("POST", GROUP + "/users", add_member),
    Operation("PATCH", GROUP + "/users", change_members),
    Operation("DELETE", GROUP + "/users/{user_id}", remove_member),
    Operation("GET", GROUP + "/locks", list_group_locks),
    Operation("POST", GROUP + "/locks", add_lock),
    Operation("PATCH", GROUP + "/locks", change_locks),
    Operation("DELETE", GROUP + "/locks/{lock_id}", remove_lock),
    Operation("GET", "/sites/{site_id}/users/{site_user_id}/access_groups", list_user_groups),
    Operation("GET", "/sites/{site_id}/locks/{lock_id}/access_groups", list_lock_groups),
]
