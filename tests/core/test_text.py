"""One normal form for all text that comes in, and words for what two texts differ in."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saltoks.core.text import MOST_NAMED, clean, clean_json, code_point_differences, first_few, lowered, printable

ANY_TEXT = st.text(st.characters(codec=None, categories=None))
UNSEEN = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u200e\u200f\u202a\u202e\u2066\ufe0f\u034f\u3164\x00\x07\x1b\x7f\x9b"
)


@given(ANY_TEXT)
def test_clean_text_can_be_stored_shown_and_is_clean_already(text: str) -> None:
    found = clean(text)
    found.encode()  # no half of a pair
    assert not {unicodedata.category(one) for one in found} & {"Cc", "Cs", "Zl", "Zp"}
    assert unicodedata.is_normalized("NFC", found)
    assert clean(found) == found


@given(st.text(st.characters(codec="ascii", min_codepoint=32, max_codepoint=126)), st.data())
def test_what_nobody_sees_changes_nothing(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for one in UNSEEN:
        assert clean(text[:at] + one + text[at:]) == text


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Start\u00a0time", "Start time"),
        ("Cafe\u0301", "Café"),
        ("Rou\u200bte", "Route"),
        ("a\nb\tc\u2028d", "a b c d"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("pair \ud83d\ude00", "pair 😀"),
        ("\ufeffid", "id"),
        ("x²", "x²"),
    ],
)
def test_text_becomes_what_was_meant(written: str, meant: str) -> None:
    assert clean(written) == meant


def test_json_is_cleaned_all_through() -> None:
    found = clean_json({"na\u200bme": ["A\x00nn", {"x": "\ud800"}], "n": 1, "none": None})
    assert found == {"name": ["Ann", {"x": "\ufffd"}], "n": 1, "none": None}


def test_a_turkish_capital_i_is_an_i() -> None:
    assert lowered("\u0130PTAL") == "iptal"


def test_what_looks_alike_is_told_by_its_code_points() -> None:
    assert code_point_differences("Start time", "St\u0430rt time") == "U+0430 for U+0061"
    assert code_point_differences("Start time", "Start tim") == ""


@given(ANY_TEXT)
def test_shown_text_steers_nothing_and_stays_the_same_json(text: str) -> None:
    found = printable(text)
    assert not set(found) & set(UNSEEN)
    assert printable(found) == found
    assert json.loads(printable(json.dumps(text, ensure_ascii=False))) == json.loads(json.dumps(text))


def test_control_codes_are_written_out() -> None:
    assert printable("Ann\x1b[2J\u202eelbA\x9b") == "Ann\\u001b[2J\\u202eelbA\\u009b"
    assert printable("two\nlines\tand a tab: José 😀") == "two\nlines\tand a tab: José 😀"


@pytest.mark.parametrize(
    ("count", "between", "said"),
    [
        (0, ", ", ""),
        (MOST_NAMED, ", ", "0, 1, 2, 3, 4"),
        (MOST_NAMED + 2, ", ", "0, 1, 2, 3, 4 and 2 more"),
        (MOST_NAMED + 1, "; ", "0; 1; 2; 3; 4; and 1 more"),
    ],
)
def test_a_sentence_names_a_few_and_counts_the_rest(count: int, between: str, said: str) -> None:
    assert first_few([str(n) for n in range(count)], between) == said
