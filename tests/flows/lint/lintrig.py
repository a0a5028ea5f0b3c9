"""What tests of lint do again and again: a sound house, changes of it, and what lint tells then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flows.acts import by_hand, judge, site, writes
from flows.conftest import OpenStage
from flows.doors import by_lock
from saltoks.flows.lint import lint
from saltoks.settings import Finding
from stage import SITE_UID, Stage

ANN = "ann@house.example"
FILE = "config/sites/house.yaml: "
ROOMS = ("Room 1", "Room 2", "Club")
GROUP = "mapping.0.groups"
Told = tuple[str, str, str]
"""Level, key, and a part of the message."""

House = dict[str, Any]


def sound(house: House) -> None:
    """A house of which there is nothing to say: the account has activated its IQ, and sees to nothing else."""
    house["users"].append(
        {
            "first_name": "Service",
            "last_name": "Account",
            "email": "pipeline@house.example",
            "activated_iqs": ["House IQ"],
        }
    )


def opened(open_stage: OpenStage, change: Callable[[House], object] | None = None) -> Stage:
    """The sound house with something changed, and its source read once."""

    def whole(world: dict[str, Any]) -> None:
        house = world["sites"][0]
        sound(house)
        if change:
            change(house)

    return open_stage(whole)


def found(stage: Stage) -> list[Finding]:
    """What lint finds now."""
    with stage.runtime() as rt:
        return lint(rt, rt.settings.site("house"))


def told(stage: Stage) -> list[tuple[str, str]]:
    """Level and key of what lint finds now."""
    return [(one.level, one.where.removeprefix(FILE)) for one in found(stage)]


def entry(room: str, **more: object) -> dict[str, object]:
    """One line of the mapping, as the stage has it, with keys replaced."""
    return {"item": room.lower().replace(" ", "-"), "groups": [room], "door": f"{room} door"} | more


def mapped(stage: Stage, *first: dict[str, object]) -> None:
    """Maps the rooms as usual, but for the first ones."""
    stage.configure(mapping=[*first, *(entry(room) for room in ROOMS[len(first) :])])


def group(name: str = "Room 1", **changes: object) -> Callable[[House], None]:
    """A change of one access group of the world."""

    def change(house: House) -> None:
        one = next(one for one in house["groups"] if one["customer_reference"] == name)
        one |= changes

    return change


def entrance(house: House) -> None:
    """A street door that Room 2 and the Club hold, and Room 1 does not."""
    house["locks"].append({"customer_reference": "Street door"})
    for one in house["groups"][1:]:
        one["locks"].append("Street door")


def office_hours(**more: object) -> Callable[[House], None]:
    """Room 1 on working days from 10 to 17."""
    days = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    return group(schedule={"days": days, "start_time": "10:00", "end_time": "17:00"} | more)


def hours_of_item(starts: str, ends: str, **more: object) -> Callable[[Stage], None]:
    """Room 1 with hours of its own."""
    return lambda stage: mapped(stage, entry("Room 1", hours=[{"starts": starts, "ends": ends} | more]))


def ended_before(stage: Stage) -> None:
    """One more schedule of Room 1, over since last year."""
    [one] = [one for one in site(stage)["groups"] if one["customer_reference"] == "Room 1"]
    days = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), True)
    body = days | {"start_time": "00:00", "end_time": "23:59", "end_date": "2025-12-31T00:00:00"}
    with by_hand(stage) as hand:
        path = f"/v1.1/sites/{site(stage)['id']}/access_groups/{one['id']}/time_schedules"
        hand.post(path, json=body).raise_for_status()


def stranger_in(name: str) -> Callable[[Stage], None]:
    """Somebody puts the service account into a group by hand."""

    def act(stage: Stage) -> None:
        account = stage.user_id("pipeline@house.example")
        stage.sandbox.admin.set_members(SITE_UID, name, add=[account])

    return act


def fought_over(stage: Stage, name: str = "Room 1") -> None:
    """Somebody takes a member of ours out, and the next run sees it."""
    stage.book("b1", "ann", "room-1", 0, 120)
    stage.sync()
    stage.sandbox.admin.set_members(SITE_UID, name, remove=[stage.user_id(ANN)])
    stage.move(15)
    stage.sync()


def no_longer_by_lock(stage: Stage) -> None:
    """Room 1 was a window target, and is mapped to its group now."""
    by_lock(stage, "Room 1")
    stage.book("b1", "ann", "room-1", 0, 60)
    stage.sync()
    stage.unbook("b1")
    mapped(stage)


def books(*rows: tuple[str, int, int]) -> Callable[[Stage], None]:
    """Bookings of Room 1, from and until so many minutes from noon (13:00 in Amsterdam)."""

    def act(stage: Stage) -> None:
        for name, start, end in rows:
            stage.book(name, "ann", "room-1", start, end)

    return act


@dataclass(frozen=True)
class Case:
    """A world, what is done there, and what lint tells then (and nothing else)."""

    told: tuple[Told, ...]
    world: Callable[[House], object] | None = None
    act: Callable[[Stage], object] | None = None


def by_hand_group(stage: Stage, name: str) -> None:
    """Somebody makes an access group in Salto's own web application."""
    with by_hand(stage) as hand:
        path = f"/v1.2/sites/{site(stage)['id']}/access_groups"
        hand.post(path, json={"customer_reference": name}).raise_for_status()


def tell(open_stage: OpenStage, case: Case) -> list[Told]:
    """What lint tells in a case; of a message its expected part if it is there. Nothing is written at Salto."""
    stage = opened(open_stage, case.world)
    if case.act:
        case.act(stage)
    judge(stage, "read")
    stage.sandbox.admin.forget_calls()
    doubts = found(stage)
    assert writes(stage) == 0
    words = [text for *_, text in case.told] + [""] * len(doubts)
    return [
        (one.level, one.where.removeprefix(FILE), text if text and text in one.message else one.message)
        for one, text in zip(doubts, words, strict=False)
    ]
