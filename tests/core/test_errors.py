"""Errors say what to do next."""

from __future__ import annotations

import pytest

from core.worlds import cases
from saltoks.core.errors import (
    ConfigError,
    FixAccess,
    FixInput,
    NotPermitted,
    NotThere,
    Refused,
    SaltoksError,
    SignInFailed,
    SourceError,
    Throttled,
    TryAgain,
    Unavailable,
    UnexpectedAnswer,
)


@cases(
    "kind, family",
    {
        "configuration": (ConfigError, FixInput),
        "source": (SourceError, FixInput),
        "sign-in": (SignInFailed, FixAccess),
        "rights": (NotPermitted, FixAccess),
        "throttled": (Throttled, TryAgain),
        "unavailable": (Unavailable, TryAgain),
    },
)
def test_an_error_is_caught_by_what_to_do_about_it(kind: type[SaltoksError], family: type[SaltoksError]) -> None:
    with pytest.raises(family, match=r"^what, where, what to do$") as caught:
        raise kind("what, where, what to do", code="2203")
    assert (caught.value.message, caught.value.code) == ("what, where, what to do", "2203")


@pytest.mark.parametrize("kind", [FixInput, FixAccess, NotThere, Refused, UnexpectedAnswer])
def test_only_try_again_is_worth_repeating(kind: type[SaltoksError]) -> None:
    assert not issubclass(kind, TryAgain)
    assert kind("gone").code is None


def test_a_throttle_and_an_outage_say_what_the_next_try_needs() -> None:
    assert (Throttled("slow down", retry_after=1.5).retry_after, Throttled("slow down").retry_after) == (1.5, None)
    assert (Unavailable("no answer", sent=True).sent, Unavailable("no answer").sent) == (True, False)
