"""The gate that canonical rows pass before anybody believes them: Great Expectations on every extract."""

from saltoks.quality.gate import gate
from saltoks.quality.verdict import Check, Verdict

__all__ = ["Check", "Verdict", "gate"]
