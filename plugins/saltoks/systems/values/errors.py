"""What cannot be read: the row that has it goes to quarantine, and the rest goes on."""

from __future__ import annotations


class CellError(Exception):
    """A cell or a field that cannot be read: which one, and a reason that carries its fix.

    A reason never repeats what stands there: it may be a name or an e-mail. The row itself is kept as payload.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
