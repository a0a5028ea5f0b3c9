"""Entries and incidents: lag, disorder, tokens, empty pages, retention, export."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import pytest

from saltoks.sandbox.salto.chance import Chance
from saltoks.sandbox.salto.state import State
from saltoks.sandbox.salto.world import Options, World
from sandbox.rig import SITE, Rig, error, house

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def walk(rig: Rig, kind: str = "entries", **query: object) -> tuple[list[dict[str, Any]], int, int]:
    """All items, with the number of pages and of empty ones."""
    items: list[dict[str, Any]] = []
    pages = empty = 0
    headers: dict[str, str] = {}
    while True:
        url = f"/v1.1/sites/{rig.site}/{kind}"
        body = rig.http.get(url, params={f"${k}": str(v) for k, v in query.items()}, headers=headers).json()
        items, pages, empty = items + body["items"], pages + 1, empty + (not body["items"])
        if not body.get("continuation_token"):
            return items, pages, empty
        headers = {"CLP-Continuation-Token": body["continuation_token"]}


@pytest.fixture
def noon(fresh: Callable[[World], Rig]) -> Rig:
    """A fresh house at noon, with the clock standing still; signed in at that time."""
    rig = fresh(house())
    rig.admin.set_clock(NOON, frozen=True)
    rig.renew()
    return rig


def test_an_entry_shows_door_person_and_local_time(noon: Rig) -> None:
    done = noon.admin.attempt(SITE, "Front", exit=True)
    entry = noon.entries()[0]
    assert entry["id"] == done.entry_id
    assert (entry["utc_date_time"], entry["local_date_time"]) == ("2026-06-01T12:00:00Z", "2026-06-01T14:00:00")
    assert (entry["access_by"], entry["exit_requested"], entry["user_id"]) == ("inside_handle", True, None)
    assert (entry["lock_customer_reference"], entry["iq_customer_reference"]) == ("Front", "IQ 1")
    assert entry["ttl_in_seconds"] == 90 * 86400
    assert entry["expiration_date_time"] == "2026-08-30T12:00:00.000Z"


def test_the_envelope_has_no_token_at_the_end(noon: Rig) -> None:
    noon.admin.add_entry(SITE, lock="Front")
    assert set(noon.ok("GET", "/entries", version="v1.1")) == {"items"}


def test_an_entry_is_visible_only_after_its_lag(noon: Rig) -> None:
    noon.admin.options(entry_lag_seconds=[30, 30])
    noon.admin.attempt(SITE, "Front", exit=True)
    noon.admin.advance(29)
    assert noon.entries() == []
    noon.admin.advance(1)
    assert [entry["utc_date_time"] for entry in noon.entries()] == ["2026-06-01T12:00:00Z"]


def test_lags_are_spread_like_the_measured_ones() -> None:
    options = Options()
    chance = Chance(7, State(options=options))
    lags = [chance.lag(options.entry_lag_seconds).total_seconds() for _ in range(400)]
    assert min(lags) >= 0.7
    assert max(lags) <= 79
    assert 1.5 < median(lags) < 4
    assert 0.1 < sum(lag > 15 for lag in lags) / 400 < 0.3


def test_entries_arrive_out_of_order(noon: Rig) -> None:
    noon.admin.options(entry_lag_seconds=[0.7, 79])
    wanted = []
    for _ in range(30):
        wanted.append(noon.admin.attempt(SITE, "Front", exit=True).entry_id)
        noon.admin.advance(1)
    noon.admin.advance(100)
    stored = [entry["id"] for entry in noon.entries()]
    assert set(stored) == set(wanted)
    assert stored != wanted
    times = [entry["utc_date_time"] for entry in noon.entries(orderby="utc_date_time desc")]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("orderby", [None, "utc_date_time desc", "utc_date_time", "local_date_time desc"])
def test_tokens_lead_through_every_entry_once(noon: Rig, orderby: str | None) -> None:
    wanted = [noon.admin.add_entry(SITE, lock="Front", at=NOON + timedelta(seconds=n // 3)) for n in range(11)]
    query = {"top": 4} | ({"orderby": orderby} if orderby else {})
    items, pages, _ = walk(noon, **query)
    found = [item["id"] for item in items]
    assert sorted(found) == sorted(wanted)
    assert pages == 3
    if orderby and "desc" in orderby:
        assert found == wanted[::-1]


def test_a_token_is_json_as_text_and_goes_back_unchanged(noon: Rig) -> None:
    for _ in range(3):
        noon.admin.add_entry(SITE, lock="Front")
    token = noon.ok("GET", "/entries", version="v1.1", top=1)["continuation_token"]
    assert set(json.loads(token)[0]) == {"token", "range"}
    url = f"/v1.1/sites/{noon.site}/entries"
    for wrong in ("nonsense", token[:-5], "[]", '[{"token":"x"}]'):
        assert error(noon.http.get(url, headers={"CLP-Continuation-Token": wrong})) == (400, "1100")
    headers = {"CLP-Continuation-Token": token}
    assert error(noon.http.get(url, params={"$orderby": "utc_date_time"}, headers=headers)) == (400, "1100")


def test_new_entries_do_not_upset_a_walk(noon: Rig) -> None:
    first = [noon.admin.add_entry(SITE, lock="Front", at=NOON + timedelta(seconds=n)) for n in range(4)]
    url, query = f"/v1.1/sites/{noon.site}/entries", {"$top": "2", "$orderby": "utc_date_time desc"}
    page = noon.http.get(url, params=query).json()
    noon.admin.add_entry(SITE, lock="Front", at=NOON + timedelta(seconds=9))
    rest = noon.http.get(url, params=query, headers={"CLP-Continuation-Token": page["continuation_token"]}).json()
    assert [entry["id"] for entry in page["items"] + rest["items"]] == first[::-1]


def test_an_empty_page_with_a_token_is_not_the_end(noon: Rig) -> None:
    noon.admin.options(empty_page_share=0.5)
    wanted = {noon.admin.add_entry(SITE, lock="Front") for _ in range(20)}
    items, _, empty = walk(noon, top=2)
    assert {item["id"] for item in items} == wanted
    assert len(items) == 20
    assert empty > 0


def test_skip_has_no_effect(noon: Rig) -> None:
    noon.admin.add_entry(SITE, lock="Front")
    assert len(noon.entries(skip=1)) == 1


def test_entries_are_filtered_by_time(noon: Rig) -> None:
    ids = [noon.admin.add_entry(SITE, lock="Front", at=NOON + timedelta(hours=n)) for n in range(4)]
    text = "(utc_date_time ge DateTime'2026-06-01T13:00:00Z') and (utc_date_time lt DateTime'2026-06-01T15:00:00Z')"
    assert [entry["id"] for entry in noon.entries(filter=text)] == ids[1:3]


@pytest.mark.parametrize("query", [{"orderby": "date"}, {"filter": "date ge 2026-01-01T00:00:00Z"}, {"top": 0}])
def test_unknown_fields_are_400_1102(noon: Rig, query: dict[str, object]) -> None:
    assert error(noon.send("GET", "/entries", version="v1.1", **query)) == (400, "1102")


def test_entries_are_kept_for_90_days(noon: Rig) -> None:
    noon.admin.add_entry(SITE, lock="Front")
    noon.admin.set_clock(NOON + timedelta(days=90, seconds=-1), frozen=True)
    noon.renew()
    assert len(noon.entries()) == 1
    noon.admin.advance(1)
    assert noon.entries() == []


def test_raw_entries_may_be_odd_doubled_and_late(noon: Rig) -> None:
    odd = {"event_category": "lock_pondered", "event_detail": "why", "access_by": "telepathy"}
    for _ in range(2):
        noon.admin.add_entry(SITE, entry_id="11111111-1111-4111-8111-111111111111", user_id=None, **odd)
    noon.admin.add_entry(SITE, lock="Attic", at=NOON - timedelta(days=3), visible_at=NOON + timedelta(hours=1))
    found = noon.entries()
    assert [entry["id"] for entry in found] == ["11111111-1111-4111-8111-111111111111"] * 2
    assert {key: found[0][key] for key in odd} == odd
    noon.admin.advance(3600 - 1)
    assert len(noon.entries()) == 2
    noon.admin.advance(1)
    noon.renew()
    assert len(noon.entries()) == 3


def test_incidents_have_no_person(noon: Rig) -> None:
    noon.admin.add_incident(SITE, "low_battery_warning", lock="Attic")
    items, _, _ = walk(noon, "incidents")
    assert [(item["event_category"], item["lock_customer_reference"]) for item in items] == [
        ("low_battery_warning", "Attic")
    ]
    assert "user_id" not in items[0]


def test_export_is_semicolon_separated(noon: Rig) -> None:
    noon.admin.attempt(SITE, "Front", exit=True)
    noon.admin.attempt(SITE, "Cellar", exit=True)
    url = f"/v1.1/sites/{noon.site}/entries/export"
    query = {"from_date": "2026-06-01T00:00:00.000Z", "to_date": "2026-06-02T00:00:00.000Z", "lock_name": "Front"}
    answer = noon.http.get(url, params=query)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = answer.text.splitlines()
    assert lines[0].startswith("Local Time;Event Category;Event Detail;Lock Name;")
    assert lines[1:] == ["06/01/2026 14:00:00;lock_opened;;Front;;;inside_handle;"]
    assert error(noon.http.get(url)) == (400, "1100")
