"""What the mail with a PIN says, and to whom: the words of one stay, from rows, grants and the mapping."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from saltoks.core.access.grants import Grant
from saltoks.core.credentials.pins import Stay
from saltoks.core.model.rows import SourceRows, visitor_id
from saltoks.core.model.rules import ItemMapping
from saltoks.core.time.windows import window_text


def name_of(customer_id: str, rows: SourceRows) -> str:
    """The full name of a customer or visitor; empty for one whom the source does not have."""
    return next((one.full_name for one in rows.people if one.source_id == customer_id), "")


def address_of(customer_id: str, rows: SourceRows) -> str | None:
    """Where mails to a customer go; those to a visitor without an e-mail go to the host."""
    emails = {one.source_id: one.email for one in rows.people}
    hosts = {visitor_id(visitor): visitor.host_customer_id for visitor in rows.visitors}
    return emails.get(customer_id) or emails.get(hosts.get(customer_id) or "") or None


def doors_of(mapping: Iterable[ItemMapping], target: str) -> tuple[str, ...]:
    """The doors that a group or pool is known to open, by name, sorted; its own name where the mapping names none."""
    entries = [entry for entry in mapping if target in entry.targets]
    named = {door for entry in entries for door in (*entry.locks, *([entry.door] if entry.door else []))}
    return tuple(sorted(named)) or (target,)


def pin_mail_values(
    stay: Stay,
    site: str,
    zone: str,
    mapping: Iterable[ItemMapping],
    rows: SourceRows,
    grants: Iterable[Grant],
    now: datetime,
) -> Mapping[str, str] | None:
    """The words of a stay's mail but for its PIN (`core.credentials.mail_templates`); None when no more is granted."""
    entries = list(mapping)
    own = sorted(
        (grant.window, grant.key.group) for grant in grants if _is_of(grant, stay) and grant.window.ends_at > now
    )
    if not own:
        return None
    lines = [f"  {', '.join(doors_of(entries, target))}, {window_text(window, zone)}" for window, target in own]
    return {
        "name": name_of(stay.customer_id, rows),
        "site": site,
        "doors": "\n".join(dict.fromkeys(lines)),
        "when": window_text(stay.window, zone),
        "zone": zone,
    }


def _is_of(grant: Grant, stay: Stay) -> bool:
    if grant.key.customer_id != stay.customer_id:
        return False
    return grant.window.starts_at < stay.window.ends_at and grant.window.ends_at > stay.window.starts_at
