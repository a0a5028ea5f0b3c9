"""Items that open the access group of their name (F141), and what is left to others (F142)."""

from __future__ import annotations

from core.worlds import cases
from saltoks.core.access.name_mapping import map_by_name
from saltoks.core.model.canonical import Item

GROUPS = ("Studio A", "Sauna", "saltoks room #1", "saltoks owner 1f", "")


def item(source_id: str, name: str) -> Item:
    """An item."""
    return Item(source_id=source_id, name=name, item_type="unit")


def opens(*items: Item, **more: tuple[str, ...]) -> dict[str, str]:
    """Which item opens which group."""
    groups = more.get("groups", GROUPS)
    found = map_by_name(items, more.get("mapped", ()), groups, more.get("unmanaged", ()), more.get("before", ()))
    return {entry.item: entry.groups[0] for entry in found.entries}


@cases(
    "name, group",
    {
        "the same": ("Studio A", "Studio A"),
        "in another case": ("STUDIO a", "Studio A"),
        "with more spaces": ("  Studio   A ", "Studio A"),
        "a part of it": ("Studio", None),
        "more than it": ("Studio A1", None),
        "nothing": ("", None),
        "a group that is made by this product": ("saltoks room #1", None),
        "another name of this product": ("saltoks owner 1f", None),
    },
)
def test_f141_a_name_is_compared_as_a_whole(name: str, group: str | None) -> None:
    """F141."""
    assert opens(item("unit:1", name)).get("unit:1") == group


@cases(
    "more, found",
    {
        "mapped by hand": ({"mapped": ("a",)}, {}),
        "two groups of the name": ({"groups": ("Sauna", "sauna ")}, {}),
        "one group there twice": ({"groups": ("Sauna", "Sauna")}, {}),
        "an unmanaged item": ({"unmanaged": ("A",)}, {}),
        "an unmanaged group": ({"unmanaged": ("sauna",)}, {}),
        "neither": ({}, {"a": "Sauna"}),
    },
)
def test_f141_f142_only_what_is_clear_and_free(more: dict[str, tuple[str, ...]], found: dict[str, str]) -> None:
    """F141, F142."""
    assert opens(item("a", "Sauna"), **more) == found


def test_f141_two_items_may_open_one_group() -> None:
    """F141: a plan and a room may have one name."""
    assert opens(item("product:1", "Sauna"), item("unit:1", "Sauna")) == {"product:1": "Sauna", "unit:1": "Sauna"}


@cases(
    "before, unmanaged, former",
    {
        "still meant": (("Sauna",), (), frozenset()),
        "no longer meant": (("Studio A",), (), frozenset({"Studio A"})),
        "gone from the site": (("Gym",), (), frozenset()),
        "left to others since": (("Studio A",), ("Studio A",), frozenset()),
    },
)
def test_f141_a_group_of_before_is_still_looked_after(
    before: tuple[str, ...], unmanaged: tuple[str, ...], former: frozenset[str]
) -> None:
    """F141, F142."""
    assert map_by_name([item("a", "Sauna")], (), GROUPS, unmanaged, before).former == former


def test_f141_it_is_told_in_one_sentence() -> None:
    """F141."""
    (sentence,) = map_by_name([item("a", "Sauna")], (), GROUPS, (), ()).sentences
    assert sentence == "1 item(s) open the access group of their own name (map_by_name): a → “Sauna”"
    assert map_by_name([], (), GROUPS, (), ()).sentences == ()
