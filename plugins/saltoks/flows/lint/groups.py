"""The mapped access groups next to those of the site: there, once, with a schedule, with every door on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from saltoks.core.model.pools import is_managed_group, is_slot, pool_of
from saltoks.flows.lint.names import Names
from saltoks.flows.lint.subject import Subject
from saltoks.flows.lint.suggestions import suggested_name
from saltoks.settings import Finding, is_bookable
from saltoks.warehouse.access import group_readings, slots

_FEW, _MOST = 2, 0.75
"""A lock that at least so many of the other groups hold, and such a part of them, is on everybody's way."""


def findings(subject: Subject) -> Iterator[Finding]:
    """What is doubtful about the groups themselves."""
    yield from _names(subject)
    yield from _contents(subject)
    yield from _ways_in(subject)
    yield from _doors(subject)
    yield from _several_locks(subject)
    yield from _orphans(subject)


def _names(subject: Subject) -> Iterator[Finding]:
    there = subject.observed.groups
    choice = sorted(name for name in there if not is_managed_group(name))
    named = {name: subject.group_key(name) for name in subject.site.groups}
    names = Names(noun="access group", code="F55", named=named, there=there, choice=choice)
    yield from names.findings(subject.file, lambda name: _fix(subject, name, choice))


def _fix(subject: Subject, name: str, choice: list[str]) -> str:
    """The site of ours that has a group of this name (F58), or the group that was probably meant."""
    with subject.rt.warehouse.session() as session:
        others = [one.name for one in subject.others() if name in group_readings.load(session, one.name)]
    if others:
        return f"site {others[0]} has one: map it there, as a group opens doors of its own site only (F58)"
    return suggested_name(name, choice, subject.site.groups, "create it in Salto KS, or correct the name")


def _contents(subject: Subject) -> Iterator[Finding]:
    for name, group in subject.observed.mapped.items():
        key = subject.group_key(name)
        if not group.schedules:
            text = f"“{name}” has no time schedule, so it lets nobody in, by PIN, tag or app (T15, F59)"
            text = f"{text} — give it one in Salto KS"
            yield subject.file.error(key, text)
        if not group.locks:
            text = f"“{name}” holds no lock, so it opens nothing (F57) — add every door on the way in Salto KS"
            yield subject.file.error(key, text)


def _ways_in(subject: Subject) -> Iterator[Finding]:
    """A lock that most others hold is probably the entrance: whoever lacks it stands in the street (F57, F144)."""
    ways = {
        (subject.group_key(name), f"“{name}”"): group.locks
        for name, group in subject.observed.mapped.items()
        if group.locks
    }
    entries = enumerate(subject.site.mapping)
    ways |= {(subject.key(n, "locks"), f"'{one.item}'"): frozenset(one.locks) for n, one in entries if one.locks}
    holders, others = Counter(lock for locks in ways.values() for lock in locks), len(ways) - 1
    for (key, who), locks in ways.items():
        for lock in sorted(holders.keys() - locks):
            if holders[lock] >= max(_FEW, _MOST * others):
                text = f"{who} lacks the lock “{lock}”, which {holders[lock]} of the {others} others hold (F57)"
                yield subject.file.warning(key, f"{text} — add it, if it is on the way")


def _doors(subject: Subject) -> Iterator[Finding]:
    """The door of an item must be among what it opens: a wrong pair opens the wrong door (F47)."""
    mapped = subject.observed.mapped
    for n, entry in enumerate(subject.site.mapping):
        sure = entry.door in subject.observed.locks and all(
            name in mapped and mapped[name].locks for name in entry.groups
        )
        opened = set(entry.locks).union(*(mapped[name].locks for name in entry.groups if name in mapped))
        if sure and entry.door not in opened:
            text = f"“{entry.door}” is the door of '{entry.item}', but nothing that it opens holds this lock (F47)"
            yield subject.file.error(subject.key(n, "door"), f"{text} — correct the door, or add it in Salto KS")


def _several_locks(subject: Subject) -> Iterator[Finding]:
    """Where one object is one lock, groups that hold more (F46)."""
    mapped, entries = subject.observed.mapped, enumerate(subject.site.mapping)
    for n, entry in entries if subject.site.rules.one_target else ():
        held = set().union(*(mapped[name].locks for name in entry.groups if name in mapped))
        if len(held) > 1 and is_bookable(subject.site, entry.item):
            text = f"the groups of '{entry.item}' hold {len(held)} locks, but one object is linked to one lock (F46)"
            yield subject.file.error(subject.key(n, "groups"), f"{text} — keep one, or set one_target: false")


def _orphans(subject: Subject) -> Iterator[Finding]:
    """Groups that we made for an item that is no longer mapped."""
    with subject.rt.warehouse.session() as session:
        made = slots.our_group_names(session, subject.site.name)
    pools = {target for entry in subject.site.mapping if entry.locks for target in entry.targets}
    for name in sorted(name for name in subject.observed.groups if is_slot(name) and pool_of(name) not in pools):
        inside = sum(one.user_count or 0 for one in subject.observed.groups[name])
        text = f"“{name}” was made for an item that is mapped to its locks no more, and has {inside} member(s) (F144)"
        fix = "the nightly run deletes it once it is empty" if name in made else "delete it in Salto KS"
        yield subject.file.warning("mapping", f"{text} — {fix}, or map the item again")
