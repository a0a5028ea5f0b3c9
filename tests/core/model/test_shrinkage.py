from __future__ import annotations

import pytest

from saltoks.core.model.shrinkage import ShrinkGuard


@pytest.mark.parametrize(
    ("lost", "before", "allowed"),
    [(-5, 0, True), (0, 0, True), (0, 10, True), (3, 10, True), (4, 10, False), (1, 1, False), (10, 10, False)],
)
def test_a_share_may_be_gone(lost: int, before: int, allowed: bool) -> None:
    assert ShrinkGuard(max_percent=30, cure="look").allows(lost=lost, before=before) is allowed


@pytest.mark.parametrize(("lost", "allowed"), [(2, True), (3, False)])
def test_a_few_are_no_alarm(lost: int, allowed: bool) -> None:
    assert ShrinkGuard(max_percent=30, few=2, cure="look").allows(lost=lost, before=3) is allowed


def test_the_share_can_be_all_and_nothing() -> None:
    assert ShrinkGuard(max_percent=100, cure="look").allows(lost=10, before=10)
    assert not ShrinkGuard(max_percent=0, cure="look").allows(lost=1, before=10_000)


def test_a_doubt_says_how_many_and_what_to_do() -> None:
    guard = ShrinkGuard(max_percent=30, cure="check the tenant")
    assert list(guard.fewer("b.csv: 1 good rows", lost=1, before=2)) == [
        "b.csv: 1 good rows after 2 last time, 50 % fewer (max_shrink_percent 30) — check the tenant, or accept the "
        "change"
    ]
    assert list(guard.gone("customers", lost=10, before=11)) == [
        "10 of 11 known customers are gone (max_shrink_percent 30) — check the tenant, or accept the change"
    ]
    assert list(guard.fewer("3 rows", lost=0, before=3)) == list(guard.gone("rows", lost=0, before=3)) == []
