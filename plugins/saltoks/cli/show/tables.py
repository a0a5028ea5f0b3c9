"""What the terminal prints: tables for people, JSON for scripts; each function gives the exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from saltoks.cli.exits import Exit
from saltoks.cli.show.json_text import plan_body, put
from saltoks.core.devices.readings import DeviceState
from saltoks.core.errors import FixInput
from saltoks.core.secrecy import KNOWN_SECRETS
from saltoks.core.text import printable
from saltoks.core.time.windows import window_text
from saltoks.flows.lock_status import LockView
from saltoks.flows.run.steps import Outcome, SiteError
from saltoks.flows.sync import DryRun
from saltoks.flows.who import Holder
from saltoks.settings import Finding, Site
from saltoks.warehouse.access.holds import Hold

_COLOURS = {"ok": "green", "done": "green", "online": "green", "warning": "yellow", "warned": "yellow"}
_COLOURS |= {"unknown": "yellow", "held": "yellow", "error": "red", "failed": "red", "offline": "red"}


def console() -> Console:
    """Where tables go; wide enough for scripts' logs when nobody watches."""
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table of plain texts; a cell that is a state gets its colour."""
    made = Table(title=escape(printable(title)), title_justify="left", title_style="bold", header_style="dim")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*map(_cell, row))
    return made


def outcomes(done: Sequence[Outcome], errors: Sequence[SiteError], *, as_json: bool) -> int:
    """How every step went, then every sentence a person should read."""
    if as_json:
        wrong = [{"site": one.site, "message": one.error.message} for one in errors]
        put({"steps": [_outcome(one) for one in done], "errors": wrong})
    else:
        rows = [(one.site, one.step, one.state, _counts(one), _calls(one)) for one in done]
        console().print(table("Steps", ["site", "step", "state", "counts", "API calls"], rows))
    _sentences(done, errors)
    return _worst(done, errors)


def plans(found: Sequence[DryRun], errors: Sequence[SiteError], *, as_json: bool) -> int:
    """Each site's plan, change by change, with the sentence that explains it."""
    done = [outcome for one in found for outcome in one.outcomes]
    if as_json:
        put([plan_body(one.plan) for one in found])
    for plan in [] if as_json else [one.plan for one in found]:
        rows = [(one.kind.value, "held" if one.held else "due", one.sentence, one.held or "") for one in plan.changes]
        title = (
            f"{plan.site}: {len(plan.due)} change(s) due, {len(plan.held)} held, fingerprint {plan.fingerprint[:12]}"
        )
        console().print(table(title, ["change", "state", "why", "held because"], rows))
    _sentences(done, errors)
    return _worst(done, errors)


def text(body: str, output: Path | None, done: Sequence[Outcome], errors: Sequence[SiteError] = ()) -> int:
    """A text into a file or to the terminal, and what the steps before it had to say."""
    if output:
        try:
            output.write_text(body, encoding="utf-8")
        except OSError as error:
            raise FixInput(f"{output} cannot be written: {error.strerror} — name another file") from error
    else:
        print(body)
    _sentences(done, errors)
    return _worst(done, errors)


def findings(found: Mapping[str, Sequence[Finding]], *, as_json: bool) -> int:
    """What a check looked at, site by site."""
    rows = [(site, one.level, one.where, one.message) for site, ones in found.items() for one in ones]
    return _levels("Check", ["site", "level", "what", "message"], rows, as_json=as_json)


def lint(found: Sequence[Finding], *, as_json: bool) -> int:
    """What loads, but is doubtful; a note alone is no reason for another exit code."""
    rows = [(one.where, one.level, one.message) for one in found]
    if not found and not as_json:
        print("config: nothing to say, every file is in order")
    return (
        _levels("Configuration", ["where", "level", "message"], rows, as_json=as_json) if rows or as_json else Exit.DONE
    )


def locks(
    found: Mapping[str, Sequence[LockView]], done: Sequence[Outcome], errors: Sequence[SiteError], *, as_json: bool
) -> int:
    """How every lock is, and what the reading had to say; exit code 1 when one is not online."""
    if as_json:
        put(found)
    else:
        rows = [
            (site, one.name, one.state.value, one.battery or "", _iq(one), utc(one.read_at))
            for site, ones in found.items()
            for one in ones
        ]
        console().print(table("Locks", ["site", "lock", "state", "battery", "IQ", "read at"], rows))
    _sentences(done, errors)
    fine = all(one.state is DeviceState.ONLINE for ones in found.values() for one in ones)
    return max(_worst(done, errors), Exit.DONE if fine else Exit.WARNED)


