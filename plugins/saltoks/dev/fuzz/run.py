"""Many attempts, spread over processes; the same seed gives the same attempts, whatever the number of processes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import chain
from multiprocessing import get_context

from saltoks.dev.fuzz.attempt import Fault, faults
from saltoks.dev.fuzz.targets import TARGETS, Target

PIECE = 500
"""Attempts that one process makes with one rig before it takes others."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Attempts of one target with the numbers `[first, first + count)`."""

    target: str
    first: int
    count: int
    seed: int


def pieces(count: int, seed: int, only: str | None = None) -> list[Piece]:
    """So many attempts in all, by the shares of the targets; of one target alone if it is named."""
    found = []
    for target in TARGETS:
        mine = count * target.share // 100 if only is None else count * (target.name == only)
        found += [Piece(target.name, first, min(PIECE, mine - first), seed) for first in range(0, mine, PIECE)]
    return found


def fuzzed(work: Sequence[Piece], workers: int) -> Iterable[list[Fault]]:
    """What each piece broke, in their order."""
    if workers == 1:
        return map(attempted, work)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(attempted, work))


def attempted(piece: Piece) -> list[Fault]:
    """What one piece broke."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    target = _named(piece.target)
    with target.open() as rig:
        numbers = range(piece.first, piece.first + piece.count)
        return list(chain.from_iterable(faults(target.name, number, rig, piece.seed) for number in numbers))


def _named(name: str) -> Target:
    return next(one for one in TARGETS if one.name == name)
