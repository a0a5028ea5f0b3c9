"""From rows, books and a look at Salto to a plan: reads only, so that a dry run is the same code (F165)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from saltoks.core.books import Balance, BookEntry, balance
from saltoks.core.canonical import Completeness, Customer
from saltoks.core.desired import Desired, desired, next_push
from saltoks.core.errors import FixInput
from saltoks.core.grants import Grant, Key
from saltoks.core.limits import limited
from saltoks.core.people import People, PersonIds, kind_of, match, principals
from saltoks.core.plan import Plan, plan, reachable
from saltoks.core.pools import Slot, is_slot
from saltoks.core.rows import SourceRows
from saltoks.core.rules import Edge
from saltoks.core.slots import Arrangement, arrange, still_running
from saltoks.flows.observe import Seen, observe
from saltoks.flows.runtime import Runtime
from saltoks.flows.slots import look, slots_of, timing, window_grants
from saltoks.flows.steps import Outcome
from saltoks.settings import Site
from saltoks.warehouse import access, extracts
from saltoks.warehouse.access import Sent
from saltoks.warehouse.extracts import LastExtract
from saltoks.warehouse.slots import SlotKnown

LOOK_BACK = timedelta(days=2)
LOOK_AHEAD = timedelta(days=7)
"""Bookings outside this span cannot matter to a tick; inside it, windows that touch are still joined."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the warehouse knows of a site before Salto is asked."""

    extract: LastExtract
    rows: SourceRows
    stored: dict[str, PersonIds]
    books: list[BookEntry]


@dataclass(frozen=True, slots=True)
class Decision:
    """A plan with everything it was made from; `stays` are people in a slot that has their window already."""

    plan: Plan
    desired: Desired
    balance: Balance
    seen: Seen
    slots: Mapping[str, SlotKnown]
    stays: tuple[Sent, ...]
    people: People
    extract: LastExtract


def decide(rt: Runtime, site: Site, outcome: Outcome, *, fully: bool = False) -> Decision:
    """The plan of this moment with its reasons, stored nowhere."""
    known = known_of(rt, site)
    unsettled = {entry.key.group for entry in known.books if entry.sent}
    with rt.salto(site) as client:
        outcome.watch(client)
        seen = observe(rt, site, client, unsettled, fully=fully)
        found = look(rt, site, client, seen, fully=fully)
    want = wanted_now(rt, site, known.rows)
    everybody = known.rows.people
    person = principals(everybody)
    standing = [one for one in everybody if person[one.source_id] == one.source_id]
    people = match(site.source.name, standing, seen.users, known.stored)
    untouched = protected(site, everybody)
    served = {key: grant for key, grant in want.wanted.items() if _is_ours(seen, key, untouched)}
    entries = [entry for entry in known.books if _is_ours(seen, entry.key, untouched)]
    books = balance(_adopted_in_shared_only(site, entries), seen.members, served, people)
    there = slots_of(site, found, books, entries, untouched)
    windows = window_grants(site, want.grants, rt.clock.now(), untouched)
    what, arranged = _plan(rt, site, served, (windows, there), books, known)
    notes = (*what.notes, *arranged.notes, *_notes(site, want, books, seen, people, known.extract))
    users = {entry.key.customer_id: entry.user_id for entry in entries} | {
        one: ids.user_id for one, ids in people.known.items()
    }
    stays = tuple(Sent(key, users[key.customer_id], one.window, one.reasons) for key, one in arranged.kept.items())
    return Decision(replace(what, notes=notes), want, books, seen, found, stays, people, known.extract)


def _stays(arranged: Arrangement, entries: Iterable[BookEntry], people: People) -> tuple[Sent, ...]:
    users = {entry.key.customer_id: entry.user_id for entry in entries}
    users |= {customer: ids.user_id for customer, ids in people.known.items()}
    return tuple(Sent(key, users[key.customer_id], one.window, one.reasons) for key, one in arranged.kept.items())


def known_of(rt: Runtime, site: Site) -> Known:
    """Rows, people and books of a site; raises `FixInput` when nothing was ever extracted for it."""
    now, source = rt.clock.now(), site.source.name
    with rt.warehouse.session() as session:
        trusted = extracts.last_extract(session, source)
        if trusted is None:
            raise FixInput(f"site {site.name} was never extracted: run `saltoks sync --site {site.name}` once")
        return Known(
            trusted,
            access.rows(session, source, now - LOOK_BACK, now + max(LOOK_AHEAD, site.rules.window_lead)),
            access.people(session, site.name),
            access.books(session, site.name),
        )


