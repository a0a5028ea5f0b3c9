from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from saltoks.systems.nexudus.settings import NexudusSource

PLAIN = {"system": "nexudus", "name": "house", "connection": "nexudus_house"}


def test_a_name_and_a_connection_are_enough() -> None:
    source = NexudusSource.model_validate(PLAIN)
    assert (source.horizon_hours, source.lookback_hours, source.page_size) == (48, 2, 200)
    assert (source.rate_per_second, source.max_shrink_percent) == (1.3, 30)
    assert not source.cancellation_inclusive
    assert not source.businesses


@pytest.mark.parametrize(
    ("own", "words"),
    [
        pytest.param({"horizon": 3}, "horizon", id="unknown key"),
        pytest.param({"locations": {10: {"timezone": "W. Europe Standard Time"}}}, "write an IANA name", id="Windows"),
        pytest.param({"locations": {"canal": {"timezone": "Europe/Amsterdam"}}}, "locations.canal", id="no id"),
        pytest.param({"rate_per_second": 0}, "rate_per_second", id="no rate"),
        pytest.param({"connection": ""}, "connection", id="no connection"),
        pytest.param({"system": "ireserve"}, "system", id="another system"),
    ],
)
def test_what_is_written_wrong_is_refused_at_its_place(own: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        NexudusSource.model_validate(PLAIN | own)
