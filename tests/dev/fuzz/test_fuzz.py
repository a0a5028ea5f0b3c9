"""The fuzzer finds what breaks, and a short one of it finds nothing."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from random import Random

import httpx
import pytest

from saltoks.core.errors import FixInput
from saltoks.core.model.canonical import TABLES, Completeness, Customer, Extract
from saltoks.dev.fuzz import poison
from saltoks.dev.fuzz.answers import Replay
from saltoks.dev.fuzz.attempt import Fault, Result, Rig, Work, faults
from saltoks.dev.fuzz.booking import lost
from saltoks.dev.fuzz.run import PIECE, attempted, pieces
from saltoks.dev.fuzz.targets import TARGETS

SHORT = 1_200
"""Attempts of the short one, over all targets."""


def judged(work: Work, secrets: set[str] = frozenset()) -> list[str]:  # type: ignore[assignment]
    """The kinds of what one attempt broke."""
    return [one.kind for one in faults("mine", 0, Rig(work, set(secrets)), 7)]


def test_our_own_errors_are_what_bad_input_may_give() -> None:
    def refused(_chance: Random) -> Result:
        raise FixInput("line 3: correct it")

    assert judged(refused) == []


def test_any_other_error_is_a_fault() -> None:
    assert judged(lambda chance: {}[chance]) == ["traceback"]  # type: ignore[index]


def test_a_hang_is_a_fault() -> None:
    def sleeps(_chance: Random) -> Result:
        time.sleep(5)
        return Result()

    assert [one.kind for one in faults("mine", 0, Rig(sleeps, set()), 7, within=0.2)] == ["hang"]


def test_a_secret_in_a_message_or_a_log_is_a_fault() -> None:
    def logs(_chance: Random) -> Result:
        logging.getLogger("saltoks.net").warning("sent %s", "planted")
        return Result()

    assert judged(logs, {"planted"}) == ["leak"]
    assert judged(lambda _chance: Result(said=("it answered planted",)), {"planted"}) == ["leak"]


def test_a_text_that_no_database_keeps_is_a_fault() -> None:
    kept = Customer(source_id="1", full_name="a\0b")
    assert judged(lambda _chance: Result(kept=([kept],))) == ["unstorable"]
    assert judged(lambda _chance: Result(kept=({"\ud800": 1},))) == ["unstorable"]


def test_a_broken_promise_is_a_fault() -> None:
    assert judged(lambda _chance: Result(broken=("b1 is gone",))) == ["promise"]


def test_a_row_that_is_gone_without_a_word_is_noticed() -> None:
    rows = {name: () for name in TABLES} | {"customers": (Customer(source_id="1", full_name="Ann"),)}
    whole = Extract(source="desk", completeness=Completeness.COMPLETE, rows=rows)
    without = replace(whole, rows={name: () for name in TABLES})
    assert lost(whole, without) == ("customers 1 is gone, and nothing is said of it",)
    assert lost(whole, replace(without, problems=("one row could not be read",))) == ()
    assert lost(whole, whole) == ()


def test_poison_reaches_every_place_of_a_value() -> None:
    body = {"a": [1, {"b": 2}], "c": 3}
    assert poison.leaves(body) == [("a", 0), ("a", 1, "b"), ("c",)]
    assert poison.replaced(body, ("a", 1, "b"), "x") == {"a": [1, {"b": "x"}], "c": 3}
    assert poison.replaced(body, (), "x") == "x"


def test_the_chosen_answer_and_no_other_is_spoiled() -> None:
    plain = {"id": 7, "name": "Ann"}
    replay = Replay(live=httpx.MockTransport(lambda _: httpx.Response(200, json=plain)))
    with httpx.Client(transport=replay, base_url="http://127.0.0.1") as client:
        for seed in range(40):
            replay.start(Random(seed), 1, values_only=True)
            first, second, third = (client.get("/people").json() for _ in range(3))
            assert first == third == plain
            assert second != plain
            assert second.keys() == plain.keys()


def test_an_answer_is_spoiled_in_every_way_that_there_is() -> None:
    replay = Replay(live=httpx.MockTransport(lambda _: httpx.Response(200, json={"id": 7, "name": "Ann"})))
    seen = set()
    with httpx.Client(transport=replay, base_url="http://127.0.0.1") as client:
        for seed in range(300):
            replay.start(Random(seed), 0)
            try:
                answer = client.get("/people", headers={"authorization": "Bearer planted"})
            except httpx.HTTPError as error:
                seen.add(type(error).__mro__[1].__name__)
            else:
                seen.add("echo" if b"planted" in answer.content else "status" if answer.status_code != 200 else "body")
    assert {"echo", "status", "body", "RequestError"} <= seen
    assert seen & {"NetworkError", "TimeoutException", "ProtocolError"}


def test_shares_add_up_and_pieces_cover_them() -> None:
    assert sum(target.share for target in TARGETS) == 100
    found = pieces(50_000, 7)
    assert sum(piece.count for piece in found) == 50_000
    assert max(piece.count for piece in found) == PIECE
    assert {piece.target for piece in pieces(10, 7, "files")} == {"files"}


@pytest.mark.parametrize("target", [target.name for target in TARGETS])
def test_a_short_one_breaks_nothing(target: str) -> None:
    """No traceback, no hang, no leak, and no row that disappears unnamed."""
    share = next(one.share for one in TARGETS if one.name == target)
    found: list[Fault] = []
    for piece in pieces(SHORT * share // 100, 11, target):
        found += attempted(piece)
    assert found == []
