"""Whether a site can do what its switches of credentials ask for: PINs need Salto's own switch, and keypads (F88)."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.credentials.pins import PinAudience, without_credential
from saltoks.core.model.rows import visitor_id
from saltoks.flows.lint.subject import Subject
from saltoks.flows.plan.current.records import LOOK_AHEAD, LOOK_BACK
from saltoks.flows.plan.desired_state import wanted_now
from saltoks.settings import Finding
from saltoks.warehouse.src import extracts, source_rows

_KEYPADS = frozenset({"escutcheon_pin", "wall_reader_pin"})


def findings(subject: Subject) -> Iterator[Finding]:
    """Who gets nothing to open a door with; what keeps PINs from being made, or from opening."""
    if not subject.site.credentials.tags:
        yield from _keyless(subject)
    if subject.site.credentials.pin is PinAudience.OFF:
        return
    if not subject.observed.site.pin_enabled:
        text = "the site has PIN codes switched off, so nobody gets one (F88) — switch them on in Salto KS"
        yield subject.file.error("credentials.pin", text)
    without = sorted(name for name in subject.lock_keys() if not _has_keypad(subject, name))
    if without:
        names = ", ".join(f"“{name}”" for name in without)
        text = f"no PIN opens {names}, which has no keypad (F88) — leave another way in, such as the app"
        yield subject.file.warning("credentials.pin", text)


def _keyless(subject: Subject) -> Iterator[Finding]:
    """Guests and visitors with a booking or a visit near, whom the switch does not cover (F88)."""
    rt, site, now = subject.rt, subject.site, subject.rt.clock.now()
    with rt.warehouse.session() as session:
        if extracts.last_extract(session, site.source.name) is None:
            return
        rows = source_rows.overlapping(session, site.source.name, now - LOOK_BACK, now + LOOK_AHEAD)
    running = (one for one in wanted_now(rt, site, rows).grants if one.window.ends_at > now)
    found = without_credential(site.credentials.pin, rows, running)
    if found:
        visitors = {visitor_id(one) for one in rows.visitors}
        wanted = PinAudience.VISITORS if found <= visitors else PinAudience.GUESTS
        who = f"{len(found)} guest(s) or visitor(s) who may enter get no PIN, and Salto invites no guest to its app"
        fix = f"set credentials.pin: {wanted.value}, or hand each a tag and say so with tags: true"
        yield subject.file.warning("credentials.pin", f"{who}, so nothing of theirs opens a door (F88) — {fix}")


def _has_keypad(subject: Subject, name: str) -> bool:
    """Whether PINs can be typed at a lock; one that is not there is another finding's matter."""
    return all(lock.lock_type in _KEYPADS for lock in subject.observed.locks.get(name, ()))
