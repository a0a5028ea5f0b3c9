"""The only lines that talk to Great Expectations, which is imported when a validation starts: that takes seconds.

A rule becomes an expectation with its graph of metrics once a process: of a validation, that is what takes long when
the rows are few. What is asked of a frame is then computed and judged by the library. There is no context, no suite
and no batch definition, so nothing is written, nothing is sent, and no progress bar is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from saltoks.core.model.gate_result import ExpectationResult
from saltoks.quality.rules import Rule

if TYPE_CHECKING:
    import pandas as pd

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "return_unexpected_index_query": False,
}
_ASKED = {"result_format": _RESULT_FORMAT}
_UNREAD = (".unexpected_values", ".unexpected_index_query")
"""Metrics of a complete result that say what the rows look like, not which they are."""
_ROWS = ".unexpected_index_list"
_COUNT = ".unexpected_count"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule on one frame: the check to store, and the rows that failed; `ran` is False when it broke."""

    rule: Rule
    check: ExpectationResult
    rows: frozenset[int]
    ran: bool


@dataclass(frozen=True, slots=True)
class _Question:
    """A rule as the library asks it: the expectation, its metrics by name, and the edges of their graph.

    `counting` are the edges of what tells how many rows fail, without which they are.
    """

    rule: Rule
    expectation: Any
    metrics: Mapping[str, Any]
    edges: tuple[Any, ...]
    counting: tuple[Any, ...]

    def passed(self, found: Mapping[Any, Any]) -> bool:
        """Whether not one row failed; False also when that could not be computed."""
        return bool(found.get(self.metrics[self.expectation.map_metric + _COUNT].id) == 0)

    def answer(self, found: Mapping[Any, Any]) -> Mapping[str, Any]:
        """The verdict on metrics by their ids; one that is missing could not be computed."""
        values = {name: found[metric.id] for name, metric in self.metrics.items() if metric.id in found}
        if len(values) < len(self.metrics):
            return {}
        answer: Mapping[str, Any] = self.expectation._validate(metrics=values, runtime_configuration=_ASKED)
        return answer


def validate(table: str, rules: Sequence[Rule], frame: pd.DataFrame) -> list[Outcome]:
    """Every rule on a frame whose index counts its rows from 0; an empty frame has nothing to say.

    Which rows fail is only asked of the rules that count some: that takes as long as all the rest.
    """
    if frame.empty or not rules:
        return []
    questions = [prepared(rule) for rule in rules]
    counted = _computed(table, frame, [edge for one in questions for edge in one.counting])
    failed = [one for one in questions if not one.passed(counted)]
    found = _computed(table, frame, [edge for one in failed for edge in one.edges]) if failed else {}
    return [
        _outcome(table, one.rule, one.answer(found), len(frame))
        if one in failed
        else sound(table, one.rule, len(frame))
        for one in questions
    ]


def sound(table: str, rule: Rule, total: int) -> Outcome:
    """What a rule says that not one row of so many fails."""
    return _outcome(table, rule, {"success": True, "result": {"unexpected_count": 0}}, total)


def _computed(table: str, frame: pd.DataFrame, edges: Sequence[Any]) -> Mapping[Any, Any]:
    """The metrics of a graph by their ids; those that could not be computed are missing."""
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.validator.validation_graph import ValidationGraph

    engine = PandasExecutionEngine(batch_data_dict={table: frame})
    graph = ValidationGraph(execution_engine=engine, edges=list({edge.id: edge for edge in edges}.values()))
    found, _ = graph.resolve(runtime_configuration=_ASKED, show_progress_bars=False)
    return found


@cache
def prepared(rule: Rule) -> _Question:
    """The rule prepared for every frame to come."""
    import great_expectations as gx
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.validator.metrics_calculator import MetricsCalculator

    engine = PandasExecutionEngine()
    calculator = MetricsCalculator(engine)
    expectation = getattr(gx.expectations, rule.expectation)(**rule.arguments)
    wanted = expectation.get_validation_dependencies(engine, _ASKED).metric_configurations
    metrics = {name: metric for name, metric in wanted.items() if not name.endswith(_UNREAD)}
    counts = [metric for name, metric in metrics.items() if not name.endswith(_ROWS)]
    edges = calculator.build_metric_dependency_graph(list(metrics.values()), _ASKED).edges
    counting = calculator.build_metric_dependency_graph(counts, _ASKED).edges
    return _Question(rule, expectation, metrics, tuple(edges), tuple(counting))


def _outcome(table: str, rule: Rule, answer: Mapping[str, Any], total: int) -> Outcome:
    found = answer.get("result", {})
    ran = "unexpected_count" in found
    unexpected = int(found["unexpected_count"]) if ran else total
    rows = frozenset(int(row) for row in found.get("unexpected_index_list") or ())
    check = ExpectationResult(
        table=table,
        expectation=rule.expectation,
        column=rule.column,
        level=rule.level,
        success=ran and (bool(answer["success"]) or rule.allows(unexpected, total)),
        unexpected=unexpected,
        total=total,
    )
    return Outcome(rule, check, rows, ran)
