"""One request budget per Salto account, shared by every task and worker that uses it (design §9)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from saltoks.core.rate_limit import RateBudget, next_turn, throttled
from saltoks.warehouse.engine.database import Session, Warehouse


class SharedPacer:
    """Hands out turns from a row of the warehouse, in real time; `pause` stops and slows everybody."""

    def __init__(
        self,
        warehouse: Warehouse,
        account: str,
        rate_per_second: float,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._warehouse = warehouse
        self._account = account
        self._rate = rate_per_second
        self._sleep = sleep

    def wait(self) -> None:
        """Returns when the next request may go out; a pause made meanwhile means queueing again."""
        while True:
            seconds, pauses = self._turn()
            if seconds <= 0:
                return
            self._sleep(seconds)
            if pauses == self._pauses():
                return

    def pause(self, seconds: float) -> None:
        """Lets nobody's request out for a while, and fewer afterwards: Salto said so (429 and `Retry-After`)."""
        with self._warehouse.session() as session:
            rate, now = self._locked(session)
            self._save(session, throttled(rate, self._rate, now, timedelta(seconds=seconds)))

    def _turn(self) -> tuple[float, int]:
        with self._warehouse.session() as session:
            rate, now = self._locked(session)
            after, at = next_turn(rate, self._rate, now)
            self._save(session, after)
        return (at - now).total_seconds(), after.pauses

    def _pauses(self) -> int:
        with self._warehouse.session() as session:
            return int(session.rows("rate_limits/pauses", account=self._account)[0]["pauses"])

    def _locked(self, session: Session) -> tuple[RateBudget, datetime]:
        """The budget of the account, locked until the end of the transaction, and the database's own time."""
        row = session.first("rate_limits/load", account=self._account)
        if row is None:
            session.run("rate_limits/make", account=self._account)
            row = session.rows("rate_limits/load", account=self._account)[0]
        values = dict(row) | {"recent": tuple(row["recent"])}
        now: datetime = values.pop("now")
        return RateBudget(**values), now

    def _save(self, session: Session, rate: RateBudget) -> None:
        session.run("rate_limits/save", account=self._account, **asdict(rate) | {"recent": list(rate.recent)})
