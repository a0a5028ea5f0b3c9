"""Nothing is done by hand without a name and a reason."""

from __future__ import annotations

import pytest

from saltoks.core.errors import WrongUse
from saltoks.flows.run.attribution import Attribution, attributed


def test_a_name_and_a_reason_are_kept_without_the_spaces_around_them() -> None:
    assert attributed(" ann ", " lost key\n") == Attribution(by="ann", because="lost key")


@pytest.mark.parametrize(("by", "because"), [("", "lost key"), ("ann", ""), (" ", "lost key"), ("ann", "\t")])
def test_either_without_text_is_wrong_use_that_states_the_rule(by: str, because: str) -> None:
    with pytest.raises(WrongUse, match="a key is lent by somebody, for a reason: give both"):
        attributed(by, because, "a key is lent by somebody, for a reason")
