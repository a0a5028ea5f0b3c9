"""One request budget per Salto account, shared by every task and worker that uses it (design §9)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from saltoks.warehouse.database import Warehouse


class SharedPacer:
    """Hands out turns from a row of the warehouse, in real time; `pause` moves everybody's next turn."""

    def __init__(
        self,
        warehouse: Warehouse,
        account: str,
        rate_per_second: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._warehouse = warehouse
        self._account = account
        self._gap = timedelta(seconds=1 / rate_per_second)
        self._sleep = sleep

    def wait(self) -> None:
        """Returns when the next request may go out."""
        with self._warehouse.session() as session:
            turn = session.rows("ops/take_turn", account=self._account, gap=self._gap)[0]
        if turn["seconds"] > 0:
            self._sleep(float(turn["seconds"]))

    def pause(self, seconds: float) -> None:
        """Lets nobody's request out for a while: Salto said so (429 and `Retry-After`)."""
        with self._warehouse.session() as session:
            session.run("ops/pause", account=self._account, pause=timedelta(seconds=seconds))
