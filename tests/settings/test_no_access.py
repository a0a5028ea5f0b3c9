"""The blocks `no_access` and `people` of a site: what becomes of people, what Salto learns (F81, F82, F83, F159)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from core.worlds import cases
from saltoks.core.model.rules import AliasKind, NoAccessPolicy, NoAccessRules
from saltoks.settings import load

Write = Callable[..., Path]


@cases(
    "text, expected",
    {
        "F81 left out": ("", NoAccessRules()),
        "F82": (
            "no_access: {policy: suspend, just_in_time: true}\n",
            NoAccessRules(policy=NoAccessPolicy.SUSPEND, just_in_time=True),
        ),
        "F83": (
            "no_access: {policy: delete, grace_hours: 0}\n",
            NoAccessRules(policy=NoAccessPolicy.DELETE, grace_hours=0),
        ),
    },
)
def test_the_policy_of_a_site(write: Write, site: str, text: str, expected: NoAccessRules) -> None:
    assert load(write(house=site + text)).site("house").no_access == expected
    assert NoAccessRules().policy is NoAccessPolicy.KEEP
    assert NoAccessRules().grace == timedelta(days=1)


@cases(
    "block, complaint",
    {
        "an unknown policy": ("{policy: remove}", "no_access.policy"),
        "less than nothing": ("{policy: suspend, grace_hours: -1}", "no_access.grace_hours: must be 0 or more"),
        "an age": ("{policy: suspend, grace_hours: 99999999999999}", "no_access.grace_hours: must be 87600 or less"),
        "just in time, and kept": ("{just_in_time: true}", "no_access.just_in_time: gives and takes seats"),
        "just in time, and deleted": ("{policy: delete, just_in_time: true}", "write policy: suspend with it"),
        "an unknown key": ("{policy: suspend, grace: 2}", "no_access.grace"),
    },
)
def test_mistakes_are_told_with_their_place(
    write: Write, site: str, complaints: Callable[..., list[str]], block: str, complaint: str
) -> None:
    said = complaints(write(house=f"{site}no_access: {block}\n"))
    assert any(complaint in line and "house.yaml:22" in line for line in said), said


@pytest.mark.parametrize("kind", AliasKind)
def test_the_alias_of_guests_is_an_id_unless_the_site_says_otherwise(write: Write, site: str, kind: AliasKind) -> None:
    settings = load(
        write(
            house=f"{site}people: {{alias: {kind.value}}}\n",
            other=site.replace("harbour", "pier").replace("0001", "0002"),
        )
    )
    assert settings.site("house").people.alias is kind
    assert settings.site("other").people.alias is AliasKind.ID
