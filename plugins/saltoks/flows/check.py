"""Can a site be synced at all? Signs in, looks at seats, clocks, IQs and its own account, and counts mistakes.

What exactly is wrong with the mapping, and what to do about it, `saltoks config lint --site` says (`flows.lint`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from saltoks.flows.lint import mapping_findings, readiness, tables
from saltoks.flows.lint.readable import check_readable
from saltoks.flows.lint.subject import Subject, examine
from saltoks.flows.run.from_airflow import has_pool
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import as_saltoks_error
from saltoks.provider import POOL
from saltoks.settings import Finding, Level, Site, lint
from saltoks.warehouse.ops import salto_sites

_LEVELS: tuple[Level, ...] = ("error", "warning")


def check(rt: Runtime, site: Site) -> list[Finding]:
    """Everything that must be true before the first sync, in the order in which to mend it; writes nothing."""
    found: list[Finding] = []
    try:
        with rt.warehouse.session() as session:
            salto_sites.load(session, site.name)
        found.append(Finding("ok", "warehouse", f"answers at {rt.warehouse.place}"))
        found += _source(rt, site)
        with rt.salto(site) as client:
            found.append(Finding("ok", "site", f"{site.salto.site_uid} is {rt.look_up_site_id(site, client)} (F10)"))
            moved = rt.move_warning(site)
            found += [Finding("warning", "site", moved)] if moved else []
            subject = examine(rt, site, client)
        found += [*_ready(subject), *_pool(), *_devices(subject), _mapping(subject)]
    except Exception as error:
        found.append(Finding("error", "connection", as_saltoks_error(error).message))
    return found


def _source(rt: Runtime, site: Site) -> list[Finding]:
    """Whether the source can be read now; of tables everything that a run would doubt."""
    doubts = [replace(finding, where="source") for finding in tables.findings(rt, site)]
    if doubts:
        return doubts
    try:
        return [check_readable(rt, site).at("source")]
    except Exception as error:
        return [Finding("error", "source", as_saltoks_error(error).message)]


def _ready(subject: Subject) -> Iterator[Finding]:
    looks = {
        "seats": readiness.seats(subject),
        "subscription": readiness.term(subject.observed.term, subject.rt.clock.now()),
        "time zone": readiness.zone(subject),
        "service account": readiness.service_account(subject),
    }
    return (replace(one, where=name) for name, one in looks.items())


def _pool() -> Iterator[Finding]:
    """Airflow leaves tasks of a pool that is not there waiting for ever, and says so in its scheduler's log only."""
    there = has_pool(POOL)
    if there is not None:
        text = f"Airflow has no pool {POOL!r} with slots, so no task that asks Salto ever runs"
        fix = "airflow pools import config/pools.json"
        yield Finding("ok", "pool", f"{POOL} is there") if there else Finding("error", "pool", f"{text}: run `{fix}`")


def _devices(subject: Subject) -> Iterator[Finding]:
    for one in subject.observed.iqs:
        if one.online:
            yield Finding("ok", f"IQ {one.customer_reference}", "online")
        else:
            text = "is not online: new access does not arrive (F36)"
            yield Finding("warning", f"IQ {one.customer_reference}", text)


def _mapping(subject: Subject) -> Finding:
    """How many findings `config lint` has, and how bad the worst of them is."""
    site, settings = subject.site, subject.rt.settings
    counts = Counter(one.level for one in [*lint(settings, [settings.site(site.name)]), *mapping_findings(subject)])
    worst = next((level for level in _LEVELS if counts[level]), None)
    if worst is None:
        return Finding("ok", "mapping", f"{len(site.groups)} group(s) and {len(site.mapping)} item(s) are in order")
    levels = " and ".join(f"{counts[level]} {level}(s)" for level in _LEVELS if counts[level])
    return Finding(worst, "mapping", f"{levels}: see `saltoks config lint --site {site.name}` (F144)")
