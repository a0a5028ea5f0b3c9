"""Site after site: whatever goes wrong at one is its own failure, and the others go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from saltoks.flows.run.steps import SiteError, as_saltoks_error
from saltoks.settings import Site

Found = TypeVar("Found")


@dataclass(slots=True)
class Gathered(Generic[Found]):
    """What all sites gave, and what went wrong at some."""

    found: list[Found] = field(default_factory=list)
    errors: list[SiteError] = field(default_factory=list)


def gathered(
    sites: Iterable[Site], work: Callable[[Site], Iterable[Found]], known: Iterable[SiteError] = ()
) -> Gathered[Found]:
    """What `work` gives for each site, also what it gave before it broke; begins with what is `known` to be wrong."""
    all_sites = Gathered[Found](errors=list(known))
    for site in sites:
        try:
            for one in work(site):
                all_sites.found.append(one)
        except Exception as error:
            all_sites.errors.append(SiteError(site.name, as_saltoks_error(error)))
    return all_sites