def holders(found: Sequence[tuple[Site, Sequence[Holder]]], *, as_json: bool) -> int:
    """Who may open what, and why."""
    if as_json:
        put({site.name: ones for site, ones in found})
        return Exit.DONE
    for site, ones in found:
        rows = [
            (
                one.group,
                one.full_name,
                one.customer_id,
                window_text(one.window, site.timezone) if one.window else "not entitled",
                ", ".join(one.reasons),
                "yes" if one.in_group else "not yet",
            )
            for one in ones
        ]
        title = f"{site.name}: {len(ones)} entr{'y' if len(ones) == 1 else 'ies'}, times in {site.timezone}"
        console().print(table(title, ["group", "name", "customer", "window", "because of", "in the group"], rows))
    return Exit.DONE


def holds(found: Mapping[str, Sequence[Hold]], whom: Mapping[int, str], *, as_json: bool) -> int:
    """What is held and whom it is about, site by site; exit code 1 when something is."""
    if as_json:
        put(found)
    else:
        rows = [
            (site, one.hold_id, whom[one.hold_id], one.sentence, one.because, utc(one.first_held_at), _word(one))
            for site, ones in found.items()
            for one in ones
        ]
        console().print(table("Held", ["site", "no.", "who", "change", "held because", "since", "state"], rows))
    return Exit.WARNED if any(found.values()) else Exit.DONE


def unreadable(errors: Sequence[SiteError]) -> int:
    """What is wrong with the files of sites, beside what is shown of the others."""
    _sentences([], errors)
    return _worst([], errors)


def migrated(place: str, new: Sequence[str]) -> int:
    """Which migrations ran."""
    print(f"warehouse {place}: {', '.join(new) if new else 'nothing to do'}")
    return Exit.DONE


def notes(site: str, found: Iterable[str]) -> None:
    """Sentences beside a table, where a script does not read them."""
    for sentence in found:
        print(f"note: {site}: {sentence}", file=sys.stderr)


def utc(at: datetime) -> str:
    """An instant for a table."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def wall(at: datetime, zone: str) -> str:
    """An instant in a site's wall clock."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}"


def _word(one: Hold) -> str:
    return f"accepted by {one.accepted_by}" if one.accepted_by else one.state


def _levels(title: str, columns: list[str], rows: Sequence[tuple[str, ...]], *, as_json: bool) -> int:
    if as_json:
        put([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        console().print(table(title, columns, rows))
    levels = {row[1] for row in rows}
    return Exit.FAILED if "error" in levels else Exit.WARNED if "warning" in levels else Exit.DONE


def _sentences(done: Sequence[Outcome], errors: Sequence[SiteError]) -> None:
    said = [(one.site, "note", text) for one in done for text in one.notes]
    said += [(one.site, "warning", text) for one in done for text in [*one.fresh, *one.held]]
    said += [(one.site, "failed", text) for one in done for text in one.failures]
    for site, level, text in dict.fromkeys(said):
        print(KNOWN_SECRETS.scrubbed(f"{level}: {site}: {text}"), file=sys.stderr)
    for error in errors:
        print(f"failed: {error.sentence}", file=sys.stderr)


def _worst(done: Sequence[Outcome], errors: Sequence[SiteError]) -> int:
    states = {one.state for one in done}
    if errors or "failed" in states:
        return Exit.FAILED
    return Exit.WARNED if "warned" in states else Exit.DONE


def _outcome(one: Outcome) -> dict[str, object]:
    return {
        "site": one.site,
        "step": one.step,
        "state": one.state,
        "counts": one.counts,
        "ids": one.ids,
        "calls": one.calls.per_route if one.calls else {},
    }


def _counts(one: Outcome) -> str:
    return ", ".join(f"{name} {count}" for name, count in one.counts.items() if count) or "nothing"


def _calls(one: Outcome) -> str:
    return f"{one.calls.reads} read, {one.calls.writes} write" if one.calls else ""


def _iq(one: LockView) -> str:
    return f"{one.iq or 'none'}{'' if one.iq_online else ' (offline)' if one.iq else ''}"


def _cell(value: object) -> str:
    text = escape(printable(KNOWN_SECRETS.scrubbed(str(value))))
    colour = _COLOURS.get(text)
    return f"[{colour}]{text}[/{colour}]" if colour else text
