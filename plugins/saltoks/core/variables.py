"""`${NAME}` in a text of the configuration stands for a variable of the environment."""

from __future__ import annotations

import re
from collections.abc import Mapping

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def named_in(text: str) -> list[str]:
    """The variables that a text names, sorted."""
    return sorted(set(_VARIABLE.findall(text)))


def filled_in(text: str, environ: Mapping[str, str]) -> str:
    """The text with the values of its variables; one that is not set is left out."""
    return _VARIABLE.sub(lambda match: environ.get(match[1], ""), text)
