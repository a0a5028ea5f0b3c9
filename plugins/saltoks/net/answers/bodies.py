"""The body of an answer as clean values: nothing in one row keeps the others from being read."""

from __future__ import annotations

import json

import httpx

from saltoks.core.text import clean_json

_MOST_DIGITS = 18


def json_of(response: httpx.Response) -> object:
    """The body as JSON with clean texts; ValueError when it is none, or nested too deep to be read.

    Bytes that are no text become U+FFFD, and a number of more digits than an id can have is left as text.
    """
    content = response.content
    text = content.decode(json.detect_encoding(content), "replace")
    try:
        return clean_json(json.loads(text, parse_int=_whole))
    except RecursionError:
        raise ValueError("nested too deep") from None


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits
