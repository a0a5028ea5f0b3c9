"""Whether a site can do what its switches of credentials ask for: PINs need Salto's own switch, and keypads (F88)."""

from __future__ import annotations

from collections.abc import Iterator

from saltoks.core.credentials import PinFor
from saltoks.flows.lint.subject import Subject
from saltoks.settings import Finding

_KEYPADS = frozenset({"escutcheon_pin", "wall_reader_pin"})


def findings(subject: Subject) -> Iterator[Finding]:
    """What keeps PINs from being made, or from opening."""
    if subject.site.credentials.pin is PinFor.OFF:
        return
    if not subject.seen.site.pin_enabled:
        text = "the site has PIN codes switched off, so nobody gets one (F88) — switch them on in Salto KS"
        yield subject.file.error("credentials.pin", text)
    without = sorted(name for name in subject.lock_keys() if not _has_keypad(subject, name))
    if without:
        names = ", ".join(f"“{name}”" for name in without)
        text = f"no PIN opens {names}, which has no keypad (F88) — leave another way in, such as the app"
        yield subject.file.warning("credentials.pin", text)


def _has_keypad(subject: Subject, name: str) -> bool:
    """Whether PINs can be typed at a lock; one that is not there is another finding's matter."""
    return all(lock.lock_type in _KEYPADS for lock in subject.seen.locks.get(name, ()))