def wanted_now(rt: Runtime, site: Site, rows: SourceRows) -> Desired:
    """What the rows ask for now, until the changes of the next tick reach the doors."""
    return desired(
        site.rules,
        site.mapping,
        rows,
        site.timezone,
        now=rt.clock.now(),
        next_tick=next_tick(rt),
        exceptions=site.exceptions,
    )


def next_tick(rt: Runtime) -> datetime:
    """When the changes of the next tick will have reached the doors."""
    project = rt.settings.project
    tick, push = timedelta(minutes=project.tick_minutes), timedelta(minutes=project.push_minutes)
    return next_push(rt.clock.now(), tick, push)


def protected(site: Site, customers: tuple[Customer, ...]) -> frozenset[str]:
    """Customers that the site lists as never to be touched, by id or e-mail (design §5.4).

    With them whoever stands for the same person at Salto; and listed ids that the source no longer has.
    """
    listed = site.people.protected
    emails, person = {one.casefold() for one in listed}, principals(customers)
    named = {one.source_id for one in customers if one.source_id in listed or (one.email or "-").casefold() in emails}
    return listed | named | {person[one] for one in named}


def _is_ours(seen: Seen, key: Key, untouched: frozenset[str]) -> bool:
    """A group of our own that is gone is ours as well: who was in it is out."""
    return (key.group in seen.groups or is_slot(key.group)) and key.customer_id not in untouched


def _adopted_in_shared_only(site: Site, entries: list[BookEntry]) -> list[BookEntry]:
    """In an exclusive group every customer's membership is ours, also one that was there before us."""
    return [replace(one, adopted=one.adopted and one.key.group not in site.exclusive_groups) for one in entries]


def _plan(
    rt: Runtime,
    site: Site,
    wanted: dict[Key, Grant],
    pools: tuple[list[Grant], list[Slot]],
    books: Balance,
    known: Known,
) -> tuple[Plan, Arrangement]:
    """The plan with its limits, and how it serves window targets.

    A slot out of which somebody may not be taken now keeps its window, so the plan is made again around it.
    """
    observed, now = books.observed, timing(rt, site)
    kinds = {one.source_id: kind_of(one) for one in known.rows.people}
    over = max(now.over_before, next_tick(rt)) if site.rules.edge is Edge.NEVER_EARLY else now.over_before
    windows = [one for one in pools[0] if reachable(one, observed, kinds)]
    nobody = [one for one in pools[0] if not reachable(one, observed, kinds) and now.is_due(one.window)]
    stuck: frozenset[str] = frozenset()
    while True:
        arranged = arrange(windows, pools[1], now, stuck)
        what = plan(
            site.name,
            now.now,
            wanted,
            observed,
            kinds,
            zone=site.timezone,
            over_before=over,
            ahead=[*arranged.let_in, *nobody],
            slots=arranged.changes,
        )
        counted = still_running(observed, now.now)
        what = limited(what, counted, site.limits, known.extract.completeness, site.freezes)
        blocked = stuck | {one.group for one in what.held if one.takes_away and is_slot(one.group)}
        if blocked == stuck:
            return what, arranged
        stuck = blocked


def _notes(site: Site, want: Desired, books: Balance, seen: Seen, people: People, extract: LastExtract) -> list[str]:
    shut_out = sorted({key.customer_id for key in want.wanted} & (people.suspended | people.blocked))
    extra = Counter(group for group, _ in books.foreign if group in site.exclusive_groups)
    incomplete = extract.completeness is not Completeness.COMPLETE
    return [
        *seen.problems,
        *(f"item {item} is not mapped, so {n} entitlement(s) to it open nothing" for item, n in want.unmapped.items()),
        *(f"customer {one} is suspended or blocked at Salto: no door opens for them" for one in shut_out),
        *(f"“{group}” has {n} member(s) that are no customers of ours" for group, n in sorted(extra.items())),
        *([f"the last extract is {extract.completeness.value}"] if incomplete else []),
    ]
