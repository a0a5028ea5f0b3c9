"""One running tenant for all tests, made anew for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from saltoks.systems.ireserve.stand_in.server import IReserveSandbox
from systems.ireserve.rig import NOW, Club, world


@pytest.fixture(scope="session")
def tenant() -> Iterator[IReserveSandbox]:
    """The server, whatever is in it."""
    with IReserveSandbox(world()) as running:
        yield running


@pytest.fixture
def clubs(tenant: IReserveSandbox) -> Callable[..., Club]:
    """A fresh tenant at a moment, with options of its own."""

    def start(now: datetime = NOW, **options: Any) -> Club:
        tenant.admin.load(world(now, **options))
        tenant.admin.faults()
        tenant.admin.forget_calls()
        return Club(tenant, now)

    return start


@pytest.fixture
def club(clubs: Callable[..., Club]) -> Club:
    """A tenant on the first of June at noon."""
    return clubs()
