"""What nobody foresaw is told by its place in the code, never by the values that were at hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from saltoks.core.error_report import as_saltoks_error, traceback_without_values
from saltoks.core.errors import FixInput, Unexpected
from saltoks.core.time.windows import window_text

SECRET = "planted-secret"


def caught(work: Callable[[], object]) -> Exception:
    """What a piece of work raises."""
    with pytest.raises(Exception) as found:  # noqa: PT011 - whatever it is
        work()
    return found.value


def endless() -> object:
    """Never ends by itself."""
    return endless()


def hidden() -> None:
    """Breaks over a secret, twice."""
    try:
        int(SECRET)
    except ValueError as error:
        raise KeyError(SECRET) from error


def test_an_error_of_ours_stays_as_it_is() -> None:
    error = FixInput("mend it")
    assert as_saltoks_error(error) is error


def test_the_sentence_names_type_module_and_line_and_no_value() -> None:
    found = as_saltoks_error(caught(lambda: window_text(None, SECRET)))  # type: ignore[arg-type]
    assert isinstance(found, Unexpected)
    assert found.message.startswith("unexpected AttributeError in saltoks.core.time.windows, line ")
    assert SECRET not in found.message


def test_the_trace_has_every_cause_and_no_value() -> None:
    told = traceback_without_values(caught(hidden))
    assert told.index("ValueError") < told.index("KeyError")
    assert "in hidden" in told
    assert SECRET not in told


def test_endless_recursion_is_a_short_trace() -> None:
    told = traceback_without_values(caught(endless)).splitlines()
    assert len(told) < 40
    assert told[-1] == "RecursionError"


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert "at an unknown place" in as_saltoks_error(KeyError("x")).message
