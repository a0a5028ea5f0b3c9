"""The audit trail: pull >> normalise >> check_in >> report, for one site at a time (design §6).

Entries come late, doubled and out of order (salto-ks §2.8). So a pull reads back over an overlap, and once a day over
several days; the entry's id makes every entry arrive exactly once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from saltoks.core.devices.entries import Entry, UnreadableEntry
from saltoks.core.devices.entries import check_ins as first_openings
from saltoks.core.people.site_users import primary_customers
from saltoks.core.text import MOST_NAMED
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.salto import models
from saltoks.salto.entries import entry_of
from saltoks.settings import Site
from saltoks.warehouse.audit import check_ins, entries
from saltoks.warehouse.audit.entries import EntryRow, RawEntry
from saltoks.warehouse.ops.watermarks import Watermark
from saltoks.warehouse.src import source_rows

BATCH = 1000
"""How many entries are normalised in one transaction."""
_KEPT = timedelta(days=90)
"""How long Salto KS keeps entries (salto-ks §3.9): nothing older comes."""


def pull(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Reads entries back to the watermark less the overlap, and keeps them as they came."""
    with step(rt, run_id, "pull", site) as outcome:
        now, new, read = rt.clock.now(), 0, 0
        spoiled: list[UnreadableEntry] = []
        with rt.salto(site) as client:
            outcome.count_calls(client)
            site_id = rt.site_id(site, client)
            with rt.warehouse.session() as session:
                mark = entries.watermark(session, site.name)
            swept = _is_sweep_due(site, mark, now)
            since = _since(site, mark, now, swept)
            newest = mark.seen_until if mark else since
            for page in client.entries(site_id, since=since):
                with rt.warehouse.session() as session:
                    new += entries.save_raw(session, site.name, [_raw(one, now) for one in page.entries], now)
                    spoiled += entries.quarantine(session, site.name, page.spoiled, now)
                read += len(page.entries)
                newest = max([newest, *(one.utc_date_time for one in page.entries)])
        with rt.warehouse.session() as session:
            swept_at = now if swept or mark is None else mark.swept_at
            # A lock with a fast clock must not tell us that the future was read.
            entries.save_watermark(session, site.name, Watermark(min(newest, now), swept_at))
        outcome.counts |= {"read": read, "new": new}
        _report_unreadable(outcome, spoiled)
    return outcome


