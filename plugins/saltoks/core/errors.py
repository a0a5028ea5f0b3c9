"""Every error this product raises on purpose, named by what the caller should do next.

::

    SaltoksError
    ├── FixInput                  somebody must change a file, a table or an argument; never retried
    │   ├── WrongUse              … an argument that means nothing
    │   ├── ConfigError           … a file in config/
    │   └── SourceError           … what a booking system or a file handed us
    ├── FixAccess                 somebody must change a credential or a right; never retried
    │   ├── SignInFailed          the identity server refused the client, the user or the refresh token
    │   └── NotPermitted          signed in, but the operation is refused (403)
    ├── AskPerson                 a limit held something back: a person must look and decide
    ├── NotThere                  the object is gone or was never there (404)
    │   └── MaybeGone             … or all is down: nobody says which, so it is a TryAgain too
    ├── Refused                   the server calls our request wrong (400, 409, 415): repeating cannot help
    ├── UnexpectedAnswer          the answer does not have the agreed shape: a person must look
    ├── Unexpected                a fault of this product; the message says where it is, never what it was about
    └── TryAgain                  nothing is wrong with the request
        ├── Throttled             … wait `retry_after` seconds first (429)
        └── Unavailable           … the server or the network failed; `sent` says whether it may have acted

A message is one sentence that says what, where and what to do. It never holds a secret, a name or an e-mail: secrets
that are known are taken out where it is made.
"""

from __future__ import annotations

from saltoks.core.secrecy import KNOWN_SECRETS


class SaltoksError(Exception):
    """Base of all errors raised on purpose; `code` is the vendor's error code as text, if there was one."""

    def __init__(self, message: str, *, code: str | None = None) -> None:
        self.message = KNOWN_SECRETS.scrubbed(message)
        super().__init__(self.message)
        self.code = code


class FixInput(SaltoksError):
    """Somebody must change a file, a table or an argument."""


class WrongUse(FixInput):
    """An argument means nothing: no such site, no such number, no time."""


class ConfigError(FixInput):
    """A file in `config/` is wrong: the message names file, line and key."""


class SourceError(FixInput):
    """A source did not hand over what was agreed: the message names file or table, line and field."""


class FixAccess(SaltoksError):
    """Somebody must change a credential or a right."""


class SignInFailed(FixAccess):
    """The identity server refused the client, the user or the refresh token."""


class NotPermitted(FixAccess):
    """Signed in, but the operation is refused (HTTP 403)."""


class AskPerson(SaltoksError):
    """Everything else is done; what a limit held back waits for a person's decision."""


class TryAgain(SaltoksError):
    """Nothing is wrong with the request: repeat it later."""


class NotThere(SaltoksError):
    """The object is gone or was never there (HTTP 404)."""


class MaybeGone(NotThere, TryAgain):
    """A 404 without a word of the server's own, as whole outages look: whether anything is there is not known."""


class Refused(SaltoksError):
    """The server calls our request wrong; repeating it cannot help."""


class UnexpectedAnswer(SaltoksError):
    """The answer does not have the agreed shape."""


class Unexpected(SaltoksError):
    """A fault of this product itself: the message names its place in the code, and nothing of the data."""


class Throttled(TryAgain):
    """Too many requests; `retry_after` is in seconds, None when the server did not say."""

    def __init__(self, message: str, *, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.retry_after = retry_after


class Unavailable(TryAgain):
    """The server or the network failed; `sent` is True when the request may have taken effect."""

    def __init__(self, message: str, *, sent: bool = False, code: str | None = None) -> None:
        super().__init__(message, code=code)
        self.sent = sent
