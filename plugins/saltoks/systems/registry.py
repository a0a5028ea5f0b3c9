"""Finds the booking system of a site's source, and what plays systems."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import Any

from saltoks.core.errors import ConfigError, WrongUse
from saltoks.settings import Source, installed
from saltoks.systems.protocol import BookingSystem, Serve, StandIn


def system_of(source: Source) -> BookingSystem[Any]:
    """The system of a source; raises ConfigError where its package gives something else."""
    return named(source.system)


def named(name: str) -> BookingSystem[Any]:
    """The system that has this name; raises ConfigError where there is none, or its package gives something else."""
    found = installed.system(name)
    if not isinstance(found, BookingSystem):
        raise ConfigError(f"'{name}' is not made by BookingSystem — repair the package that brings it")
    return found


def stand_ins() -> dict[str, StandIn]:
    """What plays systems, by their names; a package that cannot be loaded plays none."""
    found: dict[str, StandIn] = {}
    for name in installed.names():
        try:
            at = named(name).stand_in
        except ConfigError:
            continue
        if at:
            found[name] = _stand_in(name, at)
    return found


def server(name: str) -> Serve:
    """What serves a system; raises WrongUse, with the names there are, where nothing does."""
    at = named(name).stand_in if name in installed.names() else None
    serve = _stand_in(name, at).serve if at else None
    if serve is None:
        names = ["salto", *(one for one, found in stand_ins().items() if found.serve)]
        raise WrongUse(f"nothing serves '{name}' — use one of: {', '.join(names)}")
    return serve


def _stand_in(name: str, at: str) -> StandIn:
    found = resolve_name(at)
    if not isinstance(found, StandIn):
        raise ConfigError(f"{at} is no StandIn — repair the package that brings '{name}'")
    return found
