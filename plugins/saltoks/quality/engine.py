"""The only lines that talk to Great Expectations, which is imported when a validation starts: that takes seconds."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from saltoks.core.verdict import Check
from saltoks.quality.rules import Rule

_CHATTY = ("great_expectations", "great_expectations.data_context.types.base")
"""The second sets its own level, and tells at INFO of a folder that is never used."""
_RESULT_FORMAT = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule on one frame: the check to store, and the rows that failed; `ran` is False when it broke."""

    rule: Rule
    check: Check
    rows: frozenset[int]
    ran: bool


class Engine:
    """One ephemeral context: nothing is written, nothing is sent, no progress bar is drawn."""

    def __init__(self) -> None:
        os.environ.setdefault("GX_ANALYTICS_ENABLED", "False")
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        for chatty in _CHATTY:
            logging.getLogger(chatty).setLevel(logging.WARNING)
        self._gx: Any = gx
        self._context: Any = gx.get_context(mode="ephemeral")
        self._context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = self._context.data_sources.add_pandas("canonical").add_dataframe_asset("rows")
        self._frames: Any = asset.add_batch_definition_whole_dataframe("all")

    def validate(self, table: str, rules: Sequence[Rule], frame: pd.DataFrame) -> list[Outcome]:
        """Every rule on a frame that has a `row` column; an empty frame has nothing to say."""
        if frame.empty or not rules:
            return []
        batch = self._frames.get_batch({"dataframe": frame})
        expectations = [
            getattr(self._gx.expectations, rule.expectation)(**rule.arguments, meta={"rule": n})
            for n, rule in enumerate(rules)
        ]
        suite = self._gx.ExpectationSuite(name=table, expectations=expectations)
        results = batch.validate(suite, result_format=_RESULT_FORMAT).results
        return [
            _outcome(table, rules[result.expectation_config.meta["rule"]], result, len(frame)) for result in results
        ]


def _outcome(table: str, rule: Rule, result: Any, total: int) -> Outcome:
    found = result.result or {}
    ran = "unexpected_count" in found
    unexpected = int(found["unexpected_count"]) if ran else total
    rows = frozenset(int(place["row"]) for place in found.get("unexpected_index_list") or ())
    check = Check(
        table=table,
        expectation=rule.expectation,
        column=rule.column,
        level=rule.level,
        success=bool(result.success) or (ran and rule.allows(unexpected, total)),
        unexpected=unexpected,
        total=total,
    )
    return Outcome(rule, check, rows, ran)
