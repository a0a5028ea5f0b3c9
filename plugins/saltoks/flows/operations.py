"""What an admin starts by hand in Airflow: is a site ready, what is held there, and a decision about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from saltoks.core.errors import AskPerson, FixInput
from saltoks.flows import holds
from saltoks.flows.check import check as findings_of
from saltoks.flows.run.from_airflow import run_name, skip
from saltoks.flows.run.runtime import Runtime, runtime
from saltoks.flows.run.steps import Outcome, for_each
from saltoks.flows.tasks import Counts, report_outcomes
from saltoks.pages.plan import markdown
from saltoks.settings import Site
from saltoks.warehouse.access.holds import Hold

_SHOWN = 100
"""How many held changes a question lists; the terminal has them all."""


def check(site: str) -> dict[str, int]:
    """Looks whether a site is ready; raises `FixInput` with everything that is not."""
    with runtime() as rt:
        findings = findings_of(rt, rt.site(site))
    errors = [f"{one.where} {one.message}" for one in findings if one.level == "error"]
    if errors:
        raise FixInput("\n".join(errors))
    return {level: sum(one.level == level for one in findings) for level in ("ok", "warning")}


def held(site: str) -> dict[str, int | str]:
    """How much is held at a site, and its fingerprint; skips the rest of the run when it is nothing."""
    changes = _held(site)
    if not changes:
        skip(f"nothing is held at {site}")
    return {"held": len(changes), "digest": holds.digest(changes)}


def question(site: str) -> str:
    """What is held and whom it is about, as Markdown for the person who decides."""
    changes = _held(site)
    with runtime() as rt:
        whom = [holds.describe(rt, rt.site(site), one) for one in changes[:_SHOWN]]
    lines = [f"{len(changes)} change(s) at **{site}** wait for a decision. Approved, they are planned anew, and made"]
    lines += ["if they are still wanted.", ""]
    lines += [
        f"* **{markdown(who)}**: {markdown(one.sentence)} *Held: {markdown(one.because)}.*"
        for who, one in zip(whom, changes, strict=False)
    ]
    more = len(changes) - _SHOWN
    return "\n".join([*lines, *([f"* … and {more} more: `saltoks holds --site {site}`"] if more > 0 else [])])


def accept(site: str, asked: Mapping[str, int | str] | None, answer: Mapping[str, object] | None) -> Counts:
    """Does what a person decided, if the record says so and what is held is still what they were shown.

    Raises `AskPerson` where there is no such record: a task may be marked as done by hand.
    """
    user, reason = _decision(answer)
    changes = _held(site)
    with runtime() as rt:
        _still_counts(rt, answer)
    if not asked or asked.get("digest") != holds.digest(changes):
        raise AskPerson(f"what is held at {site} is no longer what was shown: start this run again, and look again")
    with runtime() as rt:
        ids, run_id = [hold.hold_id for hold in changes], run_name()

        def work(one: Site) -> Outcome:
            return holds.accept(rt, one, run_id, ids, by=user, because=reason)[-1]

        return report_outcomes(for_each([rt.site(site)], work))


def _decision(answer: Mapping[str, object] | None) -> tuple[str, str]:
    """Who approved, and why."""
    given = answer or {}
    user, form = given.get("responded_by_user"), given.get("params_input")
    name = user.get("name") or user.get("id") if isinstance(user, Mapping) else None
    reason = form.get("reason") if isinstance(form, Mapping) else None
    if given.get("chosen_options") != ["Approve"] or not name or not reason:
        raise AskPerson("no approval with a name and a reason is on record, so nothing is done: answer the question")
    return str(name), str(reason)


def _still_counts(rt: Runtime, answer: Mapping[str, object] | None) -> None:
    """A task may be cleared weeks later, and Airflow still has the answer of then (design §5.6)."""
    given = (answer or {}).get("responded_at")
    at = datetime.fromisoformat(given) if isinstance(given, str) else given
    hours = rt.settings.project.accepted_hours
    if not isinstance(at, datetime) or at.tzinfo is None or rt.clock.now() - at > timedelta(hours=hours):
        when = f"of {at:%Y-%m-%d %H:%M %Z}" if isinstance(at, datetime) else "without a time"
        raise AskPerson(f"an approval {when} counts no more, as it is good for {hours} h: start this run again")


def _held(site: str) -> Sequence[Hold]:
    with runtime() as rt:
        return [one for one in holds.holds(rt, rt.site(site)) if one.state == "waiting"]
