"""Nexudus over its REST API (booking-systems §2, canonical §5).

`read` is the way in: `fetch` asks for the lists that a tick or a sweep needs, `feed` pages each of them to its end or
says that it could not, and one module a table turns records into canonical rows.
`peek` is a short look at the first rows.
"""

from saltoks.systems.nexudus.account import NexudusAccount
from saltoks.systems.nexudus.reading import peek, read

__all__ = ["NexudusAccount", "peek", "read"]
