"""What may go wrong with a tenant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from starlette.responses import JSONResponse

from saltoks.sandbox.faults import Exchange, ListFault, Spoiler, by_the_app, instead

FaultKind = Literal["status", "cut", "slow", "garbage", "empty", "short", "shrunken"]


@dataclass(frozen=True, slots=True)
class Fault(ListFault):
    """Something that goes wrong; the first active fault that matches a request takes it.

    * `status`: answers with this status (and `Retry-After: retry_after`)
    * `cut`: closes the connection without an answer
    * `slow`: waits `seconds`, then answers as usual
    * `garbage`: 200 with a body that is not JSON
    * `empty`: 200 with an empty list
    * `short`: 200 with the first `keep` rows of the page
    * `shrunken`: the whole filter finds the first `keep` rows only

    `route` is a shell pattern on the path behind `/api/rest/`.
    """

    kind: FaultKind


async def _short(exchange: Exchange[Fault]) -> None:
    _, body = await exchange.acted()
    await exchange.answer(JSONResponse(json.loads(body)[: exchange.fault.keep]))


SPOILERS: dict[str, Spoiler[Fault]] = {
    "empty": instead(lambda _: JSONResponse([])),
    "short": _short,
    "shrunken": by_the_app,
}
