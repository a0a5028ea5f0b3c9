"""What the terminal's exit codes mean."""

from enum import IntEnum


class Exit(IntEnum):
    """`WARNED`: done, but a limit holds changes, or a warning appeared; `FAILED` also for whatever nobody foresaw."""

    DONE = 0
    WARNED = 1
    FAILED = 2
    WRONG_USE = 64
