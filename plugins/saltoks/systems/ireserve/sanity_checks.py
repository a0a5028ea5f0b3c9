"""When what came whole may still not be the truth: too much of it is gone at once."""

from __future__ import annotations

from saltoks.core.model.shrinkage import ShrinkGuard
from saltoks.systems.ireserve.settings import IReserveSource

FEW = 5
"""So many records that are gone are never a surprise."""

_CURE = "check the tenant"


def row_guard(source: IReserveSource) -> ShrinkGuard:
    """On how many rows came, after the last time."""
    return ShrinkGuard(max_percent=source.max_shrink_percent, cure=_CURE)


def record_guard(source: IReserveSource) -> ShrinkGuard:
    """On the records that we know and that were asked for one by one."""
    return ShrinkGuard(max_percent=source.max_shrink_percent, few=FEW, cure=_CURE)
