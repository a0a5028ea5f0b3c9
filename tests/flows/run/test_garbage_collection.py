"""Pure work in a tick runs without the cycle collector, and nothing else does."""

from __future__ import annotations

import gc

import pytest

from saltoks.flows.run.garbage_collection import garbage_collection_paused


def test_it_is_on_again_afterwards() -> None:
    """Where one pause lies in another, after the outer one."""
    assert gc.isenabled()
    with garbage_collection_paused():
        with garbage_collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_is_on_again_when_the_work_breaks() -> None:
    with pytest.raises(ZeroDivisionError):
        garbage_collection_paused()(lambda: 1 / 0)()
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with garbage_collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_function_can_be_paused_each_time_it_is_called() -> None:
    enabled = garbage_collection_paused()(gc.isenabled)
    assert (enabled(), enabled(), gc.isenabled()) == (False, False, True)
