"""What a plan says of itself: text for people, bytes and a fingerprint for programs (F80, F146, F165)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from core.worlds import KEYS, by_key, cases, clock, customer, grant, observed, utc, window
from saltoks.core.model.rules import PersonKind
from saltoks.core.people.site_users import person_kind
from saltoks.core.plan.plan import ChangeKind, Plan, RecordedMembership, calculate_plan
from saltoks.core.time.windows import ALWAYS, FOREVER, Window, window_text

NOW = clock("10:00")
EMPTY = observed()
HERE = KEYS[0]
USERS: dict[str, PersonKind | None] = {"c1": PersonKind.SITE_USER, "c2": PersonKind.GUEST, "c3": None}


def sample() -> Plan:
    seen = observed([HERE], {HERE: RecordedMembership(window=window("09:00", "11:00"))})
    return calculate_plan("s1", NOW, by_key(grant("c2", "Studio A"), grant("c3")), seen, USERS)


def test_f146_sentences_hold_ids_and_no_names() -> None:
    """F146: nor does anything else in a plan."""
    people = [
        customer("c1", full_name="Ann Example", first_name="Ann", email="ann@example.org", phone="+31612345678"),
        customer("c2", full_name="Eve Example", email=None),
    ]
    kinds = {one.source_id: person_kind(one) for one in people}
    wanted = by_key(grant("c1"), grant("c2"))
    text = calculate_plan(
        "s1", NOW, wanted, observed([KEYS[-1]], {KEYS[-1]: RecordedMembership(window=window("09:00", "11:00"))}), kinds
    )
    for personal in ("Ann", "Eve", "example.org", "+316"):
        assert personal not in text.as_json()


def test_f165_a_plan_is_text_that_a_person_can_read() -> None:
    """F165: all of it, before anything is written."""
    body = json.loads(sample().as_json())
    changes = body.pop("changes")
    assert body == {
        "site": "s1",
        "at": "2026-03-02T10:00:00+00:00",
        "fingerprint": sample().fingerprint,
        "counts": dict.fromkeys(ChangeKind, 0) | {"create_person": 1, "add_member": 1, "remove_member": 1, "held": 0},
        "notes": ["customer c3 has no e-mail, so Salto cannot invite them: add an e-mail in the source"],
    }
    assert changes[1] == {
        "kind": "add_member",
        "customer_id": "c2",
        "group": "Studio A",
        "window": ["2026-03-02T10:00:00+00:00", "2026-03-02T11:00:00+00:00"],
        "cause": "granted",
        "sentence": "Add customer c2 to “Studio A” from 2026-03-02 10:00 until 2026-03-02 11:00, because of booking 1.",
        "reasons": ["booking 1"],
        "person": None,
        "held": None,
    }


def test_the_moment_of_planning_is_not_in_the_fingerprint_and_every_change_is() -> None:
    base = sample()
    assert replace(base, at=clock("10:15"), site="s2", notes=()).fingerprint == base.fingerprint
    others = [replace(base, changes=base.changes[1:])]
    different: list[dict[str, Any]] = [
        {"customer_id": "c9"},
        {"group": "Gym"},
        {"window": window("10:00", "10:30")},
        {"held": "wait"},
    ]
    for field in different:
        first, *rest = base.changes
        others.append(replace(base, changes=(replace(first, **field), *rest)))
    assert len({one.fingerprint for one in (base, *others)}) == 1 + len(others)


@cases(
    "what, zone, words",
    {
        "utc": (window("10:00", "11:00"), "UTC", "from 2026-03-02 10:00 until 2026-03-02 11:00"),
        "the wall clock of the site": (
            window("23:30", "23:45"),
            "Europe/Amsterdam",
            "from 2026-03-03 00:30 until 2026-03-03 00:45",
        ),
        "over a change of clocks": (
            Window(utc("2026-10-25T00:30"), utc("2026-10-25T01:30")),
            "Europe/Amsterdam",
            "from 2026-10-25 02:30 until 2026-10-25 02:30",
        ),
        "no start": (Window(ALWAYS, clock("11:00")), "UTC", "until 2026-03-02 11:00"),
        "no end": (Window(clock("10:00"), FOREVER), "UTC", "from 2026-03-02 10:00 with no end"),
        "neither": (Window(ALWAYS, FOREVER), "Pacific/Auckland", "with no end"),
    },
)
def test_windows_in_words(what: Window, zone: str, words: str) -> None:
    assert window_text(what, zone) == words


@pytest.mark.parametrize("zone", ["Europe/Amsterdam", "America/Chicago"])
def test_f80_sentences_speak_the_time_of_the_site(zone: str) -> None:
    """F80: the windows themselves stay in UTC."""
    at_site = calculate_plan("s1", NOW, by_key(grant()), EMPTY, USERS, zone=zone)
    assert at_site.changes[1].window == window("10:00", "11:00")
    assert window_text(window("10:00", "11:00"), zone) in at_site.changes[1].sentence
    assert window_text(window("10:00", "11:00"), "UTC") not in at_site.changes[1].sentence
