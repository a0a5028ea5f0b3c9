"""The terminal: the same flows as the DAGs, for a person or a script.

Exit codes: 0 done, 1 done with something that somebody must act upon now, 2 failed, 64 wrong use.
"""

from __future__ import annotations

import sys

from saltoks.cli.exits import Exit

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Runs a command and leaves with its exit code; an installation that is broken fails like anything else."""
    try:
        from saltoks.cli.app import main as run
    except Exception as error:
        print(f"saltoks: cannot start ({type(error).__name__}: {error}): install it anew (README)", file=sys.stderr)
        sys.exit(Exit.FAILED)
    run(arguments)
