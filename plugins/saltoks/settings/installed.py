"""The booking systems that are installed: each is an entry point `saltoks.systems` of its package, as ours are.

The name of an entry point is the word that a site's file has as `system`. A package is imported only when a site names
its system, so one that is broken stops no other site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from saltoks.core.errors import ConfigError
from saltoks.core.text import clean
from saltoks.settings.frozen import Frozen

GROUP: Final = "saltoks.systems"


@runtime_checkable
class System(Protocol):
    """What settings need of a booking system to read a site's file.

    The whole of it is `saltoks.systems.protocol.BookingSystem`, which `saltoks.systems.registry` finds.
    """

    @property
    def label(self) -> str:
        """What its users call it."""

    @property
    def source(self) -> type[Frozen]:
        """The model of `source` in the file of a site."""


def names() -> tuple[str, ...]:
    """The words that `system` may be, sorted; raises ConfigError where there is none at all."""
    if not _entries():
        text = "no booking system is installed, as this environment was made for an older version"
        raise ConfigError(f"{text} — run `make setup`, or install the package saltoks anew")
    return tuple(sorted(_entries()))


@cache
def system(name: str) -> System:
    """The system of that name, which is among `names`.

    Raises ConfigError, which names package and entry point, where it cannot be loaded or two packages claim the name.
    """
    claims = _entries()[name]
    if len(claims) > 1:
        text = f"is brought by {len(claims)} packages, {' and '.join(sorted(map(_place, claims)))}"
        raise ConfigError(f"'{name}' {text}, so nobody knows which is meant — uninstall all but one")
    [claim] = claims
    try:
        found = claim.load()
    except Exception as error:
        text = f"'{name}' of {_place(claim)} cannot be loaded: {type(error).__name__}: {clean(str(error))}"
        raise ConfigError(f"{text} — repair that package, or uninstall it") from error
    if not isinstance(found, System):
        text = f"'{name}' of {_place(claim)} is no BookingSystem but of type {type(found).__name__}"
        raise ConfigError(f"{text} — repair that package, or uninstall it")
    return found


def presets() -> dict[str, Path]:
    """The presets that lie in `presets/` beside the modules of the entry points, by name; no system is loaded."""
    folders = (_beside(claim) for _, claims in sorted(_entries().items()) for claim in claims)
    return {path.stem: path for folder in folders if folder for path in sorted((folder / "presets").glob("*.yaml"))}


@cache
def _entries() -> Mapping[str, tuple[EntryPoint, ...]]:
    found: dict[str, list[EntryPoint]] = defaultdict(list)
    for claim in entry_points(group=GROUP):
        found[claim.name].append(claim)
    return {name: tuple(claims) for name, claims in found.items()}


def _place(claim: EntryPoint) -> str:
    return f"package {claim.dist.name if claim.dist else 'unknown'} (entry point {claim.value})"


def _beside(claim: EntryPoint) -> Path | None:
    try:
        spec = find_spec(claim.module)
    except Exception:  # a package that cannot be found or read has no presets, and says why where it is named
        return None
    return Path(spec.origin).parent if spec and spec.origin else None
