"""What a site's file may say about an i-Reserve source."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from saltoks.core.model.canonical import BookingStatus
from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.settings import IReserveSource
from systems.ireserve.rig import ALL_COLUMNS, SECRET


def source(**settings: Any) -> IReserveSource:
    """A source with these settings."""
    return IReserveSource.model_validate({"system": "ireserve", "name": "club", "connection": "c", **settings})


def test_what_is_not_said_follows_the_contract() -> None:
    one = source()
    assert (one.window_days.tick.first, one.window_days.tick.last) == (-1, 2)
    assert (one.window_days.full.first, one.window_days.full.last) == (-60, 30)
    assert (one.page_length, one.rate_per_second, one.max_shrink_percent) == (100, 2, 30)
    assert one.columns.names == ("RES_ID", "RES_FROMDATE", "RES_FROMTIME")
    assert 23 not in one.status_map


def test_own_codes_add_to_the_vendors() -> None:
    found = source(status_map={23: "checked_in", 40: "tentative"}).status_map
    assert (found[23], found[40], found[30]) == (
        BookingStatus.CHECKED_IN,
        BookingStatus.TENTATIVE,
        BookingStatus.CONFIRMED,
    )


@pytest.mark.parametrize("missing", ["till_date", "status", "object_id"])
def test_a_filter_tells_all_only_with_every_column(missing: str) -> None:
    assert source(columns=ALL_COLUMNS).columns.tell_all
    assert not source(columns=ALL_COLUMNS | {missing: None}).columns.tell_all


def test_the_zone_is_the_sites_unless_the_source_has_its_own() -> None:
    """F80"""
    assert source().settled("wh", "Europe/Lisbon").timezone == "Europe/Lisbon"
    assert source(timezone="Europe/Amsterdam").settled("wh", "Europe/Lisbon").timezone == "Europe/Amsterdam"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "search without objects": ({"search": 'startdatum >= "{first}d" AND startdatum <= "{last}d"'}, "must hold"),
    "search with a stray brace": ({"search": "{first} {last} {objects} {"}, "must hold"),
    "zone": ({"timezone": "Amsterdam"}, "is not a time zone"),
    "window without today": ({"window_days": {"tick": {"first": 1, "last": 2}}}, "less than or equal to 0"),
    "status word": ({"status_map": {23: "arrived"}}, "Input should be"),
    "unknown key": ({"colums": {}}, "Extra inputs"),
}


@pytest.mark.parametrize(("settings", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_mistake_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        source(**settings)


@pytest.mark.parametrize("base", ["https://club.i-reserve.net", "https://club.i-reserve.net/api/rest/"])
def test_an_account_hides_its_password(base: str) -> None:
    account = IReserveAccount("c", base, "pipeline", SECRET)
    assert account.api == "https://club.i-reserve.net/api/rest"
    assert SECRET not in repr(account)
