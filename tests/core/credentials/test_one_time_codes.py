"""One-time codes: their making, and when none is tried (F167, T19)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from saltoks.core.credentials.one_time_codes import CodeAttempt, CodeOutcome, blocked_until, is_used_up, one_time_code

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
DONE, WRONG, ASKED = CodeOutcome.DONE, CodeOutcome.WRONG, CodeOutcome.ASKED
BLOCKED, FAILED = CodeOutcome.BLOCKED, CodeOutcome.FAILED


def tries(*outcomes: CodeOutcome, until: int = 1) -> list[CodeAttempt]:
    """One try a minute, the last one so many minutes ago."""
    last = len(outcomes) - 1
    return [CodeAttempt(NOW - timedelta(minutes=until + last - n), one) for n, one in enumerate(outcomes)]


def test_a_code_is_of_a_second_in_utc_of_the_secret_and_of_the_pin() -> None:
    """salto-ks §3.7: five letters of an MD5; md5sum says the same of `202603101200000A1B2C3D4E5F60711234`."""
    code = one_time_code("0A1B2C3D4E5F6071", "1234", NOW)
    assert code == "9ece2"
    assert one_time_code("0A1B2C3D4E5F6071", "1234", NOW.astimezone()) == code
    others = {
        one_time_code("0A1B2C3D4E5F6071", "1234", NOW + timedelta(seconds=1)),
        one_time_code("0A1B2C3D4E5F6072", "1234", NOW),
        one_time_code("0A1B2C3D4E5F6071", "1235", NOW),
    }
    assert len(others | {code}) == 4


@pytest.mark.parametrize(
    ("minutes", "waits"), [(0, True), (20, True), (24, True), (25, False), (60, False)], ids=lambda one: str(one)
)
def test_t19_a_block_is_waited_out_with_a_margin(minutes: int, waits: bool) -> None:
    """T19, F167: Salto's twenty minutes, and five more; codes before and after it change nothing."""
    found = [*tries(WRONG, BLOCKED, until=minutes), CodeAttempt(NOW, FAILED)]
    assert (blocked_until(found, NOW) is not None) is waits
    assert blocked_until(tries(WRONG, WRONG, WRONG), NOW) is None


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param((), False, id="none"),
        pytest.param((WRONG, WRONG), False, id="two"),
        pytest.param((WRONG, WRONG, WRONG), True, id="three"),
        pytest.param((WRONG, BLOCKED, ASKED), True, id="blocked, and one whose answer nobody heard"),
        pytest.param((WRONG, WRONG, DONE, WRONG), False, id="one was right in between"),
        pytest.param((WRONG, FAILED, FAILED, WRONG), False, id="a failure says nothing"),
        pytest.param((DONE, WRONG, FAILED, WRONG, WRONG), True, id="three, with a failure between"),
    ],
)
def test_f167_after_three_wrong_codes_in_a_row_the_key_is_given_up(
    outcomes: tuple[CodeOutcome, ...], expected: bool
) -> None:
    """F167: until there is another key."""
    found = tries(*outcomes)
    assert is_used_up(found, NOW - timedelta(days=1)) is expected
    assert is_used_up(found, NOW) is False
