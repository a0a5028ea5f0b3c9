"""Each method against the sandbox, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from saltoks.core.errors import NotThere, Refused
from saltoks.salto.client import SaltoKs
from saltoks.salto.models import AccessGroup, NewUser, SiteUser

SITE_UID = "NL0000000001"


@pytest.fixture
def role_id(salto: SaltoKs, site_id: str) -> str:
    return next(role.id for role in salto.roles(site_id) if role.code == "site_user")


@pytest.fixture
def somebody(salto: SaltoKs, site_id: str, role_id: str) -> Iterator[SiteUser]:
    """A new user of the site, gone after the test."""
    user = salto.create_user(site_id, NewUser("Some", "Body", None, [role_id], "Booking 1"))
    yield user
    salto.delete_user(site_id, user.id)


@pytest.fixture
def group(salto: SaltoKs, site_id: str) -> AccessGroup:
    """The group with all locks and two members."""
    return next(group for group in salto.groups(site_id) if group.customer_reference == "Everybody")


def members(salto: SaltoKs, site_id: str, group: AccessGroup) -> set[str]:
    return {member.id for member in salto.members(site_id, group.id)}


@pytest.mark.parametrize("as_array", [False, True], ids=["envelope", "array"])
def test_sites_in_both_shapes(salto, sandbox, as_array: bool) -> None:
    sandbox.admin.options(sites_as_array=as_array)
    site, other = salto.sites()
    assert other.customer_reference == "Other House"
    assert (site.site_uid, site.customer_reference, site.subscribed_user_amount) == (SITE_UID, "Test House", 12)
    assert site.time_zone == "Europe/Amsterdam"


def test_a_site_shows_its_seats_in_use(salto, site_id) -> None:
    site = salto.site(site_id)
    subscribed = [user for user in salto.users(site_id) if user.subscription_state == "subscribed"]
    assert (site.id, site.active_user_amount, site.pin_enabled) == (site_id, len(subscribed), True)


def test_a_site_is_not_found_by_its_uid(salto) -> None:
    """F10: the answer says what to use instead."""
    with pytest.raises(Refused, match="by its UUID, not by its site UID") as caught:
        salto.site(SITE_UID)
    assert caught.value.code == "1100"


def test_what_a_site_has_paid_for(salto, site_id) -> None:
    subscription = salto.subscription(site_id)
    assert subscription.is_valid is True
    assert "events_streaming" in {feature.code for feature in subscription.features}


def test_who_this_account_is(salto, site_id) -> None:
    me, member = salto.me(), salto.site_me(site_id)
    assert me.id == member.user.id != member.id
    assert me.email == "pipeline+doors@saltoks.example"
    assert "site_admin" in {role.code for role in member.roles}


def test_roles_are_known_by_their_codes(salto, site_id) -> None:
    roles = {role.code: role.is_hierarchical for role in salto.roles(site_id)}
    assert roles["site_user"] is True


def test_a_created_user_is_found_again(salto, site_id, somebody) -> None:
    assert salto.user(site_id, somebody.id) == somebody
    assert somebody in salto.users(site_id)
    assert (somebody.user.first_name, somebody.user.email, somebody.alias) == ("Some", None, "Booking 1")
    assert somebody.subscription_state == "subscribed"


@pytest.mark.parametrize("email", [None, "", "  "])
def test_an_empty_email_is_never_sent(scripted, email: str | None) -> None:
    answer = {"id": "1", "user": {"id": "2"}}
    salto, script = scripted(lambda _: httpx.Response(200, json=answer))
    salto.create_user("s", NewUser("A", "B", email, ["r"], None))
    assert json.loads(script.requests[0].content) == {"first_name": "A", "last_name": "B", "role_ids": ["r"]}


@pytest.mark.parametrize("email", ["", "  "])
def test_the_server_is_fine_with_an_email_left_empty(salto, site_id, role_id, email: str) -> None:
    user = salto.create_user(site_id, NewUser("No", "Mail", email, [role_id]))
    assert user.user.email is None
    salto.delete_user(site_id, user.id)


def test_an_email_invites(salto, site_id, role_id, sandbox) -> None:
    address = f"{uuid4()}@guest.example"
    user = salto.create_user(site_id, NewUser("With", "Mail", f" {address} ", [role_id]))
    assert user.user.email == address
    assert address in {mail.to for mail in sandbox.admin.mailbox()}
    salto.delete_user(site_id, user.id)


def test_a_person_with_an_account_is_added_by_platform_id(salto, site_id, role_id) -> None:
    other = next(site.id for site in salto.sites() if site.id != site_id)
    known = next(user for user in salto.users(other) if user.user.first_name == "Known")
    added = salto.add_existing_user(site_id, known.user.id, [role_id], alias="Both")
    assert (added.user.id, added.alias) == (known.user.id, "Both")
    assert added.id != known.id
    salto.delete_user(site_id, added.id)


def test_a_guest_has_an_end(salto, site_id) -> None:
    end = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    guest = salto.create_guest(site_id, "Booking 4711", end.astimezone(tz=None))
    assert (guest.alias, guest.expires_at, guest.use_pin) == ("Booking 4711", end, False)
    assert [role.code for role in salto.user(site_id, guest.id).roles] == ["site_guest"]
    salto.delete_user(site_id, guest.id)


def test_a_guest_without_an_end_is_asked_without_one(scripted) -> None:
    salto, script = scripted(lambda _: httpx.Response(201, json={"id": "1", "user": {"id": "2"}}))
    salto.create_guest("s", "Booking", None)
    assert json.loads(script.requests[0].content) == {"alias": "Booking"}


def test_an_end_without_a_time_zone_is_a_mistake(salto, site_id) -> None:
    with pytest.raises(ValueError, match="time zone"):
        salto.create_guest(site_id, "Booking", datetime(2027, 1, 2))  # noqa: DTZ001  # the mistake


def test_a_full_site_shows_in_the_state(salto, site_id) -> None:
    """T14: 201 does not mean access."""
    end = datetime(2027, 1, 1, tzinfo=UTC)
    guests = [salto.create_guest(site_id, f"Booking {number}", end) for number in range(13)]
    assert {guest.subscription_state for guest in guests} == {"subscribed", "suspended"}
    for guest in guests:
        salto.delete_user(site_id, guest.id)


def test_a_seat_is_taken_and_given_back(salto, site_id, somebody) -> None:
    salto.set_subscription(site_id, somebody.id, "suspended")
    assert salto.user(site_id, somebody.id).subscription_state == "suspended"
    salto.set_subscription(site_id, somebody.id, "subscribed")
    assert salto.user(site_id, somebody.id).subscription_state == "subscribed"


def test_deleting_twice_is_fine(salto, site_id, somebody) -> None:
    """T22."""
    salto.delete_user(site_id, somebody.id)
    salto.delete_user(site_id, somebody.id)
    with pytest.raises(NotThere):
        salto.user(site_id, somebody.id)


def test_members_go_in_and_out_by_platform_id(salto, site_id, group, somebody) -> None:
    before = members(salto, site_id, group)
    salto.add_member(site_id, group.id, somebody.user.id)
    salto.add_member(site_id, group.id, somebody.user.id)
    assert members(salto, site_id, group) == before | {somebody.user.id}
    salto.remove_member(site_id, group.id, somebody.user.id)
    assert members(salto, site_id, group) == before


def test_removing_who_is_out_already_is_fine(salto, site_id, group, somebody) -> None:
    """T22: out of the group, and gone altogether."""
    salto.remove_member(site_id, group.id, somebody.user.id)
    salto.delete_user(site_id, somebody.id)
    salto.remove_member(site_id, group.id, somebody.user.id)


def test_a_site_user_id_is_not_there_for_groups(salto, site_id, group, somebody) -> None:
    with pytest.raises(NotThere) as caught:
        salto.add_member(site_id, group.id, somebody.id)
    assert caught.value.code == "2202"


def test_a_batch_changes_members_in_one_request(salto, site_id, group, somebody) -> None:
    before = members(salto, site_id, group)
    leaving = min(before)
    salto.change_members(site_id, group.id, add=[somebody.user.id], remove=[leaving])
    assert members(salto, site_id, group) == before - {leaving} | {somebody.user.id}
    salto.change_members(site_id, group.id, add=[leaving], remove=[somebody.user.id])
    assert members(salto, site_id, group) == before
    assert salto.calls.per_route["PATCH /v1.2/sites/{site_id}/access_groups/{access_group_id}/users"] == 2


def test_an_empty_batch_asks_nothing(salto) -> None:
    salto.change_members("s", "g", add=[], remove=[])
    assert salto.calls.per_route == {}


def test_groups_with_their_counts_locks_and_schedules(salto, site_id, group) -> None:
    assert (group.lock_count, group.user_count) == (2, 2)
    assert {lock.customer_reference for lock in salto.group_locks(site_id, group.id)} == {"Front", "Studio"}
    (schedule,) = salto.schedules(site_id, group.id)
    assert (schedule.monday, schedule.sunday, schedule.start_time) == (True, True, "00:00:00")
    other = next(other for other in salto.groups(site_id) if other.id != group.id)
    assert salto.schedules(site_id, other.id) == []


def test_iqs_that_this_account_activated(salto, site_id) -> None:
    """F26: none is the normal starting state."""
    assert salto.activated_iqs(site_id) == []


def test_locks_and_iqs_with_their_state(salto, site_id, sandbox) -> None:
    (iq,) = salto.iqs(site_id)
    front = next(lock for lock in salto.locks(site_id) if lock.customer_reference == "Front")
    assert (iq.online, iq.otp_enabled, front.online, front.battery_level) == (True, True, True, "good")
    assert front.iq is not None
    assert front.iq.id == iq.id
    sandbox.admin.set_lock(SITE_UID, "Front", battery_level="critical")
    front = next(lock for lock in salto.locks(site_id) if lock.customer_reference == "Front")
    assert front.battery_level == "critical"


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_any_page_size_gives_the_same_lists(make_account, sandbox, salto, site_id, group, clock, size: int) -> None:
    def lists(client: SaltoKs) -> list[object]:
        site = [client.users(site_id), client.locks(site_id), client.groups(site_id), client.roles(site_id)]
        return [*site, client.members(site_id, group.id), client.group_locks(site_id, group.id)]

    with SaltoKs(make_account(sandbox.url), now=clock, page_size=size) as small:
        assert lists(small) == lists(salto)
        pages = small.calls.per_route["GET /v1.2/sites/{site_id}/users"]
    assert pages == -(-len(salto.users(site_id)) // size)


def test_a_page_size_above_the_servers_own_is_followed_too(salto, site_id, sandbox) -> None:
    users = salto.users(site_id)
    sandbox.admin.options(page_size_max=2)
    assert salto.users(site_id) == users


@pytest.fixture
def eleven(sandbox) -> list[str]:
    """Eleven entries, one a minute back from an hour ago, oldest last."""
    start = sandbox.admin.now().replace(microsecond=0) - timedelta(hours=1)
    return [
        sandbox.admin.add_entry(SITE_UID, lock="Front", at=start - timedelta(minutes=number), access_by="new_way")
        for number in range(11)
    ]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_entries_come_newest_first_down_to_the_page_that_reaches_behind(
    make_account, sandbox, site_id, eleven, clock, size: int
) -> None:
    """T26: pages are cut by time, and a page is never cut itself."""
    since = sandbox.admin.now() - timedelta(hours=1, minutes=5, seconds=30)
    with SaltoKs(make_account(sandbox.url), now=clock, page_size=size) as salto:
        pages = [page.entries for page in salto.entries(site_id, since=since)]
    read = [entry for entries in pages for entry in entries]
    instants = [entry.utc_date_time for entry in read]
    assert instants == sorted(instants, reverse=True)
    assert set(eleven[:5]) <= {entry.id for entry in read}
    assert all(entry.utc_date_time >= since for entries in pages[:-1] for entry in entries)
    assert any(entry.utc_date_time < since for entry in pages[-1])
    newest = next(entry for entry in read if entry.id == eleven[0])
    assert (newest.event_category, newest.access_by, newest.user_id) == ("lock_opened", "new_way", None)
    assert json.loads(newest.raw)["id"] == newest.id


def test_entries_end_with_the_last_one(salto, site_id, eleven) -> None:
    pages = salto.entries(site_id, since=datetime.min.replace(tzinfo=UTC))
    read = [entry.id for page in pages for entry in page.entries]
    assert set(eleven) <= set(read)
    assert len(read) == len(set(read))


def test_the_client_counts_as_the_server_does(salto, sandbox, site_id, group, somebody) -> None:
    sandbox.admin.forget_calls()
    before = salto.calls.per_route
    asks: list[Callable[[], object]] = [
        salto.sites,
        salto.me,
        lambda: salto.users(site_id),
        lambda: salto.add_member(site_id, group.id, somebody.user.id),
        lambda: salto.remove_member(site_id, group.id, somebody.user.id),
        lambda: salto.remove_member(site_id, group.id, somebody.user.id),
        lambda: salto.schedules(site_id, group.id),
        lambda: list(salto.entries(site_id, since=datetime.now(UTC))),
    ]
    for ask in asks:
        ask()
    after = salto.calls.per_route
    counted = {route: count - before.get(route, 0) for route, count in after.items()}
    assert {route: count for route, count in counted.items() if count} == sandbox.admin.count()
