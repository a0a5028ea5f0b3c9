"""Pages of our own: built from the warehouse by the nightly run, kept there, shown by Airflow and by the terminal."""

from __future__ import annotations

from datetime import UTC, time, timedelta

from saltoks.core.model.validation_report import SiteValidation
from saltoks.flows.run.runtime import Runtime
from saltoks.flows.run.steps import Outcome, step
from saltoks.pages.notice import notice_page
from saltoks.pages.validation import validation_page
from saltoks.settings import Site
from saltoks.systems.registry import system_of
from saltoks.warehouse.ops import pages as kept
from saltoks.warehouse.ops.pages import StoredPage
from saltoks.warehouse.src import validation as found

VALIDATION = "validation"
"""The page with the validation results of every site."""

NIGHTLY_AT = time(2, 30, tzinfo=UTC)
"""When the DAG `nightly` begins."""

HISTORY_DAYS = 14
FIRST_QUARANTINED = 20
"""How many rows of the quarantine a page shows; their reasons are counted over all of them."""


def pages(rt: Runtime, run_id: str) -> Outcome:
    """Builds every page anew and keeps it."""
    with step(rt, run_id, "pages") as outcome:
        html = validation(rt)
        with rt.warehouse.session() as session:
            kept.save(session, VALIDATION, run_id, StoredPage(rt.clock.now(), html))
        outcome.warnings += [f"the page lacks {one.name}, whose file cannot be read" for one in rt.unreadable()]
        outcome.counts |= {"pages": 1, "sites": len(rt.sites()), "bytes": len(html.encode())}
    return outcome


def validation(rt: Runtime) -> str:
    """The page with the validation results, as of now."""
    return validation_page(
        [_findings(rt, site) for site in rt.sites()],
        made_at=rt.clock.now(),
        nightly_at=NIGHTLY_AT,
        history_days=HISTORY_DAYS,
    )


def last_validation(rt: Runtime) -> str:
    """The page with the validation results as the last nightly run built it; before the first one, when it comes."""
    with rt.warehouse.session() as session:
        stored = kept.load(session, VALIDATION)
    return stored.html if stored else notice_page("Validation results", _to_come(rt))


def _to_come(rt: Runtime) -> tuple[str, ...]:
    now = rt.clock.now()
    first = now.replace(hour=NIGHTLY_AT.hour, minute=NIGHTLY_AT.minute, second=0, microsecond=0)
    first += timedelta(days=first <= now)
    return (
        f"There are none yet: the nightly run makes this page, next on {first:%A %-d %B at %H:%M} UTC.",
        "Nothing comes if the DAG nightly is paused. To have it now, run that DAG by hand, or in a terminal: "
        "saltoks report validation --output page.html",
    )


def _findings(rt: Runtime, site: Site) -> SiteValidation:
    since = rt.clock.now() - timedelta(days=HISTORY_DAYS)
    with rt.warehouse.session() as session:
        seen = found.findings(session, site.source.name, since=since, first=FIRST_QUARANTINED)
    return SiteValidation(site=site.name, zone=site.timezone, system=system_of(site.source).label, found=seen)
