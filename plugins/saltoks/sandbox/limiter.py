"""The rate limit of one account, on real time whatever the sandbox's clock says (salto-ks §2.6)."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable


class Limiter:
    """Counts each account's requests of the last second; `refused` are all that were too many so far."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: dict[str, deque[float]] = defaultdict(deque)
        self.refused = 0

    def admits(self, account: str, per_second: int | None) -> bool:
        """Whether one more request is allowed now; refused ones do not count."""
        if per_second is None:
            return True
        now, seen = self._monotonic(), self._seen[account]
        while seen and seen[0] <= now - 1.0:
            seen.popleft()
        if len(seen) >= per_second:
            self.refused += 1
            return False
        seen.append(now)
        return True
