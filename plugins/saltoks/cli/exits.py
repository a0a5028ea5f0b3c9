"""What the terminal's exit codes mean."""

from enum import IntEnum


class Exit(IntEnum):
    """`WARNED`: done, with changes held by a limit or with something a person should look at."""

    DONE = 0
    WARNED = 1
    FAILED = 2
    WRONG_USE = 64
