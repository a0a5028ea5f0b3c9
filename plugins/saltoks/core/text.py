"""Text as it is kept and compared: one cleaning step for whatever comes in, whoever typed it.

The normal form is NFC, so that letters stay the letters that were meant; what nobody sees is left out. Both sides of
every comparison are made by `clean`: rows, records, what Salto says, and what a site's file says.

::

    in the text                                           becomes
    letters and marks in several spellings                NFC
    no-break and other spaces, line ends, tabs            a space
    control codes, NUL                                    nothing
    zero width, byte order marks, soft hyphens,           nothing
    writing directions, variation selectors, fillers
    half a surrogate pair                                 U+FFFD, as no database can keep it
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

MOST_NAMED = 5
"""How many things one sentence names; where they are kept, all of them are."""

_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""What Unicode says may be left out where it cannot be shown (Default_Ignorable_Code_Point), and annotations."""
_BREAKS = re.compile("[\\s\u0085\u2028\u2029\u2800]")
_UNSEEN = re.compile(f"[\x00-\x1f\x7f-\x9f{_IGNORABLE}]")


_STEERING = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_IGNORABLE}]")


def clean(text: str) -> str:
    """Text in its normal form, as the table above says; spaces stay as many as they are."""
    if text.isascii() and text.isprintable():
        return text
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", _BREAKS.sub(" ", whole)))


def is_storable(text: str) -> bool:
    """Whether a database can keep a text as it is: it holds neither NUL nor half a surrogate pair."""
    if text.isascii():
        return "\0" not in text
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def printable(text: str) -> str:
    """Text that is safe on a terminal and a page: what steers or hides is written out, as `\\u202e`; lines stay lines.

    The escapes are those of JSON, so that JSON stays the same value.
    """
    if text.isascii() and text.isprintable():
        return text
    return _STEERING.sub(lambda found: _escaped(found[0]), text)


def clean_json(value: object) -> object:
    """A JSON value whose every text is clean, keys too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [clean_json(one) for one in value]
    return value


def lowered(text: str) -> str:
    """Text in lower case, where a Turkish capital İ is an i like any other: alone it would become two characters."""
    return text.replace("\u0130", "i").lower()


def code_point_differences(written: str, found: str) -> str:
    """How two texts differ that may look alike, by code points: `U+00A0 for U+0020`; empty where ASCII tells it."""
    steps = SequenceMatcher(None, written, found, autojunk=False).get_opcodes()
    pairs = [(written[a:b], found[c:d]) for kind, a, b, c, d in steps if kind != "equal"]
    if all(here.isascii() and there.isascii() for here, there in pairs):
        return ""
    return ", ".join(f"{_points(there)} for {_points(here)}" for here, there in pairs)


def _escaped(one: str) -> str:
    units = one.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _points(text: str) -> str:
    return " ".join(f"U+{ord(one):04X}" for one in text) or "nothing"


def first_few(texts: Sequence[str], between: str = ", ") -> str:
    """As many of some texts as one sentence names, and how many more there are."""
    more = len(texts) - MOST_NAMED
    return between.join(texts[:MOST_NAMED]) + (f"{between.rstrip(', ')} and {more} more" if more > 0 else "")
