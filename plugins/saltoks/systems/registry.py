"""Finds the booking system of a site's source, and what plays it."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from saltoks.core.errors import ConfigError, WrongUse
from saltoks.settings import Source, installed
from saltoks.systems.protocol import BookingSystem, StandIn


def system_of(source: Source) -> BookingSystem[Any]:
    """The system of a source; raises ConfigError where its package gives something else."""
    return named(source.system)


def named(name: str) -> BookingSystem[Any]:
    """The system that has this name; raises ConfigError where there is none, or its package gives something else."""
    found = installed.system(name)
    if not isinstance(found, BookingSystem):
        raise ConfigError(f"'{name}' is not made by BookingSystem — repair the package that brings it")
    return found


def stand_in(name: str) -> StandIn:
    """What plays a system; raises WrongUse, with the names there are, where nothing does."""
    at = named(name).stand_in if name in installed.names() else None
    if at is None:
        raise WrongUse(f"nothing plays '{name}' — use one of: {', '.join(_played())}")
    found = resolve_name(at)
    if not isinstance(found, StandIn):
        raise ConfigError(f"{at} is no StandIn — repair the package that brings '{name}'")
    return found


def _played() -> list[str]:
    found = ["salto"]
    for name in installed.names():
        try:
            found += [name] if named(name).stand_in else []
        except ConfigError:
            continue  # of one that cannot be loaded nothing is known
    return found
