"""What differs between two configurations, as a person would say it."""

from __future__ import annotations

import pytest

from saltoks.core.model.config_diff import config_differences

ROOM = {"item": "room-1", "groups": ["Room 1"], "door": "Room 1 door"}
CLUB = {"item": "club", "groups": ["Club", "Entrance"], "door": None}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"rules": {"before": 15}}, {"rules": {"before": 30}}, ["rules.before: 15 → 30"]),
        ({"rules": {"edge": "never_late"}}, {"rules": {}}, ["rules.edge: never_late → nothing"]),
        ({"rules": {}}, {"rules": {"edge": "never_late"}}, ["rules.edge: nothing → never_late"]),
        ({"groups": ["b", "a"]}, {"groups": ["a", "b"]}, []),
        ({"groups": ["a"]}, {"groups": []}, ["groups: a → nothing"]),
        ({"mapping": [ROOM, CLUB]}, {"mapping": [CLUB, ROOM]}, []),
        (
            {"mapping": [ROOM, CLUB]},
            {"mapping": [ROOM | {"groups": ["Room 2"]}, CLUB]},
            ["mapping[room-1].groups: Room 1 → Room 2"],
        ),
        (
            {"mapping": [ROOM]},
            {"mapping": []},
            [
                "mapping[room-1].door: Room 1 door → nothing",
                "mapping[room-1].groups: Room 1 → nothing",
                "mapping[room-1].item: room-1 → nothing",
            ],
        ),
        ({"a": None}, {}, []),
        ({"a": True, "b": 1}, {"a": False, "b": 1}, ["a: True → False"]),
        ({"a": "x" * 99}, {"a": "y"}, [f"a: {'x' * 80}… → y"]),
    ],
    ids=[
        "value", "gone", "new", "order of words", "emptied", "order of entries", "one entry", "entry gone",
        "nothing is nothing", "switch", "long",
    ],
)  # fmt: skip
def test_differences(old: dict[str, object], new: dict[str, object], said: list[str]) -> None:
    assert config_differences(old, new) == said
