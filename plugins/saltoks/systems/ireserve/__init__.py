"""i-Reserve over its REST API: a window is read again and again, since nothing tells what changed (booking-systems §3).

`read` is the way in: `listing` pages the filter, `reservations` understands what it and `booking/{id}` say, `stays`
puts both together with what we know, `people`, `things` and `plans` add customers, items and memberships.
`peek` is a short look at the first rows.
"""

from saltoks.systems.ireserve.account import IReserveAccount
from saltoks.systems.ireserve.reading import peek, read

__all__ = ["IReserveAccount", "peek", "read"]
