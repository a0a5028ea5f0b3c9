"""The bytes of a file as text: in the encoding that the site names, else UTF-8. What is no text at all is told."""

from __future__ import annotations

import codecs

from saltoks.core.errors import SourceError

UTF8 = "utf-8-sig"
_MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32"} | {
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"
}  # fmt: skip
_OTHER_KINDS = {
    b"pk\x03\x04": "a ZIP archive, as Excel's workbooks are",
    b"\xd0\xcf\x11\xe0": "an old workbook of Excel's",
    b"\x1f\x8b": "compressed by gzip",
    b"%pdf": "a PDF",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "XML",
    b'{"': "JSON",
    b"[{": "JSON",
}
_LONGEST_MARK = 20
_ZEROS_OF_WIDE_TEXT = 4
"""Text of two bytes a letter has a zero for most of them, a torn file several in a row; a stray one is cleaned away."""


def decoded(content: bytes, where: str, encoding: str | None) -> str:
    """The text of a file without its byte order mark; raises SourceError with what is known of the bytes."""
    begin = content.removeprefix(codecs.BOM_UTF8).lstrip()[:_LONGEST_MARK].lower()
    kind = next((name for mark, name in _OTHER_KINDS.items() if begin.startswith(mark)), None)
    if kind is not None:
        raise SourceError(f"{where}: the file is {kind}, not CSV — export it as CSV UTF-8")
    try:
        text = content.decode(encoding or UTF8)
    except UnicodeDecodeError as error:
        raise SourceError(f"{where}: {_refused(content, encoding, error)}") from error
    if "\0\0" in text or text.count("\0") * _ZEROS_OF_WIDE_TEXT > len(text):
        text = f"the file holds zero bytes, so it is not {encoding or 'UTF-8'} text"
        raise SourceError(f"{where}: {text} — export it as CSV UTF-8, or name its encoding, such as utf-16-le")
    return text.removeprefix("\ufeff")


def misnamed(content: bytes, encoding: str | None) -> bool:
    """Whether bytes are sound UTF-8 with letters beyond ASCII, though the site names an encoding of one byte a letter.

    By chance that hardly happens; read as named, names and ids with such letters would be others.
    """
    if encoding is None or codecs.lookup(encoding).name.startswith("utf") or content.isascii():
        return False
    try:
        return len(content.decode(UTF8)) < len(content.decode(encoding))
    except UnicodeDecodeError:
        return False


def _refused(content: bytes, encoding: str | None, error: UnicodeDecodeError) -> str:
    if encoding is not None:
        return f"the file is not {encoding} text in line {_line(content, error)} — correct encoding, or export it so"
    mark = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    if mark is not None:
        text = f"the file is not UTF-8 text, it begins with the mark of {mark.upper()}"
        return f"{text} — export it as CSV UTF-8, or write encoding: {mark}"
    text = f"the file is not UTF-8 text (line {_line(content, error)})"
    return f"{text} — export it as CSV UTF-8, or name its encoding, such as encoding: cp1252"


def _line(content: bytes, error: UnicodeDecodeError) -> int:
    return content.count(b"\n", 0, error.start) + 1
