"""Names of hosts: whether a resolver could be asked for one at all; what it would answer is not looked at."""

from __future__ import annotations


def is_askable(host: str) -> bool:
    """Whether a name has labels of 1 to 63 letters, as DNS has; asking for another one is an error of its own kind."""
    try:
        return bool(host.removesuffix(".").encode("idna"))
    except UnicodeError:
        return False
