"""JSON as .NET and PHP write it: in ASCII, so that half a surrogate pair, which no UTF-8 can hold, gets through too."""

from __future__ import annotations

import json

from starlette.responses import JSONResponse


class EscapedJson(JSONResponse):
    """An answer whose other letters are escapes."""

    def render(self, content: object) -> bytes:
        """The body."""
        return json.dumps(content, separators=(",", ":")).encode("ascii")
