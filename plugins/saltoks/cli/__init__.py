"""The terminal: the same flows as the DAGs, for a person or a script.

Exit codes: 0 done, 1 done with holds or warnings, 2 failed, 64 wrong use.
"""

from saltoks.cli.app import main

__all__ = ["main"]
