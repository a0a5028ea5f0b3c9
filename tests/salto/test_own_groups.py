"""Access groups that are made, locked, scheduled and removed through the client (salto-ks §3.4, §3.5)."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from saltoks.core.errors import NotThere, Unavailable

START, END = datetime(2026, 11, 21, 9, 30), datetime(2026, 11, 21, 17)  # noqa: DTZ001 - wall clocks
CALLS = {
    "create_group": lambda salto: salto.create_group("s", "saltoks room #1"),
    "delete_group": lambda salto: salto.delete_group("s", "g"),
    "change_group_locks": lambda salto: salto.change_group_locks("s", "g", add=["l"], remove=[]),
    "create_schedule": lambda salto: salto.create_schedule("s", "g", START, END),
    "change_schedule": lambda salto: salto.change_schedule("s", "g", "t", START, END),
    "delete_schedule": lambda salto: salto.delete_schedule("s", "g", "t"),
}


def test_a_group_from_its_first_to_its_last_day(salto, site_id) -> None:
    """T15: made without a schedule, which it gets before anybody could use it."""
    group = salto.create_group(site_id, "saltoks room #1")
    front, studio = (lock for lock in salto.locks(site_id))
    salto.change_group_locks(site_id, group.id, add=[front.id, studio.id], remove=[])
    salto.change_group_locks(site_id, group.id, add=[], remove=[studio.id])
    assert [lock.id for lock in salto.group_locks(site_id, group.id)] == [front.id]
    made = salto.create_schedule(site_id, group.id, START, END)
    assert (made.start_date, made.end_date) == ("2026-11-21T09:30:00", "2026-11-21T17:00:00")
    assert (made.monday, made.saturday, made.start_time, made.end_time) == (True, True, "00:00:00", "23:59:59")
    changed = salto.change_schedule(site_id, group.id, made.id, START, None)
    assert salto.schedules(site_id, group.id) == [changed]
    assert (changed.id, changed.start_date, changed.end_date) == (made.id, "2026-11-21T09:30:00", None)
    salto.delete_schedule(site_id, group.id, made.id)
    salto.delete_schedule(site_id, group.id, made.id)
    assert salto.schedules(site_id, group.id) == []
    salto.delete_group(site_id, group.id)
    salto.delete_group(site_id, group.id)
    with pytest.raises(NotThere):
        salto.group_locks(site_id, group.id)


def test_no_change_of_locks_asks_nothing(salto) -> None:
    salto.change_group_locks("s", "g", add=[], remove=[])
    assert salto.calls.per_route == {}


def test_a_wall_clock_has_no_time_zone(salto) -> None:
    """salto-ks §3.5: a schedule with an offset would be read as something else."""
    with pytest.raises(ValueError, match="wall clock"):
        salto.create_schedule("s", "g", START.replace(tzinfo=UTC), None)
    assert salto.calls.per_route == {}


@pytest.mark.parametrize("call", list(CALLS.values()), ids=list(CALLS))
def test_a_write_that_may_have_acted_is_repeated_only_if_that_changes_nothing(scripted, call) -> None:
    """Design §5.5: a group or a schedule that is made twice would be there twice."""
    methods: list[str] = []

    def cut(request: httpx.Request) -> httpx.Response:
        methods.append(request.method)
        raise httpx.ReadError("cut", request=request)

    salto, _ = scripted(cut)
    with pytest.raises(Unavailable):
        call(salto)
    assert len(methods) == (1 if methods[0] == "POST" else 4)


def test_every_list_in_both_shapes(salto, site_id, sandbox) -> None:
    """salto-ks §8.28."""
    group = salto.groups(site_id)[0]

    def lists() -> list[object]:
        own = salto.schedules(site_id, group.id), salto.group_locks(site_id, group.id), salto.members(site_id, group.id)
        people = salto.users(site_id), salto.roles(site_id), salto.activated_iqs(site_id)
        return [*own, *people, salto.groups(site_id), salto.locks(site_id), salto.iqs(site_id), salto.sites()]

    whole = lists()
    sandbox.admin.options(lists_as_array=True)
    assert lists() == whole
