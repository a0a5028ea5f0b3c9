from __future__ import annotations

import logging

import pandas as pd
import pytest

from saltoks.quality.engine import Engine
from saltoks.quality.rules import Rule


def test_a_check_that_cannot_run_is_no_success() -> None:
    """T32: a validation that breaks must not look like one that passed."""
    rule = Rule(
        expectation="ExpectColumnValuesToNotBeNull",
        column="gone",
        level="row",
        meaning="is missing — add it",
        arguments={"column": "gone"},
    )
    (outcome,) = Engine().validate("bookings", [rule], pd.DataFrame({"row": [0, 1]}))
    assert outcome.ran is False
    assert outcome.check.success is False
    assert outcome.check.unexpected == 2
    assert outcome.rows == frozenset()


def test_it_says_nothing_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    """A terminal shows what we found, and no word about folders of the library."""
    with caplog.at_level(logging.INFO):
        Engine()
    assert [one.getMessage() for one in caplog.records if one.name.startswith("great_expectations")] == []
