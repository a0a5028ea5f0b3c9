"""What `saltoks config lint --site` finds in a site that is to hand out PINs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.conftest import OpenStage
from flows.lintrig import House, found, opened

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


CASES: dict[str, tuple[Callable[[House], None], dict[str, Any], list[tuple[str, str]]]] = {
    "all is well": (with_keypads("Room 1", "Room 2", "Club"), PIN, []),
    "no PINs are wanted": (with_keypads(), {}, []),
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
