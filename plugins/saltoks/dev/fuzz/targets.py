"""What is fed with bad input, and how much of it each gets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from saltoks.dev.fuzz.attempt import Rig
from saltoks.dev.fuzz.booking import ireserve_answers, nexudus_answers
from saltoks.dev.fuzz.connections import connections
from saltoks.dev.fuzz.files import files
from saltoks.dev.fuzz.salto import answers
from saltoks.dev.fuzz.sites import site_files


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of bad input; `share` of all attempts in percent."""

    name: str
    share: int
    open: Callable[[], AbstractContextManager[Rig]]


TARGETS = (
    Target("salto", 25, answers),
    Target("nexudus", 20, nexudus_answers),
    Target("ireserve", 20, ireserve_answers),
    Target("files", 15, files),
    Target("connections", 15, connections),
    Target("sites", 5, site_files),
)