def normalise(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Turns raw entries into rows of `audit.entries`, batch by batch; unknown values stay as they came."""
    with step(rt, run_id, "normalise", site) as outcome:
        spoiled: list[UnreadableEntry] = []
        after, done = "", 0
        while batch := _batch(rt, site, after):
            rows, unreadable = parse_entries(batch)
            with rt.warehouse.session() as session:
                entries.save_entries(session, site.name, rows)
                spoiled += entries.quarantine(session, site.name, unreadable, rt.clock.now())
                entries.mark_normalised(session, site.name, batch)
            after, done = batch[-1].entry_id, done + len(rows)
        outcome.counts["normalised"] = done
        _report_unreadable(outcome, spoiled)
    return outcome


def check_in(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Finds the first opening of each booking's own door inside its window, as the booking and the entries are now.

    Looks back over the days that a sweep reads again, and further for entries that came later than that, or while
    nothing was searched.
    """
    with step(rt, run_id, "check_in", site) as outcome, rt.warehouse.session() as session:
        now, source = rt.clock.now(), site.source.name
        since = _search_from(site, entries.oldest_unsearched(session, site.name), now)
        searched = check_ins.search(session, site.name, source, since, now + timedelta(days=1))
        new, customer_of = entries.entries(session, site.name, since, now + timedelta(minutes=5))
        judged = {entry.entry_id: entry for entry in [*searched.entries, *new]}.values()
        openers = {**searched.customer_of, **customer_of}
        person = primary_customers(source_rows.customers(session, source))
        openings = first_openings(site.rules, site.mapping, searched.bookings, judged, openers, person, searched.known)
        stated = check_ins.restate(session, site.name, source, searched.bookings, openings, now)
        outcome.counts |= {"check_ins": len(openings), "new": stated.new}
        outcome.counts |= {"withdrawn": stated.withdrawn} if stated.withdrawn else {}
    return outcome


def report(rt: Runtime, site: Site, run_id: str) -> Outcome:
    """Says how the last day looks in the reporting view."""
    with step(rt, run_id, "report", site) as outcome, rt.warehouse.session() as session:
        day = rt.clock.now() - timedelta(days=1)
        outcome.counts["checked_in_last_day"] = len(check_ins.check_ins(session, site.name, day))
    return outcome


def _search_from(site: Site, oldest_new: datetime | None, now: datetime) -> datetime:
    """A lock whose clock is years behind must not make us read the bookings of years."""
    usual = now - timedelta(days=site.audit.sweep_days)
    return min(usual, max(oldest_new or usual, now - _KEPT))


def _is_sweep_due(site: Site, mark: Watermark | None, now: datetime) -> bool:
    return mark is not None and now - mark.swept_at >= timedelta(hours=site.audit.sweep_hours)


def _since(site: Site, mark: Watermark | None, now: datetime, swept: bool) -> datetime:
    if mark is None:
        return now - timedelta(days=site.audit.first_days)
    overlap = timedelta(minutes=site.audit.overlap_minutes)
    return (
        min(now - timedelta(days=site.audit.sweep_days), mark.seen_until - overlap)
        if swept
        else mark.seen_until - overlap
    )


def _raw(entry: models.Entry, at: datetime) -> RawEntry:
    return RawEntry(entry.id, entry.raw, at)


def _batch(rt: Runtime, site: Site, after: str) -> list[RawEntry]:
    with rt.warehouse.session() as session:
        return entries.not_normalised(session, site.name, after=after, most=BATCH)


def parse_entries(raw_entries: Iterable[RawEntry]) -> tuple[list[EntryRow], list[UnreadableEntry]]:
    """Entries as rows, and those that cannot be read."""
    rows, unreadable = [], []
    for raw in raw_entries:
        entry = entry_of(raw.body)
        if isinstance(entry, UnreadableEntry):
            unreadable.append(entry)
        else:
            rows.append(_row(entry, raw.ingested_at))
    return rows, unreadable


def _report_unreadable(outcome: Outcome, unreadable: Sequence[UnreadableEntry]) -> None:
    """Says of entries that were set aside just now what is wrong with them."""
    if unreadable:
        outcome.counts["spoiled"] = len(unreadable)
        sentences = [
            f"entry {one.entry_id!a} is set aside: {one.place} {one.reason}" for one in unreadable[:MOST_NAMED]
        ]
        many = f"{len(unreadable)} entr{'y' if len(unreadable) == 1 else 'ies'} of Salto KS cannot be read"
        outcome.warnings += [*sentences, f"{many}, so no check-in is made of them: see the table audit.quarantine"]


def _row(seen: models.Entry, ingested_at: datetime) -> EntryRow:
    """An entry as values; Salto stored it `ttl` before it will forget it (salto-ks §2.8)."""
    ttl = timedelta(seconds=seen.ttl_in_seconds or 0)
    entry = Entry(
        entry_id=seen.id,
        occurred_at=seen.utc_date_time,
        category=seen.event_category or "",
        detail=seen.event_detail,
        lock_id=seen.lock_id,
        lock_name=seen.lock_customer_reference,
        user_id=seen.user_id,
        access_by=seen.access_by,
        exit_requested=seen.exit_requested,
    )
    return EntryRow(
        entry=entry,
        recorded_at=seen.expiration_date_time - ttl if seen.expiration_date_time and ttl else None,
        ingested_at=ingested_at,
        local_time=_wall(seen.local_date_time),
        access_detail=seen.access_detail,
        iq_id=seen.iq_id,
    )


def _wall(text: str | None) -> datetime | None:
    """The wall clock at the IQ, which carries no offset (salto-ks §2.7); None if it cannot be read."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None) if text else None
    except ValueError:
        return None
