"""What `saltoks config lint --site` finds in a site that is to hand out PINs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.acts import judge
from flows.conftest import OpenStage
from flows.lint.lintrig import House, found, opened
from saltoks.flows.credentials.overview import at_risk, credentials

PIN = {"pin": "guests", "pin_delivery": "none"}
WHERE = "config/sites/house.yaml: credentials.pin"


def with_keypads(*rooms: str) -> Callable[[House], None]:
    """Keypads at the doors of these rooms."""

    def change(house: House) -> None:
        for lock in house["locks"]:
            if lock["customer_reference"].removesuffix(" door") in rooms:
                lock["lock_type"] = "escutcheon_pin"

    return change


def switched_off(house: House) -> None:
    """Keypads everywhere, and Salto's own switch off."""
    with_keypads("Room 1", "Room 2", "Club")(house)
    house["pin_enabled"] = False


@pytest.mark.parametrize(("pin", "told"), [("off", 1), ("visitors", 1), ("guests", 0), ("everyone", 0)])
def test_guests_whom_nothing_lets_in_are_told(open_stage: OpenStage, pin: str, told: int) -> None:
    """F88, F93: by lint, and by the list of who arrives; a guest is never invited to the app."""
    stage = opened(open_stage, with_keypads("Room 1", "Room 2", "Club"))
    stage.configure(credentials={"pin": pin, "pin_delivery": "none"})
    judge(stage, "before")
    assert not [one for one in found(stage) if "who may enter" in one.message]
    stage.book("b1", "gus", "room-1", 30, 600)
    judge(stage, "after")
    texts = [one.message for one in found(stage) if one.where == WHERE and "who may enter" in one.message]
    assert len(texts) == told
    assert all("1 guest(s) or visitor(s) who may enter get no PIN" in one for one in texts)
    assert all("set credentials.pin: guests" in one for one in texts)
    with stage.runtime() as rt:
        site = rt.settings.site("house")
        [view] = [one for one in credentials(rt, site) if one.customer_id == "gus"]
        assert (view.pin == "none, and no app") is bool(told)
        assert not view.fine or not told
        assert bool(at_risk(rt, site)) or not told


def test_who_hands_out_tags_says_so_and_hears_nothing(open_stage: OpenStage) -> None:
    """F88: whoever gets nothing else is handed a tag by hand."""
    stage = opened(open_stage, with_keypads("Room 1", "Room 2", "Club"))
    stage.configure(credentials={"tags": True})
    stage.book("b1", "gus", "room-1", 180, 600)
    judge(stage, "after")
    assert not [one for one in found(stage) if "opens a door (F88)" in one.message]
    with stage.runtime() as rt:
        site = rt.settings.site("house")
        [view] = [one for one in credentials(rt, site) if one.customer_id == "gus"]
        assert view.pin == "none"
        assert view.fine
        assert at_risk(rt, site) == []


CASES: dict[str, tuple[Callable[[House], None], dict[str, Any], list[tuple[str, str]]]] = {
    "all is well": (with_keypads("Room 1", "Room 2", "Club"), PIN, []),
    "no PINs are wanted": (with_keypads(), {"tags": True}, []),
    "switched off at the site": (
        switched_off,
        PIN,
        [("error", "has PIN codes switched off, so nobody gets")],
    ),
    "doors without a keypad": (
        with_keypads("Room 2"),
        PIN,
        [("warning", "no PIN opens “Club door”, “Room 1 door”, which has no keypad (F88)")],
    ),
}


@pytest.mark.parametrize(("world", "switches", "expected"), CASES.values(), ids=CASES.keys())
def test_what_keeps_pins_from_opening(
    open_stage: OpenStage,
    world: Callable[[House], None],
    switches: dict[str, Any],
    expected: list[tuple[str, str]],
) -> None:
    """F88, F144: found before anybody stands at the door."""
    stage = opened(open_stage, world)
    stage.configure(credentials=switches)
    seen = [one for one in found(stage) if one.where == WHERE]
    assert [one.level for one in seen] == [level for level, _ in expected]
    assert all(text in one.message for one, (_, text) in zip(seen, expected, strict=True))
