"""The gate that canonical rows pass before anybody believes them: Great Expectations on every extract."""

from saltoks.core.model.gate_result import ExpectationResult, GateResult
from saltoks.quality.gate import gate

__all__ = ["ExpectationResult", "GateResult", "gate"]
