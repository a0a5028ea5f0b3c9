"""What tests of window targets do again and again: rooms by lock, looks at our own groups, tries at doors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.acts import site
from saltoks.core.model.pools import is_slot
from stage import Stage, minutes

SECOND = timedelta(seconds=1)
ROOMS = ("Room 1", "Room 2", "Club")


@dataclass(frozen=True)
class SlotSeen:
    """One of our own groups at Salto: locks, wall clocks of its schedules, and who is in it."""

    locks: tuple[str, ...]
    hours: tuple[tuple[str | None, str | None], ...]
    members: frozenset[str]


def by_lock(stage: Stage, *rooms: str, **rules: object) -> None:
    """From now on these rooms (all of them if none is named) are window targets."""
    mapping = [
        {"item": room.lower().replace(" ", "-"), "door": f"{room} door"}
        | ({"locks": [f"{room} door"]} if room in (rooms or ROOMS) else {"groups": [room]})
        for room in ROOMS
    ]
    stage.configure(mapping=mapping, rules={"before_minutes": 15, "after_minutes": 15} | rules)


def slots(stage: Stage) -> dict[str, SlotSeen]:
    """Our own groups by name, as the sandbox has them."""
    seen = site(stage)
    names = {one["user_id"]: one["email"] or one["alias"] for one in seen["users"]}
    return {
        group["customer_reference"]: SlotSeen(
            tuple(group["locks"]),
            tuple((one["start_date"], one["end_date"]) for one in group["schedules"]),
            frozenset(names[user] for user in group["members"]),
        )
        for group in seen["groups"]
        if is_slot(group["customer_reference"])
    }


def opens_at(stage: Stage, who: str, room: str, at: datetime | int) -> bool:
    """Whether a room's door would let somebody in at an instant, or so many minutes from noon."""
    return stage.lets_in(who, room, minutes(at) if isinstance(at, int) else at)


def opened_minutes(stage: Stage, who: str, room: str, since: int, until: int, step: int = 15) -> list[int]:
    """The minutes from noon, in steps, at which a door opens for somebody."""
    return [minute for minute in range(since, until, step) if opens_at(stage, who, room, minute)]
