"""What a limit held, and a person's word that lets it through: once, by name, with a reason (design §5.3)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta

from saltoks.core.errors import WrongUse
from saltoks.core.model.pools import pool_of
from saltoks.core.time.windows import window_text
from saltoks.flows import access
from saltoks.flows.plan.current.naming import with_last_naming
from saltoks.flows.run.attribution import attributed
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.settings import Site
from saltoks.warehouse.access import holds as table
from saltoks.warehouse.access.holds import Hold


def holds(rt: Runtime, site: Site) -> list[Hold]:
    """What is held at a site now, oldest first."""
    with rt.warehouse.session() as session:
        return table.open_holds(session, site.name, site.source.name)


def describe(rt: Runtime, site: Site, one: Hold) -> str:
    """Who a held change is about, what they were let in for, when and why: for whoever decides, never for a log."""
    opened = {entry.item for entry in with_last_naming(rt, site).mapping if pool_of(one.key.group) in entry.targets}
    items = ", ".join(sorted(opened))
    parts = [
        one.full_name or ("not in the source any more" if one.key.customer_id else ""),
        f"for {items}" if items else "",
        window_text(one.window, site.timezone) if one.window and one.key.group else "",
        f"let in because of {', '.join(one.reasons)}" if one.reasons else "",
    ]
    return ", ".join(part for part in parts if part)


def accept(rt: Runtime, site: Site, run_id: str, ids: Sequence[int], *, by: str, because: str) -> list[Outcome]:
    """Accepts held changes, plans again and applies: what is no longer wanted is not done.

    Raises `WrongUse` for an id that is not held at this site, and for a name or a reason without text.
    """
    rt.may_write(site)
    with step(rt, run_id, "accept", site) as outcome:
        _accept(rt, site, ids, by, because)
        outcome.counts["accepted"] = len(ids)
    return [outcome, access.plan(rt, site, run_id), access.apply(rt, site, run_id)]


def digest(found: Sequence[Hold]) -> str:
    """A fingerprint of what is held: equal as long as the same changes are."""
    asked = sorted((one.hold_id, one.key.kind.value, one.key.customer_id, one.key.group) for one in found)
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _accept(rt: Runtime, site: Site, ids: Sequence[int], by: str, because: str) -> None:
    author = attributed(by, because, "held changes are accepted by somebody, for a reason")
    unknown = sorted(set(ids) - {one.hold_id for one in holds(rt, site)})
    if unknown or not ids:
        listed = ", ".join(map(str, unknown)) or "no number"
        raise WrongUse(f"{listed}: nothing of that number is held at {site.name} — see `saltoks holds`")
    now = rt.clock.now()
    until = now + timedelta(hours=rt.settings.project.accepted_hours)
    with rt.warehouse.session() as session:
        table.accept(session, site.name, ids, by=author.by, because=author.because, at=now, until=until)
