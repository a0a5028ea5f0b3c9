"""Booking systems, each a folder that turns what it reads into the same canonical rows, behind one protocol.

`protocol` says what a booking system is, `installed` in the settings finds those that packages bring, and nothing but a
system's own folder knows it by name. A system can fail, but reading it never raises what it can cause.
"""
