"""The states of one plan's changes: `planned → sent → confirmed | failed` (design §5.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from saltoks.core.plan.plan import Change
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome
from saltoks.warehouse.access import plans
from saltoks.warehouse.access.plans import StoredPlan


class ChangeLog:
    """The states of one plan's changes, each written down before anything else happens."""

    def __init__(self, rt: Runtime, stored: StoredPlan, outcome: Outcome) -> None:
        self._rt = rt
        self._stored = stored
        self._outcome = outcome
        self._position = stored.positions()

    def now(self) -> datetime:
        """The instant of the run."""
        return self._rt.clock.now()

    def sent(self, changes: Iterable[Change]) -> None:
        """They are about to be asked for."""
        self._settle(changes, "sent")

    def confirmed(self, changes: Iterable[Change]) -> None:
        """Salto shows them."""
        done = list(changes)
        self._settle(done, "confirmed")
        if done:
            self._outcome.counts["confirmed"] = self._outcome.counts.get("confirmed", 0) + len(done)

    def failed(self, change: Change, reason: str) -> None:
        """Salto refused it; the run goes on and says so at its end."""
        self._settle([change], "failed", reason)
        self._outcome.failures.append(f"{change.sentence} Failed: {reason}")

    def state(self, state: str) -> None:
        """Moves the plan itself."""
        with self._rt.warehouse.session() as session:
            plans.set_state(session, self._stored.plan_id, state)

    def _settle(self, changes: Iterable[Change], state: str, reason: str | None = None) -> None:
        places = [self._position[one] for one in changes]
        if not places:
            return
        with self._rt.warehouse.session() as session:
            plans.settle(session, self._stored.plan_id, places, state, self.now(), reason)
