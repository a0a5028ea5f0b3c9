from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd
import pytest

from quality.rows import BOOKING, START, bookings, extract
from saltoks.core.model.canonical import BookingStatus, CanonicalRow
from saltoks.quality import frames, gate
from saltoks.quality.engine import Outcome, prepared, sound, validate
from saltoks.quality.rules import OUTCOME_RULE, ROW_RULES, TABLE_RULES, Rule

THERE: frames.Ids = {"customers": {"m1"}, "items": {"unit:a"}}
RULES = (*ROW_RULES["bookings"], *TABLE_RULES["bookings"])
ODD = replace(BOOKING, status="odd")  # type: ignore[arg-type]  # what a reader must never let through
BROKEN: list[CanonicalRow] = [
    replace(BOOKING, source_id=""),
    replace(BOOKING, ends_at=START),
    replace(BOOKING, source_id="b2", checked_out_at=START - timedelta(hours=1)),
    replace(BOOKING, source_id="b3", customer_id="gone", status=BookingStatus.UNKNOWN),
    replace(BOOKING, source_id="b4", item_id="gone", checked_in_at=START, checked_out_at=START),
    replace(ODD, source_id="b5"),
]


def in_a_context(rules: tuple[Rule, ...], frame: pd.DataFrame) -> Mapping[int, Any]:
    """The library's own validation, in a context of its own, of everything that it can say; by the rules' places."""
    import great_expectations as gx

    context: Any = gx.get_context(mode="ephemeral")
    asset = context.data_sources.add_pandas("canonical").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    asked = [
        getattr(gx.expectations, rule.expectation)(**rule.arguments, meta={"n": n}) for n, rule in enumerate(rules)
    ]
    suite = gx.ExpectationSuite(name="all", expectations=asked)
    return {one.expectation_config.meta["n"]: one for one in batch.validate(suite, result_format="COMPLETE").results}


@pytest.mark.parametrize("rows", [bookings(3), [BOOKING, *BROKEN]], ids=["sound", "every rule broken"])
def test_it_judges_as_a_validation_of_the_library_does(rows: list[CanonicalRow]) -> None:
    """T32: what is prepared once and asked for less says the same, by count and by row."""
    frame = frames.table(rows, THERE)
    theirs = in_a_context(RULES, frame)
    ours = validate("bookings", [replace(rule, few=-1) for rule in RULES], frame)
    assert [(one.check.success, one.check.unexpected, one.rows) for one in ours] == [
        (one.success, one.result["unexpected_count"], frozenset(one.result["unexpected_index_list"]))
        for one in (theirs[n] for n in range(len(RULES)))
    ]
    assert {one.check.success for one in ours} == {len(rows) == 3}


def test_a_table_without_a_rejected_row_needs_no_validation() -> None:
    """T32: what is said of it then is what the library would say."""
    rows = bookings(3)
    asked = validate("bookings", [OUTCOME_RULE], frames.outcomes(rows, []))
    assert asked == [sound("bookings", OUTCOME_RULE, len(rows))]


def test_a_rule_is_prepared_once_a_process() -> None:
    """Preparing takes longer than judging few rows; a run judges every table, and an installation many sites."""
    gate(extract(bookings=[BOOKING, *BROKEN]), mapped_items=frozenset({"unit:a"}))
    before = prepared.cache_info()
    for _ in range(3):
        gate(extract(bookings=[BOOKING, *BROKEN]), mapped_items=frozenset({"unit:a"}))
    assert prepared.cache_info().misses == before.misses
    assert prepared.cache_info().hits > before.hits


def test_threads_share_what_is_prepared() -> None:
    """Sites may be judged side by side; nobody sees another one's rows."""

    def judged(count: int) -> list[Outcome]:
        return validate("bookings", RULES, frames.table([*bookings(count), *BROKEN], THERE))

    counts = list(range(1, 9))
    alone = [judged(count) for count in counts]
    with ThreadPoolExecutor(len(counts)) as pool:
        assert list(pool.map(judged, counts)) == alone


def test_a_check_that_cannot_run_is_no_success() -> None:
    """T32: a validation that breaks must not look like one that passed, and its neighbours go on."""
    rule = Rule(
        expectation="ExpectColumnValuesToNotBeNull",
        column="gone",
        level="row",
        meaning="is missing — add it",
        arguments={"column": "gone"},
    )
    there = replace(rule, arguments={"column": "there"})
    broken, other = validate("bookings", [rule, there], pd.DataFrame({"there": [0, 1]}))
    assert broken.ran is False
    assert broken.check.success is False
    assert broken.check.unexpected == 2
    assert broken.rows == frozenset()
    assert other.ran
    assert other.check.success


def test_it_says_nothing_of_its_own(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """A terminal shows what we found, no progress bar, and no word about folders of the library."""
    prepared.cache_clear()
    with caplog.at_level(logging.INFO):
        gate(extract(), mapped_items=frozenset())
    assert [one.getMessage() for one in caplog.records if one.name.startswith("great_expectations")] == []
    assert "".join(capfd.readouterr()) == ""
