"""i-Reserve over its REST API: a window is read again and again, since nothing tells what changed (booking-systems §3).

`system` is what the product knows of it, and `reading` the way in: `listing` pages the filter, `reservations`
understands what it and `booking/{id}` say, `stays` puts both together with what we know, `people`, `things` and `plans`
add customers, items and memberships. `stand_in` plays it on loopback.
"""
