"""What may go wrong with a Nexudus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from saltoks.sandbox.faults import ListFault, Spoiler, by_the_app

FaultKind = Literal["status", "cut", "slow", "garbage", "empty", "short", "shrunken", "growing"]


@dataclass(frozen=True, slots=True)
class Fault(ListFault):
    """Something that goes wrong; the first active fault that matches a request takes it.

    * `status`: answers with this status (and `Retry-After: retry_after`)
    * `cut`: closes the connection without an answer
    * `slow`: waits `seconds`, then answers as usual
    * `garbage`: 200 with a body that is not JSON
    * `empty`: 200, and the list holds nothing
    * `short`: 200 with the first `keep` records of the page and the true total
    * `shrunken`: the whole list holds its first `keep` records only, and says so
    * `growing`: the total grows by one with each hit, as if records were added between the pages

    `route` is a shell pattern on the path behind `/api/`.
    """

    kind: FaultKind


SPOILERS: dict[str, Spoiler[Fault]] = dict.fromkeys(("empty", "short", "shrunken", "growing"), by_the_app)
