"""Who does something by hand, and why: both are on record before it is done."""

from __future__ import annotations

from typing import NamedTuple

from saltoks.core.errors import WrongUse


class Attribution(NamedTuple):
    """A name and a reason, both with text."""

    by: str
    because: str


def attributed(by: str, because: str, rule: str = "this is done by somebody, for a reason") -> Attribution:
    """A name and a reason without the spaces around them; raises `WrongUse`, which states the rule, without either."""
    if not by.strip() or not because.strip():
        raise WrongUse(f"{rule}: give both")
    return Attribution(by.strip(), because.strip())
