"""Whose members a mapped group has: ours, or those of a person or of another integration (F66, F139, T6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from saltoks.core.model.pools import is_slot
from saltoks.flows.lint.subject import Subject
from saltoks.flows.plan.orphans import unmapped_groups
from saltoks.settings import Finding
from saltoks.warehouse.access import group_readings, membership_records
from saltoks.warehouse.src import mapping_checks

_RECENT = timedelta(days=7)


def findings(subject: Subject) -> Iterator[Finding]:
    """Strangers in shared groups, groups in which somebody else takes our people out, and those mapped no more."""
    rt, site, file = subject.rt, subject.site, subject.file
    with rt.warehouse.session() as session:
        known = group_readings.load(session, site.name)
        records = membership_records.current(session, site.name)
        ended = mapping_checks.ended_by_others(session, site.name, rt.clock.now() - _RECENT)
    ours = Counter(entry.key.group for entry in records if not entry.sent)
    for name, one in subject.observed.mapped.items():
        uncounted = known[name].uncounted if name in known else 0
        strangers = (one.group.user_count or 0) - uncounted - ours[name]
        if strangers > 0 and name not in site.exclusive_groups:
            text = f"“{name}” has {strangers} member(s) that are not on our record, and they keep their access (F66)"
            fix = "take them out by hand, or list the group under exclusive_groups"
            yield file.warning(subject.group_key(name), f"{text} — {fix}")
    for name in sorted(one for one in ended if one in site.groups or is_slot(one)):
        key = "mapping" if is_slot(name) else subject.group_key(name)
        text = f"in {_RECENT.days} days somebody else took {ended[name]} member(s) of ours out of “{name}” (T6, F139)"
        yield file.warning(key, f"{text} — let one system alone fill a group: switch the other integration off")
    for left in unmapped_groups(site, records, {name: len(twins) for name, twins in subject.observed.groups.items()}):
        fix = "take them out in Salto KS" if left.kept else "to leave them in, map it again or list it under unmanaged"
        yield file.warning("mapping", f"{left.sentence} (T4) — {fix}")
