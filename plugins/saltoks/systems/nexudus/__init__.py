"""Nexudus over its REST API (booking-systems §2, canonical §5).

`system` is what the product knows of it, and `reading` the way in: `fetch` asks for the lists that a tick or a sweep
needs, `feed` pages each of them to its end or says that it could not, and one module a table turns records into
canonical rows. `stand_in` plays it on loopback.
"""
