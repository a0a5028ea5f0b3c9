"""Until when each customer counts as an active one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from saltoks.core.model.canonical import Customer
from saltoks.core.model.rules import Rules
from saltoks.core.time.windows import FOREVER


def activity_periods(rules: Rules, customers: Iterable[Customer]) -> Mapping[str, datetime]:
    """Active customers, and until when they are: for ever, or until the grace of a debt is over.

    A co-member counts no longer than the main member (booking-systems §4.4).
    """
    by_id = {customer.source_id: customer for customer in customers}
    found = {}
    for name, one in by_id.items():
        main = by_id.get(one.parent_customer_id or "")
        if one.active and (main is None or main.active):
            found[name] = min(_until(rules, one), _until(rules, main) if main else FOREVER)
    return found


def _until(rules: Rules, customer: Customer) -> datetime:
    if rules.overdue_grace_days is None or customer.owes_since is None:
        return FOREVER
    return customer.owes_since + timedelta(days=rules.overdue_grace_days)
