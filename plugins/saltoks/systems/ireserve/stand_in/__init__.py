"""A stateful i-Reserve tenant on loopback, as far as the source reads it (booking-systems §3).

`server` runs it, `admin` is its remote control, `world` describes what is in it.
"""
