"""What every question to Salto KS has in common: one connection, lists, single answers and removals."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self, TypeVar

from saltoks.core.errors import MaybeGone, NotThere
from saltoks.net.answers.errors import read_json
from saltoks.net.calls import Call, CallCount
from saltoks.net.client import Transport
from saltoks.net.pace import Pacer
from saltoks.salto.account import Account
from saltoks.salto.http_client import http_client
from saltoks.salto.models import Answer, Identified
from saltoks.salto.paging import parse, read_list
from saltoks.salto.sign_in import TokenStore

SITE = "/v1.2/sites/{site_id}"

A = TypeVar("A", bound=Answer)
Row = TypeVar("Row", bound=Identified)


class Api:
    """One account's connection; a context manager, safe to share between threads.

    `now` is the clock for token expiry, `pacer` the rate budget (of this process unless given), `tokens` keeps
    refresh tokens (of this process unless given). `account_key` says whose connection it is, and where to.
    """

    def __init__(
        self,
        account: Account,
        *,
        now: Callable[[], datetime],
        pacer: Pacer | None = None,
        tokens: TokenStore | None = None,
        sleep: Callable[[float], None] = time.sleep,
        transport: Transport | None = None,
        page_size: int = 100,
    ) -> None:
        self.account_key = account.key
        self._page_size = page_size
        self._http = http_client(account, now=now, pacer=pacer, tokens=tokens, sleep=sleep, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def calls(self) -> CallCount:
        """What was asked so far."""
        return self._http.calls

    def _list(self, row: type[Row], route: str, what: str, **ids: str) -> list[Row]:
        return read_list(self._http, Call("GET", route, what, ids), row, page_size=self._page_size)

    def _one(self, model: type[A], route: str, what: str, **ids: str) -> A:
        return self._answer(model, Call("GET", route, what, ids))

    def _answer(self, model: type[A], call: Call) -> A:
        about = self._http.about(call.what)
        return parse(model, read_json(self._http.send(call), about), about)

    def _remove(self, call: Call) -> None:
        try:
            self._http.send(call)
        except MaybeGone:
            raise
        except NotThere:
            return
